"""What changed: the public acts as readers follow them, in the library or in one part of it.

An act belongs to a family or to a pattern by the editions that it touched, the one it is about and the one it
replaced, so what a feed has told stays in it. An act on a withheld edition has no such place: that the edition showed
a pattern or belonged to a family is part of what is withheld.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject
from django.http import QueryDict

from library import search_page
from library.addresses import LATEST, Links
from library.history_page import ACTS, BY, note_of
from library.models import Edition, Kind, LedgerEntry, Standing, Withheld
from library.moments import NOW
from library.scopes import Followed, Scope
from library.typography import curly

SINGLE_SOURCE = "single_source"
STANDING = ("kind", "code", "from_position", "until_position", "family_slug", "family_name", "patterns")


@dataclass(frozen=True, slots=True)
class Outline:
    """What choosing needs of one act: what it is, and where it belongs.

    `families` are slugs with names. `shows` are the codes of the patterns that the partnership shows since the act,
    `no_longer` those that it showed until then.
    """

    position: int
    act: str
    kind: str
    code: str
    is_single_source: bool
    families: dict[str, str]
    shows: tuple[str, ...]
    no_longer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One public act as readers are told of it; of a withheld edition code, number and ground, and no word more.

    `previous` is the number of the edition published before it, where the act published one and both may be shown.
    `changed` is when what is told changed last: after `time` for what has been withheld since. `reasons` are those
    of an override.
    """

    position: int
    time: datetime
    changed: datetime
    act: str
    kind: str
    code: str
    slug: str
    title: str
    edition: str
    previous: str
    note: str
    successor: str
    people: tuple[str, ...]
    is_override: bool
    reasons: tuple[str, ...]
    is_withheld: bool
    is_single_source: bool
    shows: tuple[str, ...]
    no_longer: tuple[str, ...]

    @property
    def word(self) -> str:
        return ACTS[self.act]

    @property
    def by(self) -> str:
        return BY[self.act]

    @property
    def edition_page(self) -> str:
        """The address of the edition, empty for a withheld one."""
        return "" if self.is_withheld else LATEST.edition(self.kind, self.slug, self.edition)

    @property
    def comparison(self) -> str:
        """The address of what changed since the edition before, empty where there is none to compare."""
        return LATEST.compare(self.kind, self.slug, self.previous, self.edition) if self.previous else ""

    def page(self, links: Links = LATEST) -> str:
        """Return the address of the item, empty for a withheld edition."""
        return "" if self.is_withheld else links.item(self.kind, self.slug, self.edition)

    def ledger(self, links: Links = LATEST) -> str:
        """Return the address of the act in the ledger."""
        place = f"&before={self.position + 1}#entry-{self.position}"
        return LATEST.to("ledger") + (links.query + place if links.day else "?" + place[1:])


def changes(
    scope: Scope, *, after: int = 0, until: int | None = None, limit: int | None = None, is_sent: bool = False
) -> list[Change]:
    """Return what changed in `scope` after one position of the ledger and until another, newest first.

    With `is_sent` what rests on a single source is left out, as feeds and letters do. Takes three statements, for a
    search one more, or those that correct its misspelt words. Raises asking.Unclear for a search without a word.
    """
    return told(_chosen(scope, outlines(after, until), is_sent)[:limit])


def to_send(scopes: Iterable[Scope], after: int) -> dict[Scope, list[Change]]:
    """Return for each of `scopes` what may be sent of what changed after position `after`, oldest first.

    Made for many subscribers: three statements for all scopes together and one more for each search; a single one
    when nothing happened. Raises asking.Unclear for a search without a word.
    """
    happened = outlines(after)[::-1]
    chosen = {scope: _chosen(scope, happened, is_sent=True) for scope in scopes}
    needed = {one.position: one for fitting in chosen.values() for one in fitting}
    written = {change.position: change for change in told(list(needed.values()))}
    return {scope: [written[one.position] for one in fitting] for scope, fitting in chosen.items()}


def outlines(after: int = 0, until: int | None = None) -> list[Outline]:
    """Return all acts after one position and until another, newest first, in two statements."""
    about = {f"edition__{name}": OuterRef(name) for name in ("kind", "code")} | {
        "edition__number": OuterRef("edition")
    }
    entries = LedgerEntry.objects.filter(position__gt=after, **({} if until is None else {"position__lte": until}))
    entries = entries.annotate(
        is_withheld=Exists(Withheld.objects.filter(**about)),
        grade=Subquery(Standing.objects.filter(**about).values("confidence")[:1]),
    )
    rows = list(entries.order_by("-position").values("position", "act", "kind", "code", "is_withheld", "grade"))
    stood = _Stood(after) if rows else None
    return [_outline(row, stood) for row in rows]


