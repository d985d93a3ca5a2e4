"""The second factor: who needs one, who has one, and when a session last proved it."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes stand in for one, and are none


def is_needed(user: User) -> bool:
    """Whether this account must have a second factor: every staff account and every role, outside demo mode."""
    if not settings.SECOND_FACTOR_NEEDED:
        return False
    return user.is_staff or user.is_superuser or user.groups.exists()


def has_one(user: User) -> bool:
    """Whether the account has an authenticator app or a passkey."""
    return count(user) > 0


def count(user: User) -> int:
    """Return how many authenticator apps and passkeys the account has."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).count()


def is_last(authenticator: Authenticator) -> bool:
    """Whether the account would have no second factor without this one."""
    others = Authenticator.objects.filter(user=authenticator.user_id, type__in=FACTORS).exclude(pk=authenticator.pk)
    return authenticator.type in FACTORS and not others.exists()


def proved_at(request: HttpRequest, user: User) -> float:
    """Return the moment (seconds since 1970) at which this session last proved the user's second factor, else 0."""
    records = get_authentication_records(request, user)
    return max((record["at"] for record in records if record["method"] == "mfa"), default=0.0)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the proof of this session is recent enough for a public act."""
    return time.time() - proved_at(request, request.user) < settings.CONFIRM_AGAIN_AFTER


def may_enter(request: HttpRequest, user: User) -> bool:
    """Whether `user`, signed in, may go beyond /accounts/: where a second factor is needed, this session proved it.

    A factor that was removed since proves nothing any more.
    """
    return not is_needed(user) or (proved_at(request, user) > 0 and has_one(user))


def has_passkey(user: User) -> bool:
    """Whether the account has a passkey."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()


def has_app(user: User) -> bool:
    """Whether the account has an authenticator app."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
