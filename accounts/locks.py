"""Lock-out: who typed too many wrong passwords or codes waits, or asks an administrator.

django-axes writes wrong passwords down, whether the name exists or not; we count them for a name at an address, for
a name from everywhere, and for an address (settings say how many, and why). Wrong codes of the second factor stand in
the same table and are counted per account whatever the address, since who types them knew the password. Rows live as
long as a lock: every wrong password and every `manage.py tick` clears those that are older.
"""

import ipaddress
import math
from collections.abc import Iterable
from datetime import datetime

from axes.backends import AxesStandaloneBackend
from axes.models import AccessAttempt
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import browsers, events
from accounts.models import AccountEvent, User

TOO_MANY = 429
CODES = "second factor"  # in place of a browser's name, and without an address: the counter of wrong codes


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


def answer(request: HttpRequest, response: HttpResponse, credentials: dict | None) -> HttpResponse:
    """Let the sign-in page, which shows the sentence, answer with the status of a lock-out."""
    response.status_code = TOO_MANY
    return response


def address_of(request: HttpRequest) -> str:
    """Return the address that a request comes from; behind a proxy, the one that the proxy itself saw.

    Of IPv6 it is the network of 64 bits: whoever has one of its addresses has them all.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_TLS_PROXY:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", seen).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return "0.0.0.0"
    if address.version == 4 or address.ipv4_mapped:
        return str(getattr(address, "ipv4_mapped", None) or address)
    return str(ipaddress.ip_network((int(address), 64), strict=False).network_address)


# What is said to who is locked out.


def sentence(end: datetime) -> str:
    """Return what to do about a lock that stands until `end`; the same whether the account exists or not."""
    minutes = max(1, math.ceil((end - timezone.now()).total_seconds() / 60))
    return (
        f"Too many wrong tries. Wait {minutes} minute{'' if minutes == 1 else 's'} and try again, or ask an "
        "administrator to lift the lock. The right password is not accepted before."
    )


def sentence_for_codes(end: datetime) -> str:
    """Return the same for wrong codes."""
    return sentence(end).replace("The right password", "Even the right code")


# Which locks stand.


def _counted() -> QuerySet:
    began = timezone.now() - settings.AXES_COOLOFF_TIME
    return AccessAttempt.objects.filter(attempt_time__gt=began).order_by()


def _end(rows: Iterable[AccessAttempt], limit: int) -> datetime | None:
    """Return when so many of `rows` have gone that fewer than `limit` wrong tries are left; None if they are few."""
    counted = 0
    for row in sorted(rows, key=lambda row: row.attempt_time, reverse=True):
        counted += row.failures_since_start
        if counted >= limit:
            return row.attempt_time + settings.AXES_COOLOFF_TIME
    return None


def ends(request: HttpRequest, username: str | None) -> datetime | None:
    """Return the end of the locks that keep this name outside at the address of `request`, or None."""
    standing = [end for end in (end_for_name(request, username), _end_for_address(request, username)) if end]
    return max(standing, default=None)


def end_for_name(request: HttpRequest, username: str | None) -> datetime | None:
    """Return the end of the locks that wrong passwords for this very name have made, or None."""
    address = address_of(request)
    rows = list(_counted().filter(username=username, ip_address__isnull=False))
    standing = [_end([row for row in rows if row.ip_address == address], settings.AXES_FAILURE_LIMIT)]
    everywhere = _end(rows, settings.LOCK_OUT_NAME_AFTER)
    if everywhere and not _is_trusted(request, username):
        standing.append(everywhere)
    return max(filter(None, standing), default=None)


def _end_for_address(request, username):
    """A lock lifted for this name forgets, for this name alone, what was typed wrong at any address before."""
    rows = list(_counted().filter(ip_address=address_of(request)))
    if not _end(rows, settings.LOCK_OUT_ADDRESS_AFTER) or _is_trusted(request, username):
        return None
    lifted = _lifted_at(username)
    since = [row for row in rows if lifted is None or row.attempt_time > lifted]
    return _end(since, settings.LOCK_OUT_ADDRESS_AFTER)


def _lifted_at(username):
    lifts = AccountEvent.objects.filter(what=AccountEvent.What.LOCK_LIFTED)
    account = User.objects.filter(username=username).values("pk")
    return lifts.filter(other_id__in=account).values_list("at", flat=True).first()


def _is_trusted(request, username):
    """Whether what others typed wrong locks nothing here: this person's session, or a browser of theirs."""
    return _is_own_session(request, username) or browsers.is_known(request, username)


