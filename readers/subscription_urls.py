"""The addresses of subscriptions, under /subscriptions/; plain names, as the library's are."""

from django.urls import path

from readers import subscription_views as views
from readers import subscriptions_page as own

urlpatterns = [
    path("new", views.new, name="subscription-new"),
    path("again/", views.again, name="subscription-again"),
    path("confirm/<str:token>/", views.confirm, name="subscription-confirm"),
    path("stop/<str:token>/", views.stop, name="subscription-stop"),
    path("<str:token>/", own.listed, name="subscriptions"),
    path("<str:token>/confirm/", own.confirm, name="subscriptions-confirm"),
    path("<str:token>/pace/", own.pace, name="subscriptions-pace"),
    path("<str:token>/stop/", own.stop, name="subscriptions-stop"),
    path("<str:token>/stop-all/", own.stop_all, name="subscriptions-stop-all"),
]
