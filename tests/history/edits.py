"""Hypothesis strategies: what two editors do to one document, each on their own."""

import copy

from hypothesis import strategies as st

from history.merging import TIED
from library.documents import ROW_KEYS
from partnerships import composition as partnerships
from patterns import composition as patterns
from tests.library.documents_strategies import partnership_documents, pattern_documents

FIELDS = {**patterns.ROWS, "parties": partnerships.ROWS["parties"], "scores": ("move", "score", "evidence")}
NOT_TYPED = {"format", "kind", "code", "slug", "bibliography", "family", *TIED}
documents = st.one_of(pattern_documents, partnership_documents)


@st.composite
def edited_twice(draw):
    """A document and what each of two editors made of it."""
    base = draw(documents)
    return base, draw(edits(base, "mine")), draw(edits(base, "theirs"))


@st.composite
def edits(draw, base, who):
    document = copy.deepcopy(base)
    for number in range(draw(st.integers(0, 4))):
        draw(st.sampled_from([type_text, remove_row, add_row, move_row]))(draw, document, f"{who} {number}")
    return document


def type_text(draw, document, words):
    holder, name = draw(st.sampled_from(list(texts_of(document))))
    holder[name] = words


def remove_row(draw, document, words):
    if rows := [(rows, place) for _, rows in lists_of(document) for place in range(len(rows))]:
        rows, place = draw(st.sampled_from(rows))
        del rows[place]


def add_row(draw, document, words):
    if lists := [(name, rows) for name, rows in lists_of(document) if name in FIELDS]:
        name, rows = draw(st.sampled_from(lists))
        key = ROW_KEYS[name]
        names = {row[key] for row in rows}
        identity = draw(st.sampled_from([f"{words} alone", "both", *([""] if key == "code" else [])]))
        if identity not in names - {""}:
            row = {**{field: f"{words} {field}" for field in FIELDS[name]}, key: identity}
            rows.insert(draw(st.integers(0, len(rows))), row)


def move_row(draw, document, words):
    if lists := [rows for _, rows in lists_of(document) if len(rows) > 1]:
        rows = draw(st.sampled_from(lists))
        rows.insert(draw(st.integers(0, len(rows) - 1)), rows.pop(draw(st.integers(0, len(rows) - 1))))


def lists_of(part):
    """Every list of rows in a document or row, with its name."""
    for name, value in part.items():
        if name in ROW_KEYS and name != "bibliography":
            yield name, value
            for row in value:
                yield from lists_of(row)


def texts_of(part):
    """Every text that a person types, as the object that holds it and its name; identities are no texts."""
    for name, value in part.items():
        if name in NOT_TYPED:
            continue
        if isinstance(value, str) and name not in ROW_KEYS.values():
            yield part, name
        elif name in ROW_KEYS:
            for row in value:
                yield from texts_of(row)


def words_in(part):
    """All texts of a document that somebody may have typed."""
    if isinstance(part, dict):
        return set().union(*(words_in(value) for name, value in part.items() if name not in NOT_TYPED))
    if isinstance(part, list):
        return set().union(*(words_in(value) for value in part))
    return {part} if isinstance(part, str) else set()
