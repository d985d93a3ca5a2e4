"""Writing down a step: the one place that makes an Event, and the letters that follow from it."""

from django.utils import timezone

from accounts.models import User
from library.models import Standing
from reviews import letters
from reviews.models import Event, Submission


def tell(
    kind: str,
    code: str,
    what: str,
    *,
    by: User,
    submission: int | None = None,
    digest: str = "",
    reason: str = "",
    other: User | None = None,
) -> Event:
    """Write the event `what` on an item, and the letters to those who must know of it; return the event.

    `digest` is that of the text that the step is about; the live edition's digest is put beside it. `other` is
    the second person whom the step concerns. All in the caller's transaction: a step that is rolled back was
    never told.
    """
    standing = Standing.objects.latest().filter(kind=kind, code=code)
    event = Event(
        kind=kind,
        code=code,
        what=what,
        submission=submission,
        user_id=by.pk,
        name=by.name,
        role=by.role,
        at=timezone.now(),
        digest_before=standing.values_list("edition__digest", flat=True).first() or "",
        digest_after=digest,
        reason=reason,
        other_id=other.pk if other else None,
        other=other.name if other else "",
    )
    event.save()
    letters.about(event)
    return event


def tell_of(submission: Submission, what: str, *, by: User, reason: str = "", other: User | None = None) -> Event:
    """Write the event `what` on a submission and return it."""
    named = {"submission": submission.pk, "digest": submission.digest}
    return tell(submission.kind, submission.code, what, by=by, reason=reason, other=other, **named)
