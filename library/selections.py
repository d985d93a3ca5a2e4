"""What a query string asks of a list: facets with counts, an order, one page by key, the addresses that lead on."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from library.sorting import fold
from library.typography import curly

PER_PAGE = 50
MOST_OPTIONS = 40  # of one facet; a page has a size, the parties of a library have none
TIE = 60  # characters of the sort key that order rows which are otherwise equal, and that a token carries
BETWEEN = "~"  # the parts of a token


@dataclass(frozen=True)
class Facet:
    """Something to narrow a list by. `unknown` is said of a value that no row can have, with `{}` for the value.

    `words` gives stored values their words, in the order in which they are offered; a facet without them offers
    what the rows have, by name or, `newest_first`, backwards.
    """

    name: str
    title: str
    unknown: str
    words: dict[str, str] = field(default_factory=dict)
    newest_first: bool = False

    def word(self, value: str) -> str:
        return curly(self.words.get(value, value))


@dataclass(frozen=True)
class Order:
    """One order of a list; `name` is that of the key in `Row.keys`, rows of equal key stand by name.

    With headings, the rows of one key stand under a heading of their own.
    """

    name: str
    word: str
    is_descending: bool = False
    has_headings: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What choosing, counting and ordering need of one thing listed."""

    pk: int
    code: str
    sort_key: str
    values: dict[str, Iterable[str]]
    keys: dict[str, str]

    @property
    def tie(self) -> tuple[str, str]:
        return self.sort_key[:TIE], self.code


