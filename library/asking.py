"""What a reader typed into the search field, read as words, phrases, exclusions and alternatives.

`"in this order"`, `-without` and `OR` mean what they mean in PostgreSQL's websearch_to_tsquery, which gets only words
that were folded as the text was; so nothing that is typed can fail there. A small `or` is a word: *take or pay*.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from library.sorting import WORD, fold_word, words

# What says nothing by itself: any title may have it.
COMMON = frozenset(
    words(
        "a an and are as at be been by can could do does for from had has have how if in into is it its no not of on"
        " or our so such that the their them then there these they this to was were what when which who why will"
        " with you your"
    )
)
MOST_CHARACTERS, MOST_WORDS = 300, 32
TIDIED = str.maketrans({**dict.fromkeys("“”„‟«»", '"'), "\0": " "})  # PostgreSQL's text cannot hold NUL
PART = re.compile(r'(?P<no>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


class Unclear(ValueError):
    """The query cannot be searched for; the message says what to do."""


@dataclass(frozen=True)
class Term:
    """One word, or several that must stand side by side; `is_exact` if only as they are written."""

    words: tuple[str, ...]
    is_exact: bool = False
    is_excluded: bool = False

    def __str__(self) -> str:
        """The term as websearch_to_tsquery reads it."""
        quoted = f'"{" ".join(self.words)}"'
        return f"-{quoted}" if self.is_excluded else quoted


@dataclass(frozen=True)
class Query:
    """A query as it was typed, tidied, and its alternatives, each a list of terms that must all be found."""

    text: str
    alternatives: tuple[tuple[Term, ...], ...]

    @property
    def terms(self) -> list[Term]:
        """The terms that are looked for."""
        return [term for terms in self.alternatives for term in terms if not term.is_excluded]

    @property
    def code(self) -> str:
        """The query as the code that it may be, with or without its prefix: `STC-K3`, `stc k3`, `K3`."""
        return self.text.replace(" ", "-")

    def matches(self) -> Q:
        """Return the condition on a passage: every word as written or in another English form, phrases as written."""
        return reduce(or_, (_matches(terms) for terms in self.alternatives))

    def ranked_by(self, config: str, any_word: bool = False) -> SearchQuery:
        """Return the query by which passages are ranked and words are marked; with `any_word` each term will do."""
        found = ([str(term) for term in terms if not term.is_excluded] for terms in self.alternatives)
        return _websearch(" or ".join((" or " if any_word else " ").join(terms) for terms in found), config)

    def loosened(self) -> "Query | None":
        """Return the query that one of the telling words will do for; None if there are not several."""
        if len(self.alternatives) > 1:
            return None
        excluded = tuple(term for term in self.alternatives[0] if term.is_excluded)
        telling = [term for term in self.terms if not COMMON.issuperset(term.words)]
        return Query(self.text, tuple((term, *excluded) for term in telling)) if len(telling) > 1 else None

    def with_words(self, instead: dict[str, str]) -> str:
        """Return the text with each folded word in `instead` replaced, the rest as it was typed."""
        return WORD.sub(lambda match: instead.get(fold_word(match[0]), match[0]), self.text)


def _matches(terms: tuple[Term, ...]) -> Q:
    free = " ".join(str(term) for term in terms if not (term.is_exact or term.is_excluded))
    bound = " ".join(str(term) for term in terms if term.is_exact or term.is_excluded)
    found = Q(written=_websearch(free, "simple")) | Q(stemmed=_websearch(free, "english")) if free else Q()
    return found & Q(written=_websearch(bound, "simple")) if bound else found


def holding(word: str) -> Q:
    """Return the condition on a passage that it holds the folded `word`, as written or in another English form."""
    return _matches((Term((word,)),))


def _websearch(text: str, config: str) -> SearchQuery:
    return SearchQuery(text, config=config, search_type="websearch")


def read(typed: str) -> Query:
    """Return the query that `typed` is. Raises Unclear when there is nothing in it that can be looked for."""
    text = " ".join(unicodedata.normalize("NFC", typed).translate(TIDIED).split())
    if len(text) > MOST_CHARACTERS:
        raise Unclear(f"A search has at most {MOST_CHARACTERS} characters; this one has {len(text)}. Shorten it.")
    if len(WORD.findall(text)) > MOST_WORDS:
        raise Unclear(f"A search has at most {MOST_WORDS} words. Leave out the less telling ones.")
    alternatives = [tuple(terms) for terms in _alternatives(text) if terms]
    if not alternatives:
        raise Unclear("There is no word in this search. Type a word, a name or a code.")
    if any(all(term.is_excluded for term in terms) for terms in alternatives):
        raise Unclear("A search needs a word to look for besides those to leave out.")
    return Query(text, tuple(alternatives))


def _alternatives(text: str) -> list[list[Term]]:
    found: list[list[Term]] = [[]]
    for part in PART.finditer(text):
        if part["word"] == "OR" and not part["no"]:
            found.append([])
        elif inside := tuple(words(part["phrase"] or part["word"] or "")):
            is_exact = part["phrase"] is not None
            found[-1].append(Term(inside, is_exact, is_excluded=bool(part["no"])))
    return found
