"""Codes of the second factor: from the app, each accepted once, or from the list of recovery codes."""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction

from accounts import locks
from accounts.models import User

WRONG = "That is not the right code. Type the one that your app shows now."
FEW = 4  # recovery codes left, below which it is time for new ones
LAST_STEP = "last_step"  # in an authenticator's data: the half minute whose code was accepted last


def accept(user: User, code: str) -> Authenticator | None:
    """Return the authenticator whose `code` this is, or None when it is wrong, was used before, or none is accepted.

    The account's row is held meanwhile: however many processes are asked at once, wrong codes are counted one by
    one, and a right one is accepted once.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if locks.codes_end(user):
            return None
        accepted = next((each for each in _with_codes(user) if _accepts(each, code)), None)
        if accepted is None:
            locks.count_wrong_code(user)
        else:
            locks.forget_wrong_codes(user)
            accepted.user = user
    return accepted


def why_not(user: User) -> str:
    """Return what to say about a code that was not accepted."""
    end = locks.codes_end(user)
    return locks.sentence_for_codes(end) if end else WRONG


def sentence_after_recovery(left: int) -> str:
    """Return what to say to who has just used a recovery code and has `left` more."""
    if not left:
        return "That was your last recovery code. Make new ones now on the page about your account."
    new = " Make new ones soon, on the page about your account." if left < FEW else ""
    return f"You used a recovery code, which is not accepted again. {left} {'is' if left == 1 else 'are'} left.{new}"


def _with_codes(user):
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    return Authenticator.objects.filter(user=user, type__in=kinds).order_by("-type")


def _accepts(authenticator, code):
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return authenticator.wrap().validate_code(code)
    secret = decrypt(authenticator.data["secret"])
    last = authenticator.data.get(LAST_STEP, -1)
    for step in yield_hotp_counters_from_time():
        if step > last and compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            authenticator.data[LAST_STEP] = step
            authenticator.save(update_fields=["data"])
            return True
    return False
