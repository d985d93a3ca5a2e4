"""Telling subscribers what changed: letters derived from the ledger's entries after a stored position.

A letter and the position up to which it tells are written in one transaction, so that each change is told once: a run
killed before its end has told nothing, one that comes after it finds what is left.
"""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from library import lookups
from library.changes import Change, to_send
from library.models import LedgerEntry
from library.scopes import Scope
from mailroom.sending import RUN_SECONDS
from readers import followed, messages, subscription_letters
from readers.models import Subscription

AT_ONCE = 500  # subscriptions in one transaction
WEEKLY_HOUR = 7  # of Monday, UTC
Pace = Subscription.Pace
Until = dict[str, int]  # how far the ledger is told at each pace
Broken = dict[Scope, Exception]  # what could not be told in this run
logger = logging.getLogger(__name__)


def write_due() -> None:
    """Write every letter that is due; called by `manage.py tick`, safe twice or at once.

    What breaks in one scope keeps nobody else waiting: who follows it is told by the run in which it works again.
    Raises ExceptionGroup after all others were told.
    """
    end, until, broken = time.monotonic() + RUN_SECONDS, _until(timezone.now()), {}
    while time.monotonic() < end and _write_some(until, broken):
        pass
    if broken:
        raise ExceptionGroup("Who follows some things could not be told", [*broken.values()])


def _until(now: datetime) -> Until:
    """Everything at once; once a week what had happened by Monday morning, however late the run comes."""
    before = LedgerEntry.objects.filter(time__lt=last_monday(now))
    week = before.aggregate(last=Max("position"))["last"] or 0
    return {Pace.IMMEDIATE: lookups.newest_position(), Pace.WEEKLY: week}


def last_monday(now: datetime) -> datetime:
    """Return the last Monday at seven o'clock, UTC, that is not after `now`."""
    morning = now.replace(hour=WEEKLY_HOUR, minute=0, second=0, microsecond=0)
    monday = morning - timedelta(days=morning.weekday())
    return monday if monday <= now else monday - timedelta(days=7)


@transaction.atomic
def _write_some(until: Until, broken: Broken) -> bool:
    """Tell some of those who have not been told; return whether there were any. Another run keeps those it holds."""
    behind = Q()
    for pace, position in until.items():
        behind |= Q(pace=pace, position__lt=position)
    due = Subscription.objects.confirmed().filter(behind).order_by("position", "pk").select_related("subscriber")
    for scope in broken:
        due = due.exclude(of=scope.of, key=scope.key)
    held = list(due.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    if held:
        _tell(held, until, broken)
    return bool(held)


def _tell(held: list[Subscription], until: Until, broken: Broken) -> None:
    """Write the letters of those who are held and move their positions; as many statements for one as for all."""
    found = _changes(held, until, broken)
    names = _each({one.scope for one, changes in found.items() if changes}, followed.names, broken)
    told = {one: changes for one, changes in found.items() if one.scope in names and changes}
    messages.write_all(
        subscription_letters.of_changes(one, names[one.scope], changes, until[one.pace], until[Pace.IMMEDIATE])
        for one, changes in told.items()
    )
    Subscription.objects.filter(pk__in=[one.pk for one in told]).update(last_letter_at=timezone.now())
    _move([one for one in held if one.scope not in broken], until)


def _move(held: list[Subscription], until: Until) -> None:
    for pace, position in until.items():
        Subscription.objects.filter(pk__in=[one.pk for one in held if one.pace == pace]).update(position=position)


def _changes(held: list[Subscription], until: Until, broken: Broken) -> dict[Subscription, list[Change]]:
    """What each of those who are held has not been told, newest first."""
    first = min(one.position for one in held)
    sent = _each({one.scope for one in held}, lambda scopes: _sent(scopes, first), broken)
    return {one: _between(sent.get(one.scope, []), one.position, until[one.pace]) for one in held}


def _sent(scopes: Iterable[Scope], after: int) -> dict[Scope, list[Change]]:
    return to_send({scope for scope in scopes if followed.is_clear(scope)}, after)


def _each(scopes: set[Scope], ask: Callable[[Iterable[Scope]], dict[Scope, Any]], broken: Broken) -> dict[Scope, Any]:
    """Ask about all scopes at once; if that fails about each, and keep in `broken` for which it does."""
    try:
        with transaction.atomic():
            return ask(scopes)
    except Exception:
        logger.exception("What changed could not be found for all at once; each is asked about by itself")
    found = {}
    for scope in scopes:
        try:
            with transaction.atomic():
                found |= ask([scope])
        except Exception as error:
            broken[scope] = error
    return found


def tell_again(subscription: Subscription, after: int, until: int) -> dict[str, str] | None:
    """Return subject and text of a letter that waits, as it may be told now; None when nothing of it may."""
    scope = subscription.scope
    changes = _between(_sent([scope], after).get(scope, []), after, until)
    return subscription_letters.words(subscription, followed.names([scope])[scope], changes) if changes else None


def _between(changes: list[Change], after: int, until: int) -> list[Change]:
    return [change for change in reversed(changes) if after < change.position <= until]
