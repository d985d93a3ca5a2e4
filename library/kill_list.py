"""The kill list of a pattern page: each move with its sources and the partnerships in which it was looked for."""

from typing import TYPE_CHECKING, Any

from library import documents, scores
from library.addresses import Links
from library.definitions import SCORES, anchor_of
from library.prose import plain
from library.references import PageProse
from library.typography import curly

if TYPE_CHECKING:
    from library.pattern_page import Shown

WITH_EVIDENCE = ("visible", "mitigated", "not_visible")


def moves(pattern: dict, shown: list["Shown"], prose: PageProse, links: Links) -> list[dict[str, Any]]:
    """Return the moves in the document's order, each with one `cells` entry per shown partnership."""
    return [
        _move(number, row, shown, prose, (pattern["slug"], links))
        for number, row in enumerate(pattern["kill_list"], start=1)
    ]


def _move(number: int, row: dict, shown: list["Shown"], prose: PageProse, where: tuple[str, Links]) -> dict:
    prose.at(row["code"])
    drawn = {
        **row,
        "number": number,
        "move": prose.line(row["move"]),
        "plain": curly(plain(row["move"])),
        "mechanism": prose.block(row["mechanism"]),
        "mitigation": prose.block(row["mitigation"]),
        "grounding_anchor": anchor_of(row["grounding"]),
    }
    scored = [_score_of(item, row["code"]) for item in shown]
    cells = [_cell(item, score, row, where) for item, score in zip(shown, scored, strict=True)]
    drawn["cells"] = cells
    drawn["cited"] = prose.short(list(documents.cited_keys(row)))
    drawn["seen"] = _seen(cells, prose)
    return drawn


def _score_of(item: "Shown", move: str) -> dict | None:
    return next((score for score in item.exhibit["scores"] if score["move"] == move), None)


def _cell(item: "Shown", score: dict | None, row: dict, where: tuple[str, Links]) -> dict:
    """One partnership and one move, for the matrix and for *seen in* alike."""
    cell = {"item": item, "move": row["code"], "name": item.listed["title"], "href": f"{item.href}#{row['code']}"}
    if score is None:
        return {**cell, "score": scores.NOT_ASSESSED, "mark": scores.mark(scores.NOT_ASSESSED), "wording": None}
    return {
        **cell,
        "score": score["score"],
        "mark": scores.mark(score["score"]),
        "wording": scores.reworded(score, row["move"], *where),
        "record": score,
    }


def _seen(cells: list[dict], prose: PageProse) -> list[dict]:
    """Group the scored cells by score, the telling ones first; *unknown* needs no evidence here."""
    groups = []
    for score in SCORES:
        found = [cell for cell in cells if cell["score"] == score]
        if not found:
            continue
        with_evidence = score in WITH_EVIDENCE
        if with_evidence:
            found = [{**cell, **scores.evidence(cell["record"], prose)} for cell in found]
        groups.append({"mark": scores.mark(score), "anchor": anchor_of(score), "cells": found, "told": with_evidence})
    return groups
