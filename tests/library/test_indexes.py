"""The indexes: narrowed, ordered, turned by page and taken away, now and as of a past day."""

import csv
import io

import pytest

from library.models import Extract
from tests.library.factories import act, exhibit, move, partnership, pattern, publish, publish_again, source
from tests.library.html import read
from tests.library.reading import get, library

pytestmark = pytest.mark.django_db
OTHER = {"confidence": "single_source", "status": "ended", "announced": "2024", "exhibits": []}


def aster(**fields):
    parties = [{"name": "Société Générale", "country": "FR", "role": ""}]
    return partnership("aster", parties=parties, **{**OTHER, **fields})


def capital(**fields):
    return pattern("ABC", family={"slug": "capital", "name": "Capital"}, **fields)


def names(client, address, day="2026-03-01"):
    main = read(get(client, address, day)).one("main")
    return [row.one("a").text for row in main.all("th", scope="row")] or [one.one("a").text for one in main.all("h3")]


def lines(client, address, day="2026-03-01"):
    answer = get(client, address, day)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return answer, list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


PARTNERSHIPS = [
    ("", ["Stargate", "Aster"]),
    ("?sort=name", ["Aster", "Stargate"]),
    ("?sort=reviewed", ["Aster", "Stargate"]),
    ("?country=FR", ["Aster"]),
    ("?country=FR&country=NO", ["Stargate", "Aster"]),
    ("?party=Soci%C3%A9t%C3%A9+G%C3%A9n%C3%A9rale", ["Aster"]),
    ("?year=2025", ["Stargate"]),
    ("?pattern=STC&year=2024", []),
]


def test_partnerships_are_narrowed_and_ordered(client):
    library()
    publish(aster(), "2026-01-07")
    for query, expected in PARTNERSHIPS:
        assert names(client, "/partnerships/" + query) == expected, query


PATTERNS = [
    ("", ["Pattern ABC", "Pattern STC"]),
    ("?sort=newest", ["Pattern ABC", "Pattern STC"]),
    ("?sort=reviewed", ["Pattern STC", "Pattern ABC"]),
    ("?family=sovereign", ["Pattern STC"]),
    ("?status=verified", ["Pattern ABC", "Pattern STC"]),
    ("?status=retired", []),
    ("?grounding=inferred", ["Pattern ABC"]),
    ("?confidence=primary_source", ["Pattern STC"]),
    ("?confidence=single_source", []),
]


def test_patterns_are_narrowed_and_ordered(client):
    library()
    publish(capital(kill_list=[move("ABC-K1", grounding="inferred")]), "2026-01-07")
    act("reaffirmation", pattern(), "2026-02-01")
    for query, expected in PATTERNS:
        assert names(client, "/patterns/" + query) == expected, query


def test_status_of_a_pattern_is_that_of_the_day_looked_at(client):
    publish(pattern())
    publish(capital(), "2026-01-07")
    act("retirement", capital(), "2026-02-01")
    assert names(client, "/patterns/?status=review-overdue", "2028-01-01") == ["Pattern STC"]
    assert names(client, "/patterns/?status=retired", "2028-01-01") == ["Pattern ABC"]
    assert names(client, "/patterns/?status=verified&as-of=2026-01-31", "2028-01-01") == [
        "Pattern ABC",
        "Pattern STC",
    ]


SOURCES = [
    ("", ["Title of case-2025", "Title of release-2025", "Title of jones-2025", "Title of smith-2026"]),
    ("?kind=court", ["Title of case-2025"]),
    ("?grade=secondary", ["Title of jones-2025", "Title of smith-2026"]),
    ("?publisher=Journal&cited-by=stargate", ["Title of release-2025"]),
    ("?year=1999", []),
    ("?sort=name", [f"Title of {key}" for key in ("case-2025", "jones-2025", "release-2025", "smith-2026")]),
]


def test_sources_are_narrowed_and_ordered(client):
    library()
    for query, expected in SOURCES:
        page = read(get(client, "/sources/" + query)).one("main")
        assert [
            one.one("a").text for found in page.all("ul", class_="bibliography") for one in found.all("li")
        ] == expected


def test_a_source_counts_in_the_copy_of_the_newest_edition(client):
    library()
    bare = source("release-2025", kind="filing", publisher="", published="")
    publish_again(partnership(), "2026-02-05", bibliography=[bare])
    _, now = lines(client, "/sources/?cited-by=stargate&format=csv")
    assert [(row["kind"], row["grade"], row["published"]) for row in now] == [("Filing", "Primary document", "")]
    _, before = lines(client, "/sources/?cited-by=stargate&format=csv&as-of=2026-01-31")
    assert [row["kind"] for row in before] == ["Press release"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/patterns/?family=odd", "No published pattern belongs to a family “odd”."),
        ("/sources/?kind=odd", "“odd” is not a kind of source."),
        ("/partnerships/?country=XX", "No published partnership has a party from “XX”."),
        ("/partnerships/?after=0~a~a&sort=newest", "Nothing comes after this place of the list any more."),
        ("/sources/?kind=court&grade=research", "No source fits all of these at once."),
    ],
)
def test_what_leaves_nothing_is_said(client, address, said):
    library()
    assert read(get(client, address)).one("main").text_of("p", class_="empty") == [said]


