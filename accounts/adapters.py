"""What django-allauth asks us: where people land, and when they must prove again who they are."""

import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse

from accounts import browsers, second_factor
from accounts.landing import landing

PASSKEY_SIGN_IN = "mfa_login_webauthn"


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def is_ajax(self, request):
        """Only the script of the passkey button asks for JSON."""
        return request.path == reverse(PASSKEY_SIGN_IN) and request.headers.get("Accept") == "application/json"

    def get_client_ip(self, request):
        from accounts.locks import address_of

        return address_of(request)

    def respond_user_inactive(self, request, user):
        """A passkey of a deactivated account leads nowhere."""
        return redirect("account_login")

    def get_login_redirect_url(self, request):
        return landing(request, request.user)

    def get_password_change_redirect_url(self, request):
        return reverse("mfa_index")

    def login(self, request, user):
        """Sign in, unless the account was deactivated while its second factor was asked for."""
        if not user.is_active:
            raise ImmediateHttpResponse(redirect("account_login"))
        super().login(request, user)

    def post_login(self, request, user, *, redirect_url, **rest):
        response = super().post_login(request, user, redirect_url=landing(request, user, redirect_url), **rest)
        browsers.remember(response, user)
        return response

    def get_reauthentication_methods(self, user):
        """A password proves nothing about somebody who has a second factor."""
        methods = super().get_reauthentication_methods(user)
        if user.is_authenticated and second_factor.has_one(user):
            return [method for method in methods if method["id"] != "reauthenticate"]
        return methods

    def is_reauthentication_required(self, *, app, **rest):
        """Before second factors are touched: unless this session proved lately who it is, as well as it can."""
        if second_factor.has_one(self.request.user):
            return not second_factor.is_fresh(self.request)
        records = get_authentication_records(self.request, self.request.user)
        latest = max((record["at"] for record in records), default=0)
        return time.time() - latest >= settings.CONFIRM_AGAIN_AFTER


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That did not work. Try again, or use another second factor.",
        "cannot_delete_authenticator": "Your account must have a second factor. Add another one, then remove this.",
    }

    def get_totp_label(self, user):
        return user.username

    def get_totp_issuer(self):
        return "Anteroom"

    def can_delete_authenticator(self, authenticator):
        return not (second_factor.is_needed(authenticator.user) and second_factor.is_last(authenticator))

    def generate_authenticator_name(self, user, type):
        held = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {held + 1}" if held else "Passkey"
