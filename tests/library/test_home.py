"""The home page shows the library at a glance: the pattern that most deals show, what was verified and done last."""

import pytest

from library import matrix
from library.models import LedgerEntry
from library.moments import NOW
from tests.library.factories import act, exhibit, partnership, pattern, publish, publish_again, score
from tests.library.html import read
from tests.library.reading import get
from tests.library.test_withheld import GROUND, withhold

pytestmark = pytest.mark.django_db


def deal(number, code="STC", **fields):
    judged = [score(f"{code}-K1", "mitigated"), score(f"{code}-K3", "unknown")]
    day = f"2025-0{number}-01"
    return partnership(f"deal-{number}", announced=day, exhibits=[exhibit(code, judged)], **fields)


@pytest.fixture
def library():
    publish(pattern("ABC"))
    publish(pattern(), "2026-01-06")
    publish(deal(9, "ABC"), "2026-01-07")
    for number in range(1, 9):
        publish(deal(number), "2026-01-08")


def test_what_is_retired_is_named_beside_the_counts(client, library):
    act(LedgerEntry.Act.RETIREMENT, deal(9, "ABC"), "2026-02-10")
    counts = read(get(client, "/")).one("dl", class_="holdings").text
    assert "partnerships 8" in counts and "retired 1" in counts
    assert "retired" not in read(get(client, "/?as-of=2026-02-01")).one("dl", class_="holdings").text


def test_only_the_page_of_now_offers_feeds(client, library):
    assert len([*read(get(client, "/")).all("link", type="application/atom+xml")]) == 1
    assert [*read(get(client, "/?as-of=2026-02-01")).all("link", type="application/atom+xml")] == []


def glance(client, address="/"):
    return read(get(client, address)).one("section", class_="glance")


def test_it_shows_the_newest_deals_on_the_pattern_that_most_of_them_show(client, library):
    table = glance(client).one("table")
    rows = list(table.one("tbody").all("tr"))
    assert [row.one("th").one("a").text for row in rows] == [f"Deal-{number}" for number in range(8, 2, -1)]
    assert rows[0].text_of("td") == ["Mitigated", "Not assessed", "Unknown"]
    assert [link.attributes["href"] for link in rows[0].all("a", class_="cell")] == [
        *("/partnerships/deal-8/#STC-K1", "/partnerships/deal-8/#STC-K3"),
    ]
    assert next(one.attributes["href"] for one in table.one("thead").all("a")) == "/patterns/pattern-stc/#STC-K1"
    onward = [link.attributes["href"] for link in glance(client).one("p", class_="onward").all("a")]
    assert onward == ["/matrix/?pattern=pattern-stc", "/matrix/"]


def test_it_says_when_a_score_judged_another_wording(client, library):
    assert "that edition’s wording" not in glance(client).text
    moves = [{**move, "move": "Otherwise."} for move in pattern()["kill_list"]]
    publish_again(pattern(), "2026-02-05", kill_list=moves)
    assert "that edition’s wording" in glance(client).text
    assert "scored against the wording of 2026.01" in glance(client).one("tbody").text


def test_it_keeps_the_day_that_is_looked_at(client, library):
    past = read(get(client, "/?as-of=2026-01-07")).one("main")
    assert past.one("section", class_="glance").text_of("th", scope="row") == ["Deal-9 2025-09-01"]
    own = [link.attributes["href"] for link in past.all("a")]
    assert all("as-of=2026-01-07" in href or "2026.01/" in href for href in own), own


def test_what_is_withheld_is_not_at_a_glance(client, library):
    assert "Deal-8" in read(get(client, "/")).one("main").text
    withhold("deal-8")
    main = read(get(client, "/")).one("main")
    assert "Deal-8" not in main.text
    assert "Deal-2" in main.one("section", class_="glance").text
    newest = next(main.one("ol", class_="changes").all("li"))
    assert newest.text == f"2026-02-10 · Withheld deal-8, edition 2026.01 {GROUND}"
    assert not list(newest.all("a"))


def test_patterns_that_no_deal_shows_have_no_table(client):
    publish(pattern())
    page = read(get(client, "/")).one("main")
    assert page.text_of("h2") == ["Patterns by family", "Recently verified", "What changed"]
    assert matrix.extract(NOW, "STC", 6) is None
    assert matrix.extract(NOW, "NOPE", 6) is None


def test_an_empty_library_says_so(client):
    page = read(get(client, "/")).one("main")
    assert page.text_of("h2") == []
    assert page.one("p", class_="empty").text.startswith("Nothing has been published yet.")
    assert page.one("dl", class_="counts").text_of("dd") == ["0", "0", "0", "0"]
