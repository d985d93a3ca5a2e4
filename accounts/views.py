"""Signing in: each person lands where their work is."""

from django.contrib.auth.views import LoginView
from django.urls import reverse

from accounts import roles


class SignIn(LoginView):
    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def get_success_url(self):
        """Return the page that was asked for; the desk only to who has work there."""
        wanted = self.get_redirect_url()
        at_home = wanted in ("", reverse("desk:queue"))
        return reverse(roles.first_page(self.request.user)) if at_home else wanted
