"""Marking the words that were looked for in the text as it is shown, accents, capitals and all."""

from collections.abc import Iterable

from django.contrib.postgres.search import SearchHeadline
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from library.asking import Query
from library.sorting import WORD

# Control characters, which no published text has: PostgreSQL sets them, and here they become `<mark>` once
# everything else has been escaped.
BEGIN, END = "\x02", "\x03"
AROUND = 12  # words shown before the first that is marked
SHOWN = 48  # words of an excerpt


def headline(query: Query) -> SearchHeadline:
    """Return the folded words of a passage with marks at those that `query` looks for, in any English form."""
    return SearchHeadline(
        "folded", query.ranked_by("english"), config="english", start_sel=BEGIN, stop_sel=END, highlight_all=True
    )


def hits(marked: str, query: Query) -> set[int]:
    """Return which words of a headline are to be marked, counted from 0.

    The words of a phrase count only where they stand together.
    """
    tokens = marked.split(" ")
    plain = [token.replace(BEGIN, "").replace(END, "") for token in tokens]
    exact = [term.words for term in query.terms if term.is_exact]
    only_in_phrases = set().union(*exact) - {word for term in query.terms if not term.is_exact for word in term.words}
    found = {n for n, token in enumerate(tokens) if BEGIN in token and plain[n] not in only_in_phrases}
    return found.union(*(_standing_together(plain, phrase) for phrase in exact))


def _standing_together(plain: list[str], phrase: tuple[str, ...]) -> set[int]:
    length = len(phrase)
    begins = (n for n in range(len(plain) - length + 1) if tuple(plain[n : n + length]) == phrase)
    return {n + place for n in begins for place in range(length)}


def count(text: str) -> int:
    """Return how many words `text` has."""
    return len(WORD.findall(text))


def whole(text: str, found: Iterable[int]) -> SafeString:
    """Return `text` as HTML with its words `found` marked; neighbours share a mark."""
    spans = [match.span() for number, match in enumerate(WORD.finditer(text)) if number in found]
    parts, last = [], 0
    for begin, end in _joined(text, spans):
        parts += [conditional_escape(text[last:begin]), format_html("<mark>{}</mark>", text[begin:end])]
        last = end
    return mark_safe("".join([*parts, conditional_escape(text[last:])]))


def _joined(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for begin, end in spans:
        if joined and text[joined[-1][1] : begin] in (" ", "-", "‑", "."):
            begin = joined.pop()[0]
        joined.append((begin, end))
    return joined


def excerpt(text: str, found: set[int]) -> SafeString:
    """Return the part of `text` that holds most of the words `found`, as HTML with these marked."""
    spans = [match.span() for match in WORD.finditer(text)]
    if len(spans) <= SHOWN + AROUND:
        return whole(text, found)
    densest = max(sorted(found), key=lambda n: len(found & set(range(n, n + SHOWN - AROUND))), default=0)
    first = _beginning(text, spans, densest)
    last = min(first + SHOWN, len(spans)) - 1
    cut = text[spans[first][0] : spans[last][1]]
    before = "… " if first else ""
    after = " …" if last < len(spans) - 1 else text[spans[last][1] :]
    return format_html("{}{}{}", before, whole(cut, {n - first for n in found}), after)


def _beginning(text: str, spans: list[tuple[int, int]], densest: int) -> int:
    """The word at which an excerpt begins: that of a sentence, if one begins a few words before the marks."""
    earliest = max(densest - AROUND, 0)
    for first in range(densest, earliest, -1):
        if text[spans[first - 1][1] : spans[first][0]].strip(" ’”)")[:1] in (".", "!", "?"):
            return first
    return earliest
