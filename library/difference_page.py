"""The difference between two editions, told for a layperson: in words first, never by colour alone."""

import re
from itertools import groupby
from typing import Any

from library.comparison import Change, as_text, compare, word_changes
from library.documents import Document
from library.prose import CITATION

# What a field of a document is called, by its name, and a list of rows, by the name of one row.
FIELDS = {
    "title": "Title",
    "slug": "Address",
    "family": "Family",
    "tags": "Tags",
    "subtitle": "Subtitle",
    "in_brief": "What it is",
    "fits_when": "It fits when",
    "does_not_fit_when": "It does not fit when",
    "structure": "Structure",
    "description": "Description",
    "text": "Text",
    "negotiate": "What will be negotiated",
    "mechanism": "Why it fails",
    "mitigation": "Mitigation",
    "relevance": "Relevance",
    "finding": "Finding",
    "announced": "Announced",
    "first_party": "First party",
    "pattern_title": "Title of the pattern",
    "pattern_slug": "Address of the pattern",
    "wording": "Wording judged",
    "doi": "DOI",
    "url": "Link",
    "archived_url": "Archived copy",
    "accessed": "Read on",
}
PARTS = {
    "sub_variants": "Sub-variants",
    "clauses": "Example clauses",
    "kill_list": "Kill list",
    "precedents": "Precedents",
    "anchors": "Scholarly anchors",
    "parties": "Parties",
    "sources": "Evidence",
    "exhibits": "Patterns it shows",
    "bibliography": "Sources",
}
ROWS = {
    "sub_variants": "sub-variant",
    "clauses": "example clause",
    "kill_list": "kill-list move",
    "precedents": "precedent",
    "anchors": "scholarly anchor",
    "parties": "party",
    "sources": "evidence",
    "exhibits": "exhibit of",
    "scores": "score of",
    "bibliography": "source",
}
HEADLINES = ("name", "title", "move", "pattern_title", "supports", "finding", "evidence")
OPENING = "Opening"
READING_ORDER = (
    *("title", "name", "subtitle", "aliases", "family", "tags", "slug", "announced", "status", "status_note"),
    *("in_brief", "fits_when", "does_not_fit_when", "summary", "parties", "structure", "sub_variants"),
    *("kill_list", "clauses", "exhibits", "precedents", "anchors", "confidence", "sources", "bibliography"),
)


def parts(old: Document, new: Document) -> list[dict[str, Any]]:
    """Return the changes from `old` to `new` by part of the page, each told in a sentence."""
    changes = sorted(compare(old, new), key=_place_in_reading)
    return [
        {"title": title, "changes": [_told(change) for change in group]}
        for title, group in groupby(changes, key=lambda change: PARTS.get(change.path[0], OPENING))
    ]


def _place_in_reading(change: Change) -> int:
    """Canonical documents sort their fields by name; people read them in the order of the page."""
    field = change.path[0]
    return READING_ORDER.index(field) if field in READING_ORDER else len(READING_ORDER)


def _told(change: Change) -> dict[str, Any]:
    told = {"what": change.what, "place": _place(change.path)}
    if change.what == "reworded":
        return {**told, "words": _words(as_text(change.before), as_text(change.after))}
    if change.what == "moved":
        return {**told, "before": change.before, "after": change.after}
    return {**told, "text": _readable(_headline(change.after or change.before))}


def _place(path: tuple[str, ...]) -> str:
    """Name the place of a change: `kill-list move STC-K1, Why it fails`."""
    steps = list(path)
    named = []
    while steps:
        step = steps.pop(0)
        if step in ROWS and steps:
            named.append(f"{ROWS[step]} {steps.pop(0)}")
        else:
            named.append(FIELDS.get(step, step.replace("_", " ").capitalize()))
    return ", ".join(named)


def _headline(row: dict) -> str:
    """Return the telling text of an added or removed row."""
    return next((as_text(row[name]) for name in HEADLINES if row.get(name)), "")


def _words(before: str, after: str) -> list[tuple[str, str]]:
    """Return the rewording to the word, each citation one word (a private-use character while comparing)."""
    marks: dict[str, str] = {}

    def mark(match: re.Match) -> str:
        return marks.setdefault(match[0], chr(0xE000 + len(marks)))

    pieces = word_changes(CITATION.sub(mark, before), CITATION.sub(mark, after))
    shown = {ord(character): _readable(citation) for citation, character in marks.items()}
    return [(kind, text.translate(shown)) for kind, text in pieces]


def _readable(text: str) -> str:
    """Return `text` with citations as `[key, p. 12]`: their keys tell sources apart, the mark does not."""
    return CITATION.sub(lambda match: match[0].replace("@", ""), text)