def _outline(row: dict[str, Any], stood: "_Stood") -> Outline:
    began, ended = (None, None) if row["is_withheld"] else stood.touched_by(row["position"])
    shows, showed = ({*one["patterns"]} if one else set() for one in (began, ended))
    return Outline(
        **{name: row[name] for name in ("position", "act", "kind", "code")},
        is_single_source=row["grade"] == SINGLE_SOURCE,
        families={slug: name for one in (ended, began) if one for slug, name in stood.families(one, row["position"])},
        shows=tuple(sorted(shows)),
        no_longer=tuple(sorted(showed - shows)),
    )


class _Stood:
    """What stood at some time after a position and may be shown, in one statement."""

    def __init__(self, after: int):
        standings = Standing.objects.shown().filter(Q(until_position__isnull=True) | Q(until_position__gt=after))
        patterns = ArrayAgg("exhibits__pattern", filter=Q(exhibits__isnull=False), default=Value([]))
        self._began, self._ended, self._of_pattern = {}, {}, defaultdict(list)
        for row in standings.annotate(patterns=patterns).values(*STANDING):
            self._began[row["from_position"]] = self._ended[row["until_position"]] = row
            if row["kind"] == Kind.PATTERN:
                self._of_pattern[row["code"]].append(row)

    def touched_by(self, position: int) -> tuple[dict | None, dict | None]:
        """What the act at `position` let stand, and what it replaced."""
        return self._began.get(position), self._ended.get(position)

    def families(self, stood: dict, position: int) -> list[tuple[str, str]]:
        """Slug and name of a pattern's own family, or of those that a partnership's patterns had at `position`."""
        if stood["kind"] == Kind.PATTERN:
            return [(stood["family_slug"], stood["family_name"])]
        shown = [one for code in stood["patterns"] for one in self._of_pattern[code] if _stands(one, position)]
        return [(one["family_slug"], one["family_name"]) for one in shown]


def _stands(stood: dict, position: int) -> bool:
    until = stood["until_position"]
    return stood["from_position"] <= position and (until is None or until > position)


def _chosen(scope: Scope, happened: list[Outline], is_sent: bool) -> list[Outline]:
    """The acts of `happened` that belong to `scope`, in their order."""
    fitting = [one for one in happened if not (is_sent and one.is_single_source)]
    if scope.of == Followed.SEARCH:
        found = search_page.items(search_page.asked(QueryDict(scope.key), NOW)) if fitting else set()
        return [one for one in fitting if (one.kind, one.code) in found]
    return [one for one in fitting if _belongs(one, scope)]


def _belongs(one: Outline, scope: Scope) -> bool:
    if scope.of == Followed.LIBRARY:
        return True
    if scope.of == Followed.FAMILY:
        return scope.key in one.families
    is_own = (one.kind, one.code) == (scope.of, scope.key)
    return is_own or (scope.of == Followed.PATTERN and scope.key in (*one.shows, *one.no_longer))


def told(chosen: list[Outline]) -> list[Change]:
    """Return the acts of `chosen` as readers are told of them, in the same order, in one statement."""
    if not chosen:
        return []
    about = Edition.objects.filter(kind=OuterRef("kind"), code=OuterRef("code"))
    own = about.filter(number=OuterRef("edition"))
    before = about.filter(position__lt=OuterRef("position")).order_by("-position")
    columns = JSONObject(slug="slug", number="number", title="title", withheld_at=F("withheld__position"))
    entries = LedgerEntry.objects.filter(position__in=[one.position for one in chosen]).annotate(
        own=Subquery(own.values(named=columns)[:1]),
        before=Subquery(before.values(named=columns)[:1]),
        withheld_on=Subquery(_withholding().values("time")[:1]),
    )
    rows = {row.position: row for row in entries}
    return [_told(one, rows[one.position]) for one in chosen]


def _withholding() -> QuerySet:
    """The act that withheld the edition of another."""
    about = {name: OuterRef(name) for name in ("kind", "code", "edition")}
    return LedgerEntry.objects.filter(act=LedgerEntry.Act.WITHHOLDING, **about)


def _told(one: Outline, entry: LedgerEntry) -> Change:
    signed, own, is_withheld = entry.read(), entry.own, entry.own["withheld_at"] is not None
    reasons = [curly(person["override_reason"]) for person in signed["people"] if person["override_reason"]]
    return Change(
        **{name: getattr(one, name) for name in ("position", "act", "kind", "code")},
        **{name: getattr(one, name) for name in ("is_single_source", "shows", "no_longer")},
        time=entry.time,
        changed=entry.withheld_on or entry.time,
        slug="" if is_withheld else own["slug"],
        title=one.code if is_withheld else curly(own["title"]),
        edition=entry.edition,
        previous="" if is_withheld else _previous(entry),
        note=note_of(entry.act, signed["note"], is_withheld),
        successor="" if is_withheld else signed.get("successor", ""),
        people=tuple(dict.fromkeys(curly(person["name"]) for person in signed["people"])),
        is_override=bool(reasons),
        reasons=() if is_withheld else tuple(reasons),
        is_withheld=is_withheld,
    )


def _previous(entry: LedgerEntry) -> str:
    if entry.act != LedgerEntry.Act.PUBLICATION or entry.before is None or entry.before["withheld_at"] is not None:
        return ""
    return entry.before["number"]
