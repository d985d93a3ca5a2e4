"""What people call the fields and values of documents; the same words in forms, comparisons and findings."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format

from library.comparison import word_changes

KINDS = ("same", "removed", "added")

FIELDS = {
    "accessed": "accessed on",
    "aliases": "other names",
    "anchors": "Scholarly anchors",
    "announced": "announced",
    "archived_url": "archived copy",
    "authors": "authors",
    "bibliography": "Cited sources",
    "clauses": "Example clauses",
    "code": "code",
    "confidence": "confidence",
    "country": "country",
    "date": "date",
    "description": "description",
    "does_not_fit_when": "does not fit when",
    "doi": "DOI",
    "edition": "edition judged",
    "evidence": "evidence",
    "exhibits": "Patterns shown",
    "family": "family",
    "finding": "finding",
    "first_party": "first-party",
    "fits_when": "fits when",
    "forum": "forum",
    "grounding": "grounding",
    "in_brief": "in brief",
    "kill_list": "Kill list",
    "kind": "kind",
    "mechanism": "mechanism",
    "mitigation": "mitigation",
    "move": "move",
    "name": "name",
    "negotiate": "what to negotiate",
    "note": "note",
    "origin": "origin",
    "parties": "Parties",
    "pattern": "pattern",
    "pattern_slug": "address of the pattern",
    "pattern_title": "title of the pattern",
    "pinpoint": "pinpoint",
    "precedents": "Precedents",
    "published": "published on",
    "publisher": "publisher",
    "relevance": "relevance",
    "role": "role",
    "score": "score",
    "scores": "Scores",
    "slug": "address",
    "source": "source",
    "source_kind": "kind",
    "sources": "Sources",
    "status": "status",
    "status_note": "note on the status",
    "structure": "structure",
    "sub_variants": "Sub-variants",
    "subtitle": "subtitle",
    "summary": "summary",
    "supports": "what it supports",
    "tags": "tags",
    "text": "text",
    "title": "title",
    "url": "address on the web",
    "wording": "wording judged",
}
# Values that are stored as one word and read as two.
CODED = {"kind", "source_kind", "confidence", "score", "grounding"}


def field_name(field: str) -> str:
    """Return the name of `field` for people; a field nobody has named yet keeps its own."""
    return FIELDS.get(field, field.replace("_", " "))


def sentence_case(text: str) -> str:
    """Return `text` with a capital at its beginning and the rest as it is."""
    return text[:1].upper() + text[1:]


def shown(field: str, value: str) -> str:
    """Return a stored value as people read it: `not_visible` as `not visible`."""
    return value.replace("_", " ") if field in CODED else value


def when(at: date | datetime | None) -> str:
    """Return a day or a moment as the whole house writes it: `2026-11-22`, `2026-11-22 00:41 UTC`."""
    if not isinstance(at, datetime):
        return date_format(at) if at else ""
    return f"{date_format(at, 'DATETIME_FORMAT')} UTC"


def lately(moment) -> str:
    """Return a moment as somebody remembers it: `14:03 UTC today`, an older one with its date."""
    if moment.date() == timezone.now().date():
        return f"{date_format(moment, 'H:i')} UTC today"
    return when(moment)


def word_pieces(old: str, new: str) -> list[tuple[str, str]]:
    """Return `new` told from `old` word by word, or both whole when most words of both are others."""
    pieces = word_changes(old, new)
    same, removed, added = (sum(len(text.split()) for kind, text in pieces if kind == one) for one in KINDS)
    return [("removed", old), ("added", new)] if removed > same and added > same else pieces
