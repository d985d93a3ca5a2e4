"""Sources and families that were corrected after a text was submitted, and of which it still holds the old copy."""

from dataclasses import dataclass

from history.kinds import composition
from library.documents import Document, parse
from reviews.models import Correction, Submission


@dataclass(frozen=True)
class Outdated:
    """One such source or family, with the newest correction of it: who made it, when and why."""

    correction: Correction

    @property
    def what(self) -> str:
        """What it is called in a sentence that begins with it."""
        word = "Source" if self.correction.kind == Correction.Kind.SOURCE else "The name of the family"
        return f"{word} {self.correction.code}"


def outdated_in(submission: Submission, document: Document) -> list[Outdated]:
    """Return what of `document`, the text of an open submission, was corrected since it was submitted.

    `submission` comes with the corrections made since, see `CorrectionQuerySet.beside`. What was corrected back to
    what the text says is not told. One statement where it holds something of what was corrected, else none.
    """
    if submission.state != Submission.State.OPEN:
        return []
    held = _held(document)
    since = [row["pk"] for row in submission.corrected_since if (row["kind"], row["code"]) in held]
    if not since:
        return []
    found = Correction.objects.filter(pk__in=since).with_copy_now().order_by("pk")
    return [Outdated(correction) for correction in found if _differs(correction, document)]


def _held(document: Document) -> set[tuple[str, str]]:
    """Return kind and code of every source and family of which a copy stands in the document."""
    sources = {(Correction.Kind.SOURCE, record["key"]) for record in document["bibliography"]}
    return sources | ({(Correction.Kind.FAMILY, document["family"]["slug"])} if "family" in document else set())


def _differs(correction: Correction, document: Document) -> bool:
    module = composition(correction.kind)
    return module.with_copy(document, module.copy_of(parse(correction.now.encode()))) != document
