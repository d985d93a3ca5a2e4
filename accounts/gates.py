"""Asking again who it is, before something that is done in public and in their name."""

from functools import wraps

from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.shortcuts import render

from accounts import second_factor
from accounts.forms import ConfirmCodeForm, ConfirmPasskeyForm

CONFIRMING = "confirming"  # the name of the button that sends a confirmation along with what was asked for
OWN = {"csrfmiddlewaretoken", CONFIRMING, "code", "credential"}


def recently_confirmed(view):
    """Wrap a public act: who has a second factor has proved it within `settings.CONFIRM_AGAIN_AFTER` seconds.

    Put it on every view that writes in a person's name for all to see (sign off, override, reaffirm, retire,
    withhold, schedule), below the gate that lets them in:

        @desk_page
        @recently_confirmed
        @require_POST
        def sign_off(request, pk): ...

    A form sent after longer than that is answered with a page that asks for a code or a passkey and carries along
    all that was sent; with the proof, it goes on to the view as if nothing had been asked. Nothing is lost, with or
    without scripts. Reading (GET) is never asked; neither is who has no second factor, as in a demo. The view must
    not use fields named `code`, `credential` or `confirming`.
    """

    @wraps(view)
    def asked(request, *args, **kwargs):
        if request.method != "POST" or second_factor.is_fresh(request) or not second_factor.has_one(request.user):
            return view(request, *args, **kwargs)
        code_form, passkey_form = _forms(request)
        form = passkey_form if request.POST.get("credential") else code_form
        if CONFIRMING in request.POST and form.is_valid():
            form.save()
            request.POST = _without_the_proof(request.POST)
            return view(request, *args, **kwargs)
        return _ask(request, code_form, passkey_form)

    return asked


def _forms(request):
    sent = request.POST if CONFIRMING in request.POST else None
    is_passkey = bool(sent and sent.get("credential"))
    code_form = ConfirmCodeForm(sent if not is_passkey else None, user=request.user)
    passkey_form = ConfirmPasskeyForm(sent if is_passkey else None, user=request.user)
    return code_form, passkey_form


def _without_the_proof(sent):
    wanted = sent.copy()
    for name in OWN:
        wanted.pop(name, None)
    return wanted


def _ask(request, code_form, passkey_form):
    has_passkey = second_factor.has_passkey(request.user)
    carried = [(name, value) for name, values in request.POST.lists() if name not in OWN for value in values]
    context = {
        "code_form": code_form,
        "passkey_form": passkey_form,
        "carried": carried,
        "has_passkey": has_passkey,
        "js_data": {"request_options": begin_authentication(request.user)} if has_passkey else None,
    }
    return render(request, "accounts/confirm.html", context, status=403)
