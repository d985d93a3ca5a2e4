"""The difference between two editions, told for a layperson: in words first, never by colour alone."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from library.comparison import Change, as_text, compare, word_changes
from library.definitions import GRADES, SCORES, SOURCE_KINDS, STATUSES, WORDS
from library.documents import READING_ORDER, ROW_KEYS, Document
from library.prose import CITATION
from library.typography import curly

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
# The words that readers see for what a field stores.
VALUES = {
    "score": SCORES,
    "status": STATUSES,
    "confidence": GRADES,
    "kind": SOURCE_KINDS,
    "grounding": {"documented": WORDS["documented"], "inferred": WORDS["inferred"]},
}
# What happened, in the order of the summary; the comparison knows the last two as rewordings.
WHATS = {
    "added": "added",
    "removed": "removed",
    "moved": "moved",
    "reworded": "reworded",
    "re-scored": "re-scored",
    "corrected": "corrected in the record of a source or a family",
}
RECORDS = ("bibliography", "family")  # copies inside the document; a change of one is a correction, no new thought
OPENING = "Opening"
MOSTLY_KEPT = 0.5  # the share of words; below it single words in and out are a mush


def parts(old: Document, new: Document) -> list[dict[str, Any]]:
    """Return the changes from `old` to `new` by part of the page, each told in a sentence."""
    changes = sorted(compare(old, new), key=_place_in_reading)
    return [
        {"title": title, "changes": [_told(change) for change in group]}
        for title, group in groupby(changes, key=lambda change: PARTS.get(change.path[0], OPENING))
    ]


def summary(told: list[dict[str, Any]]) -> list[str]:
    """Return how often what happened in `told`, the parts of a comparison: `2 reworded`, `1 re-scored`."""
    found = [change["what"] for part in told for change in part["changes"]]
    return [f"{found.count(what)} {words}" for what, words in WHATS.items() if what in found]


def is_correction(told: list[dict[str, Any]]) -> bool:
    """Say whether nothing but records of sources and families was put right."""
    return {change["what"] for part in told for change in part["changes"]} == {"corrected"}


def _place_in_reading(change: Change) -> int:
    """Canonical documents sort their fields by name; people read them in the order of the page."""
    return READING_ORDER.get(change.path[0], len(READING_ORDER))


def _told(change: Change) -> dict[str, Any]:
    told = {"what": _what(change), "place": _place(change.path)}
    if told["what"] == "re-scored":
        before, after = (_said("score", value) for value in (change.before, change.after))
        return {**told, "before": before, "after": after}
    if change.what == "reworded":
        return {**told, **_reworded(*(_said(change.path[-1], value) for value in (change.before, change.after)))}
    if change.what == "moved":
        return {**told, "before": change.before, "after": change.after}
    row = change.after or change.before
    return {**told, "fields": list(_fields(row, (), ROW_KEYS.get(change.path[-2], "")))}


def _what(change: Change) -> str:
    if change.what != "reworded":
        return change.what
    if change.path[0] in RECORDS:
        return "corrected"
    return "re-scored" if change.path[-1] == "score" else "reworded"


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


def _fields(row: dict, path: tuple[str, ...], key: str) -> Iterator[dict[str, str]]:
    """Yield name and text of every field of an added or removed row that says something, rows in it included.

    The field `key` is left out: it names the row, and the place has said it.
    """
    for name, value in row.items():
        here = (*path, name)
        if name in ROW_KEYS and isinstance(value, list):
            inner = ROW_KEYS[name]
            for one in value:
                rest = [*_fields(one, (*here, one[inner]), inner)]
                yield from rest or [{"name": _capital(_place((*here, one[inner]))), "text": ""}]
        elif name != key and (text := _said(name, value)):
            yield {"name": _capital(_place(here)), "text": _readable(curly(text))}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _said(field: str, value: Any) -> str:
    """Return what is stored in `field` in the readers' words."""
    text = as_text(value)
    return VALUES.get(field, {}).get(text, text)


def _reworded(before: str, after: str) -> dict[str, Any]:
    """Return the rewording to the word, or old and new whole where little was kept and that in many places."""
    if curly(before) != curly(after):
        before, after = curly(before), curly(after)
    words = _words(before, after)
    kept = _count(text for kind, text in words if kind == "same")
    runs = sum(kind != "same" for kind, _ in groupby(words, key=lambda piece: piece[0] == "same" and "same"))
    if runs > 1 and 2 * kept < MOSTLY_KEPT * (_count([before]) + _count([after])):
        return {"before": _readable(before), "after": _readable(after)}
    return {"words": words}


def _count(texts: Iterable[str]) -> int:
    return sum(len(re.findall(r"\w+", text)) for text in texts)


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