class Selection:
    """The rows that `query` leaves of `rows`, counted, ordered and paged.

    Several values of one facet widen the list, several facets narrow it; a facet's counts are those of the list
    without that facet. `kept` are the other parts of the address that every link keeps.
    """

    def __init__(
        self,
        rows: list[Row],
        facets: list[Facet],
        orders: list[Order],
        query: QueryDict,
        kept: dict[str, str],
        per_page: int = PER_PAGE,
    ):
        self._rows, self._facets, self.kept, self.per_page = rows, facets, kept, per_page
        self._asked = {facet.name: [*dict.fromkeys(filter(None, query.getlist(facet.name)))] for facet in facets}
        self._narrowing = [(name, asked) for name, asked in self._asked.items() if asked]
        self._orders = orders
        named = [order for order in orders if order.name == query.get("sort", "")]
        self.order = named[0] if named else orders[0]
        self._after = _parse(query.get("after", ""))

    @cached_property
    def total(self) -> int:
        return len(self._rows)

    @cached_property
    def is_narrowed(self) -> bool:
        return bool(self._narrowing)

    @cached_property
    def rows(self) -> list[Row]:
        """The rows that fit, in the order asked for."""
        name = self.order.name
        fitting = sorted((row for row in self._rows if not self._missed(row)), key=lambda row: row.tie)
        return sorted(fitting, key=lambda row: row.keys.get(name, ""), reverse=self.order.is_descending)

    def _missed(self, row: Row) -> list[str]:
        """The facets of which `row` has no value that was asked for."""
        return [name for name, asked in self._narrowing if not any(one in row.values[name] for one in asked)]

    @cached_property
    def page(self) -> list[Row]:
        """The rows of this page: those after the key that the address names, whatever has been added since."""
        return self._rest[: self.per_page]

    @cached_property
    def _rest(self) -> list[Row]:
        if not self._after:
            return self.rows
        key, tie = self._after
        return [row for row in self.rows if self._is_behind(row, key, tie)]

    def _is_behind(self, row: Row, key: str, tie: tuple[str, str]) -> bool:
        own = row.keys.get(self.order.name, "")
        if own != key:
            return (own < key) == self.order.is_descending
        return row.tie > tie

    @cached_property
    def is_first(self) -> bool:
        return not self._after

    @cached_property
    def next(self) -> str:
        """The query string of the next page, empty on the last."""
        return self.query(after=self.token) if self.token else ""

    @cached_property
    def token(self) -> str:
        """What names the last row of this page, empty on the last page."""
        if len(self._rest) <= self.per_page:
            return ""
        last = self.page[-1]
        return BETWEEN.join((last.keys.get(self.order.name, ""), *last.tie))

    @cached_property
    def facets(self) -> list[dict[str, Any]]:
        """Every facet with its options, how many rows each would show, and which are chosen."""
        counts = {facet.name: Counter() for facet in self._facets}
        for row in self._rows:
            missed = self._missed(row)
            if len(missed) > 1:
                continue
            for name in missed or counts:
                counts[name].update(row.values[name])
        return [self._offered(facet, counts[facet.name]) for facet in self._facets]

    def _offered(self, facet: Facet, counts: Counter) -> dict[str, Any]:
        chosen = self._asked[facet.name]
        most = [value for value, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST_OPTIONS]]
        offered = self._in_order(facet, {*most, *chosen})
        return {
            "name": facet.name,
            "title": facet.title,
            "chosen": len(chosen),
            "left_out": len(counts.keys() - {*offered}),
            "options": [
                {"value": one, "word": facet.word(one), "count": counts[one], "is_chosen": one in chosen}
                for one in offered
            ],
        }

    def _in_order(self, facet: Facet, values: set[str]) -> list[str]:
        if facet.newest_first:
            return sorted(values, reverse=True)
        places = {value: place for place, value in enumerate(facet.words)}
        return sorted(values, key=lambda value: (places.get(value, len(places)), fold(value), value))

    @cached_property
    def chips(self) -> list[dict[str, str]]:
        """What the list is narrowed by, each with the query string that takes it away."""
        return [
            {"title": facet.title, "word": facet.word(value), "query": self.query(without=(facet.name, value))}
            for facet in self._facets
            for value in self._asked[facet.name]
        ]

    @cached_property
    def _known(self) -> dict[str, set[str]]:
        """Every value of the facets that the list is narrowed by."""
        names = {facet.name: {*facet.words} for facet in self._facets if self._asked[facet.name]}
        return {name: words.union(*(row.values[name] for row in self._rows)) for name, words in names.items()}

    @cached_property
    def unknown(self) -> list[str]:
        """A sentence for each value that nothing listed can have."""
        return [
            facet.unknown.format(value)
            for facet in self._facets
            for value in self._asked[facet.name]
            if value not in self._known[facet.name]
        ]

    def spelled(self, **more: str) -> str:
        """Return the query string, with `more`, whose values are spelled as they are stored; empty if these are."""
        mended = {name: [self._spelling(name, one) for one in asked] for name, asked in self._asked.items()}
        return "" if mended == self._asked else self._written(mended, self.order, more)

    def _spelling(self, name: str, value: str) -> str:
        if value in self._known[name]:
            return value
        fits = [one for one in self._known[name] if one.casefold() == value.casefold()]
        return fits[0] if len(fits) == 1 else value

    @cached_property
    def orders(self) -> list[dict[str, Any]]:
        """The orders, each with the query string that asks for it."""
        return [
            {"word": one.word, "query": self._written(self._asked, one), "is_current": one == self.order}
            for one in self._orders
        ]

    @cached_property
    def hidden(self) -> list[tuple[str, str]]:
        """What a form must send along besides its facets."""
        return [*self.kept.items(), *self._sorted_by(self.order)]

    def query(self, without: tuple[str, str] | None = None, **more: str) -> str:
        """Return the query string of this selection, `without` one value of a facet, with `more` behind it."""
        asked = {name: [one for one in values if (name, one) != without] for name, values in self._asked.items()}
        return self._written(asked, self.order, more)

    @cached_property
    def unnarrowed(self) -> str:
        """The query string of the whole list in the same order."""
        return self._written({}, self.order)

    def _written(self, asked: dict[str, list[str]], order: Order, more: dict[str, str] | None = None) -> str:
        pairs = [(name, value) for name, values in asked.items() for value in values]
        pairs += [*self._sorted_by(order), *((name, value) for name, value in (more or {}).items() if value)]
        written = urlencode([*self._first_kept(), *pairs, *self._day()])
        return f"?{written}" if written else "?"

    def _first_kept(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.kept.items() if name != "as-of"]

    def _day(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.kept.items() if name == "as-of"]

    def _sorted_by(self, order: Order) -> list[tuple[str, str]]:
        return [] if order == self._orders[0] else [("sort", order.name)]


def _parse(token: str) -> tuple[str, tuple[str, str]] | None:
    """Return key and tie of the row that `token` names; None for what is no token, which shows the first page."""
    key, first, rest = token.partition(BETWEEN)
    sort_key, second, code = rest.rpartition(BETWEEN)
    return (key, (sort_key, code)) if first and second else None
