"""What a refused save shows: base, mine and theirs, for every field that differs."""

from dataclasses import dataclass

from history.differences import Told, tell
from history.models import Draft, RefusedSave
from history.saving import name_new_rows, own
from history.timeline import document_of
from library.comparison import compare
from library.documents import Document


@dataclass(frozen=True)
class Row:
    """One field or row that differs; a side that left it alone is None."""

    mine: Told | None
    theirs: Told | None

    @property
    def told(self) -> Told:
        """The side that says where the field stands."""
        return self.mine or self.theirs

    @property
    def is_conflict(self) -> bool:
        """Whether both changed it, and not to the same."""
        return bool(self.mine and self.theirs and self.mine != self.theirs)


def three_columns(draft: Draft, refused: RefusedSave) -> list[Row]:
    """Return what differs between the version the author had open, their text, and the version that was first."""
    base = document_of(draft, refused.base_version)
    mine = _told(base, name_new_rows(refused.read()))
    theirs = _told(base, document_of(draft, refused.theirs_version))
    return [Row(mine.get(path), theirs.get(path)) for path in {**mine, **theirs}]


def _told(base: Document, other: Document) -> dict[tuple, Told]:
    old, new = own(base), own(other)
    return {(told.path, told.what == "moved"): told for told in tell(compare(old, new), old, new)}
