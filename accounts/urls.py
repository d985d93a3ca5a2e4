"""Signing in and out, and a person's own account: of django-allauth's addresses only those that staff need."""

from allauth.account import views as allauth
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_required
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from accounts import views


def own(view):
    """A page about somebody's own account: for who is signed in, and never kept by a browser."""
    return login_required(never_cache(view))


urlpatterns = [
    path("", own(views.Account.as_view()), name="mfa_index"),
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("login/second-factor/", views.SecondFactor.as_view(), name="mfa_authenticate"),
    path("login/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("logout/", never_cache(allauth.logout), name="account_logout"),
    path("sign-out-everywhere/", views.sign_out_everywhere, name="account_sign_out_everywhere"),
    path("password/", own(views.ChangePassword.as_view()), name="account_change_password"),
    path("confirm/", own(allauth.reauthenticate), name="account_reauthenticate"),
    path("confirm/code/", own(factors.reauthenticate), name="mfa_reauthenticate"),
    path("confirm/passkey/", own(views.ConfirmByPasskey.as_view()), name="mfa_reauthenticate_webauthn"),
    path("app/add/", own(app.activate_totp), name="mfa_activate_totp"),
    path("app/remove/", own(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("passkeys/", own(RedirectView.as_view(pattern_name="mfa_index")), name="mfa_list_webauthn"),
    path("passkeys/add/", own(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/rename/", own(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", own(views.RemovePasskey.as_view()), name="mfa_remove_webauthn"),
    path("recovery-codes/", own(views.RecoveryCodes.as_view()), name="mfa_view_recovery_codes"),
    path("recovery-codes/renew/", own(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
]
