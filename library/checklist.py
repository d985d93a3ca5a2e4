"""What a checklist shows: the moves by what there is to do about them, tracked deals beside the deal at hand."""

from dataclasses import dataclass
from typing import Any

from library import scores
from library.addresses import Links
from library.deal_check import GROUPS, WORDS, Answers, Likeness, bearing, likeness
from library.definitions import SCORES, STATUSES, anchor_of
from library.documents import Document, parse
from library.models import Kind
from library.moments import Moment
from library.pages import LISTED
from library.pattern_page import Shown, all_sources, show
from library.prose import plain
from library.references import PageProse
from library.typography import curly, typeset

MOST_DEALS = 10  # in the comparison
MOST_CELLS = 6  # of one score under one move; the rest is in the matrix
# Of each group of moves: its title, what to do about them, and which scores of tracked deals are shown beside them.
SECTIONS = {
    "act": (
        "What the deal shows",
        "Moves that you answered with visible. Negotiate the mitigation, and tick it once a term does what it says.",
        ("visible", "mitigated"),
    ),
    "ask": (
        "To ask",
        "The terms do not say. Ask whoever knows: does the deal do this, and which term answers it?",
        ("visible", "mitigated"),
    ),
    "read": (
        "To read",
        "Not assessed yet. Read the terms for the move, and for a term that does what the mitigation says.",
        ("visible", "mitigated"),
    ),
    "hold": (
        "Answered by a term",
        "A term mitigates if it acts on the mechanism. Hold it against why the move fails, and tick it if it does.",
        ("mitigated",),
    ),
    "leave": (
        "Not visible in the deal",
        "Nothing to do while the terms stay as they were read. Look again when they change.",
        (),
    ),
}
NAMED = ("title", "forum", "status")  # of a precedent
WITH_EVIDENCE = ("act", "hold")  # elsewhere the names of the deals will do


@dataclass(frozen=True)
class Deal:
    """A tracked partnership beside the deal at hand: its scores by move, and how alike they are to the answers."""

    item: Shown
    scores: dict[str, dict[str, Any]]
    likeness: Likeness


def partnerships(moment: Moment, code: str) -> list[dict[str, Any]]:
    """Return the partnerships that showed pattern `code` at `moment`, with their documents, newest first."""
    shown = moment.standings().filter(kind=Kind.PARTNERSHIP, exhibits__pattern=code)
    rows = shown.order_by("-announced", "sort_key", "code").values(*LISTED, "edition__document")
    return [{**row, "document": parse(bytes(row.pop("edition__document")))} for row in rows]


def compared(moves: list[dict], shown: list[Shown], answers: Answers) -> list[Deal]:
    """Return the partnerships by likeness to `answers`, those that are equally alike in the order of `shown`.

    A score that was given to another wording of the move than that in `moves` does not count.
    """
    wordings = {row["code"]: row["move"] for row in moves}
    deals = []
    for item in shown:
        scored = {score["move"]: score for score in item.exhibit["scores"] if score["move"] in wordings}
        counted = {code: one["score"] for code, one in scored.items() if one["wording"] == wordings[code]}
        deals.append(Deal(item, scored, likeness(answers.given, counted)))
    return sorted(deals, key=lambda deal: deal.likeness.rank)


def named(item: Shown) -> dict[str, Any]:
    """Return the name of a deal with what must be said wherever it is named."""
    return {
        "name": item.listed["title"],
        "is_single_source": item.is_single_source,
        "is_retired": item.is_retired,
    }


def draw(pattern: Document, rows: list[dict[str, Any]], answers: Answers, links: Links) -> dict[str, Any]:
    """Return what the template shows; `rows` are the partnerships that stood beside the pattern, newest first."""
    return _Drawing(pattern, rows, answers, links).drawn()


