"""What a refused save shows: base, mine and theirs, for every field that differs, conflicts first."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from history.differences import Told, tell, where
from history.merging import Conflict, merge
from history.models import Draft, RefusedSave
from history.saving import name_new_rows, own
from history.timeline import document_of
from library.comparison import compare
from library.documents import Document


@dataclass
class Row:
    """A place that differs, with the changes of either side there; a side without any left it alone."""

    where: str
    conflict: Conflict | None = None
    mine: list[Told] = field(default_factory=list)
    theirs: list[Told] = field(default_factory=list)

    @property
    def base(self) -> list[Told]:
        """Every change of either side, once for each field: what it says about how things were."""
        return list({told.path: told for told in [*self.theirs, *self.mine]}.values())


def three_columns(draft: Draft, refused: RefusedSave) -> list[Row]:
    """Return what differs between the version the author had open, their text, and the draft as it stands."""
    base, mine, theirs = document_of(draft, refused.base_version), refused.read(), draft.read()
    conflicts = merge(base, mine, theirs).conflicts
    rows = {conflict.key: Row(where(conflict.path), conflict) for conflict in conflicts}
    for side, document in (("mine", name_new_rows(mine)), ("theirs", theirs)):
        for told in _told(base, document):
            conflict = _conflict_at(told, conflicts)
            key = conflict.key if conflict else (told.path, told.what == "moved")
            getattr(rows.setdefault(key, Row(told.where)), side).append(told)
    return list(rows.values())


def _conflict_at(told: Told, conflicts: Iterable[Conflict]) -> Conflict | None:
    """Return the conflict that the change is part of: at its path or around it."""
    is_order = told.what == "moved"
    return next(
        (one for one in conflicts if one.is_order == is_order and told.path[: len(one.path)] == one.path), None
    )


def _told(base: Document, other: Document) -> list[Told]:
    old, new = own(base), own(other)
    return tell(compare(old, new), old, new)
