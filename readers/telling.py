"""Telling subscribers what changed: letters derived from the ledger's entries after a stored position.

A letter and the position up to which it tells are written in one transaction, so that each change is told once: a run
killed before its end has told nothing, one that comes after it finds what is left.
"""

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from library import lookups
from library.changes import Change, to_send
from library.models import LedgerEntry
from mailroom.sending import RUN_SECONDS
from readers import followed, messages, subscription_letters
from readers.models import Subscription

AT_ONCE = 500  # subscriptions in one transaction
WEEKLY_HOUR = 7  # of Monday, UTC
Pace = Subscription.Pace
Until = dict[str, int]  # how far the ledger is told at each pace


def write_due() -> None:
    """Write every letter that is due; called by `manage.py tick`, safe twice or at once."""
    end, until = time.monotonic() + RUN_SECONDS, _until(timezone.now())
    while time.monotonic() < end and _write_some(until):
        pass


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
def _write_some(until: Until) -> bool:
    """Tell some of those who have not been told; return whether there were any. Another run keeps those it holds."""
    behind = Q()
    for pace, position in until.items():
        behind |= Q(pace=pace, position__lt=position)
    due = Subscription.objects.confirmed().filter(behind).order_by("position", "pk").select_related("subscriber")
    held = list(due.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    if held:
        _tell(held, until)
    return bool(held)


def _tell(held: list[Subscription], until: Until) -> None:
    """Write the letters of those who are held and move their positions; as many statements for one as for all."""
    told = {one: changes for one, changes in _changes(held, until).items() if changes}
    names = followed.names(one.scope for one in told)
    messages.write_all(
        subscription_letters.of_changes(one, names[one.scope], changes, until[one.pace], until[Pace.IMMEDIATE])
        for one, changes in told.items()
    )
    Subscription.objects.filter(pk__in=[one.pk for one in told]).update(last_letter_at=timezone.now())
    _move(held, until)


def _move(held: list[Subscription], until: Until) -> None:
    for pace, position in until.items():
        Subscription.objects.filter(pk__in=[one.pk for one in held if one.pace == pace]).update(position=position)


def _changes(held: list[Subscription], until: Until) -> dict[Subscription, list[Change]]:
    """What each of those who are held has not been told, newest first."""
    first = min(one.position for one in held)
    sent = to_send({one.scope for one in held if followed.is_clear(one.scope)}, after=first)
    return {one: _between(sent.get(one.scope, []), one.position, until[one.pace]) for one in held}


def tell_again(subscription: Subscription, after: int, until: int) -> dict[str, str] | None:
    """Return subject and text of a letter that waits, as it may be told now; None when nothing of it may."""
    scope = subscription.scope
    sent = to_send([scope] if followed.is_clear(scope) else [], after)
    changes = _between(sent.get(scope, []), after, until)
    return subscription_letters.words(subscription, followed.names([scope])[scope], changes) if changes else None


def _between(changes: list[Change], after: int, until: int) -> list[Change]:
    return [change for change in reversed(changes) if after < change.position <= until]