class _Drawing:
    """One checklist; its prose is drawn in the order in which it is read."""

    def __init__(self, pattern: Document, rows: list[dict[str, Any]], answers: Answers, links: Links):
        shown = [show(row, pattern["code"], links) for row in rows]
        self.slug, self.moves, self.precedents = pattern["slug"], pattern["kill_list"], pattern["precedents"]
        self.answers, self.links = answers, links
        self.deals = compared(self.moves, shown, answers)
        codes = {row["code"] for row in [*self.moves, *self.precedents]}
        self.prose = PageProse(all_sources(pattern, shown), codes)

    def drawn(self) -> dict[str, Any]:
        groups = [self._group(name) for name in SECTIONS]
        drawn = {
            "groups": [group for group in groups if group["moves"]],
            "answered": [self._answered(number, row) for number, row in enumerate(self.moves, start=1)],
            **self._comparison(),
            **self._precedents(),
            "matrix_href": self.links.narrowed("matrix", pattern=self.slug),
        }
        drawn["sources"] = self.prose.sources(self.links)
        return {**drawn, "contents": _contents(drawn)}

    def _group(self, name: str) -> dict[str, Any]:
        title, note, _ = SECTIONS[name]
        numbered = enumerate(self.moves, start=1)
        mine = [(number, row) for number, row in numbered if GROUPS[self.answers.of(row["code"])] == name]
        return {"name": name, "title": title, "note": note, "moves": [self._move(*one, name) for one in mine]}

    def _move(self, number: int, row: dict, group: str) -> dict[str, Any]:
        self.prose.at(row["code"])
        drawn = {"code": row["code"], "number": number, "plain": curly(plain(row["move"]))}
        if group == "leave":
            return drawn
        return {
            **drawn,
            "move": self.prose.line(row["move"]),
            "mechanism": self.prose.block(row["mechanism"]),
            "mitigation": self.prose.block(row["mitigation"]),
            "grounding": row["grounding"],
            "grounding_anchor": anchor_of(row["grounding"]),
            "precedents": [typeset(one, "title") for one in bearing(row, self.precedents)],
            "seen": [one for score in SECTIONS[group][2] if (one := self._seen(score, row, group))["cells"]],
        }

    def _seen(self, score: str, row: dict, group: str) -> dict[str, Any]:
        """The deals that were scored so on this move, the most alike first."""
        found = [deal for deal in self.deals if deal.scores.get(row["code"], {}).get("score") == score]
        is_told = group in WITH_EVIDENCE
        return {
            "mark": scores.mark(score),
            "word": SCORES[score],
            "anchor": anchor_of(score),
            "cells": [self._cell(deal, row, is_told) for deal in found[:MOST_CELLS]],
            "told": is_told,
            "more": len(found[MOST_CELLS:]),
        }

    def _cell(self, deal: Deal, row: dict, is_told: bool) -> dict[str, Any]:
        item, score = deal.item, deal.scores[row["code"]]
        cell = {
            **self._named(item, row["code"]),
            "wording": scores.reworded(score, row["move"], self.slug, self.links),
        }
        return {**cell, **scores.evidence(score, self.prose)} if is_told else cell

    def _named(self, item: Shown, anchor: str = "") -> dict[str, Any]:
        """The same with the addresses of the deal and of its edition."""
        return {
            **named(item),
            "href": f"{item.href}#{anchor}" if anchor else item.href,
            "number": item.listed["number"],
            "edition": self.links.edition(Kind.PARTNERSHIP, item.listed["slug"], item.listed["number"], anchor),
        }

    def _answered(self, number: int, row: dict) -> dict[str, Any]:
        answer = self.answers.of(row["code"])
        own = {"mark": scores.mark(answer), "is_assessed": bool(answer), "word": WORDS[answer]}
        return {"number": number, "code": row["code"], "move": curly(plain(row["move"])), **own}

    def _comparison(self) -> dict[str, Any]:
        """The deals that are alike in anything, the most alike first, and how many are left out for which reason."""
        alike = [deal for deal in self.deals if deal.likeness.same]
        comparable = [deal for deal in self.deals if deal.likeness.compared]
        rows = [self._compared(deal) for deal in alike[:MOST_DEALS]]
        return {
            "deals": rows,
            "tracked": len(self.deals),
            "further": len(alike) - len(rows),
            "unlike": len(comparable) - len(alike),
            "incomparable": len(self.deals) - len(comparable),
            "is_reworded": any(cell["wording"] for row in rows for cell in row["cells"]),
        }

    def _compared(self, deal: Deal) -> dict[str, Any]:
        status = deal.item.document["status"]
        return {
            **self._named(deal.item),
            "announced": deal.item.listed["announced"],
            "status_word": "Status unknown" if status == "unknown" else STATUSES.get(status, ""),
            "same": len(deal.likeness.same),
            "compared": deal.likeness.compared,
            "cells": [self._judged(deal, row) for row in self.moves],
        }

    def _judged(self, deal: Deal, row: dict) -> dict[str, Any]:
        score = deal.scores.get(row["code"])
        if score is None:
            return {"mark": scores.mark(scores.NOT_ASSESSED), "wording": None, "is_same": False}
        return {
            "mark": scores.mark(score["score"]),
            "href": f"{deal.item.href}#{row['code']}",
            "wording": scores.reworded(score, row["move"], self.slug, self.links),
            "is_same": row["code"] in deal.likeness.same,
        }

    def _precedents(self) -> dict[str, Any]:
        """Those tied to a move that there is something to do about, with their notes; the others named."""
        pending = [row for row in self.moves if GROUPS[self.answers.of(row["code"])] != "leave"]
        tied = {one["code"] for row in pending for one in bearing(row, self.precedents)}
        return {
            "precedents": [self._precedent(row) for row in self.precedents if row["code"] in tied],
            "others": [typeset(row, *NAMED) for row in self.precedents if row["code"] not in tied],
        }

    def _precedent(self, row: dict) -> dict[str, Any]:
        self.prose.at(row["code"])
        drawn = {"relevance": self.prose.block(row["relevance"]), "cited": self.prose.cite(row["source"])}
        return {**typeset(row, *NAMED), **drawn}


def _contents(drawn: dict) -> list[dict[str, Any]]:
    sections = [
        ("answers", "The answers", ""),
        *((group["name"], group["title"], len(group["moves"])) for group in drawn["groups"]),
        ("deals", "Comparable deals", len(drawn["deals"])),
        ("precedents", "Precedent to consider", len(drawn["precedents"]) + len(drawn["others"])),
        ("sources", "Sources", len(drawn["sources"])),
        ("about", "What this is worth", ""),
        ("cite", "Cite and take away", ""),
    ]
    return [{"anchor": anchor, "title": title, "count": count} for anchor, title, count in sections]
