"""A page that is not there offers what is near by the words of its address, and nothing that is not published."""

import pytest

from history.models import Draft
from library import nearest
from tests.factories import make_draft, make_source, pattern_document
from tests.library.factories import partnership, pattern, publish, publish_again, source
from tests.library.html import read
from tests.library.reading import PATTERN, get
from tests.library.test_withheld import withhold

pytestmark = pytest.mark.django_db
TRADE = "/patterns/sovereign-trade-capacity/"


@pytest.fixture
def library():
    sources = [source("case-2025", kind="court"), source("jones-2025"), source("smith-2026")]
    publish(pattern(slug="sovereign-trade-capacity", title="Sovereign Trade Capacity", bibliography=sources))
    publish(pattern("CFE", slug="compute-for-equity", title="Compute for Equity"))
    publish(partnership("stargate", name="Stargate UAE", slug="stargate-uae", exhibits=[]))


def offered(client, address):
    """The links that the page offers, with their words."""
    answer = get(client, address)
    assert answer.status_code == 404, address
    lists = list(read(answer).all("ul", class_="nearest"))
    return [(link.attributes["href"], link.text) for one in lists for link in one.all("a")]


MEANT = [
    ("/patterns/sovreign-trade/", TRADE),
    ("/patterns/trade-capacity-sovereign/", TRADE),
    ("/patterns/sovereign-trade-capacity.html/", TRADE + "2026.01/"),
    ("/pattern/sovereign-trade-capacity/", TRADE),
    ("/partnerships/stargat/", "/partnerships/stargate-uae/"),
    ("/patterns/stargate-uae/", "/partnerships/stargate-uae/"),
    ("/partnerships/comptue-for-equity/", "/patterns/compute-for-equity/"),
    ("/STC-K3", TRADE + "#STC-K3"),
    ("/stc-k3", TRADE + "#STC-K3"),
    ("/id/SCT-K3", TRADE + "#STC-K3"),
    ("/STC", TRADE),
    ("/id/STC-K99", TRADE + "#STC-K1"),
    ("/sources/smith2026/", "/sources/smith-2026/"),
    ("/sources/smith-2025/", "/sources/jones-2025/"),
]


def test_what_is_near_is_offered(client, library):
    for address, first in MEANT:
        assert first in [href for href, _ in offered(client, address)], address


def test_a_past_day_is_offered_what_stood_then(client, library):
    publish(pattern("ABC", slug="sovereign-thing", title="Sovereign Thing"), "2026-02-10")
    assert offered(client, "/patterns/sovereign-thingy/")[0][0] == "/patterns/sovereign-thing/"
    day = "?as-of=2026-01-31"
    assert [href for href, _ in offered(client, "/patterns/sovereign-thingy/" + day)] == [TRADE + day]
    page = read(get(client, "/patterns/sovereign-thingy/" + day))
    assert page.one("input", type="hidden").attributes["value"] == "2026-01-31"
    editions = f"{TRADE}2031.01/{day}"
    publish_again(pattern(slug="sovereign-trade-capacity"), "2026-02-11", title="Sovereign Trade Capacity")
    assert [href for href, _ in offered(client, editions)] == [TRADE + "2026.01/"]


def test_a_name_with_digits_is_one_word_and_common_words_are_none(client, library):
    publish(partnership("microsoft-g42", name="Microsoft and G42", slug="microsoft-g42", exhibits=[]))
    assert offered(client, "/partnerships/g42/") == [("/partnerships/microsoft-g42/", "Microsoft and G42")]
    for word in ("and", "the", "of-the"):
        assert offered(client, f"/patterns/{word}/") == []


def test_the_likeliest_goes_first_and_the_kind_that_was_asked_for(client, library):
    assert offered(client, "/patterns/sovreign-trade/")[0] == (TRADE, "Sovereign Trade Capacity")
    assert offered(client, "/sources/smith2026/")[0] == ("/sources/smith-2026/", "Title of smith-2026")
    assert offered(client, "/STC-K3")[0] == (TRADE + "#STC-K3", "STC-K3 Do STC-K3.")
    publish(partnership("trade", name="Sovereign trade capacity", slug="trade", exhibits=[]))
    for folder, other in (("patterns", TRADE), ("partnerships", "/partnerships/trade/")):
        assert offered(client, f"/{folder}/sovereign-trade-capacities/")[0][0] == other


