"""How far a reviewer has read: kept per digest of what was shown, so that one continues tomorrow."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from library.comparison import Path
from reviews import permissions
from reviews.models import ReadMark, Submission


def read_of(user: User, submission: Submission, digests: Iterable[str]) -> set[str]:
    """Return which of `digests` the person has read of the item; one statement."""
    marks = ReadMark.objects.filter(person=user.pk, kind=submission.kind, code=submission.code)
    return set(marks.filter(digest__in=list(digests)).values_list("digest", flat=True))


def write(submission: Submission, place: Path, digest: str, *, is_read: bool, by: User) -> None:
    """Keep that the person has read what `digest` stands for, or forget it. Raises PermissionDenied."""
    if not permissions.may_review(by):
        raise PermissionDenied("Only reviewers keep how far they have read.")
    same = {"person_id": by.pk, "kind": submission.kind, "code": submission.code, "digest": digest}
    if not is_read:
        ReadMark.objects.filter(**same).delete()
        return
    try:
        with transaction.atomic():
            ReadMark.objects.create(**same, place=list(place))
    except IntegrityError:
        pass  # read already: in another window, or by a double click
