"""Signing in and out."""

from django.contrib.auth import views
from django.urls import path

from accounts.views import SignIn

urlpatterns = [
    path("login/", SignIn.as_view(), name="account_login"),
    path("logout/", views.LogoutView.as_view(), name="account_logout"),
]
