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
    """Where a submission stands in the round, counted from 1."""

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
    """Return the submission that waits next for the user: the oldest after `after`, else the oldest of all.

    `passed` are the ids of those that they are through with. None when nothing else waits.
    """
    left = [one for one in waiting_for(user) if one.pk not in passed and (after is None or one.pk != after.pk)]
    later = [one for one in left if after and (one.submitted_at, one.pk) > (after.submitted_at, after.pk)]
    return next(iter(later or left), None)


def place(session, user: User, submission: Submission) -> Place | None:
    """Return where `submission` stands in the user's round; None when it does not wait for them, or was skipped."""
    done = session.get(ROUND, {})
    left = [one.pk for one in waiting_for(user) if str(one.pk) not in done]
    if submission.pk not in left:
        return None
    return Place(len(done) + left.index(submission.pk) + 1, len(done) + len(left))


def step(session, user: User, submission: Submission, what: str) -> Submission | None:
    """Remember `what` became of `submission` and return the next one; None ends the round."""
    done = {**session.get(ROUND, {}), str(submission.pk): what}
    following = next_for(user, submission, frozenset(map(int, done)))
    if following:
        session[ROUND] = done
    else:
        session.pop(ROUND, None)
        session[FINISHED] = done
    return following


def finished(session) -> dict[str, list[int]]:
    """Return what the last round came to: the ids of the submissions by what became of them."""
    done = session.get(FINISHED, {})
    return {what: [int(pk) for pk, became in done.items() if became == what] for what in (SIGNED, SENT_BACK, SKIPPED)}
