"""Sources and families that were corrected after a text was submitted, and of which it still holds the old copy."""

from dataclasses import dataclass
from datetime import datetime

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
    what the text says is not told.
    """
    if submission.state != Submission.State.OPEN:
        return []
    return [Outdated(_correction(row)) for row in submission.corrected_since if _differs(row, document)]


def _differs(row: dict, document: Document) -> bool:
    module = composition(row["kind"])
    return module.with_copy(document, module.copy_of(parse(row["now"].encode()))) != document


def _correction(row: dict) -> Correction:
    says = {name: row[name] for name in Correction.SAYS}
    return Correction(**says | {"at": datetime.fromisoformat(row["at"])})
