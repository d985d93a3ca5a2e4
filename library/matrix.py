"""The matrix: partnerships by kill-list moves, of one pattern or of all, from the extracts of what stood."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import QueryDict

from library import scores
from library.addresses import LATEST
from library.definitions import GRADES, SCORES, STATUSES
from library.indexes import CONFIDENCE, COUNTRY, NAME, STATUS, YEAR, kept, partnership_row
from library.listings import LISTED, listed
from library.models import Exhibited, Kind
from library.moments import Moment
from library.prose import plain
from library.selections import Facet, Order, Row, Selection
from library.typography import curly

PER_PAGE = 60  # partnerships; with 40 moves the page stays under 150 kB compressed
NOT_ASSESSED = "not_assessed"  # in addresses and files; a stored score is never that
WORDS = {**SCORES, NOT_ASSESSED: "Not assessed"}
ORDERS = [
    Order("newest", "Newest announced", is_descending=True),
    NAME,
    Order("visible", "Most moves visible", is_descending=True),
]
SCORE = Facet("score", "Score", "“{}” is not a score.", WORDS)
COLUMNS = (
    *("pattern", "move", "move as worded now", "partnership", "name", "announced", "status", "confidence"),
    *("score", "scored against the wording of", "address"),
)


@dataclass(frozen=True)
class Matrix:
    """The patterns to choose from, those chosen with their moves, and the partnerships that show them."""

    moment: Moment
    choices: list[dict[str, Any]]
    chosen: dict[str, Any] | None
    patterns: list[dict[str, Any]]
    selection: Selection | None  # none of an extract
    partnerships: dict[int, dict[str, Any]]

    @property
    def title(self) -> str:
        return self.chosen["title"] if self.chosen else "All patterns"

    @property
    def path(self) -> str:
        return LATEST.to("matrix")

    @property
    def moves(self) -> list[dict[str, Any]]:
        return [move for pattern in self.patterns for move in pattern["moves"]]

    def rows(self, chosen: list[Row]) -> list[dict[str, Any]]:
        """Return the partnerships `chosen`, each with one cell per move."""
        return [self.row(row.pk) for row in chosen]

    def row(self, pk: int) -> dict[str, Any]:
        """Return one partnership with one cell per move."""
        return self._drawn(self.partnerships[pk])

    def _drawn(self, row: dict) -> dict[str, Any]:
        return {
            **listed(row, self.moment),
            "status_word": "Status unknown" if row["status"] == "unknown" else STATUSES.get(row["status"], ""),
            "confidence_word": GRADES[row["confidence"]],
            "cells": [self._cell(row, move) for move in self.moves],
        }

    def _cell(self, row: dict, move: dict) -> dict[str, Any]:
        score = row["scores"].get(move["code"])
        if score is None:
            return {"move": move, "score": NOT_ASSESSED, "mark": scores.mark(scores.NOT_ASSESSED), "wording": None}
        links = self.moment.links
        return {
            "move": move,
            "score": score["score"],
            "mark": scores.mark(score["score"]),
            "href": links.item(Kind.PARTNERSHIP, row["slug"], row["number"], move["code"]),
            "wording": scores.reworded({**score, "move": move["code"]}, move["move"], move["slug"], links),
        }

    def lines(self, origin: str) -> Iterator[list[Any]]:
        """Yield the cells of the file: one line for each move and partnership of the whole selection."""
        for chosen in self.selection.rows:
            row = self._drawn(self.partnerships[chosen.pk])
            for cell in row["cells"]:
                yield _line(row, cell, origin)


def _line(row: dict, cell: dict, origin: str) -> list[Any]:
    move, wording = cell["move"], cell["wording"]
    said = [row[name] for name in ("code", "title", "announced", "status_word", "confidence_word")]
    judged = [WORDS[cell["score"]], wording["edition"] if wording else ""]
    return [move["pattern"], move["code"], move["plain"], *said, *judged, origin + cell.get("href", row["href"])]


def draw(moment: Moment, slug: str, query: QueryDict) -> Matrix:
    """Return the matrix of the pattern with `slug`, of all patterns without one, narrowed by `query`.

    A slug that no standing pattern has leaves no column and no row. Takes two statements.
    """
    patterns = _patterns(moment)
    chosen = next((pattern for pattern in patterns if pattern["slug"] == slug), None)
    shown = [pattern for pattern in patterns if not slug or pattern is chosen]
    moves = {move["code"] for pattern in shown for move in pattern["moves"]}
    partnerships = _partnerships(moment, {pattern["code"] for pattern in shown})
    rows = [_row(row, moves) for row in partnerships.values()]
    always = {"pattern": slug} if slug else {}
    facets = [STATUS, CONFIDENCE, COUNTRY, YEAR, SCORE]
    selection = Selection(rows, facets, ORDERS, query, always | kept(moment), PER_PAGE)
    return Matrix(moment, patterns, chosen, shown, selection, partnerships)


def extract(moment: Moment, code: str, most: int) -> dict[str, Any] | None:
    """Return the pattern with `code` and the `most` newest partnerships that show it, drawn as the matrix draws them.

    None when it does not stand or none shows it. Takes two statements, whatever the library holds.
    """
    patterns = _patterns(moment, code=code)
    newest = _partnerships(moment, {code}, most) if patterns else {}
    if not newest:
        return None
    drawn = Matrix(moment, patterns, patterns[0], patterns, None, newest)
    rows = [drawn.row(pk) for pk in newest]
    is_reworded = any(cell["wording"] for row in rows for cell in row["cells"])
    return {"pattern": patterns[0], "rows": rows, "is_reworded": is_reworded}


def _patterns(moment: Moment, **one: str) -> list[dict[str, Any]]:
    stood = moment.standings().extracted().filter(kind=Kind.PATTERN, **one).order_by("sort_key", "code")
    return [
        {
            **listed(row, moment),
            "moves": [_move(move, row, moment) for move in row["extract__grid"]],
        }
        for row in stood.values(*LISTED, "extract__grid")
    ]


def _move(move: dict, pattern: dict, moment: Moment) -> dict[str, Any]:
    own = {
        "pattern": pattern["code"],
        "slug": pattern["slug"],
        "short": move["code"].removeprefix(f"{pattern['code']}-"),
        "href": moment.links.item(Kind.PATTERN, pattern["slug"], pattern["number"], move["code"]),
    }
    return {**move, **own, "plain": curly(plain(move["move"]))}


def _partnerships(moment: Moment, patterns: set[str], most: int | None = None) -> dict[int, dict[str, Any]]:
    """The partnerships that show one of `patterns`, newest first, with their scores by move."""
    shown = Exists(Exhibited.objects.filter(standing=OuterRef("pk"), pattern__in=patterns))
    stood = moment.standings().extracted().filter(shown, kind=Kind.PARTNERSHIP)
    newest_first = stood.order_by("-announced", "sort_key", "code")
    columns = ("pk", "sort_key", "announced", "status", "extract__facets", "extract__grid")
    return {
        row["pk"]: {**row, "scores": {score["move"]: score for score in row["extract__grid"]}}
        for row in newest_first.values(*LISTED, *columns)[:most]
    }


def _row(row: dict, moves: set[str]) -> Row:
    given = [row["scores"][code]["score"] if code in row["scores"] else NOT_ASSESSED for code in moves]
    chosen = partnership_row(row, score=sorted({*given}))
    chosen.keys["visible"] = f"{given.count('visible'):04d}"
    return chosen
