"""Words of withheld editions that come back: what a text says again that only a withheld edition of the item said.

Compared are whole texts of fields, and sentences of four words or more wherever they stand, whatever their capitals,
blanks and citations. Words put differently, and shorter sentences inside other texts, are not seen.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from library.comparison import Path
from library.documents import ROW_KEYS, Document
from library.models import Edition
from reviews import places

# Identities, choices from a list and copies of other records: nobody's words about this item.
NOT_WORDS = frozenset(
    (
        *("format", "kind", "code", "key", "slug", "family", "tags", "source", "edition"),
        *("pattern", "pattern_slug", "pattern_title", "wording", "grounding", "score", "status", "confidence"),
        "country",
    )
)


FEWEST_WORDS = 4  # fewer are no evidence: “See the contract.” stands in many texts
ENDS = re.compile(r"[.!?…:;](?=\s|$)|\n")
CITATION = re.compile(r"\[@[^\[\]]*\]")
WORD = re.compile(r"[\w’'-]+")


@dataclass(frozen=True)
class Returned:
    """The places of a text that say, sentence for sentence, what only the withheld `edition` said."""

    edition: Edition
    places: list[str]


def returned_in(document: Document, editions: Iterable[Edition]) -> list[Returned]:
    """Return what of withheld ones among `editions` (all of the item, see `dossier.editions`) is in `document` again.

    Whatever the edition before it that is shown, or the newest one that is, says as well is no word of the withheld
    one alone. One statement where something is withheld, else none.
    """
    in_order = sorted(editions, key=lambda edition: edition.position)
    withheld = [edition for edition in in_order if hasattr(edition, "withheld")]
    if not withheld:
        return []
    shown = [edition for edition in in_order if not hasattr(edition, "withheld")]
    said = _texts_of([*withheld, *shown])
    newest = said[shown[-1].pk] if shown else frozenset()
    found = []
    for edition in withheld:
        before = next((said[one.pk] for one in reversed(shown) if one.position < edition.position), frozenset())
        alone = said[edition.pk] - before - newest
        again = [places.name_of(place) for place, text in words(document) if alone & _said_by(text)]
        if again:
            found.append(Returned(edition, list(dict.fromkeys(again))))
    return found


def _texts_of(editions: list[Edition]) -> dict[int, frozenset[str]]:
    found = Edition.objects.filter(pk__in=[edition.pk for edition in editions])
    return {edition.pk: _said_in(edition.read()) for edition in found}


def _said_in(document: Document) -> frozenset[str]:
    return frozenset().union(*(_said_by(text) for _, text in words(document)))


def _said_by(text: str) -> set[str]:
    """Return the text as a whole, and its sentences that are evidence by themselves."""
    return {text, *sentences(text)}


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of `text` of four words or more, without what may differ: case, blanks, citations."""
    for sentence in ENDS.split(CITATION.sub(" ", text)):
        found = WORD.findall(sentence.casefold())
        if len(found) >= FEWEST_WORDS:
            yield " ".join(found)


def words(value: Any, place: Path = (), rows: str = "") -> Iterator[tuple[Path, str]]:
    """Yield every text that people wrote in a document, with its place; each of a list of words by itself."""
    if isinstance(value, str) and value:
        yield place, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            is_identity = rows != "parties" and name == ROW_KEYS.get(rows)
            if name not in NOT_WORDS and not is_identity:
                yield from words(inner, (*place, name))
    elif isinstance(value, list):
        for inner in value:
            is_row = isinstance(inner, dict)
            here = (*place, inner[ROW_KEYS[place[-1]]]) if is_row else place
            yield from words(inner, here, place[-1] if is_row else "")
