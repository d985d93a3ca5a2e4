"""Lock-out: who typed too many wrong passwords or codes waits, or asks an administrator.

django-axes counts wrong passwords, per name and address, whether the name exists or not. Wrong codes of the second
factor are counted in the same table, per account whatever the address, since who types them knew the password. Rows
live as long as a lock: every wrong password and every `manage.py tick` clears those that are older.
"""

import ipaddress
from datetime import datetime

from axes.backends import AxesStandaloneBackend
from axes.models import AccessAttempt
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Max, OuterRef, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import events
from accounts.models import AccountEvent, User

TOO_MANY = 429
CODES = "second factor"  # in place of a browser's name, and without an address: the counter of wrong codes


def sentence() -> str:
    """Return what is said to everybody who is locked out, the same whether the account exists or not."""
    minutes = round(settings.AXES_COOLOFF_TIME.total_seconds() / 60)
    return (
        f"Too many wrong tries. Wait {minutes} minutes and try again, or ask an administrator to lift the lock. "
        "The right password is not accepted before."
    )


def sentence_for_codes() -> str:
    """Return the same for wrong codes."""
    return sentence().replace("The right password", "Even the right code")


class LockOut(AxesStandaloneBackend):
    """Refuses whoever is locked out before any password is looked at.

    Without a request (a command, a client of the tests) nobody comes from anywhere, and there is nothing to count.
    """

    def authenticate(self, request, username=None, password=None, **credentials):
        if request is None:
            return None
        try:
            return super().authenticate(request, username, password, **credentials)
        except PermissionDenied:
            request.password_was_not_looked_at = True
            raise


def address_of(request: HttpRequest) -> str:
    """Return the address that a request comes from; behind a proxy, the one that the proxy itself saw."""
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_TLS_PROXY:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", seen).rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(seen))
    except ValueError:
        return "0.0.0.0"


def answer(request: HttpRequest, response: HttpResponse, credentials: dict | None) -> HttpResponse:
    """Let the sign-in page, which shows the sentence, answer with the status of a lock-out."""
    response.status_code = TOO_MANY
    return response


def _standing() -> QuerySet:
    began = timezone.now() - settings.AXES_COOLOFF_TIME
    counted = AccessAttempt.objects.filter(attempt_time__gt=began).order_by()
    return counted.values("username", "ip_address").annotate(
        failures=Sum("failures_since_start"), last=Max("attempt_time")
    )


def locked() -> QuerySet:
    """Return the locks that stand: username, address (none for wrong codes), failures, and the last of them."""
    return _standing().filter(failures__gte=settings.AXES_FAILURE_LIMIT)


def names_locked(field: str = "username") -> QuerySet:
    """Return the locks on the account in the outer query's `field`, for Exists."""
    return locked().filter(username=OuterRef(field))


def until(user: User) -> list[tuple[str, datetime]]:
    """Return the account's locks in words, each with the moment at which it ends."""
    return [
        (
            f"after wrong passwords from {lock['ip_address']}" if lock["ip_address"] else "after wrong codes",
            lock["last"] + settings.AXES_COOLOFF_TIME,
        )
        for lock in locked().filter(username=user.username).order_by("last")
    ]


def are_codes_locked(user: User) -> bool:
    """Whether no code of the account's second factor is accepted at present."""
    return locked().filter(username=user.username, ip_address=None).exists()


def count_wrong_code(user: User) -> None:
    """Count one wrong code. The caller holds the account's row, so that no two tries are counted as one."""
    mine = _wrong_codes(user)
    mine.filter(attempt_time__lte=timezone.now() - settings.AXES_COOLOFF_TIME).delete()
    if not mine.update(failures_since_start=F("failures_since_start") + 1, attempt_time=timezone.now()):
        row = {"username": user.username, "user_agent": CODES, "ip_address": None, "failures_since_start": 1}
        AccessAttempt.objects.create(**row, get_data="", post_data="", http_accept="", path_info="")
    events.tell(user, AccountEvent.What.CODE_FAILED, name=events.SOMEBODY)
    if are_codes_locked(user):
        events.tell(user, AccountEvent.What.LOCKED_OUT, name=events.SOMEBODY, reason="Too many wrong codes")


def forget_wrong_codes(user: User) -> None:
    """The right code was typed: earlier slips count no more."""
    _wrong_codes(user).delete()


def _wrong_codes(user: User) -> QuerySet:
    return AccessAttempt.objects.filter(username=user.username, ip_address=None, user_agent=CODES)


@transaction.atomic
def lift(user: User, *, by: User, reason: str = "") -> None:
    """Forget the account's wrong passwords and codes, so that it can sign in at once."""
    AccessAttempt.objects.filter(username=user.username).delete()
    events.tell(user, AccountEvent.What.LOCK_LIFTED, by=by, reason=reason)


def clear() -> None:
    """Delete the counts that lock nobody any more; called by `manage.py tick`."""
    AccessAttempt.objects.filter(attempt_time__lte=timezone.now() - settings.AXES_COOLOFF_TIME).delete()
