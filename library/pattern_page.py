"""What a pattern page shows: one pattern's document, the partnerships that stood with it, its public acts."""

from dataclasses import dataclass
from typing import Any

from library import row_links, scores
from library.addresses import LATEST, Links
from library.definitions import STATUSES, lowest_grade
from library.history_page import told
from library.kill_list import moves
from library.models import Standing
from library.prose import plain
from library.references import PageProse, described
from library.typography import typeset

MOST_PARTNERSHIPS = 40
PARTS = ("sub_variants", "clauses", "kill_list", "precedents", "anchors")
DRAWN = ("moves", "clauses", "precedents", "anchors")  # under their names on the page, sub-variants apart


@dataclass(frozen=True)
class Shown:
    """A partnership on a pattern page: its standing's columns, its document, its exhibit of the pattern."""

    listed: dict[str, Any]
    document: dict[str, Any]
    exhibit: dict[str, Any]
    href: str

    @property
    def is_single_source(self) -> bool:
        return self.document["confidence"] == "single_source"

    @property
    def is_retired(self) -> bool:
        return self.listed["state"] == Standing.State.RETIRED


def draw(pattern: dict, partnerships: list[dict], acts: list[dict], links: Links, number: str = "") -> dict[str, Any]:
    """Return what the template shows; prose is drawn in the order in which the page is read.

    `partnerships` are standings with their `document`, newest first; `acts` the pattern's public acts; `number` is
    that of the edition, none in a preview.
    """
    shown = [show(listed, pattern["code"], links) for listed in partnerships[:MOST_PARTNERSHIPS]]
    prose = PageProse(all_sources(pattern, shown), own_codes(pattern))
    drawn = {"brief": _brief(pattern, prose), "structure": _structure(pattern, prose)}
    drawn["moves"] = moves(pattern, shown, prose, links)
    drawn["clauses"] = _clauses(pattern, prose)
    drawn["matrix"] = _matrix(shown, drawn["moves"])
    drawn["precedents"] = _precedents(pattern, prose)
    drawn["anchors"] = _anchors(pattern, prose)
    links_of = row_links.of_pattern(pattern, number, links)
    for rows in (drawn["structure"]["sub_variants"], *(drawn[part] for part in DRAWN)):
        for row in rows:
            row["links"] = links_of(row["code"])
    drawn["sources"] = prose.sources(links)
    drawn["acts"] = told(acts, links)
    return {
        **drawn,
        "family": pattern["family"],
        "tags": pattern["tags"],
        "hidden": len(partnerships) - len(shown),
        "past": _past(pattern, links),
        "check_href": links.to("check-form", pattern["slug"]) if number else "",
        "matrix_href": links.narrowed("matrix", pattern=pattern["slug"]),
        "legend": scores.legend(),
        "is_reworded": any(cell["wording"] for row in drawn["matrix"] for cell in row["cells"]),
        "contents": _contents(drawn),
        "description": plain(pattern["in_brief"])[:300],
        "methodology": links.to("methodology"),
        "confidence": lowest_grade([item.document["confidence"] for item in shown]),
        "newest_source": max((source["published"] for source in drawn["sources"]), default=""),
    }


def own_codes(pattern: dict) -> set[str]:
    """Return the codes of all rows of `pattern`, the anchors of its page."""
    return {row["code"] for part in PARTS for row in pattern[part]}


def show(listed: dict, code: str, links: Links) -> Shown:
    """Return the partnership with the columns `listed` and its `document` as the page of pattern `code` shows it."""
    document = listed["document"]
    exhibit = next(exhibit for exhibit in document["exhibits"] if exhibit["pattern"] == code)
    href = links.item("partnership", listed["slug"], listed["number"])
    return Shown(typeset(listed, "title"), document, exhibit, href)


