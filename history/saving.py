"""Saving what a form holds: never over somebody else's change, never the same twice, nothing typed is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from history import archive, timeline
from history.kinds import composition, is_published
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
    """What came of a save: the draft with its new version, or the refused text, or neither if nothing changed."""

    draft: Draft | None = None
    refused: RefusedSave | None = None


def save(kind: str, code: str, mine: Document, base: Base, *, by, note: str, part: str = "") -> Outcome:
    """Save `mine`, typed on top of `base`, unless the item's own text has moved on since.

    A correction of a cited source or of the family's name in between is no conflict: the form does not hold
    them. `part` names the page of the item that was open (a partnership's pattern), empty for the item itself.
    Raises WrongBase, Taken, IsArchived, and ValueError with a sentence for an identity that cannot be taken.
    """
    with _told_when_taken(), transaction.atomic():
        _hold(kind, code, mine)
        draft = timeline.lock(kind, code)
        archive.refuse_archived(kind, code)
        before, theirs = base.read(draft), draft.read()
        if own(mine) in (own(before), own(theirs)):
            return Outcome()
        if own(before) != own(theirs):
            return Outcome(refused=_keep(draft, mine, base, by, note, part))
        return Outcome(draft=_write(kind, code, mine, by, note))


def create(kind: str, code: str, mine: Document, *, by, note: str) -> Draft:
    """Save `mine` as the first version of a new item. Raises Taken when the code is given already."""
    with _told_when_taken(), transaction.atomic():
        _hold(kind, code, mine)
        timeline.lock(kind, code)
        refuse_second(kind, code)
        return _write(kind, code, mine, by, note)


def refuse_second(kind: str, code: str) -> None:
    """Raise Taken when there is an item of `kind` with `code`."""
    if Draft.objects.filter(kind=kind, code=code).exists():
        raise Taken(f"there is already a {kind} {code}; choose another, or open that one")


def restore(kind: str, code: str, version: int, *, by, note: str, shown: int) -> Draft | None:
    """Make the content of `version` the newest version; None if nothing differs.

    `shown` is the newest version that was seen. A restored source or family reaches every draft that holds a
    copy of it, as a correction does. Raises LookupError for a version that never was, timeline.MovedOn when
    somebody saved since, ValueError for an identity that is somebody else's by now.
    """
    if is_published(kind):
        return timeline.restore(kind, code, version, by=by, note=note, shown=shown)
    module = composition(kind)
    with transaction.atomic():
        timeline.hold({module.shared_as(code)}, exclusive=True)
        draft = timeline.lock(kind, code)
        timeline.check_shown(draft, shown)
        brought = timeline.contributors(kind, code, 0, version)
        return module.correct(timeline.document_of(draft, version), by=by, note=note, contributors=brought)


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


def _hold(kind: str, code: str, mine: Document) -> None:
    """Take the locks on shared records before any draft is locked: the order that all writers keep."""
    module = composition(kind)
    if is_published(kind):
        timeline.hold(module.reads(mine))
    else:
        timeline.hold({module.shared_as(code)}, exclusive=True)


def _write(kind: str, code: str, mine: Document, by, note: str) -> Draft | None:
    module = composition(kind)
    if is_published(kind):
        return timeline.save(kind, code, module.finish(mine), by=by, note=note)
    return module.correct(mine, by=by, note=note)


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