@pytest.mark.parametrize("address", ["/patterns/", "/partnerships/", "/sources/", "/matrix/"])
@pytest.mark.parametrize("query", ["", "?sort=name&after=x", "?format=odd", "?status=%00&country=%00&party=%00"])
def test_an_empty_library_has_empty_indexes(client, address, query):
    assert len(read(get(client, address + query)).one("main").text_of("p", class_="empty")) >= 1


def test_another_case_leads_to_the_spelling_and_keeps_the_rest(client):
    library()
    answer = get(client, "/partnerships/?status=ACTIVE&country=no&sort=name&as-of=2026-01-31&format=csv")
    expected = "/partnerships/?status=active&country=NO&sort=name&format=csv&as-of=2026-01-31"
    assert (answer.status_code, answer.headers["Location"]) == (302, expected)


def test_pages_lead_on_and_keep_what_was_asked(client, monkeypatch):
    monkeypatch.setattr("library.selections.Selection.__init__.__defaults__", (2,))
    for number in range(5):
        publish(partnership(f"deal-{number}", exhibits=[]))
    address, seen = "/partnerships/?sort=name&status=active&as-of=2026-01-31", []
    while address:
        page = read(get(client, address)).one("main")
        seen += [row.one("a").text for row in page.all("th", scope="row")]
        leading = [a.attributes["href"] for nav in page.all("nav", class_="paging") for a in nav.all("a")]
        assert all("sort=name" in href and "status=active" in href and "as-of" in href for href in leading)
        address = next(("/partnerships/" + href for href in leading if "after=" in href), "")
    assert seen == [f"Deal-{number}" for number in range(5)]


def test_the_file_holds_the_whole_selection_and_no_formula(client, monkeypatch):
    monkeypatch.setattr("library.selections.Selection.__init__.__defaults__", (1,))
    monkeypatch.setattr("library.indexes.CHUNK", 2)
    library()
    publish(aster(name="=1+1"), "2026-01-07")
    publish(partnership("beta", exhibits=[]), "2026-01-08")
    answer, rows = lines(client, "/partnerships/?format=csv&sort=name")
    assert [row["name"] for row in rows] == ["'=1+1", "Beta", "Stargate"]
    assert rows[2] == {
        "code": "stargate",
        "name": "Stargate",
        "announced": "2025-05-22",
        "status": "Active",
        "confidence": "Primary source",
        "patterns": "STC",
        "countries": "NO",
        "parties": "Party",
        "standing": "Verified",
        "edition": "2026.01",
        "reviewed on": "2026-01-06",
        "reviewed by": "Rhea Reviewer",
        "review by": "2027-01-06",
        "address": "http://testserver/partnerships/stargate/2026.01/",
    }
    assert answer.headers["Content-Disposition"] == 'attachment; filename="anteroom-partnerships-2026-03-01.csv"'
    assert not answer.cookies
    past, rows = lines(client, "/partnerships/?format=csv&status=ended&as-of=2026-01-07")
    assert [row["code"] for row in rows] == ["aster"]
    assert 'filename="anteroom-partnerships-2026-01-07.csv"' in past.headers["Content-Disposition"]


def test_patterns_are_taken_away_with_what_stands_beside_them(client):
    library()
    _, rows = lines(client, "/patterns/?format=csv")
    told = [(row["family"], row["partnerships"], row["lowest confidence"]) for row in rows]
    assert told == [("Sovereign", "1", "Primary source")]


@pytest.mark.parametrize("address", ["/partnerships/", "/sources/", "/matrix/"])
def test_what_is_withheld_is_in_no_file(client, address):
    library()
    publish(aster(name="Xanthippe", bibliography=[source("release-2025", title="Xanthippe")]), "2026-01-07")
    shown = "exhibits" if address != "/matrix/" else ""
    if not shown:
        publish_again(aster(name="Xanthippe"), "2026-01-08", exhibits=[exhibit()])
    before = b"".join(get(client, address + "?format=csv").streaming_content)
    from library import ledger, publication
    from library.models import Edition
    from tests.library.factories import on, person

    with on("2026-02-01"):
        ledger.lock_library()
        publication.withhold([*Edition.objects.filter(code="aster")], [person()], "A court order.")
    for asked in ("?format=csv", "?format=csv&as-of=2026-01-31"):
        assert b"Xanthippe" not in b"".join(get(client, address + asked).streaming_content)
    assert b"Xanthippe" in before


@pytest.mark.parametrize("address", ["/patterns/", "/partnerships/", "/matrix/", "/matrix.svg", "/search/?q=move"])
def test_between_an_upgrade_and_catching_up_every_list_answers(client, address):
    publish(pattern())
    publish(partnership())
    Extract.objects.all().delete()
    assert get(client, address, "2026-03-01").status_code == 200
