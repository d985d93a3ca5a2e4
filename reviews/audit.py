"""The audit: every event of the house by who, what, when and why, newest first, page by page or all in a file.

A trail is one table of events told in the columns of an entry. To add one, add it to TRAILS: pages and files merge
them by time.
"""

import heapq
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet, Value

from accounts.models import AccountEvent
from library import spreadsheets
from library.ledger import as_utc
from reviews.models import Event

PER_PAGE = 50
CHUNK = 2_000  # rows that the database hands over at a time


class Place(NamedTuple):
    """Where an entry stands in the audit: later is greater. Its text goes into the address of a page."""

    at: datetime
    trail: str
    pk: int

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):%Y%m%dT%H%M%S%f}-{self.trail}-{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Place":
        """Return the place with the text `text`. Raises ValueError for any other text."""
        at, trail, pk = text.split("-")
        if trail not in {each.name for each in TRAILS} or not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
            raise ValueError(f"{text} is no place in the audit")
        return cls(datetime.strptime(at, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC), trail, int(pk))


@dataclass(frozen=True)
class Entry:
    """One event as page and files show it. `place` says where it stands; it is no column."""

    place: Place
    time: str
    kind: str
    code: str
    what: str
    by: str
    by_id: int | None
    role: str
    other: str
    other_id: int | None
    submission: int | None
    digest_before: str
    digest_after: str
    reason: str


COLUMNS = tuple(field.name for field in fields(Entry) if field.name != "place")


@dataclass(frozen=True)
class Trail:
    """One table of events, which has `at`. `columns` names the field of each column of an entry; others stay empty.

    `kinds` and `steps` are what its columns `kind` and `what` may say, with the words for it.
    """

    name: str
    rows: QuerySet
    columns: dict[str, str]
    kinds: dict[str, str]
    steps: dict[str, str]

    def selected(self, asked: "Asked", before: Place | None = None) -> QuerySet:
        """Return the rows that were asked for, newest first; those before `before` only."""
        found = self.rows
        for condition in self._conditions(asked):
            found = found.filter(condition)
        if before:
            found = found.filter(self._earlier(before))
        return found.order_by("-at", "-pk").values("pk", "at", *self.columns.values())

    def _conditions(self, asked: "Asked") -> Iterator[Q]:
        if asked.who:
            yield self._any({"by": "icontains", "other": "icontains"}, asked.who)
        for column in ("kind", "what"):
            if wanted := getattr(asked, column):
                yield self._any({column: "exact"}, wanted)
        if asked.code:
            yield self._any({"code": "iexact"}, asked.code)
        for word in asked.words.split():
            yield self._any({"reason": "icontains"}, word)
        if asked.from_day:
            yield Q(at__gte=datetime.combine(asked.from_day, time.min, tzinfo=UTC))
        if asked.until_day:
            yield Q(at__lte=datetime.combine(asked.until_day, time.max, tzinfo=UTC))

    def _any(self, wanted: dict[str, str], text: str) -> Q:
        """One of the columns that the table has says `text`; nothing does in a table without them."""
        condition = Q(pk__in=[])
        for column, lookup in wanted.items():
            if column in self.columns:
                condition |= Q(**{f"{self.columns[column]}__{lookup}": text})
        return condition

    def _earlier(self, before: Place) -> Q:
        """Rows whose place is less: at the same time, trails stand in the order of their names."""
        if self.name < before.trail:
            return Q(at__lte=before.at)
        if self.name > before.trail:
            return Q(at__lt=before.at)
        return Q(at__lt=before.at) | Q(at=before.at, pk__lt=before.pk)

    def entry(self, row: dict) -> Entry:
        """Return the entry that the row tells."""
        told = {column: row[field] for column, field in self.columns.items()}
        empty = {name: None if name in ("by_id", "other_id", "submission") else "" for name in COLUMNS}
        place = Place(row["at"], self.name, row["pk"])
        return Entry(place=place, **{**empty, **told, "time": as_utc(row["at"])})


TRAILS = (
    Trail(
        "item",
        Event.objects.all(),
        {
            **{name: name for name in ("kind", "code", "what", "role", "other", "other_id", "submission")},
            **{name: name for name in ("digest_before", "digest_after", "reason")},
            "by": "name",
            "by_id": "user_id",
        },
        kinds={kind: kind.capitalize() for kind in settings.VERSIONED_KINDS},
        steps={step.value: step.label.capitalize() for step in Event.What},
    ),
    Trail(
        "account",
        AccountEvent.objects.annotate(kind=Value("account")),
        {
            **{name: name for name in ("kind", "what", "role", "other", "other_id", "reason")},
            "by": "name",
            "by_id": "user_id",
        },
        kinds={"account": "Account"},
        steps={step.value: step.label for step in AccountEvent.What},
    ),
)


@dataclass(frozen=True)
class Asked:
    """What the audit is narrowed to; empty for everything. Days are UTC, the last one included."""

    who: str = ""
    kind: str = ""
    code: str = ""
    what: str = ""
    from_day: date | None = None
    until_day: date | None = None
    words: str = ""


@dataclass(frozen=True)
class Page:
    """Entries of one page, and the place from which the next, older one goes on; None on the last."""

    entries: list[Entry]
    older: Place | None


def page(asked: Asked, before: Place | None = None) -> Page:
    """Return the newest entries that were asked for, before `before` if given; one statement per trail."""
    found = [map(trail.entry, trail.selected(asked, before)[: PER_PAGE + 1]) for trail in TRAILS]
    entries = list(islice(_merged(found), PER_PAGE + 1))
    older = entries[PER_PAGE - 1].place if len(entries) > PER_PAGE else None
    return Page(entries[:PER_PAGE], older)


def everything(asked: Asked) -> Iterator[Entry]:
    """Yield every entry that was asked for, newest first, in the memory of a few thousand."""
    return _merged([map(trail.entry, trail.selected(asked).iterator(chunk_size=CHUNK)) for trail in TRAILS])


def _merged(found: list[Iterable[Entry]]) -> Iterator[Entry]:
    return heapq.merge(*found, key=lambda entry: entry.place, reverse=True)


def as_csv(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield `entries` as CSV for spreadsheets."""
    return spreadsheets.as_csv(COLUMNS, (_cells(entry).values() for entry in entries))


def as_json(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield `entries` as one JSON array, an object per line, every text as it was written."""
    before = "[\n"
    for entry in entries:
        yield (before + json.dumps(_cells(entry), ensure_ascii=False)).encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def _cells(entry: Entry) -> dict[str, str | int | None]:
    return {name: value for name, value in asdict(entry).items() if name != "place"}