def _is_own_session(request, username):
    """Whether this person is signed in, and sessions of theirs typed fewer wrong passwords of late than lock.

    Otherwise whoever has stolen one would guess the password from as many addresses as they like.
    """
    if not request.user.is_authenticated or request.user.get_username() != username:
        return False
    began = timezone.now() - settings.AXES_COOLOFF_TIME
    wrong = AccountEvent.objects.filter(what=AccountEvent.What.SIGN_IN_FAILED, reason=events.ASKED_AGAIN)
    return wrong.filter(other_id=request.user.pk, at__gt=began).count() < settings.AXES_FAILURE_LIMIT


def until(user: User) -> list[tuple[str, datetime]]:
    """Return the account's locks in words, each with the moment at which it ends."""
    rows = list(_counted().filter(username=user.username))
    passwords = [row for row in rows if row.ip_address]
    groups = [
        (
            f"after wrong passwords from {address}",
            [row for row in passwords if row.ip_address == address],
            settings.AXES_FAILURE_LIMIT,
        )
        for address in sorted({row.ip_address for row in passwords})
    ]
    elsewhere = "after wrong passwords from many addresses, but not in browsers known as this person’s,"
    groups.append((elsewhere, passwords, settings.LOCK_OUT_NAME_AFTER))
    groups.append(("after wrong codes", [row for row in rows if not row.ip_address], settings.AXES_FAILURE_LIMIT))
    ended = [(words, _end(found, limit)) for words, found, limit in groups]
    return sorted([(words, end) for words, end in ended if end], key=lambda lock: lock[1])


def is_locked(field: str = "username") -> Q:
    """Return whether a lock stands on the account in the outer query's `field`, wherever it is tried."""
    mine = _counted().filter(username=OuterRef(field))
    passwords = mine.filter(ip_address__isnull=False)
    somewhere = mine.values("username", "ip_address").annotate(failures=Sum("failures_since_start"))
    everywhere = passwords.values("username").annotate(failures=Sum("failures_since_start"))
    at_one_place = Exists(somewhere.filter(failures__gte=settings.AXES_FAILURE_LIMIT))
    return at_one_place | Exists(everywhere.filter(failures__gte=settings.LOCK_OUT_NAME_AFTER))


# Wrong codes, and what ends a lock.


def codes_end(user: User) -> datetime | None:
    """Return until when no code of the account's second factor is accepted, or None."""
    return _end(_counted().filter(username=user.username, ip_address=None), settings.AXES_FAILURE_LIMIT)


def count_wrong_code(user: User) -> None:
    """Count one wrong code. The caller holds the account's row, so that no two tries are counted as one."""
    mine = _wrong_codes(user)
    mine.filter(attempt_time__lte=timezone.now() - settings.AXES_COOLOFF_TIME).delete()
    if not mine.update(failures_since_start=F("failures_since_start") + 1, attempt_time=timezone.now()):
        row = {"username": user.username, "user_agent": CODES, "ip_address": None, "failures_since_start": 1}
        AccessAttempt.objects.create(**row, get_data="", post_data="", http_accept="", path_info="")
    events.tell(user, AccountEvent.What.CODE_FAILED, name=events.SOMEBODY)
    if codes_end(user):
        events.tell(user, AccountEvent.What.LOCKED_OUT, name=events.SOMEBODY, reason="Too many wrong codes")


def forget_wrong_codes(user: User) -> None:
    """The right code was typed: earlier slips count no more."""
    _wrong_codes(user).delete()


def _wrong_codes(user: User) -> QuerySet:
    return AccessAttempt.objects.filter(username=user.username, ip_address=None, user_agent=CODES)


def forget_wrong_passwords(request: HttpRequest, user: User) -> None:
    """The right password was typed at this address: earlier slips there count no more."""
    AccessAttempt.objects.filter(username=user.username, ip_address=address_of(request)).delete()


@transaction.atomic
def lift(user: User, *, by: User, reason: str = "") -> None:
    """Forget the account's wrong passwords and codes, so that it can sign in at once.

    What this writes down is the moment from which wrong tries at an address count for this name; they do count.
    """
    AccessAttempt.objects.filter(username=user.username).delete()
    events.tell(user, AccountEvent.What.LOCK_LIFTED, by=by, reason=reason)


def clear() -> None:
    """Delete the counts that lock nobody any more; called by `manage.py tick`."""
    AccessAttempt.objects.filter(attempt_time__lte=timezone.now() - settings.AXES_COOLOFF_TIME).delete()
