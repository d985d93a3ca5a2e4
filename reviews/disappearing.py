"""What readers lose when editions are withheld: which addresses answer with the ground, what leaves the item out."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from library.addresses import LATEST
from library.documents import ROW_KEYS, parse
from library.models import Cited, Edition, Kind, Standing
from library.typography import curly

LISTS = {
    Kind.PATTERN: ("The list of patterns", "pattern-index"),
    Kind.PARTNERSHIP: ("The list of partnerships", "partnership-index"),
}
Place = tuple[str, str]  # what it is, and its address


@dataclass(frozen=True)
class Disappearing:
    """`gone` answer with the ground from then on, and so do `sources`, which nothing else cites.

    `ids` are the permanent ids that answer so, `day` the first of the past days that lose the text. `without` stay
    and name the item no more; `quoting` stay and go on quoting it.
    """

    gone: list[Place]
    sources: list[Place]
    ids: list[str]
    day: date | None
    without: list[Place]
    quoting: list[Place]


def disappearing(kind: str, code: str, numbers: list[str]) -> Disappearing:
    """Return what would disappear with the editions `numbers` of the item; without those withheld already."""
    editions = list(Edition.objects.filter(kind=kind, code=code, withheld__isnull=True).order_by("position"))
    named = [edition for edition in editions if edition.number in numbers]
    stands = Standing.objects.latest().select_related("edition").get(kind=kind, code=code)
    takes_item = stands.edition in named
    return Disappearing(
        gone=[*([_page(stands)] if takes_item else []), *_own(named), *_comparisons(editions, named)],
        sources=_sources(named),
        ids=_ids(editions, named, [code] if takes_item else []),
        day=named[0].published_at.date() if named else None,
        without=_without(stands) if takes_item else [],
        quoting=[_page(row) for row in quoting(code)] if named else [],
    )


def quoting(code: str):
    """Return the standings, by title, that quote pattern `code` in their own editions; none quotes a partnership."""
    showing = Standing.objects.latest().shown().filter(exhibits__pattern=code)
    return showing.exclude(code=code).order_by("sort_key", "code")


def _page(stands: Standing) -> Place:
    return f"The page of {curly(stands.title)}", LATEST.item(stands.kind, stands.slug, stands.number)


def _own(named: list[Edition]) -> list[Place]:
    found = []
    for edition in named:
        about = (edition.kind, edition.slug, edition.number)
        found += [(f"Edition {edition.number}", LATEST.edition(*about))]
        found += [(f"Edition {edition.number} as data", LATEST.json(*about))]
    return found


def _comparisons(editions: list[Edition], named: list[Edition]) -> list[Place]:
    """Of each edition with the one before it, as the history page links them."""
    return [
        (f"{old.number} compared with {new.number}", LATEST.compare(new.kind, new.slug, old.number, new.number))
        for old, new in pairwise(editions)
        if old in named or new in named
    ]


def _sources(named: list[Edition]) -> list[Place]:
    """The pages of sources that no edition cites but these."""
    cited = Cited.objects.filter(standing__edition__in=named)
    elsewhere = Cited.objects.filter(standing__edition__withheld__isnull=True).exclude(standing__edition__in=named)
    only_here = cited.exclude(key__in=elsewhere.values("key")).order_by("sort_key", "key", "-standing")
    titles = {}
    for key, title in only_here.values_list("key", "title"):
        titles.setdefault(key, title)
    return [(curly(title), LATEST.to("source-page", key)) for key, title in titles.items()]


def _without(stands: Standing) -> list[Place]:
    """The lists that leave the item out, and the patterns whose pages lose the partnership."""
    word, name = LISTS[stands.kind]
    patterns = Standing.objects.latest().shown().filter(kind=Kind.PATTERN, code__in=stands.exhibits.values("pattern"))
    patterns = patterns.order_by("sort_key", "code")
    return [("The front page", LATEST.to("home")), (word, LATEST.to(name)), *map(_page, patterns)]


def _ids(editions: list[Edition], named: list[Edition], own: list[str]) -> list[str]:
    """The ids of the item and of rows that stand in no edition but these."""
    within = {code for edition in named for code in _codes(edition)}
    elsewhere = {code for edition in editions if edition not in named for code in _codes(edition)}
    return [*own, *sorted(within - elsewhere)]


def _codes(edition: Edition) -> set[str]:
    """The codes of the rows of a pattern; a partnership has none of its own."""
    document = parse(bytes(edition.document))
    return {row["code"] for name, key in ROW_KEYS.items() if key == "code" for row in document.get(name, [])}