def test_what_is_not_near_is_not_offered(client, library):
    absurd = "/patterns/" + "sovereign-" * 40 + "/"
    for address in (
        *("/patterns/quite-different/", "/id/QQ-X1", "/sources/nobody-1999/", "/nothing-at-all/", "/x/", "/...../"),
        *("/sources/x/", absurd, "/1/"),
    ):
        assert offered(client, address) == [], address


def test_an_unknown_edition_leads_to_those_that_there_are(client, library):
    publish_again(pattern(slug="sovereign-trade-capacity"), "2026-02-05", title="Renamed", slug="renamed")
    expected = [("/patterns/renamed/2026.02/", "Edition 2026.02"), (TRADE + "2026.01/", "Edition 2026.01")]
    for address in (TRADE + "2031.01/", "/patterns/renamed/2031.01.json", TRADE + "nothing/"):
        assert offered(client, address) == expected
    page = read(get(client, TRADE + "2031.01/"))
    assert "Editions of Renamed" in page.text_of("h2")
    assert next(page.one("main").all("h2")).one("a").attributes["href"] == "/patterns/renamed/"


def test_the_field_holds_the_words_that_were_meant(client, library):
    def typed(address):
        return [one.attributes["value"] for one in read(get(client, address)).all("input", id="q")]

    assert typed("/patterns/sovreign-trade/") == ["sovreign trade"]
    assert typed('/patterns/"><b>/') == ["b"]
    assert typed("/desk/nothing/") == typed("/patterns/" + "a-" * 200 + "/") == typed("/%00/") == [""]


def test_withheld_entries_are_not_offered(client, library):
    assert offered(client, "/partnerships/stargat/")
    withhold("stargate")
    assert offered(client, "/partnerships/stargat/") == []
    publish(partnership("stargate", name="Other", slug="other", exhibits=[]), "2026-02-20")
    assert offered(client, "/partnerships/stargate-uae/2031.01/") == [
        ("/partnerships/other/", "Other")
    ]  # by its code
    assert offered(client, "/partnerships/other/2031.01/") == [("/partnerships/other/2026.02/", "Edition 2026.02")]


def test_a_draft_and_its_words_change_no_byte(client, library, editor):
    before = {
        one: get(client, one).content for one in ("/patterns/pattern-xyz/", "/id/XYZ-K1", "/sources/smith2027/")
    }
    make_source(editor, "smith-2027")
    make_draft(pattern_document("XYZ"), editor)
    assert Draft.objects.filter(code="XYZ").exists()
    for who in (None, editor):
        if who:
            client.force_login(who)
        assert {one: get(client, one).content for one in before} == before


def test_addresses_of_staff_get_the_same_bytes_whatever_they_say(client, library):
    answers = [get(client, f"/accounts/{one}/") for one in ("stargate-uae", "STC-K1", "nothing")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    for path in ("/desk/sovereign-trade/", "/admin/STC-K1/", "/accounts/STC-K1/", "/"):
        assert nearest.to(nearest.read(path)) == nearest.NOTHING


@pytest.mark.parametrize("many", [1, 3])
def test_statements_are_few_whatever_there_is(client, many, django_assert_num_queries):
    for number in range(many):
        publish(pattern(f"P{number}", slug=f"sovereign-{number}", title=f"Sovereign {number}"))
    for address, statements in (
        *(("/patterns/sovreign/", 3), ("/patterns/sovereign-0/2031.01/", 1), ("/id/P0-K99", 2)),
        *(("/sources/smith2026/", 2), ("/desk/", 0), ("/../", 0), ("/-/", 0)),
    ):
        with django_assert_num_queries(statements):
            nearest.to(nearest.read(address))


def test_the_page_stays_a_page_of_the_library(client, library):
    page = get(client, PATTERN)
    assert page.status_code == 404 and "Set-Cookie" not in page.headers
    assert "There is no page at this address" in page.content.decode()
