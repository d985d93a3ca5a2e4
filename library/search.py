"""Finding passages: what matches at a moment, in which order, and how it is narrowed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchRank, SearchVectorField
from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import CombinedExpression

from library import spelling
from library.asking import Query, holding, read
from library.models import Kind, Passage
from library.moments import Moment

MOST = 1000  # passages ranked
ANY_NUMBER = 10**9
WEIGHTS = [0.02, 0.2, 0.5, 1.0]  # what else the item says, text, names, titles
ITEM, SOURCE = 1.5, 0.1  # how much an item's own title counts, and a work that it cites, against a section's
BY_CODE = 10.0  # above everything that is found by its words
ROWS = ("standing_id", "pk", "anchor", "order", "grounding")
STANDING = (
    *("pk", "kind", "code", "slug", "number", "title", "sort_key", "state", "review_by", "status", "confidence"),
    *("family_slug", "family_name"),
)
TRIED = 20  # words that a misspelt one may stand for
FACETS = ("kind", "family", "status", "confidence", "grounding", "country", "party", "year", "in")


@dataclass
class Entry:
    """An item that was found: its standing's columns and its passages that match, the best first."""

    standing: dict[str, Any]
    passages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def rank(self) -> float:
        return self.passages[0]["rank"]

    def values(self, facet: str) -> list[str]:
        """Return what the item, or with `grounding` its passages, have under `facet`."""
        one = self.standing
        several = {
            **one["facets"],
            "grounding": list(dict.fromkeys(passage["grounding"] for passage in self.passages)),
            "family": [one["family_slug"]],
            "in": [one["code"]],
        }
        return [value for value in several.get(facet, [one.get(facet, "")]) if value]

    def narrowed(self, chosen: dict[str, str]) -> "Entry | None":
        """Return the entry as the `chosen` values of facets leave it, None when one does not fit.

        A grounding is a matter of single moves: only these stay.
        """
        if any(value not in self.values(name) for name, value in chosen.items()):
            return None
        if "grounding" not in chosen:
            return self
        left = [passage for passage in self.passages if passage["grounding"] == chosen["grounding"]]
        return Entry(self.standing, left)


@dataclass(frozen=True)
class Found:
    """What a search found: all entries, those that the chosen facets leave, and the counts of every facet."""

    entries: list[Entry]
    chosen: dict[str, str]
    is_cut: bool

    @property
    def left(self) -> list[Entry]:
        return _narrowed(self.entries, self.chosen)

    def counts(self, facet: str) -> dict[str, int]:
        """Return for each value of `facet` how many entries choosing it would leave, the other facets kept."""
        others = {name: value for name, value in self.chosen.items() if name != facet}
        counted: dict[str, int] = {}
        for entry in _narrowed(self.entries, others):
            for value in entry.values(facet):
                counted[value] = counted.get(value, 0) + 1
        return counted


def _narrowed(entries: Iterable[Entry], chosen: dict[str, str]) -> list[Entry]:
    narrowed = [left for entry in entries if (left := entry.narrowed(chosen))]
    return sorted(narrowed, key=lambda entry: (-entry.rank, entry.standing["sort_key"], entry.standing["code"]))


def find(query: Query, moment: Moment, chosen: dict[str, str]) -> Found:
    """Return what `query` finds at `moment`, in one statement; at most MOST passages are ranked.

    Passages with the code that was typed are taken first, then items, then sections of what was published last;
    so that what is cut off, if anything, is what would stand last.
    """
    matching = _matching(query.matches(), moment).alias(by_code=_by_code(query.code), is_item=_is_item())
    nearest = matching.order_by("-by_code", "-is_item", "-standing", "order").values("pk")[: MOST + 1]
    ranked = Passage.objects.filter(pk__in=nearest).annotate(rank=_rank(query), by_code=_by_code(query.code))
    ranked = ranked.alias(**OWN_WORDS).annotate(has_own=_has_own(query))
    columns = {f"of_{name}": F(f"standing__{name}") for name in STANDING}
    columns["of_facets"] = F("standing__extract__facets")
    rows = list(ranked.order_by("order").values(*ROWS, "rank", "by_code", "has_own", **columns))
    return Found(_entries(rows), chosen, len(rows) > MOST)


def _factor(anchor: str) -> float:
    if not anchor:
        return ITEM
    return SOURCE if anchor.startswith("source-") else 1


