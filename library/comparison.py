"""What changed between two documents: rows added, removed, moved, fields reworded to the word.

Rows are matched by their identity (`documents.ROW_KEYS`), so a reorder is a move and never a rewording.
"""

import difflib
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from library.documents import ROW_KEYS, Document

Path = tuple[str, ...]
What = Literal["added", "removed", "moved", "reworded"]
Finer = Callable[[str, str], Iterator[tuple[str, str]]]

MOST_PAIRS = 1_000_000  # pairs of words that are compared with each other, a tenth of a second


@dataclass(frozen=True)
class Change:
    """One operation between two documents.

    `path` names the field (`("kill_list", "STC-K1", "move")`) or the row (`("kill_list", "STC-K1")`). Of an
    added row `before` is None, of a removed one `after`; of a moved one both are its places, counted from 1.
    """

    what: What
    path: Path
    before: Any
    after: Any

    @property
    def words(self) -> list[tuple[str, str]]:
        """The rewording to the word; see `word_changes`."""
        return word_changes(as_text(self.before), as_text(self.after))


def compare(old: Document, new: Document) -> list[Change]:
    """Return every change that leads from `old` to `new`, in the order of the new document.

    Both are documents of one kind. The bibliography takes part: a corrected source is a change.
    """
    return _compare_fields(old, new, ())


def _compare_fields(old: dict, new: dict, path: Path) -> list[Change]:
    changes = []
    for field in [*new, *(field for field in old if field not in new)]:
        before, after = old.get(field, ""), new.get(field, "")
        if before == after:
            continue
        here = (*path, field)
        if field in ROW_KEYS and _are_rows(before) and _are_rows(after):
            changes += _compare_rows(before or [], after or [], ROW_KEYS[field], here)
        elif isinstance(before, dict) and isinstance(after, dict):
            changes += _compare_fields(before, after, here)
        else:
            changes.append(Change("reworded", here, before, after))
    return changes


def _are_rows(value: Any) -> bool:
    return value == "" or (isinstance(value, list) and all(isinstance(row, dict) for row in value))


def _compare_rows(old: list[dict], new: list[dict], key: str, path: Path) -> list[Change]:
    before = {row[key]: row for row in old}
    after = {row[key]: row for row in new}
    moved = moved_keys([k for k in before if k in after], [k for k in after if k in before])
    old_places, new_places = list(before), list(after)
    changes = [Change("removed", (*path, k), row, None) for k, row in before.items() if k not in after]
    for k, row in after.items():
        here = (*path, k)
        if k not in before:
            changes.append(Change("added", here, None, row))
            continue
        if k in moved:
            changes.append(Change("moved", here, old_places.index(k) + 1, new_places.index(k) + 1))
        changes += _compare_fields(before[k], row, here)
    return changes


def moved_keys(old: list[str], new: list[str]) -> set[str]:
    """Return the fewest keys whose move turns the order `old` into the order `new` (same keys in both).

    What does not move is a longest increasing subsequence (patience sorting, Fredman 1975).
    """
    place = {key: index for index, key in enumerate(old)}
    tails: list[int] = []
    tail_keys: list[str] = []
    previous: dict[str, str | None] = {}
    for key in new:
        at = bisect_left(tails, place[key])
        previous[key] = tail_keys[at - 1] if at else None
        tails[at : at + 1] = [place[key]]
        tail_keys[at : at + 1] = [key]
    stays = set()
    key = tail_keys[-1] if tail_keys else None
    while key is not None:
        stays.add(key)
        key = previous[key]
    return set(new) - stays


def word_changes(old: str, new: str) -> list[tuple[str, str]]:
    """Return `new` told from `old` as ("same" | "removed" | "added", text) pieces, to the word.

    The "same" and "added" pieces joined are `new`, the "same" and "removed" ones `old`. Long texts are matched
    by sentences first and by words inside them; matching words alone takes minutes for 100,000 characters.
    """
    a, b = _words(old), _words(new)
    if len(a) * len(b) <= MOST_PAIRS:
        return list(_matched(a, b))
    return list(_matched_by_sentences(_sentences(old), _sentences(new)))


def _matched(a: list[str], b: list[str], finer: Finer | None = None, **options: bool) -> Iterator[tuple[str, str]]:
    """Yield the pieces that lead from the parts `a` to the parts `b`; `finer` tells a replaced run more closely."""
    for tag, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, **{"autojunk": False, **options}).get_opcodes():
        before, after = "".join(a[a1:a2]), "".join(b[b1:b2])
        if tag == "equal":
            yield "same", after
        elif tag == "replace" and finer:
            yield from finer(before, after)
        else:
            yield from _replaced(before, after)


def _replaced(before: str, after: str) -> Iterator[tuple[str, str]]:
    if before:
        yield "removed", before
    if after:
        yield "added", after


def _matched_by_sentences(a: list[str], b: list[str]) -> Iterator[tuple[str, str]]:
    """Sentences that stand in the text very often are no landmarks (`autojunk`): they would cost as words do."""
    start = next((n for n, pair in enumerate(zip(a, b, strict=False)) if pair[0] != pair[1]), min(len(a), len(b)))
    if start:
        yield "same", "".join(a[:start])
    yield from _matched(a[start:], b[start:], finer=_words_or_whole, autojunk=True)


def _words_or_whole(before: str, after: str) -> Iterator[tuple[str, str]]:
    a, b = _words(before), _words(after)
    return _matched(a, b) if len(a) * len(b) <= MOST_PAIRS else _replaced(before, after)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)


def _sentences(text: str) -> list[str]:
    return re.findall(r"[^.!?\n]+(?:[.!?\n]+\s*)?|[.!?\n]+\s*", text)


def as_text(value: Any) -> str:
    """Return a field's value as one text for people: lists joined by commas, yes and no for booleans."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(as_text(inner) for inner in value)
    return "" if value is None else str(value)
