"""Addresses of letters, under /desk/letters/."""

from django.urls import path

from mailroom import views

app_name = "letters"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("pace/", views.pace_change, name="pace-change"),
    path("failures/", views.failures, name="failures"),
    path("<int:pk>/try-again/", views.try_again, name="try-again"),
    path("<int:pk>/let-go/", views.let_go, name="let-go"),
]
