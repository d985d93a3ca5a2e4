"""Addresses of going away."""

from django.urls import path

from reviews import absence_views as views

urlpatterns = [
    path("", views.away, name="away"),
    path("add/", views.absence_create, name="absence-create"),
    path("<int:pk>/end/", views.absence_end, name="absence-end"),
]
