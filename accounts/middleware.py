"""Between signing in and the desk: no staff without their second factor; sessions that last while they are used."""

import time
from functools import partial

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import SimpleLazyObject

from accounts import second_factor

OUTSIDE = "/accounts/"  # where somebody signs in, and sets a second factor up
KEPT_ALIVE = "used_at"
TOUCH_EVERY = 600  # seconds: a write to the database, so not with each page


class StaffSession:
    """Whoever has not proved the second factor that they need is nobody beyond /accounts/.

    Not a list of guarded addresses, which the next page would be missing from: whatever asks who is signed in is
    told that nobody is, and sends them to sign in. Lazy, because readers' pages never ask and must open no session.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.SECOND_FACTOR_NEEDED and not request.path_info.startswith(OUTSIDE):
            request.user = SimpleLazyObject(partial(_whoever_may_enter, request, request.user))
        response = self.get_response(request)
        if request.session.accessed and getattr(request, "user", None) and request.user.is_authenticated:
            keep_alive(request.session)
        return response


def _whoever_may_enter(request, signed_in):
    if signed_in.is_authenticated and not second_factor.may_enter(request, signed_in):
        return AnonymousUser()
    return signed_in


def keep_alive(session):
    """A session ends when it was not used for long, not long after it began."""
    now = int(time.time())
    if now - session.get(KEPT_ALIVE, 0) > TOUCH_EVERY:
        session[KEPT_ALIVE] = now
