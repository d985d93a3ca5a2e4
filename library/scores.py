"""One score as every page draws it: the shape, the word, and against which wording it was judged."""

from functools import cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from library.addresses import Links
from library.definitions import SCORES, anchor_of
from library.prose import citations
from library.references import PageProse

NOT_ASSESSED = ""


@cache
def mark(score: str) -> SafeString:
    """Return shape and word of a stored score; of an empty one only the hidden words *not assessed*."""
    context = {"name": anchor_of(score), "word": SCORES.get(score, "Not assessed")}
    return mark_safe(render_to_string("library/_score.html", context).strip())


def legend() -> list[dict]:
    """Return every score with its mark and the anchor of its definition."""
    return [{"score": score, "mark": mark(score), "anchor": anchor_of(score)} for score in SCORES]


def reworded(score: dict, move: str, slug: str, links: Links) -> dict | None:
    """Return edition and address of the wording that `score` judged, None when `move` is that wording."""
    if score["wording"] == move:
        return None
    return judged(score, slug, links)


def judged(score: dict, slug: str, links: Links) -> dict | None:
    """Return edition and address of the move as `score` judged it; None for one that is tied to no edition yet."""
    if not (score["edition"] and slug):
        return None
    href = links.edition("pattern", slug, score["edition"], score["move"])
    return {"edition": score["edition"], "href": href}


def evidence(score: dict, prose: PageProse) -> dict:
    """Return the evidence of `score` and those of its sources that the evidence itself does not cite."""
    cited = prose_citations(score["evidence"])
    rest = [one for one in score["sources"] if (one["source"], one["pinpoint"]) not in cited]
    return {
        "evidence": prose.line(score["evidence"]),
        "cited": [prose.cite(one["source"], one["pinpoint"]) for one in rest],
    }


def prose_citations(text: str) -> set[tuple[str, str]]:
    """Return the (key, pinpoint) pairs that `text` cites, and each key without a pinpoint."""
    pairs = {(citation.key, citation.pinpoint) for citation in citations(text)}
    return pairs | {(key, "") for key, _ in pairs}
