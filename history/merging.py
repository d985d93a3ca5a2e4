"""Putting what one editor changed on top of what another has saved since, field by field and row by row.

All the rules stand here. What one side left as it was is the other's to change. A conflict is only: a field that both
changed to different values; a row that one removed and the other changed; rows that both moved, to different
orders; a row of one identity that both added with different texts.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from library.documents import ROW_KEYS, Document

Path = tuple[str, ...]
Row = dict[str, Any]

# Filled in by saving. A side that leaves one open has judged anew, and saving ties the new judgement.
TIED = frozenset({"edition", "wording", "pattern_slug", "pattern_title"})


@dataclass(frozen=True)
class Conflict:
    """What only a person can decide: a field, a row, or the order of a list, by its path."""

    path: Path
    is_order: bool = False

    @property
    def key(self) -> str:
        """The conflict as one text, as a form carries it."""
        return json.dumps([self.is_order, *self.path], ensure_ascii=False)


@dataclass(frozen=True)
class Merged:
    """The document that holds both sides' changes. In a conflict mine stands, and a removed row is still there."""

    document: Document
    conflicts: list[Conflict] = field(default_factory=list)


def merge(base: Document, mine: Document, theirs: Document, yielding: Collection[str] = ()) -> Merged:
    """Return `theirs` with everything that `mine` changed from `base`, and what both changed differently.

    `yielding` holds the keys of conflicts in which theirs stands instead of mine. Rows keep their order from
    `theirs`, from `mine` if that moved any. New rows without a code stay without one, those of both sides. The copies
    of sources are those of `theirs`: nobody types them.
    """
    merging = _Merging(yielding)
    merged = merging.fields(base, mine, theirs, ())
    return Merged(merged, merging.conflicts)


class _Merging:
    """One merge under way and the conflicts found so far."""

    def __init__(self, yielding: Collection[str]):
        self.yielding = yielding
        self.conflicts: list[Conflict] = []

    def decide(self, conflict: Conflict, mine: Any, theirs: Any) -> Any:
        """Remember the conflict; mine stands, or theirs where it was chosen."""
        self.conflicts.append(conflict)
        return theirs if conflict.key in self.yielding else mine

    def fields(self, base: Row, mine: Row, theirs: Row, path: Path) -> Row:
        return {
            name: self.value(name, base.get(name, ""), mine.get(name, ""), theirs.get(name, ""), (*path, name))
            for name in {**theirs, **mine}
        }

    def value(self, name: str, base: Any, mine: Any, theirs: Any, path: Path) -> Any:
        if mine == base or name == "bibliography":
            return theirs
        if theirs in (base, mine):
            return mine
        if name in ROW_KEYS and all(isinstance(row, dict) for row in [*base, *mine, *theirs]):
            return self.rows(ROW_KEYS[name], base, mine, theirs, path)
        if name == "family":
            return self.family(base, mine, theirs, path)
        if name in TIED and "" in (mine, theirs):
            return ""
        return self.decide(Conflict(path), mine, theirs)

    def family(self, base: Row, mine: Row, theirs: Row, path: Path) -> Row:
        """A family's name inside a pattern is a copy, which nobody types: it goes with the slug."""
        slug = self.value("slug", base["slug"], mine["slug"], theirs["slug"], path)
        return theirs if slug == theirs["slug"] else mine

    def rows(self, key: str, base: list[Row], mine: list[Row], theirs: list[Row], path: Path) -> list[Row]:
        before, their = _named(key, base, "base"), _named(key, theirs, "theirs")
        my = _named(key, _not_there_yet(key, before, mine, their), "mine")
        merged = {
            name: self.row(before.get(name), my.get(name), their.get(name), (*path, name)) for name in {**their, **my}
        }
        order = self.order(list(before), list(my), list(their), path)
        return [row for name in order if (row := merged[name]) is not None]

    def row(self, base: Row | None, mine: Row | None, theirs: Row | None, path: Path) -> Row | None:
        """Return the row that both sides make of one; None for one that is removed."""
        if mine is None or theirs is None:
            return self.alone(base, mine, theirs, path)
        if base is None and _untied(mine) != _untied(theirs):
            return self.decide(Conflict(path), mine, theirs)
        return self.fields(base or {}, mine, theirs, path)

    def alone(self, base: Row | None, mine: Row | None, theirs: Row | None, path: Path) -> Row | None:
        """Return the row that stands on one side only: new there, or removed on the other."""
        row = theirs if mine is None else mine
        if base is None:
            return row
        if row == base:
            return None
        return self.decide(Conflict(path), row, theirs)

    def order(self, base: list[str], mine: list[str], theirs: list[str], path: Path) -> list[str]:
        """Return the names of all rows in the order of who moved any, the other's new ones in between."""
        common = [name for name in base if name in mine and name in theirs]
        my_order, their_order = ([name for name in side if name in common] for side in (mine, theirs))
        first, second = (theirs, mine) if my_order == common else (mine, theirs)
        if common not in (my_order, their_order) and my_order != their_order:
            first = self.decide(Conflict(path, is_order=True), mine, theirs)
            second = theirs if first is mine else mine
        return _with_others(first, second)


def _named(key: str, rows: list[Row], side: str) -> dict[str, Row]:
    """Return the rows by their identity; those that have none yet by side and place, so that none meets another."""
    return {row[key] or f"\n{side} {place}": row for place, row in enumerate(rows)}


def _not_there_yet(key: str, before: dict[str, Row], mine: list[Row], their: dict[str, Row]) -> list[Row]:
    """Return `mine` without new rows that theirs has already with the same texts: the form was sent twice."""
    new = [_texts(key, row) for name, row in their.items() if name not in before]
    kept = []
    for row in mine:
        if not row[key] and _texts(key, row) in new:
            new.remove(_texts(key, row))
        else:
            kept.append(row)
    return kept


def _texts(key: str, row: Row) -> Row:
    return {name: value for name, value in row.items() if name != key}


def _untied(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in TIED}


def _with_others(first: list[str], second: list[str]) -> list[str]:
    """Return the names of `first`, and those of `second` alone, each behind the one that it follows there.

    What both put behind the same row stands in the order of `first`, then `second`.
    """
    order = list(first)
    for place, name in enumerate(second):
        if name in order:
            continue
        at = order.index(second[place - 1]) + 1 if place else 0
        while at < len(order) and order[at] not in second:
            at += 1
        order.insert(at, name)
    return order