def _matching(match: Q, moment: Moment) -> QuerySet[Passage]:
    """The passages that match, of what stood at `moment`.

    The inner limit is there to be a fence: the planner takes reading a vector for cheap, and without the fence it
    reads those of everything that stands instead of asking the index first.
    """
    anywhere = Passage.objects.filter(match).values("pk")[:ANY_NUMBER]
    return Passage.objects.filter(pk__in=anywhere, standing__in=moment.standings())


def _by_code(code: str) -> Case:
    """Two for the item or row that has the code, one for where others judge it and for rows whose code ends in it."""
    own = Q(code__iexact=code) & (Q(standing__kind=Kind.PATTERN) | Q(anchor=""))
    ending = Q(code__iexact=code) | Q(code__iendswith=f"-{code}", standing__kind=Kind.PATTERN)
    return Case(When(own, then=2), When(ending, then=1), default=Value(0), output_field=IntegerField())


def _is_item() -> Case:
    return Case(When(anchor="", then=1), default=Value(0), output_field=IntegerField())


def _rank(query: Query) -> CombinedExpression:
    """How well a passage fits: words as written count twice, since they are found among the stems too."""
    as_written = SearchRank(F("written"), query.ranked_by("simple"), weights=WEIGHTS)
    return as_written + SearchRank(F("stemmed"), query.ranked_by("english"), weights=WEIGHTS)


def _has_own(query: Query) -> ExpressionWrapper:
    """Whether one of the words is the passage's own, not only its item's: then it is worth naming for itself."""
    as_written = Q(own_written=query.ranked_by("simple", any_word=True))
    return ExpressionWrapper(as_written | Q(own_stems=query.ranked_by("english", any_word=True)), BooleanField())


def _own(column: str) -> Func:
    """The words of a vector without those that stand around the passage."""
    template = """ts_filter(%(expressions)s, '{a,b,c}'::"char"[])"""
    return Func(F(column), template=template, output_field=SearchVectorField())


OWN_WORDS = {"own_written": _own("written"), "own_stems": _own("stemmed")}


def _entries(rows: list[dict[str, Any]]) -> list[Entry]:
    entries: dict[int, Entry] = {}
    for row in rows[:MOST]:
        standing = {name: row.pop(f"of_{name}") for name in (*STANDING, "facets")}
        if row["anchor"] and not row.pop("has_own"):
            continue
        row["rank"] = row["rank"] * _factor(row["anchor"]) + row.pop("by_code") * BY_CODE
        entries.setdefault(row["standing_id"], Entry(standing)).passages.append(row)
    for entry in entries.values():
        entry.passages.sort(key=lambda row: -row["rank"])
    return list(entries.values())


def corrected(query: Query, moment: Moment) -> Query | None:
    """Return the query with the words that occur nowhere replaced by the nearest that do, None if there are none.

    Only words of five letters or more are taken for misspelt. Three statements, and two for each such word.
    """
    missing = [word for word, count in word_counts(query, moment).items() if not count]
    instead = {word: other for word in missing if (other := _nearest(word, moment))}
    return read(query.with_words(instead)) if instead else None


def word_counts(query: Query, moment: Moment) -> dict[str, int]:
    """Return for each word that is looked for in how many passages it occurs, as written or in another form."""
    looked_for = dict.fromkeys(word for term in query.terms for word in term.words)
    return _counts(looked_for, moment)


def _counts(looked_for: Iterable[str], moment: Moment) -> dict[str, int]:
    found = {word: holding(word) for word in looked_for}
    counted = {f"word_{number}": Count("pk", filter=match) for number, match in enumerate(found.values())}
    holding_any = _matching(reduce(or_, found.values(), Q(pk__in=[])), moment)
    return dict(zip(found, holding_any.aggregate(**counted).values(), strict=True))


def _nearest(word: str, moment: Moment) -> str:
    """The nearest word of those that occur, of equally near ones the most frequent; nothing if none is near."""
    if len(word) < spelling.CORRECTED or not word.isalpha():
        return ""
    near = spelling.near(word)[:TRIED]
    counts = _counts([other for _, other in near], moment)
    occurring = [(steps, other[0] != word[0], -counts[other], other) for steps, other in near if counts[other]]
    return min(occurring, default=("",))[-1]
