"""Narrowing, counting, ordering and paging a list, from its query string alone."""

from urllib.parse import parse_qs

import pytest
from django.http import QueryDict

from library.selections import MOST_OPTIONS, Facet, Order, Row, Selection

STATUS = Facet("status", "Status", "“{}” is no status.", {"active": "Active", "ended": "Ended"})
COUNTRY = Facet("country", "Country", "No party from “{}”.")
YEAR = Facet("year", "Year", "Nothing in “{}”.", newest_first=True)
ORDERS = [Order("newest", "Newest", is_descending=True), Order("name", "Name")]


def row(code, status="active", country=("NO",), year="2025"):
    values = {"status": [status], "country": list(country), "year": [year]}
    return Row(hash(code), code, code, values, {"newest": year})


def select(query="", rows=None, kept=None, per_page=50):
    listed = [row("a"), row("b", "ended", ("NO", "SE"), "2026"), row("c", "ended", ("Sé",))] if rows is None else rows
    return Selection(listed, [STATUS, COUNTRY, YEAR], ORDERS, QueryDict(query), kept or {}, per_page)


def codes(selection):
    return [one.code for one in selection.page]


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", ["b", "a", "c"]),
        ("sort=name", ["a", "b", "c"]),
        ("sort=odd", ["b", "a", "c"]),
        ("status=ended", ["b", "c"]),
        ("status=ended&status=active", ["b", "a", "c"]),
        ("country=SE&country=S%C3%A9", ["b", "c"]),
        ("country=NO&status=ended", ["b"]),
        ("status=&country=", ["b", "a", "c"]),
        ("status=odd", []),
        ("other=x", ["b", "a", "c"]),
    ],
)
def test_values_widen_and_facets_narrow(query, left):
    assert codes(select(query)) == left


def test_a_facet_counts_what_choosing_would_show():
    status, country, year = select("status=ended&country=NO").facets
    assert [(one["word"], one["count"], one["is_chosen"]) for one in status["options"]] == [
        ("Active", 1, False),
        ("Ended", 1, True),
    ]
    assert [(one["value"], one["count"]) for one in country["options"]] == [("NO", 1), ("SE", 1), ("Sé", 1)]
    assert [(one["value"], one["count"]) for one in year["options"]] == [("2026", 1)]
    assert (status["chosen"], year["chosen"]) == (1, 0)


def test_years_are_offered_newest_first_and_what_is_chosen_stays_with_a_count_of_none():
    assert [one["value"] for one in select().facets[2]["options"]] == ["2026", "2025"]
    chosen = select("status=active&country=SE").facets[0]["options"]
    assert [(one["value"], one["count"]) for one in chosen] == [("active", 0), ("ended", 1)]


def test_the_most_frequent_values_are_offered_and_the_rest_is_counted():
    rows = [row(f"r{n:03}", country=(f"C{n:03}",)) for n in range(MOST_OPTIONS + 5)] + [row("z", country=("Z",))] * 2
    facet = select("country=C044", rows).facets[1]
    values = [one["value"] for one in facet["options"]]
    assert len(values) == MOST_OPTIONS + 1 and {"Z", "C044"} <= {*values}
    assert facet["left_out"] == 5


def test_chips_take_one_value_away_and_keep_everything_else():
    selection = select("status=ended&country=NO&country=SE&sort=name&after=x", kept={"as-of": "2026-01-31"})
    assert [(chip["title"], chip["word"]) for chip in selection.chips] == [
        ("Status", "Ended"),
        ("Country", "NO"),
        ("Country", "SE"),
    ]
    assert selection.chips[1]["query"] == "?status=ended&country=SE&sort=name&as-of=2026-01-31"
    assert selection.unnarrowed == "?sort=name&as-of=2026-01-31"
    assert selection.hidden == [("as-of", "2026-01-31"), ("sort", "name")]
    assert selection.orders[0]["query"] == "?status=ended&country=NO&country=SE&as-of=2026-01-31"


def test_what_is_kept_besides_the_day_stands_first():
    selection = select("status=ended", kept={"pattern": "stc", "as-of": "2026-01-31"})
    assert selection.query(after="") == "?pattern=stc&status=ended&as-of=2026-01-31"
    assert select().query() == "?"


@pytest.mark.parametrize("sort", ["newest", "name"])
def test_pages_by_key_show_everything_once(sort):
    rows = [row(f"r{n}", year=str(2020 + n % 3)) for n in range(7)]
    selection, seen = select(f"sort={sort}", rows, per_page=3), []
    assert selection.is_first
    while True:
        seen += codes(selection)
        if not selection.next:
            break
        selection = select(selection.next[1:], rows, per_page=3)
        assert not selection.is_first
    assert seen == codes(select(f"sort={sort}", rows))


def test_a_page_stays_in_its_place_when_rows_come_and_go():
    rows = [row(f"r{n}") for n in range(4)]
    after = select("", rows, per_page=2).next[1:]
    assert codes(select(after, rows)) == ["r2", "r3"]
    assert codes(select(after, [row("new", year="2027"), row("r0a"), *rows[:1], *rows[2:]])) == ["r2", "r3"]
    assert codes(select(after, [row("older", year="2024"), *rows])) == ["r2", "r3", "older"]


@pytest.mark.parametrize("token", ["nonsense", "a~b", "%00", "", "~"])
def test_a_token_that_is_none_shows_the_first_page(token):
    assert codes(select(f"after={token}")) == ["b", "a", "c"]


def test_a_place_behind_everything_is_empty():
    selection = select("after=0000~zzz~zzz")
    assert (codes(selection), len(selection.rows), selection.next) == ([], 3, "")


def test_a_token_carries_names_with_its_own_mark_and_of_any_length():
    long = "x" * 500 + "~"
    rows = [Row(n, f"c{n}", f"a~b {n} {long}", row("a").values, {"newest": ""}) for n in range(3)]
    after = select("sort=name", rows, per_page=2).next
    assert codes(select(after[1:], rows)) == ["c2"]
    assert len(after) < 300


def test_unknown_values_are_named_and_others_spelled():
    assert select("status=odd&country=NO&country={0}").unknown == ["“odd” is no status.", "No party from “{0}”."]
    assert select("status=ENDED&country=no&sort=name").spelled() == "?status=ended&country=NO&sort=name"
    assert select("status=ENDED").spelled(format="csv") == "?status=ended&format=csv"
    assert select("status=ended&country=odd").spelled() == ""
    twice = [row("a", country=("NO", "No"))]
    assert select("country=nO", twice).spelled() == ""


def test_a_list_that_is_empty_has_no_options():
    selection = select("", [])
    assert (selection.total, selection.rows, selection.is_narrowed) == (0, [], False)
    assert [facet["options"] for facet in selection.facets] == [[], [], []]
    assert parse_qs(selection.query(format="csv")[1:]) == {"format": ["csv"]}
