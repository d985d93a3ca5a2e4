"""Putting what one editor changed on top of what another has saved since, field by field and row by row."""

from typing import Any

from library.documents import ROW_KEYS, Document


def merge(base: Document, mine: Document, theirs: Document) -> Document:
    """Return `theirs` with everything that `mine` changed from `base`.

    Where both changed one field, mine stands: whoever asks for the merge sees it in a form and decides. A row
    that one removed and the other changed is kept. Rows keep their order from `theirs`, from `mine` if that
    moved any. New rows of mine without a code stay without one.
    """
    return {name: _value(name, base.get(name, ""), mine.get(name, ""), value) for name, value in theirs.items()}


def _value(name: str, base: Any, mine: Any, theirs: Any) -> Any:
    if mine == base:
        return theirs
    if theirs == base:
        return mine
    if name in ROW_KEYS and all(isinstance(row, dict) for row in [*base, *mine, *theirs]):
        return _rows(ROW_KEYS[name], base, mine, theirs)
    if isinstance(theirs, dict) and isinstance(mine, dict):
        return merge(base, mine, theirs)
    return mine


def _rows(key: str, base: list[dict], mine: list[dict], theirs: list[dict]) -> list[dict]:
    before, my, their = _by(key, base), _by(key, mine), _by(key, theirs)
    kept = {}
    for name in [*their, *(name for name in my if name not in their)]:
        if name in my and name in their:
            kept[name] = merge(before.get(name, {}), my[name], their[name])
        elif (row := my.get(name) or their[name]) != before.get(name):
            kept[name] = row  # new on one side, or changed there and removed on the other
    common = [name for name in before if name in my]
    i_moved = [name for name in my if name in before] != common
    order = _order(list(my), list(their)) if i_moved else _order(list(their), list(my))
    return [kept[name] for name in order if name in kept]


def _by(key: str, rows: list[dict]) -> dict[str, dict]:
    """The rows by their identity; those that have none yet, by their place."""
    return {row[key] or f"new row {place}": row for place, row in enumerate(rows)}


def _order(first: list[str], second: list[str]) -> list[str]:
    """The names of `first`, and those of `second` alone, each behind the one that it follows there."""
    order = list(first)
    for place, name in enumerate(second):
        if name not in order:
            order.insert(order.index(second[place - 1]) + 1 if place else 0, name)
    return order
