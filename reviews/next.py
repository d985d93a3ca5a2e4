"""A reviewer's round: from one submission that waits to the next, without returning to a list.

What was signed, sent back or skipped in this round is remembered in the session, nothing else is.
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from accounts.models import User
from reviews import permissions
from reviews.models import SignOff, Submission

ROUND, FINISHED = "round", "finished_round"
SIGNED, SENT_BACK, SKIPPED = "signed", "sent_back", "skipped"


@dataclass(frozen=True)
class Place:
    """The how-manyth of a round a submission is, counted from 1, and how many the round has."""

    number: int
    of: int


def waiting_for(user: User) -> list[Submission]:
    """Return the submissions that wait for the user's sign-off, oldest first, without their documents."""
    if not permissions.may_review(user):
        return []
    same = {field: OuterRef(field) for field in ("kind", "code", "digest", "base_edition")}
    signed = SignOff.objects.filter(**same, user_id=user.pk)
    found = Submission.objects.open().exclude(contributors__contains=[{"id": user.pk}]).exclude(Exists(signed))
    return list(found.defer("document").order_by("submitted_at", "pk"))


def next_for(user: User, after: Submission | None = None, passed: frozenset[int] = frozenset()) -> Submission | None:
    """Return the submission that waits next for the user; None when nothing else waits. See `in_order`."""
    return next(iter(in_order(user, after, passed)), None)


def in_order(user: User, after: Submission | None = None, passed: frozenset[int] = frozenset()) -> list[Submission]:
    """Return what waits for the user besides `after`: the oldest after it first, those older than it last.

    `passed` are the ids of those that they are through with.
    """
    left = [one for one in waiting_for(user) if one.pk not in passed and (after is None or one.pk != after.pk)]
    is_later = [after is None or (one.submitted_at, one.pk) > (after.submitted_at, after.pk) for one in left]
    later = [one for one, is_so in zip(left, is_later, strict=True) if is_so]
    return later + [one for one, is_so in zip(left, is_later, strict=True) if not is_so]


def place(session, user: User, submission: Submission) -> Place | None:
    """Return where `submission` stands in the user's round; None when it does not wait for them.

    One that was skipped counts as if it had not been while it is open again.
    """
    done = session.get(ROUND, {}).keys() - {str(submission.pk)}
    left = [one.pk for one in waiting_for(user) if str(one.pk) not in done]
    return Place(len(done) + 1, len(done) + len(left)) if submission.pk in left else None


def step(session, user: User, submission: Submission, what: str) -> list[Submission]:
    """Remember `what` became of `submission` and return what is left of the round, the next one first.

    Nothing left ends the round.
    """
    done = {**session.get(ROUND, {}), str(submission.pk): what}
    left = in_order(user, submission, frozenset(map(int, done)))
    if left:
        session[ROUND] = done
    else:
        session.pop(ROUND, None)
        session[FINISHED] = done
    return left


def finished(session) -> dict[str, list[int]]:
    """Return what the last round came to: the ids of the submissions by what became of them."""
    done = session.get(FINISHED, {})
    return {what: [int(pk) for pk, became in done.items() if became == what] for what in (SIGNED, SENT_BACK, SKIPPED)}
