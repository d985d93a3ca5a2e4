"""Browsers in which a person has signed in before: others' wrong passwords do not lock these out.

Without them a stranger could keep every editor outside, by wrong passwords for their names or from their office. A
cookie of the account's pages says whose browser it was. It opens nothing and forgives nothing: wrong passwords typed
there count like any. It ends with the password and with *Sign out everywhere*, like a session.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

COOKIE = "known_browser"
LASTS = 90 * 24 * 60 * 60  # seconds
SALT = "accounts.browsers"


def remember(response: HttpResponse, user: User) -> None:
    """Let the browser that gets `response` be known as one of this person."""
    where = {"path": "/accounts/", "secure": settings.SESSION_COOKIE_SECURE, "httponly": True, "samesite": "Lax"}
    response.set_signed_cookie(COOKIE, _mark(user), salt=SALT, max_age=LASTS, **where)


def is_known(request: HttpRequest, username: str) -> bool:
    """Whether the person of that name has signed in in this browser before, and was the last to do so."""
    mark = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=LASTS)
    user = User.objects.filter(username=username).first() if mark else None
    return user is not None and constant_time_compare(mark, _mark(user))


def _mark(user):
    return salted_hmac(SALT, user.get_session_auth_hash(), algorithm="sha256").hexdigest()
