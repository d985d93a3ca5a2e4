"""What an address that leads nowhere may have meant: published entries whose code, slug, title or key is near.

Everything is asked of what stands and may be shown, by the words of the address alone. A draft of that name changes
nothing in the answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import add, or_
from typing import Any

from django.db.models import Case, IntegerField, Max, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from library.addresses import LATEST, STAFF, Links
from library.asking import COMMON
from library.models import Cited, Edition, Kind, Passage, Word
from library.moments import NOW, Moment
from library.sorting import fold
from library.spelling import FARTHEST, distance, is_learnt, traces
from library.typography import curly

LONGEST = 300  # characters of an address that is looked at
MOST_WORDS = 6  # of the address
MOST_KNOWN = 1000  # words of the library that are measured against them
TRIED = 6  # words that one of the address may stand for
LEAST = 3  # letters of a word that is looked for inside a slug or a key
CANDIDATES = 60
MOST_ROWS = 240
OFFERED = 5
EDITIONS = 12
ENOUGH = 0.3  # of what an entry scores that has every word as written
BESIDE_BEST = 0.6  # of what the likeliest scores

KINDS = {"patterns": Kind.PATTERN, "partnerships": Kind.PARTNERSHIP}
ENDING = re.compile(r"\.(?:json|html?|pdf|csv|xml|php|aspx?)$", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+")
PART = re.compile(r"[^\W\d_]+|\d+")
ROW_CODE = re.compile(r"[a-z0-9.]+(?:-[a-z0-9.]+)+")
Known = dict[str, dict[str, int]]  # of each word of the address those it may stand for, with their distances


@dataclass(frozen=True)
class Nearest:
    """What is offered: the text to search for, entries, or the editions of the item that the address names."""

    q: str = ""
    entries: list[dict[str, str]] = field(default_factory=list)
    item: dict[str, str] = field(default_factory=dict)
    editions: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Meant:
    """The words of an address: on which shelf they look, as one text, and each alone."""

    shelf: str
    text: str
    words: tuple[str, ...]


NOTHING = Nearest()


def to(meant: "Meant | None", moment: Moment = NOW) -> Nearest:
    """Return what stood at `moment` and is offered in place of what an address `meant`; nothing for None.

    Takes at most four statements, each with a limit.
    """
    if meant is None:
        return NOTHING
    q = " ".join(meant.words)
    if found := _editions(meant, moment):
        newest = found[0]
        href = moment.links.item(newest["kind"], newest["slug"], newest["number"])
        return Nearest(q, item={"href": href, "title": curly(newest["title"])}, editions=found)
    known = _known(meant.words)
    if meant.shelf == "sources":
        return Nearest(q, _sources(meant, known, moment)[:OFFERED])
    return Nearest(q, [*_rows(meant, known, moment), *_items(meant, known, moment)][:OFFERED])


def read(path: str) -> Meant | None:
    """Return the words of `path`, None when it is an address of staff, absurdly long or without a word."""
    parts = [part for part in path.split("/") if part]
    if not parts or len(path) > LONGEST or parts[0] in STAFF:
        return None
    is_on_shelf = len(parts) > 1 and parts[0] in (*KINDS, "sources", "id", "check")
    text = fold(ENDING.sub("", parts[1] if is_on_shelf else " ".join(parts)))
    words = tuple(word for word in dict.fromkeys(_words(text)) if word not in COMMON)[:MOST_WORDS]
    return Meant(parts[0] if is_on_shelf else "", text, words) if words else None


def _words(text: str) -> Iterator[str]:
    """The words of `text`; letters and digits are told apart where both are enough to look for (`smith2026`)."""
    for word in WORD.findall(text):
        parts = PART.findall(word)
        yield from parts if min(map(len, parts)) >= LEAST else [word]


def _editions(meant: Meant, moment: Moment) -> list[dict[str, Any]]:
    """The editions of the item at that address, newest first."""
    if meant.shelf not in KINDS:
        return []
    shown = Edition.objects.filter(kind=KINDS[meant.shelf], withheld__isnull=True)
    if moment.position is not None:
        shown = shown.filter(position__lte=moment.position)
    own = shown.filter(code__in=shown.filter(slug=meant.text).values("code")).order_by("-position")
    return [
        {**row, "href": LATEST.edition(row["kind"], row["slug"], row["number"])}
        for row in own.values("kind", "slug", "number", "title", "published_at", "note")[:EDITIONS]
    ]


def _known(words: tuple[str, ...]) -> Known:
    """For each of `words` itself and those that it may be a slip for, with their distances."""
    sought = [word for word in words if is_learnt(word)]
    shared = sorted({trace for word in sought for trace in traces(word)})
    found = Word.objects.filter(traces__overlap=shared).values_list("word", flat=True)[:MOST_KNOWN] if sought else ()
    near = {word: {word: 0} for word in words}
    for word in sought:
        close = ((distance(word, other), other) for other in found if abs(len(other) - len(word)) <= FARTHEST)
        for steps, other in sorted(pair for pair in close if pair[0] <= _slips(word))[:TRIED]:
            near[word].setdefault(other, steps)
    return near


def _slips(word: str) -> int:
    """How many slips a word of that length is forgiven; in a short one two would make another word of it."""
    return FARTHEST if len(word) > 7 else 1


def _rows(meant: Meant, known: Known, moment: Moment) -> list[dict[str, str]]:
    """Rows of patterns whose codes are near the one in the address."""
    code = next((part for part in meant.text.split() if ROW_CODE.fullmatch(part)), "")
    if not code:
        return []
    parts = code.split("-")
    owners = {"-".join(parts[:end]) for end in range(1, len(parts))} | set(known.get(parts[0], ()))
    passages = Passage.objects.filter(standing__in=moment.standings(), standing__kind=Kind.PATTERN)
    rows = passages.exclude(anchor="").exclude(code="").annotate(owner=Lower("standing__code"))
    columns = ("code", "place", "title", "anchor", "standing__slug", "standing__number")
    found = rows.filter(owner__in=owners).order_by("order").values(*columns)[:MOST_ROWS]
    close = [row for row in found if abs(len(row["code"]) - len(code)) <= FARTHEST]
    ranked = sorted(((distance(code, fold(row["code"])), row) for row in close), key=lambda one: one[0])
    exact = [one for one in ranked if one[0] == 0]
    near = [one for one in ranked if one[0] <= FARTHEST][: OFFERED - 1]
    return [_row(row, moment.links) for _, row in exact or near]


def _row(row: dict, links: Links) -> dict[str, str]:
    href = links.item(Kind.PATTERN, row["standing__slug"], row["standing__number"], row["anchor"])
    return {"href": href, "title": f"{row['code']} {row['title']}", "about": row["place"]}


def _items(meant: Meant, known: Known, moment: Moment) -> list[dict[str, str]]:
    """Patterns and partnerships whose slug, title or code has the words, the likeliest first."""
    standing = moment.standings().annotate(lower=Lower("code"))
    found = _holding(standing, known, "slug", "sort_key", exactly="lower")
    wanted = KINDS.get(meant.shelf)
    ranked = []
    for row in found.values("kind", "code", "slug", "title", "number", "sort_key")[:CANDIDATES]:
        names = {*_words(f"{row['slug']} {row['sort_key']} {fold(row['code'])}")}
        ranked.append((-_score(known, names), row["kind"] != wanted, row["sort_key"], row["code"], row))
    ranked.sort(key=lambda one: one[:4])
    least = max([ENOUGH, *(-BESIDE_BEST * score for score, *_ in ranked[:1])])
    return [_item(row, moment.links) for score, *_, row in ranked if -score >= least]


def _item(row: dict, links: Links) -> dict[str, str]:
    about = f"Pattern · {row['code']}" if row["kind"] == Kind.PATTERN else "Partnership"
    href = links.item(row["kind"], row["slug"], row["number"])
    return {"href": href, "title": curly(row["title"]), "about": about}


def _sources(meant: Meant, known: Known, moment: Moment) -> list[dict[str, str]]:
    """Sources whose keys have the words; one that differs in nothing but its hyphens goes first."""
    cited = Cited.objects.filter(standing__in=moment.standings()).annotate(lower=Lower("key"))
    found = _holding(cited, known, "lower").values("key", "rank").annotate(title=Max("title"))
    ranked, squeezed = [], "".join(meant.words)
    for row in found[:CANDIDATES]:
        own = [*_words(fold(row["key"]))]
        ranked.append((squeezed != "".join(own), -_score(known, {*own}), row["key"], row["title"]))
    return [
        {"href": moment.links.to("source-page", key), "title": curly(title), "about": f"Source · {key}"}
        for _, score, key, title in sorted(ranked)
        if -score >= ENOUGH
    ]


def _holding(rows: QuerySet, known: Known, *columns: str, exactly: str = "") -> QuerySet:
    """Those of `rows` in which a column holds one of the words, those with most of them first."""
    hits = []
    for others in known.values():
        inside = [Q(**{f"{column}__contains": one}) for column in columns for one in others if len(one) >= LEAST]
        equal = [Q(**{exactly: one}) for one in others] if exactly else []
        if inside or equal:
            hits.append(reduce(or_, [*inside, *equal]))
    if not hits:
        return rows.none().annotate(rank=Value(0))
    counted = [Case(When(hit, then=Value(1)), default=Value(0), output_field=IntegerField()) for hit in hits]
    held = rows.filter(reduce(or_, hits)).annotate(rank=reduce(add, counted))
    return held.order_by("-rank", "pk" if exactly else "key")


def _score(known: Known, names: set[str]) -> float:
    """From 0 to 1: how many of the words are among `names`, a misspelt one or a beginning for less."""
    worth = 0.0
    for word, others in known.items():
        steps = [others[name] for name in names & set(others)]
        begun = any(name.startswith(word) for name in names) and len(word) > LEAST
        worth += 1 - min(steps) / (FARTHEST + 1) if steps else 0.5 * begun
    return worth / len(known)
