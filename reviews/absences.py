"""Going away and coming back: who stands in meanwhile."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from history.words import when
from mailroom import letters
from reviews import events, permissions
from reviews.asked import reviews_of
from reviews.models import Absence, Event, Submission
from reviews.refusals import NotAllowed, clean_note
from reviews.staff import Staff
from reviews.turns import why_no_stand_in


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
        _tell(absence, by)
    return absence


def _tell(absence: Absence, by: User) -> None:
    """Pass on what waits for the person by name today; where nothing does, the delegate hears of it by letter."""
    days = f"from {when(absence.first_day)} to {when(absence.last_day)}"
    reason = f"{absence.person.name} is away {days}. {absence.note}".strip()
    passed_on = _waiting_for(absence)
    for submission in passed_on:
        events.tell_of(submission, Event.What.DELEGATED, by=by, reason=reason, other=absence.delegate)
    if not passed_on and absence.delegate != by:
        letters.write(
            absence.delegate,
            about=f"absence/{absence.pk}",
            subject=f"You stand in for {absence.person.name}",
            text=f"{reason}\n\nYou stand in: what waits for {absence.person.name} is in your queue on these days.",
            link=reverse("desk:queue"),
        )


def _waiting_for(absence: Absence) -> list[Submission]:
    """Return what the delegate reviews from today on; nothing when the absence begins later."""
    staff = Staff(timezone.now().date())
    if absence.first_day > staff.day:
        return []
    reviews = reviews_of(Submission.objects.open().defer("document"), staff).values()
    named = [review for review in reviews if review.of(absence.person)]
    return [review.submission for review in named if not why_no_stand_in(absence, review, staff)]


def _why_not(person: User, first_day: date, last_day: date, delegate: User | None) -> str:
    if last_day < first_day:
        return "The last day must not be before the first."
    if last_day < timezone.now().date():
        return "These days are over. Give days that are still to come."
    if other := person.absences.filter(first_day__lte=last_day, last_day__gte=first_day).first():
        days = f"from {when(other.first_day)} to {when(other.last_day)}"
        return f"{person.name} is away {days} already. End that absence first, or choose other days."
    return why_not_delegate(person, delegate) if delegate else ""


def why_not_delegate(person: User, delegate: User) -> str:
    """Return the sentence why `delegate` cannot stand in for `person`, empty when they can."""
    if permissions.may_stand_in(delegate, person):
        return ""
    if delegate.pk == person.pk:
        return "Somebody else must stand in."
    return f"{delegate.name} is no {work_of(person)} and cannot stand in for one."


def work_of(person: User) -> str:
    """Return what whoever stands in for `person` must be."""
    return "reviewer" if permissions.may_review(person) else "editor"


def stand_ins(person: User, people: list[User]) -> list[User]:
    """Return those of `people` who can stand in for `person`."""
    return [delegate for delegate in people if permissions.may_stand_in(delegate, person)]


@transaction.atomic
def come_back(absence: Absence, *, by: User) -> None:
    """End the absence now, or call it off. Raises PermissionDenied."""
    if not permissions.may_set_absence(by, absence.person):
        raise PermissionDenied("You end your own absence; for others a chief editor does.")
    absence.delete()
