"""Places in a document: a field, a row, or the whole item, named as `library.comparison.Change.path` names them."""

import json
from collections.abc import Iterable
from typing import Any

from history.differences import row_texts, where
from history.words import shown
from library import documents
from library.comparison import Path, as_text
from library.documents import Document

WHOLE: Path = ()
LONGEST_QUOTE = 300  # characters
LONGEST_NAMED = 2_000  # characters of a place as text; a name in it has at most a few hundred


def at(document: Document, place: Path) -> Any:
    """Return what stands at `place` (names of fields and identities of rows), None if nothing does."""
    found, rows = document, ""
    for name in place:
        if isinstance(found, dict):
            found, rows = found.get(name), name
        elif isinstance(found, list) and rows in documents.ROW_KEYS:
            key = documents.ROW_KEYS[rows]
            found = next((row for row in found if row[key] == name), None)
        else:
            return None
    return found


def name_of(place: Path) -> str:
    """Return what people call `place`: `Kill list, STC-K1, mechanism`."""
    return where(place) if place else "The whole item"


def as_value(place: Path) -> str:
    """Return `place` as a form sends it."""
    return json.dumps(list(place), ensure_ascii=False)


def from_value(value: str) -> Path:
    """Return the place that a form sent. Raises ValueError for anything that is none."""
    try:
        names = json.loads(value) if len(value) <= LONGEST_NAMED else None
    except RecursionError:
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("this is no place in a document")
    return tuple(names)


def wording(document: Document, place: Path) -> str:
    """Return the digest of what stands at `place`; empty when nothing does, and for the whole item."""
    found = at(document, place) if place else None
    return "" if found is None else documents.digest(found)


def quote(document: Document, place: Path) -> str:
    """Return the beginning of the words at `place`, by which people know them again."""
    found = at(document, place) if place else ""
    if isinstance(found, dict):
        found = "\n".join(text for _, text in row_texts(found))
    elif isinstance(found, list) and found and isinstance(found[0], dict):
        found = "\n".join(text for row in found for _, text in row_texts(row))
    text = shown(place[-1] if place else "", as_text(found))
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 2].rsplit(None, 1)[0]} …"


def within(document: Document, place: Path) -> list[Path]:
    """Return `place` and, of a row, its fields: what a remark there can be about."""
    found = at(document, place)
    if not isinstance(found, dict) or len(place) < 2:
        return [place]
    key = documents.ROW_KEYS.get(place[-2], "")
    return [place, *((*place, field) for field in found if field != key and field not in documents.ROW_KEYS)]


def holder(place: Path, holders: Iterable[Path]) -> Path | None:
    """Return which of `holders` holds `place` most closely, None if none does."""
    around = [one for one in holders if place[: len(one)] == one]
    return max(around, key=len, default=None)
