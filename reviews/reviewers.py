"""Who reviews one submission, and what one person may do about it: the panel of the review and the item page."""

from collections import Counter

from django.urls import reverse

from accounts.models import User
from history.words import when
from reviews import turns
from reviews.asked import Asked, Review, review_of
from reviews.assignment_forms import AssignForm, DeclineForm, DueForm
from reviews.models import Submission
from reviews.staff import Staff


def panel(
    user: User, submission: Submission, day, *, case=None, back="review", assign_form=None, decline_form=None
) -> dict:
    """Return whose turn an open submission is on `day` and the forms of what `user` may do about that.

    `case` is what the page knows of the submission already, `back` names the page that the forms return to; a form
    given was refused and is shown again.
    """
    staff = Staff(day)
    review = review_of(submission, staff, case)
    mine = next((asked for asked in _all_asked(review) if asked.person.pk == user.pk), None)
    is_chief = user.pk in staff.chiefs
    free = candidates(review, staff, Counter()) if is_chief else []
    told = turns.in_review(review, staff)
    assign_form = assign_form or AssignForm(initial={"back": back})
    assign_form.offer(free)
    return {
        "submission": submission,
        "back": back,
        "turns": [turn for turn in told if turn.about],
        "may_accept": bool(mine and mine.row and not mine.row.answer),
        "may_decline": mine is not None,
        "may_claim": mine is None and user.pk in staff.reviewers and review.may_be_asked(user),
        "may_assign": is_chief,
        "candidates": free,
        "assign_form": _at(assign_form, "assign", submission),
        "decline_form": _at(decline_form or DeclineForm(initial={"back": back}), "decline", submission),
        "handed_out": [
            (asked, _due_form(asked, submission, back)) for asked in _all_asked(review) if is_chief and asked.row
        ],
    }


def candidates(review: Review, staff: Staff, in_hand: Counter) -> list[tuple[User, str]]:
    """Return whom a chief editor may ask to review it, and what to know of each: away, declined, reviews in hand."""
    declined = {row.person_id for row in review.declined}
    free = [user for user in staff.reviewers.values() if review.may_be_asked(user)]
    return [(user, _known_of(user, staff, user.pk in declined, in_hand[user.pk])) for user in free]


def _known_of(user: User, staff: Staff, has_declined: bool, in_hand: int) -> str:
    absence = staff.away.get(user.pk)
    known = [
        f"away until {when(absence.last_day)}" if absence else "",
        "declined" if has_declined else "",
        f"{in_hand} in hand" if in_hand else "",
    ]
    return ", ".join(filter(None, known))


def _all_asked(review: Review) -> list[Asked]:
    return [*review.asked, *(asked for asked, _ in review.gone)]


def _due_form(asked: Asked, submission: Submission, back: str) -> DueForm:
    initial = {"person": asked.person.pk, "due": asked.due, "back": back}
    return _at(DueForm(initial=initial, whose=asked.person), "due", submission)


ADDRESSES = {"assign": "desk:reviewer-assign", "decline": "desk:review-decline", "due": "desk:reviewer-due"}


def _at(form, verb, submission):
    form.action = reverse(ADDRESSES[verb], args=[submission.pk])
    return form
