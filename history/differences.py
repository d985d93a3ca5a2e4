"""Telling a list of changes to people: rows by their names, texts to the word."""

from dataclasses import dataclass, field
from typing import Any

from history.words import field_name, sentence_case, shown, word_pieces
from library.comparison import Change, as_text
from library.documents import ROW_KEYS, Document

# The text by which a row is recognised, where it has one.
RECOGNISED_BY = ("move", "name", "title", "pattern_title", "finding", "evidence", "supports")
ABOUT_LENGTH = 90


@dataclass(frozen=True)
class Told:
    """One change as a page shows it.

    `row` is the identity of the innermost row (empty for the item's own fields), `field` the field (empty for a
    whole row), `where` its name in words, `about` the beginning of the row's text. `words` tells a rewording as
    ("same" | "removed" | "added", text); `texts` lists name and text of every field of a whole row.
    """

    what: str
    path: tuple[str, ...]
    row: str
    field: str
    where: str
    about: str
    sentence: str
    words: list[tuple[str, str]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The fragment id of the change on its page."""
        return "-".join(("change", *(part for part in self.path if part))).replace(" ", "_")

    @property
    def is_of_its_name(self) -> bool:
        """Whether the words that changed are those by which the row is recognised; then `about` repeats them."""
        return self.field in RECOGNISED_BY

    @property
    def before(self) -> str:
        """The whole text of a rewording as it was."""
        return "".join(text for what, text in self.words if what != "added")

    @property
    def after(self) -> str:
        """The whole text of a rewording as it is now."""
        return "".join(text for what, text in self.words if what != "removed")


def tell(changes: list[Change], old: Document, new: Document) -> list[Told]:
    """Return `changes` (those of `compare(old, new)`) for people, in their order."""
    return [_tell(change, old, new) for change in changes]


def _tell(change: Change, old: Document, new: Document) -> Told:
    _, row, field_of_row = _read_path(change.path)
    is_row = change.what != "reworded"
    return Told(
        what=change.what,
        path=change.path,
        row=row,
        field="" if is_row else field_of_row,
        where=where(change.path),
        about=_about(change.path, new) or _about(change.path, old),
        sentence=_sentence(change),
        words=[] if is_row else word_pieces(*(_text(field_of_row, v) for v in (change.before, change.after))),
        texts=row_texts(change.after or change.before) if change.what in ("added", "removed") else [],
    )


def where(path: tuple[str, ...]) -> str:
    """Return what people call the place that `path` names: `Kill list, STC-K1, mechanism`."""
    names, _, _ = _read_path(path)
    return sentence_case(", ".join(names))


def _read_path(path: tuple[str, ...]) -> tuple[list[str], str, str]:
    """Return the names along `path`, the innermost row's identity and the field at its end."""
    names, row, in_rows = [], "", False
    for part in path:
        if in_rows:
            names.append(part or "new row")
            row = part
        else:
            names.append(field_name(part))
        in_rows = not in_rows and part in ROW_KEYS
    return names, row, path[-1]


def _sentence(change: Change) -> str:
    if change.what == "moved":
        return f"moved from place {change.before} to place {change.after}"
    if change.what == "reworded":
        emptied, filled = change.after in ("", []), change.before in ("", [])
        return "emptied" if emptied else "filled in" if filled else "reworded"
    return change.what


def _about(path: tuple[str, ...], document: Document) -> str:
    """Return the beginning of the text by which the innermost row of `path` in `document` is recognised."""
    row, found = document, None
    for part in path:
        if isinstance(row, dict):
            row = row.get(part)
            continue
        if not isinstance(row, list):
            break
        row = next((r for r in row if isinstance(r, dict) and part in _identities(r)), None)
        found = row or found
    text = next((found[name] for name in RECOGNISED_BY if found.get(name)), "") if found else ""
    return text if len(text) <= ABOUT_LENGTH else f"{text[:ABOUT_LENGTH].rsplit(' ', 1)[0]} …"


def _identities(row: dict) -> set[str]:
    return {row[key] for key in set(ROW_KEYS.values()) if isinstance(row.get(key), str)}


def whole(document: Document) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every text of `document` for reading: heading and (name, text) of the item, then of every row."""
    own = {name: value for name, value in document.items() if name not in ROW_KEYS and name not in ("format", "kind")}
    parts = [("", row_texts(own))]
    for name in ROW_KEYS:
        for row in document.get(name) or ():
            if isinstance(row, dict):
                parts.append((f"{field_name(name)}, {row[ROW_KEYS[name]]}", row_texts(row)))
    return parts


def row_texts(row: dict, before: str = "") -> list[tuple[str, str]]:
    """Return name and text of every field of `row` that says something, rows inside it included."""
    texts = []
    for name, value in row.items():
        if name == "code":  # the row's heading says it
            continue
        here = f"{before}{field_name(name)}"
        if isinstance(value, dict):  # a family stands in its patterns with slug and name
            value = value["name"]
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for inner in value:
                identity = inner[ROW_KEYS[name]]
                texts += row_texts(inner, f"{here}, {identity}, ")
        elif _text(name, value):
            texts.append((sentence_case(here), _text(name, value)))
    return texts


def _text(name: str, value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "; ".join(text for row in value for _, text in row_texts(row))
    return shown(name, as_text(value))