def all_sources(pattern: dict, shown: list[Shown]) -> dict[str, dict]:
    """Return every source that the page may cite, by key.

    The pattern's own copy goes before a partnership's, a newer partnership's before an older's.
    """
    sources: dict[str, dict] = {}
    for document in [pattern, *(item.document for item in shown)]:
        for record in document["bibliography"]:
            sources.setdefault(record["key"], record)
    return sources


def _brief(pattern: dict, prose: PageProse) -> list[dict]:
    titles = (
        ("what-it-is", "What it is", "in_brief"),
        ("fits-when", "It fits when", "fits_when"),
        ("does-not-fit-when", "It does not fit when", "does_not_fit_when"),
    )
    prose.at("in-brief")
    return [
        {"anchor": anchor, "title": title, "text": prose.block(pattern[name])}
        for anchor, title, name in titles
        if pattern[name]
    ]


def _structure(pattern: dict, prose: PageProse) -> dict:
    prose.at("structure")
    text = prose.block(pattern["structure"])
    return {"text": text, "sub_variants": [_sub_variant(row, prose) for row in pattern["sub_variants"]]}


def _sub_variant(row: dict, prose: PageProse) -> dict:
    prose.at(row["code"])
    return {**typeset(row, "name"), "text": prose.block(row["description"])}


def _clauses(pattern: dict, prose: PageProse) -> list[dict]:
    drawn = []
    for row in pattern["clauses"]:
        prose.at(row["code"])
        texts = {name: prose.block(row[name]) for name in ("text", "negotiate")}
        drawn.append({**typeset(row, "title"), **texts})
    return drawn


def _matrix(shown: list[Shown], drawn_moves: list[dict]) -> list[dict]:
    return [
        {
            **item.listed,
            "href": item.href,
            "status_word": _status_word(item.document["status"]),
            "is_single_source": item.is_single_source,
            "is_retired": item.is_retired,
            "sub_variants": [typeset(row, "name") for row in item.exhibit["sub_variants"]],
            "cells": [move["cells"][index] for move in drawn_moves],
        }
        for index, item in enumerate(shown)
    ]


def _status_word(status: str) -> str:
    """In a line without the label *Status* the word alone would not say of what."""
    return "Status unknown" if status == "unknown" else STATUSES.get(status, "")


def _past(pattern: dict, links: Links) -> dict | None:
    """The day of a page that no longer grows, and where the pattern stands now; None for the latest."""
    if not links.day:
        return None
    now = LATEST.item("pattern", pattern["slug"], "")
    return {"day": links.day, "is_edition": links.editions, "now": now}


def _precedents(pattern: dict, prose: PageProse) -> list[dict]:
    drawn = []
    for row in pattern["precedents"]:
        prose.at(row["code"])
        drawn_row = {"relevance": prose.block(row["relevance"]), "cited": prose.cite(row["source"])}
        drawn.append({**typeset(row, "title", "forum", "status"), **drawn_row})
    return drawn


def _anchors(pattern: dict, prose: PageProse) -> list[dict]:
    drawn = []
    for row in pattern["anchors"]:
        prose.at(row["code"])
        cited = prose.cite(row["source"])
        record = prose.record(row["source"])
        drawn.append({**row, "finding": prose.block(row["finding"]), "cited": cited, "record": described(record)})
    return drawn


def _contents(drawn: dict) -> list[dict]:
    sections = (
        ("in-brief", "In brief", ""),
        ("structure", "Structure and sub-variants", ""),
        ("kill-list", "Kill list", len(drawn["moves"])),
        ("clauses", "Example clauses", len(drawn["clauses"])),
        ("partnerships", "Tracked partnerships", len(drawn["matrix"])),
        ("precedents", "Precedent to consider", len(drawn["precedents"])),
        ("anchors", "Scholarly anchors", len(drawn["anchors"])),
        ("sources", "Sources", len(drawn["sources"])),
        ("history", "History", ""),
        ("cite", "Cite this", ""),
        ("take-away", "Take away", ""),
    )
    return [{"anchor": anchor, "title": title, "count": count} for anchor, title, count in sections]
