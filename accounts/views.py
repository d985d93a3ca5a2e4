"""Signing in and out, and what people do with their own account."""

from allauth.account.views import LoginView, PasswordChangeView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from accounts import browsers, codes, events, roles, second_factor
from accounts.forms import SignInForm
from accounts.landing import landing
from accounts.models import AccountEvent, User


class SignIn(LoginView):
    form_class = SignInForm

    def get_form_class(self):
        return self.form_class

    def get_authenticated_redirect_url(self):
        return landing(self.request, self.request.user, self.get_next_url() or "")


def lead_to_sign_in(request, extra_context=None):
    """Stand at the admin's own sign-in page, which knows no second factor: whatever comes, it leads to ours."""
    if not request.user.is_authenticated:
        query = {"next": reverse("admin:index"), **request.GET.dict()}
        return redirect(f"{reverse('account_login')}?{urlencode(query)}")
    if not request.user.is_staff:
        raise PermissionDenied("Your account has no work in the admin.")
    return redirect("admin:index")


class SecondFactor(AuthenticateView):
    """The step after the password, which offers what this person has and nothing else."""

    def get_context_data(self, **options):
        has_passkey = second_factor.has_passkey(self.stage.login.user)
        return {**super().get_context_data(**options), "has_passkey": has_passkey}


class Account(IndexView):
    """A person's own account: the second factors, the password, the sessions."""

    def get_context_data(self, **options):
        user = self.request.user
        is_needed = second_factor.is_needed(user)
        return {
            **super().get_context_data(**options),
            "is_needed": is_needed,
            "has_factor": second_factor.has_one(user),
            "keeps_its_factor": is_needed and second_factor.count(user) == 1,
            "few_codes": codes.FEW,
            "roles": roles.names(user),
        }


class RemovePasskey(RemoveWebAuthnView):
    def form_valid(self, form):
        if not get_adapter().can_delete_authenticator(self.object):
            messages.error(self.request, get_adapter().error_messages["cannot_delete_authenticator"])
            return redirect("mfa_index")
        return super().form_valid(form)


class ConfirmByPasskey(ReauthenticateWebAuthnView):
    def form_invalid(self, form):
        """Ask again here, instead of leading away to the sign-in page."""
        return self.render_to_response(self.get_context_data())


class RecoveryCodes(ViewRecoveryCodesView):
    """The codes, shown once: a file of them is in the page, since nothing gives them a second time."""

    def get_context_data(self, **options):
        context = super().get_context_data(**options)
        heading = f"Recovery codes of {self.request.user.username} at {self.request.get_host()}, each for one use"
        return {**context, "as_file": "\n".join([heading, "", *context["unused_codes"], ""])}


class ChangePassword(PasswordChangeView):
    """Every other session of the person ends with the old password."""

    def dispatch(self, request, *args, **options):
        if not request.user.has_usable_password():
            messages.error(request, "Your account has no password. An administrator can give it one.")
            return redirect("mfa_index")
        return super().dispatch(request, *args, **options)

    def form_valid(self, form):
        response = super().form_valid(form)
        browsers.remember(response, self.request.user)
        return response


@login_required
@require_POST
def sign_out_everywhere(request):
    """End all other sessions of this person: a device that was lost, a browser left open."""
    user = User.objects.get(pk=request.user.pk)
    user.end_sessions()
    user.save(update_fields=["sessions_ended_at"])
    events.tell(user, AccountEvent.What.SESSIONS_ENDED, by=user)
    update_session_auth_hash(request, user)
    messages.success(request, "You are signed out everywhere but here.")
    response = redirect("mfa_index")
    browsers.remember(response, user)
    return response
