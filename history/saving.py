"""Saving what a form holds: never over somebody else's change, never the same twice, nothing typed is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from history import archive, corrections, timeline
from history.kinds import composition, is_published
from history.merging import merge
from history.models import Draft, RefusedSave
from library.documents import Document, canonical_bytes, digest


class WrongBase(ValueError):
    """A form that does not say which version it was opened with, or names one that never was."""


class Taken(ValueError):
    """A code or address that somebody else was given first; the message is a sentence for people."""

    field = "code"


@dataclass(frozen=True)
class Base:
    """What a form was opened with: number and digest of the draft's version."""

    version: int
    digest: str

    @classmethod
    def of(cls, draft: Draft) -> "Base":
        """Return the base of a form that is opened on `draft` as it stands."""
        return cls(draft.version, draft.digest)

    @classmethod
    def typed(cls, version: str, digest: str) -> "Base":
        """Return the base that a form sent back. Raises WrongBase when it sent none."""
        if not (version.isascii() and version.isdecimal() and len(version) < 10 and digest):
            raise WrongBase("The form does not say which version it was opened with. Open it again.")
        return cls(int(version), digest)

    def read(self, draft: Draft) -> Document:
        """Return the document of that version of `draft`. Raises WrongBase when there never was such a version."""
        try:
            document = timeline.document_of(draft, self.version)
        except LookupError:
            document = None
        if document is None or digest(document) != self.digest:
            raise WrongBase(f"{draft.code} never had the version this form was opened with. Open it again.")
        return document


@dataclass(frozen=True)
class Outcome:
    """What came of a save: the draft with its new version, or the refused text, or neither if nothing changed.

    `kept` is the number of the version of somebody else on top of which the text was put; 0 if nobody came between.
    """

    draft: Draft | None = None
    refused: RefusedSave | None = None
    kept: int = 0


def save(kind: str, code: str, mine: Document, base: Base, *, by, note: str, part: str = "") -> Outcome:
    """Save `mine`, typed on top of `base`, together with what others have saved since.

    Refused, and kept for its author, is what both changed differently (see `merging`). A correction of a cited
    source or of the family's name in between is no change of the item: the form does not hold them. `part` names
    the page of the item that was open (a partnership's pattern), empty for the item itself. Raises WrongBase, Taken,
    IsArchived, and ValueError with a sentence for an identity that cannot be taken.
    """
    with _told_when_taken(), transaction.atomic():
        draft = _lock(kind, code, mine)
        archive.refuse_archived(kind, code)
        before, theirs = base.read(draft), draft.read()
        merged = merge(before, mine, theirs)
        if merged.conflicts:
            return Outcome(refused=_keep(draft, mine, base, by, note, part))
        if own(mine) == own(before) or own(merged.document) == own(theirs):
            return Outcome()
        kept = draft.version if own(before) != own(theirs) else 0
        return Outcome(draft=_write(kind, code, merged.document, by, note), kept=kept)


def create(kind: str, code: str, mine: Document, *, by, note: str, contributors: timeline.People = None) -> Draft:
    """Save `mine` as the first version of a new item. Raises Taken when the code is given already.

    `contributors` wrote what was taken over from other items.
    """
    with _told_when_taken(), transaction.atomic():
        _lock(kind, code, mine)
        refuse_second(kind, code)
        return _write(kind, code, mine, by, note, contributors)


def refuse_second(kind: str, code: str) -> None:
    """Raise Taken when there is an item of `kind` with `code`."""
    if Draft.objects.filter(kind=kind, code=code).exists():
        raise Taken(f"there is already a {kind} {code}; choose another, or open that one")


def restore(kind: str, code: str, version: int, *, by, note: str, shown: int) -> Draft | None:
    """Make the content of `version` the newest version; None if nothing differs.

    `shown` is the newest version that was seen; what others have saved since is kept. A restored source or
    family reaches every draft that holds a copy of it, as a correction does. Raises LookupError for a version that
    never was, timeline.MovedOn when somebody has changed since what would come back otherwise, ValueError for an
    identity that is somebody else's by now.
    """
    if is_published(kind):
        return timeline.restore(kind, code, version, by=by, note=note, shown=shown)
    module = composition(kind)
    with transaction.atomic():
        timeline.hold({module.shared_as(code)}, exclusive=True)
        document = timeline.restored(timeline.lock(kind, code), version, shown)
        brought = timeline.contributors(kind, code, 0, version)
        return _correct(kind, document, by=by, note=note, contributors=brought)


def own(document: Document) -> Document:
    """Return `document` without the copies of shared records that stand inside it."""
    texts = {name: value for name, value in document.items() if name != "bibliography"}
    return {**texts, "family": texts["family"]["slug"]} if "family" in texts else texts


def name_new_rows(document: Document) -> Document:
    """Return `document` with a passing name for every row that has no code yet, so that it can be compared."""
    return {name: _named(value) if isinstance(value, list) else value for name, value in document.items()}


def _named(rows: list) -> list:
    new = (f"new row {number}" for number in range(1, len(rows) + 1))
    return [{**row, "code": next(new)} if isinstance(row, dict) and row.get("code") == "" else row for row in rows]


def _lock(kind: str, code: str, mine: Document) -> Draft | None:
    """Lock the shared records that the new version will hold, then its draft: the order that all writers keep."""
    if is_published(kind):
        return timeline.lock_reading(kind, code, mine)
    timeline.hold({composition(kind).shared_as(code)}, exclusive=True)
    return timeline.lock(kind, code)


def _write(kind: str, code: str, document: Document, by, note: str, contributors: timeline.People = None):
    module = composition(kind)
    credit = {"by": by, "note": note, "contributors": contributors}
    if is_published(kind):
        return timeline.save(kind, code, module.finish(document), **credit)
    return _correct(kind, document, **credit)


def _correct(kind: str, document: Document, *, by, note: str, contributors: timeline.People = None) -> Draft | None:
    """Save a source or family with everything that holds a copy of it, and tell who must know."""
    saved = composition(kind).correct(document, by=by, note=note, contributors=contributors)
    if saved:
        corrections.tell(saved, by=by, note=note)
    return saved


def _keep(draft: Draft, mine: Document, base: Base, by, note: str, part: str) -> RefusedSave:
    return RefusedSave.objects.create(
        kind=draft.kind,
        code=draft.code,
        part=part,
        author=by,
        base_version=base.version,
        theirs_version=draft.version,
        document=canonical_bytes(mine).decode(),
        note=note,
    )


@contextmanager
def _told_when_taken() -> Iterator[None]:
    """Two people may take the same code or address at once; the database lets one of them have it."""
    try:
        yield
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        raise Taken("somebody took the same code or address a moment ago; choose another, or save again") from error
