"""Asking for a review and answering: assign, claim, accept, decline, take back, set a due date.

Assigning restricts nobody: whoever may sign off still may. It says whose turn it is. Every verb locks the submission
first, so that two people at once come one after the other.
"""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from history.words import when
from reviews import events, permissions
from reviews.asked import Asked, last_day, review_of, rows_of
from reviews.models import Assignment, Event, Submission
from reviews.refusals import NotAllowed, needed_note
from reviews.staff import Staff

Answer = Assignment.Answer
What = Event.What


@transaction.atomic
def assign(submission: Submission, person: User | None, *, by: User, due: date | None = None) -> Assignment:
    """Ask `person` to review `submission` by the day `due`, REVIEW_WITHIN_DAYS from now unless given.

    Raises PermissionDenied for who hands out no reviews; NotAllowed when the person may not sign it, is asked
    already, or the submission is closed.
    """
    check_may_assign(by)
    _lock(submission)
    if person is None:
        raise NotAllowed("Choose whom to ask.")
    if sentence := why_not_ask(submission, person):
        raise NotAllowed(sentence)
    row = _ask(submission, person, by, due)
    events.tell_of(submission, What.ASSIGNED, by=by, reason=f"Due {when(row.due)}.", other=person)
    return row


def why_not_ask(submission: Submission, person: User) -> str:
    """Return the sentence why `person` cannot be asked to review `submission`, empty when they can."""
    if not person.is_active:
        return f"{person.name}’s account is deactivated. Ask somebody else."
    if not permissions.may_review(person):
        return f"{person.name} is no reviewer. Ask somebody else."
    if not permissions.may_sign_off(person, submission):
        return f"{person.name} wrote part of this text since the live edition. Ask somebody else."
    review = review_of(submission, Staff(_today()))
    if person.pk in review.signers:
        return f"{person.name} has signed this text off already."
    asked = review.of(person)
    return f"{person.name} is asked to review it already." if asked and asked.row else ""


@transaction.atomic
def claim(submission: Submission, *, by: User) -> Assignment:
    """Take the review of `submission`, whoever else has it. Raises PermissionDenied, NotAllowed."""
    if not permissions.may_review(by):
        raise PermissionDenied("Only reviewers take reviews.")
    if not permissions.may_claim(by, submission):
        raise PermissionDenied("You contributed to this text since the live edition; somebody else reviews it.")
    _lock(submission)
    review = review_of(submission, Staff(_today()))
    if by.pk in review.signers:
        raise NotAllowed("You have signed this text off already.")
    asked = review.of(by)
    if asked and asked.row:
        raise NotAllowed("This review is yours already.")
    row = _ask(submission, by, by, None, answer=Answer.ACCEPTED, answered_at=timezone.now())
    events.tell_of(submission, What.CLAIMED, by=by, reason=f"Due {when(row.due)}.")
    return row


@transaction.atomic
def accept(submission: Submission, *, by: User) -> Assignment:
    """Say yes to being asked. Raises PermissionDenied, NotAllowed."""
    _lock(submission)
    asked = _asked(submission, by)
    if asked.row is None:
        raise NotAllowed("Your approval lapsed, so the review is yours without an answer.")
    if asked.row.answer:
        raise NotAllowed("You have accepted this review already.")
    _answer(asked.row, Answer.ACCEPTED)
    events.tell_of(submission, What.ACCEPTED, by=by, other=_asker(asked.row))
    return asked.row


@transaction.atomic
def decline(submission: Submission, *, by: User, reason: str) -> Assignment:
    """Say no, and why; the review is a chief editor's turn again, and `by` may still sign.

    Somebody whom a lapsed approval put back declines in the same way. Raises PermissionDenied, NotAllowed.
    """
    reason = needed_note(reason, "Say why, so that a chief editor knows whom to ask instead.")
    _lock(submission)
    asked = _asked(submission, by)
    if asked.row:
        row = _answer(asked.row, Answer.DECLINED, reason)
    else:
        row = _ask(submission, by, by, None, answer=Answer.DECLINED, reason=reason, answered_at=timezone.now())
    events.tell_of(submission, What.DECLINED, by=by, reason=reason, other=_asker(row))
    return row


@transaction.atomic
def unassign(submission: Submission, person: User | None, *, by: User) -> None:
    """Take back that `person` was asked. Raises PermissionDenied, NotAllowed."""
    check_may_assign(by)
    _lock(submission)
    _row(submission, person).delete()
    events.tell_of(submission, What.UNASSIGNED, by=by, other=person)


@transaction.atomic
def set_due(submission: Submission, person: User | None, due: date, *, by: User) -> Assignment:
    """Set the day by which `person` is to review it, and tell them. Raises PermissionDenied, NotAllowed."""
    check_may_assign(by)
    _lock(submission)
    _check_due(due)
    row = _row(submission, person)
    row.submission, row.due = submission, due
    row.save(update_fields=["submission", "due"])
    events.tell_of(submission, What.ASSIGNED, by=by, reason=f"Due {when(due)}.", other=person)
    return row


def check_may_assign(by: User) -> None:
    """Raise PermissionDenied for who hands out no reviews."""
    if not permissions.may_assign(by):
        raise PermissionDenied("Only chief editors hand out reviews.")


def _lock(submission: Submission) -> None:
    open_ones = Submission.objects.open().filter(pk=submission.pk).select_for_update(no_key=True)
    if not open_ones.values_list("pk").first():
        raise NotAllowed("This submission is not in review any more; nothing was recorded.")


def _today() -> date:
    return timezone.now().date()


def _check_due(due: date) -> None:
    if due < _today():
        raise NotAllowed("The due date must be today or later.")


def _ask(submission: Submission, person: User, by: User, due: date | None, **answer) -> Assignment:
    now = timezone.now()
    if due:
        _check_due(due)
    return Assignment.objects.create(
        submission=submission,
        person=person,
        assigned_at=now,
        assigned_by_id=by.pk,
        assigned_by=by.name,
        due=due or last_day(now),
        **answer,
    )


def _asked(submission: Submission, by: User) -> Asked:
    """Return what `by` was asked, or the refusal for who was not."""
    review = review_of(submission, Staff(_today()))
    gone = (asked for asked, _ in review.gone if asked.person.pk == by.pk)
    asked = review.of(by) or next(gone, None)
    if asked and asked.row and not permissions.may_answer(by, asked.row):
        raise PermissionDenied("Only who was asked answers.")
    if asked is None:
        if any(row.person_id == by.pk for row in review.declined):
            raise NotAllowed("You have declined this review already.")
        if not permissions.may_review(by):
            raise PermissionDenied("Only who was asked answers.")
        raise NotAllowed("You are not asked to review this; nothing was recorded.")
    return asked


def _row(submission: Submission, person: User | None) -> Assignment:
    """Return the open assignment of `person`, who need not be able to sign any more."""
    if person is None:
        raise NotAllowed("Choose somebody who is asked to review this.")
    row = next((row for row in rows_of(submission) if row.person_id == person.pk), None)
    if row is None or not row.is_open:
        raise NotAllowed(f"{person.name} is not asked to review this; nothing was recorded.")
    return row


def _answer(row: Assignment, answer: str, reason: str = "") -> Assignment:
    row.answer, row.reason, row.answered_at = answer, reason, timezone.now()
    row.save(update_fields=["answer", "reason", "answered_at"])
    return row


def _asker(row: Assignment) -> User | None:
    """Return who asked, None when they took it themselves."""
    return None if row.is_own_choice else User.objects.filter(pk=row.assigned_by_id).first()
