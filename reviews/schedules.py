"""Scheduled publication: a chief editor sets a moment; when it comes, everything is asked again."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from history.words import when
from library.ledger import lock_library
from library.models import Edition
from mailroom import ticking
from reviews import events, permissions, workflow
from reviews.models import Event, Schedule, Submission
from reviews.refusals import NotAllowed, clean_note

LONGEST_AHEAD = timedelta(days=365)
ONLY_CHIEF = "Only a chief editor says when something is published."


@transaction.atomic
def schedule(submission: Submission, *, due_at: datetime | None, by: User) -> Schedule:
    """Set the moment from which `submission` is to be published, in place of the one set before, and return it.

    It may still lack sign-offs. Raises PermissionDenied, and NotAllowed for a submission that is decided and a
    moment that is past or more than a year away.
    """
    if not permissions.may_schedule(by):
        raise PermissionDenied(ONLY_CHIEF)
    lock_library()  # a sign-off or a publication under way comes before or after
    now = timezone.now()
    if due_at is None or not now < due_at <= now + LONGEST_AHEAD:
        raise NotAllowed("Choose a moment in the future, at most a year from now.")
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if submission.state != Submission.State.OPEN:
        raise NotAllowed(
            f"This submission is {submission.get_state_display().lower()}; there is nothing to schedule."
        )
    Schedule.objects.of(submission).end(Schedule.State.CANCELLED, f"{by.name} set another moment.")
    made = Schedule.objects.create(submission=submission, due_at=due_at, at=now, by_id=by.pk, by=by.name)
    events.tell_of(submission, Event.What.SCHEDULED, by=by, reason=f"To be published on {when(due_at)}.")
    return made


@transaction.atomic
def cancel(submission: Submission, *, by: User, reason: str = "") -> None:
    """Take the submission off the schedule; it stays in review. Raises PermissionDenied, NotAllowed."""
    if not permissions.may_schedule(by):
        raise PermissionDenied(ONLY_CHIEF)
    lock_library()
    reason = clean_note(reason) or f"{by.name} took it off the schedule."
    if not Schedule.objects.of(submission).end(Schedule.State.CANCELLED, reason):
        raise NotAllowed("This is not scheduled any more. Nothing was changed.")
    events.tell_of(submission, Event.What.UNSCHEDULED, by=by, reason=reason)


def publish_due() -> None:
    """Publish what is due, oldest moment first, or say why not; safe twice and at once.

    Raises ExceptionGroup after all were tried when something broke that is no refusal; those stay waiting.
    """
    due = Schedule.objects.waiting().filter(due_at__lte=timezone.now()).order_by("due_at", "pk")
    broken = "scheduled publications that broke; they are tried again"
    ticking.each(due.values_list("pk", flat=True), _publish_one, broken)


@transaction.atomic
def _publish_one(pk: int) -> Edition | None:
    lock_library()
    due = Schedule.objects.waiting().filter(pk=pk).select_related("submission").first()
    if due is None:  # another tick, a sign-off or a chief editor was faster
        return None
    by = User.objects.get(pk=due.by_id)
    try:
        if not permissions.may_schedule(by):
            raise PermissionDenied(f"{by.name}, who scheduled this, is no active chief editor any more.")
        with transaction.atomic():
            return workflow.publish_signed(due.submission, by=by)
    except (PermissionDenied, NotAllowed) as refused:
        Schedule.objects.filter(pk=pk).end(Schedule.State.FAILED, str(refused))
        events.tell_of(due.submission, Event.What.SCHEDULE_FAILED, by=by, reason=str(refused))
        return None
