"""What the library knows already: the keys, codes and addresses that a corpus may cite or may not take."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models.functions import Lower

from exchange.corpus import Corpus
from history.codes import LETTERS
from history.models import Code
from library.documents import Document
from library.models import Edition
from partnerships.models import Partnership
from patterns.models import Family, Pattern
from sources.models import Source

ANY_ROW = "row"  # what a retired code named when its letter does not tell


@dataclass
class Known:
    """Facts of the database; empty for a corpus that is read alone.

    `keys` and `codes` are found by their small letters. `holders` names, by kind and slug, the codes of all
    items that have or ever had an address. `families` gives names by slug, `owned` by pattern all codes it ever
    gave with what they name, `editions` by pattern and number the published documents that exhibits and scores
    name.
    """

    keys: dict[str, str] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    owned: dict[str, dict[str, str]] = field(default_factory=dict)
    holders: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    editions: dict[tuple[str, str], Document] = field(default_factory=dict)


def known_for(corpus: Corpus) -> Known:
    """Return what the library knows that matters to `corpus`, in eight statements."""
    keys = Source.objects.values_list("key", flat=True)
    return Known(
        keys={key.lower(): key for key in keys},
        families=dict(Family.objects.values_list("slug", "name")),
        codes=_codes(corpus),
        owned=_owned({exhibit["pattern"] for item in corpus.partnerships for exhibit in item["exhibits"]}),
        holders=_holders(corpus),
        editions=_editions(corpus),
    )


def _codes(corpus: Corpus) -> dict[str, Code]:
    told = [*corpus.partnerships, *corpus.patterns]
    return codes_given({code for item in told for code, _ in coded(item)})


def codes_given(codes: Iterable[str]) -> dict[str, Code]:
    """Return those of `codes` that were ever given, in any case, by their small letters."""
    wanted = [str(code).lower() for code in codes]
    rows = Code.objects.annotate(folded=Lower("code")).filter(folded__in=wanted)
    return {row.code.lower(): row for row in rows}


def _owned(patterns: set[str]) -> dict[str, dict[str, str]]:
    """By pattern, all codes it ever gave; its own code is among them when it exists."""
    owned: dict[str, dict[str, str]] = {}
    given = Code.objects.filter(owner__in=[str(code) for code in patterns])
    for owner, code, what in given.values_list("owner", "code", "what"):
        owned.setdefault(owner, {})[code] = what
    return owned


def _editions(corpus: Corpus) -> dict[tuple[str, str], Document]:
    exhibits = [exhibit for item in corpus.partnerships for exhibit in item["exhibits"]]
    named = {(str(each["pattern"]), str(row["edition"])) for each in exhibits for row in (each, *each["scores"])}
    patterns, numbers = ([pair[i] for pair in named if pair[1]] for i in (0, 1))
    editions = Edition.objects.filter(kind="pattern", code__in=patterns, number__in=numbers)
    return {(edition.code, edition.number): edition.read() for edition in editions.iterator()}


def _holders(corpus: Corpus) -> dict[tuple[str, str], set[str]]:
    holders: dict[tuple[str, str], set[str]] = {}
    for kind, model, items in (
        ("pattern", Pattern, corpus.patterns),
        ("partnership", Partnership, corpus.partnerships),
    ):
        slugs = [str(item["slug"]) for item in items]
        found = model.objects.filter(slug__in=slugs).values_list("slug", "code")
        published = Edition.objects.filter(kind=kind, slug__in=slugs).values_list("slug", "code")
        for slug, code in found.union(published):
            holders.setdefault((kind, slug), set()).add(code)
    return holders


def coded(item) -> list[tuple]:
    """Return every code that an item takes, with what it names: its own, its rows', its retired ones."""
    if "family" not in item:
        return [(item["code"], "partnership")]
    rows = [(row["code"], what) for name, (_, what) in LETTERS.items() for row in item[name]]
    return [(item["code"], "pattern"), *rows, *((code, what_of(code)) for code in item["retired_codes"])]


def what_of(code: str) -> str:
    """Return what a retired code named, as its letter tells: a move for `STC-K6`."""
    letter = code.rpartition("-")[2][:1]
    return next((what for sign, what in LETTERS.values() if sign == letter), ANY_ROW)
