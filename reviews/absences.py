"""Going away and coming back: who stands in meanwhile."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from reviews import events, permissions
from reviews.models import Absence, Event
from reviews.refusals import NotAllowed, clean_note
from reviews.turns import said


@transaction.atomic
def go_away(
    person: User, *, first_day: date, last_day: date, delegate: User | None = None, note: str = "", by: User
) -> Absence:
    """Record that `person` is away from `first_day` to `last_day`, both included, and that `delegate` stands in.

    Without a delegate a chief editor has the person's turns. Raises PermissionDenied, NotAllowed.
    """
    if not permissions.may_set_absence(by, person):
        raise PermissionDenied("You say when you are away; for others a chief editor does.")
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    note = clean_note(note)
    if sentence := _why_not(person, first_day, last_day, delegate):
        raise NotAllowed(sentence)
    absence = Absence.objects.create(
        person=person, first_day=first_day, last_day=last_day, delegate=delegate, note=note
    )
    if delegate:
        days = f"{person.name} is away from {said(first_day)} to {said(last_day)}."
        reason = f"{days} {note}".strip()
        events.tell("person", str(person.pk), Event.What.DELEGATED, by=by, reason=reason, other=delegate)
    return absence


def _why_not(person: User, first_day: date, last_day: date, delegate: User | None) -> str:
    if last_day < first_day:
        return "The last day must not be before the first."
    if last_day < timezone.now().date():
        return "These days are over. Give days that are still to come."
    if other := person.absences.filter(first_day__lte=last_day, last_day__gte=first_day).first():
        days = f"from {said(other.first_day)} to {said(other.last_day)}"
        return f"{person.name} is away {days} already. End that absence first, or choose other days."
    return why_not_delegate(person, delegate) if delegate else ""


def why_not_delegate(person: User, delegate: User) -> str:
    """Return the sentence why `delegate` cannot stand in for `person`, empty when they can."""
    if delegate.pk == person.pk:
        return "Somebody else must stand in."
    if permissions.may_review(person) and not permissions.may_review(delegate):
        return f"{delegate.name} is no reviewer and cannot stand in for one."
    if permissions.may_edit(person) and not permissions.may_edit(delegate) and not permissions.may_review(person):
        return f"{delegate.name} is no editor and cannot stand in for one."
    return ""


@transaction.atomic
def come_back(absence: Absence, *, by: User) -> None:
    """End the absence now, or call it off. Raises PermissionDenied."""
    if not permissions.may_set_absence(by, absence.person):
        raise PermissionDenied("You end your own absence; for others a chief editor does.")
    absence.delete()
