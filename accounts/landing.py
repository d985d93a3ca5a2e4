"""Where somebody lands who has signed in: what they asked for, or where their work is."""

from django.urls import reverse
from django.utils.http import urlencode

from accounts import roles, second_factor

WANTED = "wanted"  # in the session, while a second factor is being set up


def landing(request, user, wanted=""):
    """Return the address to go on to; `wanted` is that of this site which was asked for, if any.

    The desk is only for who has work there. Who lacks the second factor that they need is led to it first, and to
    what they wanted afterwards.
    """
    wanted = wanted or request.session.pop(WANTED, "")
    if not second_factor.may_enter(request, user):
        return _to_second_factor(request, user, wanted)
    at_home = wanted in ("", reverse("desk:queue"))
    return reverse(roles.first_page(user)) if at_home else wanted


def _to_second_factor(request, user, wanted):
    if wanted:
        request.session[WANTED] = wanted
    if second_factor.has_one(user):
        return f"{reverse('mfa_reauthenticate')}?{urlencode({'next': reverse('account_login')})}"
    return reverse("mfa_index")
