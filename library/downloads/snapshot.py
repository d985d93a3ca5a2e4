"""What the files of one position say: its editions, what stood, what is withheld since."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Max
from django.db.models.functions import Collate

from library.documents import Document, parse
from library.ledger import as_utc
from library.lookups import newest_position
from library.models import Cited, Edition, LedgerEntry, Standing, Withheld
from library.moments import NOW, Moment

CHUNK = 50  # documents that are read at once
STOOD = ("kind", "code", "number", "state", "review_by", "reviewed_on", "reviewed_by", "successor", "slug")
EDITION = ("pk", "kind", "code", "number", "position", "digest", "published_at", "document")


@dataclass(frozen=True)
class Snapshot:
    """A position of the ledger and the position of the last withholding that concerns what was public by then.

    The files are a function of these two: ledger and editions never change, and what stood follows from them.
    """

    position: int
    withheld: int

    def head(self) -> LedgerEntry:
        """Return the newest entry."""
        return LedgerEntry.objects.get(position=self.position)

    def entries(self) -> Iterator[LedgerEntry]:
        """Yield the ledger's entries, oldest first."""
        return LedgerEntry.objects.filter(position__lte=self.position).order_by("position").iterator(CHUNK)

    def editions(self) -> Iterator["Published"]:
        """Yield every edition ever published, in the order of the ledger."""
        grounds = _grounds(self.position)
        rows = Edition.objects.filter(position__lte=self.position).order_by("position").values(*EDITION)
        for row in rows.iterator(CHUNK):
            yield Published.of(row, grounds.get(row["pk"]))

    def standing(self) -> Iterator["Published"]:
        """Yield the edition of every item that stood, with how it stood, in the order of publication."""
        grounds = _grounds(self.position)
        rows = Standing.objects.at(self.position).order_by("edition__position")
        columns = {f"edition__{name}": name for name in EDITION}
        for row in rows.values(*STOOD, *columns).iterator(CHUNK):
            edition = {name: row.pop(column) for column, name in columns.items()}
            yield Published.of(edition, grounds.get(edition["pk"]), row)

    def sources(self) -> Iterator[tuple[dict[str, Any], list[str]]]:
        """Yield every source that what stood cites, in the newest copy, with the codes of what cites it, by key."""
        cited = Cited.objects.filter(standing__in=Moment(self.position).standings())
        by_key = cited.order_by(Collate("key", "C"), "-standing__edition__position")
        rows = by_key.values_list("key", "standing__code", "record").iterator(CHUNK)
        for _, copies in groupby(rows, key=lambda row: row[0]):
            together = list(copies)
            yield together[0][2], sorted(code for _, code, _ in together)

    def withheld_editions(self) -> set[tuple[str, str, str]]:
        """Return kind, code and number of the editions that are withheld."""
        hidden = Edition.objects.filter(position__lte=self.position, withheld__isnull=False)
        return set(hidden.values_list("kind", "code", "number"))


@dataclass(frozen=True)
class Published:
    """An edition as the files tell it: facts, bytes, how it stood; `withheld` says why its bytes are not told."""

    facts: dict[str, Any]
    body: bytes
    stood: dict[str, Any]
    withheld: dict[str, Any]

    @classmethod
    def of(cls, row: dict, ground: Withheld | None, stood: dict | None = None) -> "Published":
        facts = {name: row[name] for name in ("kind", "code", "position", "digest")}
        facts |= {"edition": row["number"], "published": as_utc(row["published_at"])}
        if ground:
            told = {"position": ground.position, "on": ground.day.isoformat(), "ground": ground.ground}
            return cls(facts, b"", {}, told)
        return cls(facts, bytes(row["document"]), _told(stood) if stood else {}, {})

    @property
    def document(self) -> Document:
        return parse(self.body)


def _told(stood: dict) -> dict[str, Any]:
    days = {name: stood[name].isoformat() for name in ("reviewed_on", "review_by")}
    return {name: stood[name] for name in ("state", "reviewed_by", "successor")} | days


def _grounds(position: int) -> dict[int, Withheld]:
    """What is withheld now of the editions up to `position`; few, so that one look serves all of them."""
    found = Withheld.objects.filter(edition__position__lte=position)
    return {withheld.edition_id: withheld for withheld in found}


def of(moment: Moment) -> Snapshot:
    """Return the snapshot of a moment, now included."""
    return at(newest_position() if moment is NOW else moment.position)


def at(position: int) -> Snapshot:
    """Return the snapshot of a position as it may be told now."""
    last = Withheld.objects.filter(edition__position__lte=position).aggregate(last=Max("position"))["last"]
    return Snapshot(position, last or 0)
