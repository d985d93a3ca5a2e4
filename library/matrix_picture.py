"""The matrix as a picture of its own (SVG): a memo that holds it says what it shows, of which day and from where."""

import re
import unicodedata
from textwrap import wrap
from typing import Any

from django.template.loader import render_to_string

from library.definitions import SCORES, anchor_of
from library.matrix import WORDS, Matrix
from library.moments import today

# Of the drawing, in its units.
MARGIN, NAMES, ROW, LINE = 24, 340, 28, 18
WITH_WORD, SHAPE_ONLY = 104, 30  # a column
HEAD = 104
LEAST_WIDTH = 640
CHARACTER = 6.6  # of the small type, in a wide font
NAME_CHARACTERS = 48
NOT_XML = re.compile("[\ufffe\uffff]")


def draw(matrix: Matrix, origin: str, after: str, many: int) -> str:
    """Return the picture of the page of `matrix` that stands `after` a token, with its address on `origin`.

    With more than `many` moves a cell is its shape alone, and its word a title.
    """
    rows, moves = matrix.rows(matrix.selection.page), matrix.moves
    has_words = len(moves) <= many
    column = WITH_WORD if has_words else SHAPE_ONLY
    width = max(MARGIN * 2 + NAMES + len(moves) * column, LEAST_WIDTH)
    bottom = HEAD + len(rows) * ROW
    below = _lines(_said_below(matrix, rows, origin, after), width, bottom + 2 * LINE)
    drawn = {
        "title": matrix.title,
        "about": _about(matrix, rows),
        "width": width,
        "height": bottom + (len(below) + 2) * LINE + MARGIN,
        "right": width - MARGIN,
        "has_words": has_words,
        "groups": _groups(matrix, column),
        "heads": [{"x": _x(place, column), "word": move["short"]} for place, move in enumerate(moves)],
        "rows": [_row(row, HEAD + place * ROW, column) for place, row in enumerate(rows)],
        "legend": _legend(bottom + LINE),
        "below": below,
    }
    return NOT_XML.sub("", render_to_string("library/matrix.svg", drawn))


def _x(place: int, column: int) -> int:
    return MARGIN + NAMES + place * column


def _groups(matrix: Matrix, column: int) -> list[dict[str, Any]]:
    """The code of each pattern above its moves, where there are several."""
    groups, place = [], 0
    for pattern in matrix.patterns if len(matrix.patterns) > 1 else []:
        groups.append({"x": _x(place, column), "word": pattern["code"]})
        place += len(pattern["moves"])
    return groups


def _row(row: dict, y: int, column: int) -> dict[str, Any]:
    said = ", ".join(["single source"] * row["is_single_source"] + ["retired"] * row["is_retired"])
    return {
        "y": y,
        "line": y + ROW,
        "middle": y + ROW // 2 + 4,
        "name": fit(row["title"], NAME_CHARACTERS - len(said)),
        "said": said,
        "cells": [
            _cell(row, cell, _x(place, column), y) for place, cell in enumerate(row["cells"]) if "href" in cell
        ],
    }


def _cell(row: dict, cell: dict, x: int, y: int) -> dict[str, Any]:
    edition = cell["wording"]["edition"] if cell["wording"] else ""
    judged = f", scored against the wording of {edition}" if edition else ""
    return {
        "x": x,
        "y": y + (ROW - 16) // 2,
        "shape": anchor_of(cell["score"]),
        "word": WORDS[cell["score"]],
        "edition": edition,
        "told": f"{row['title']}, {cell['move']['code']}: {WORDS[cell['score']]}{judged}",
    }


def _legend(y: int) -> list[dict[str, Any]]:
    marks = [
        {"x": MARGIN + 96 * place, "shape": anchor_of(one), "word": word}
        for place, (one, word) in enumerate(SCORES.items())
    ]
    empty = {"x": MARGIN + 96 * len(marks) - 20, "shape": "", "word": "Empty: not assessed"}
    return [{**mark, "y": y} for mark in [*marks, empty]]


def _about(matrix: Matrix, rows: list[dict]) -> str:
    """One line under the title."""
    counted = (
        f"{len(rows)} of {len(matrix.selection.rows)} partnerships"
        if matrix.selection.next or not (matrix.selection.is_first)
        else f"{len(rows)} partnership{'' if len(rows) == 1 else 's'}"
    )
    edition = f"Edition {matrix.chosen['number']}, " if matrix.chosen else ""
    return f"{edition}{counted} by {len(matrix.moves)} kill-list moves, as of {_day(matrix)}"


def _day(matrix: Matrix) -> str:
    return (matrix.moment.day or today()).isoformat()


def _said_below(matrix: Matrix, rows: list[dict], origin: str, after: str) -> list[str]:
    said = []
    if any(cell["wording"] for row in rows for cell in row["cells"]):
        said.append("† Scored against the wording of an earlier edition of the pattern.")
    said += (
        [f"{move['code']}  {move['plain']}" for move in matrix.moves]
        if matrix.chosen
        else [f"{pattern['code']}  {pattern['title']}" for pattern in matrix.patterns]
    )
    if matrix.selection.chips:
        narrowed = "; ".join(f"{chip['title']}: {chip['word']}" for chip in matrix.selection.chips)
        said.append(f"Narrowed to {narrowed}.")
    return [*said, f"Anteroom, as of {_day(matrix)}: {address(matrix, origin, after)}"]


def address(matrix: Matrix, origin: str, after: str) -> str:
    """Return the address of the page as it is today, or as of its own day: it shows the same ever after."""
    day = {} if matrix.moment.day else {"as-of": _day(matrix)}
    return origin + matrix.path + matrix.selection.query(after=after, **day)


def _lines(texts: list[str], width: int, y: int) -> list[dict[str, Any]]:
    characters = int((width - 2 * MARGIN) / CHARACTER)
    lines = [line for text in texts for line in wrap(text, characters)]
    return [{"y": y + place * LINE, "text": line} for place, line in enumerate(lines, start=1)]


def fit(text: str, characters: int) -> str:
    """Return `text` in the room of so many characters; those of East Asian scripts take that of two."""
    room = characters
    for place, character in enumerate(text):
        room -= 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if room < 0:
            return text[: place - 1].rstrip() + "…"
    return text
