"""Signing in, proving the second factor, and a person's own password."""

import struct

from allauth.account.forms import ChangePasswordForm, ReauthenticateForm
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.utils import timezone

from accounts import codes, locks, second_factor


class SignInForm(AuthenticationForm):
    """User name and password. The words are the same whether the account exists, is deactivated, or neither."""

    def get_invalid_login_error(self):
        if getattr(self.request, "axes_locked_out", False):
            return _locked_out(self.request, self.cleaned_data.get("username"))
        return super().get_invalid_login_error()

    def login(self, request, redirect_url=None):
        """Go on to the second factor, or in."""
        user = self.get_user()
        credentials = {"username": user.username}
        return perform_password_login(request, credentials, Login(user=user, redirect_url=redirect_url))


def _locked_out(request, username):
    """Return what to say to who is locked out; a lock may have ended while the page was on its way."""
    return forms.ValidationError(locks.sentence(locks.ends(request, username) or timezone.now()), code="locked_out")


def check_again(user, password):
    """Refuse what is not the password of `user`, who is signed in, by the counts and locks of signing in."""
    request = context.request
    if authenticate(request, username=user.username, password=password) is not None:
        locks.forget_wrong_passwords(request, user)
    elif request.axes_locked_out:
        raise _locked_out(request, user.username)
    else:
        raise forms.ValidationError("That is not your password. Type the one with which you signed in.")


class Plain:
    """Without the words that django-allauth writes into fields: a label stands above each of ours."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        if "code" in self.fields:
            self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}


class CodeChecked(Plain):
    """A form with a code from the app or a recovery code, each accepted once, with wrong ones counted."""

    def has_app(self):
        return second_factor.has_app(self.user)

    def clean_code(self):
        code = self.cleaned_data["code"]
        self.authenticator = codes.accept(self.user, code)
        if self.authenticator is None:
            raise forms.ValidationError(codes.why_not(self.user))
        return code

    def save(self):
        super().save()
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            self.authenticator.refresh_from_db()  # django-allauth marked the code in a copy of it
            left = len(self.authenticator.wrap().get_unused_codes())
            messages.warning(context.request, codes.sentence_after_recovery(left), fail_silently=True)


class CodeForm(CodeChecked, AuthenticateForm):
    pass


class ConfirmCodeForm(CodeChecked, ReauthenticateByCodeForm):
    pass


def as_browsers_say(check):
    """Return what `check` makes of a passkey. What no browser says is a wrong answer, not a failure of ours."""
    try:
        return check()
    except (KeyError, AttributeError, TypeError, ValueError, struct.error):
        raise get_adapter().validation_error("incorrect_code") from None


class PasskeyChecked:
    def clean_credential(self):
        return as_browsers_say(super().clean_credential)


class PasskeyForm(PasskeyChecked, AuthenticateWebAuthnForm):
    pass


class ConfirmPasskeyForm(PasskeyChecked, ReauthenticateWebAuthnForm):
    pass


class PasskeySignInForm(PasskeyChecked, LoginWebAuthnForm):
    pass


class PasswordForm(Plain, ChangePasswordForm):
    def clean_oldpassword(self):
        check_again(self.user, self.cleaned_data["oldpassword"])
        return self.cleaned_data["oldpassword"]


class ConfirmPasswordForm(Plain, ReauthenticateForm):
    def clean_password(self):
        check_again(self.user, self.cleaned_data["password"])
        return self.cleaned_data["password"]


class AddAppForm(Plain, ActivateTOTPForm):
    def secret_in_fours(self):
        """Return the key in pieces that an eye can keep while the hand types."""
        return [self.secret[start : start + 4] for start in range(0, len(self.secret), 4)]

    def clean_code(self):
        try:
            return super().clean_code()
        except forms.ValidationError:
            raise forms.ValidationError(codes.WRONG) from None


class AddPasskeyForm(AddWebAuthnForm):
    name = forms.CharField(max_length=60, required=False)

    def clean(self):
        return as_browsers_say(super().clean)


class RenamePasskeyForm(EditWebAuthnForm):
    name = forms.CharField(max_length=60)
