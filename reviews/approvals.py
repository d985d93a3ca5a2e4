"""Which sign-offs count for a text: same item, same section digest, on top of the same live edition."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from library import documents
from library.documents import Document
from reviews.models import SignOff, Submission


@dataclass(frozen=True)
class Approval:
    """A sign-off given on top of the live edition; it `stands` for a text, or has lapsed because that was changed."""

    sign_off: SignOff
    stands: bool


def rows_for(submissions: Iterable[Submission]) -> dict[int, list[SignOff]]:
    """Return every sign-off on top of the live edition of each of `submissions`, oldest first, lapsed or not."""
    submissions = list(submissions)
    rows = defaultdict(list)
    for row in SignOff.objects.filter(code__in={submission.code for submission in submissions}).order_by("pk"):
        rows[row.kind, row.code, row.base_edition].append(row)
    return {one.pk: rows[one.kind, one.code, one.base_edition] for one in submissions}


def counting_among(rows: list[SignOff], submission: Submission) -> list[SignOff]:
    """Return those of `rows` that count for `submission`, in their order.

    A sign-off of a section counts for every text in which that section has the same digest. Nobody's counts who
    wrote in this one, but for an override.
    """
    writers = {person["id"] for person in submission.contributors}
    signed = [approval.sign_off for approval in _approvals(rows, submission.read) if approval.stands]
    return [row for row in signed if row.override_reason or row.user_id not in writers]


def given(kind: str, code: str, base_edition: str, read) -> list[Approval]:
    """Return every sign-off of the item on top of `base_edition`, and whether it stands for the text of `read()`.

    `read` returns the document; it is called only when somebody has signed at all.
    """
    return _approvals(list(SignOff.objects.filter(kind=kind, code=code, base_edition=base_edition)), read)


def _approvals(rows: list[SignOff], read) -> list[Approval]:
    if not rows:
        return []
    document = read()
    digests = {name: _digest(document, name) for name in {row.section for row in rows}}
    return [Approval(row, digests[row.section] == row.section_digest) for row in rows]


def _digest(document: Document, section: str) -> str:
    return documents.digest(documents.section(document, section))
