"""How long a page's own text is: words, and the minutes that reading them takes."""

from math import ceil
from typing import Any

from library.documents import Document
from library.prose import plain
from library.sorting import WORD

# Silent reading of English non-fiction by adults, mean of 190 studies: M. Brysbaert, "How many words do we read per
# minute?", Journal of Memory and Language 109 (2019) 104047.
WORDS_PER_MINUTE = 238
PROSE = {
    *("title", "subtitle", "name", "in_brief", "fits_when", "does_not_fit_when", "structure", "description", "text"),
    *("negotiate", "move", "mechanism", "mitigation", "relevance", "finding", "summary", "status_note", "note"),
    *("wording", "evidence", "supports", "role"),
}
APPARATUS = {"bibliography", "family", "tags"}


def of(document: Document) -> dict[str, int]:
    """Return how many `words` of prose `document` has and the `minutes` for them, at least one.

    Counted are titles and prose without citations and Markdown; sources, codes and dates are looked up, not read.
    """
    words = _words(document)
    return {"words": words, "minutes": max(1, ceil(words / WORDS_PER_MINUTE))}


def _words(value: Any, is_prose: bool = False) -> int:
    if isinstance(value, dict):
        passed_over = APPARATUS | {"move"} if "wording" in value else APPARATUS  # of a score it is a code
        return sum(_words(inner, name in PROSE) for name, inner in value.items() if name not in passed_over)
    if isinstance(value, list):
        return sum(_words(inner) for inner in value)
    return len(WORD.findall(plain(value))) if is_prose and isinstance(value, str) else 0
