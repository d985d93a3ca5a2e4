"""Home, the lists with their facets, and a source with what cites it."""

import pytest

from tests.library.factories import exhibit, partnership, pattern, publish, publish_again, source
from tests.library.html import read
from tests.library.reading import get, library

pytestmark = pytest.mark.django_db


def test_home_counts_and_lists_what_stands(client):
    library()
    publish_again(pattern(), "2026-02-05", title="Another")
    page = read(get(client, "/")).one("main")
    assert page.one("dl", class_="counts").text_of("dd") == ["1", "1", "4", "3"]
    assert page.one("div", class_="families").text_of("h3") == ["Sovereign"]
    recent, done = page.one("div", class_="latest").all("section")
    assert recent.text_of("h3") == ["Another", "Stargate"]
    assert done.text_of("h3") == [
        *("Another, edition 2026.02", "Stargate, edition 2026.01", "Pattern STC, edition 2026.01"),
    ]
    assert done.text_of("p", class_="about") == ["What changed.", "First edition.", "First edition."]


def test_patterns_are_listed_by_family(client):
    library()
    publish(pattern("ABC", family={"slug": "capital", "name": "Capital"}))
    page = read(get(client, "/patterns/")).one("main")
    assert page.text_of("h2") == ["Capital", "Sovereign"]
    about = page.one("section", id="sovereign").one("p", class_="about").text
    assert about == "STC · edition 2026.01 · reviewed 2026-01-05 by Rhea Reviewer · 1 tracked partnership"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Aster", "Stargate"]),
        ("?pattern=STC", ["Stargate"]),
        ("?confidence=single_source", ["Aster"]),
        ("?status=ended&confidence=single_source", ["Aster"]),
        ("?status=ended&pattern=STC", []),
        ("?status=nonsense", []),
    ],
)
def test_partnerships_are_narrowed_by_facets(client, query, names):
    library()
    publish(
        partnership("aster", exhibits=[], confidence="single_source", status="ended", announced="2025-06"),
        "2026-01-07",
    )
    page = read(get(client, "/partnerships/" + query)).one("main")
    assert [row.one("a").text for row in page.all("th", scope="row")] == names


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?pattern=XYZ", ["No published pattern has the code “XYZ”."]),
        (
            "?status=odd&confidence=<b>",
            [
                "“odd” is not a status that a partnership can have.",
                "“<b>” is not a grade of confidence.",
            ],
        ),
        ("?status=ended", ["No partnership fits all of these at once."]),
    ],
)
def test_unknown_facet_value_is_named(client, query, said):
    library()
    assert read(get(client, "/partnerships/" + query)).one("main").text_of("p", class_="empty") == said


def test_facets_count_what_choosing_them_would_show(client):
    library()
    publish(partnership("aster", exhibits=[], confidence="single_source", status="ended"), "2026-01-07")
    page = read(get(client, "/partnerships/?status=ended"))
    options = {facet.one("legend").text: facet.text_of("label") for facet in page.all("fieldset")}
    assert options == {
        "Status": ["Active 1", "Ended 1"],
        "Confidence": ["Single source 1"],
        "Country": ["NO 1"],
        "Party": ["Party 1"],
        "Announced in": ["2025 1"],
    }


def test_source_page_names_every_place_that_cites_it(client):
    library()
    publish(partnership("aster", exhibits=[exhibit(scores=[])]), "2026-01-07")
    page = read(get(client, "/sources/release-2025/")).one("main")
    cited_by = page.one("ul", class_="listing")
    assert cited_by.text_of("li") == [
        "Aster Partnership · edition 2026.01",
        "Stargate Partnership · edition 2026.01 · at STC-K1",
    ]
    assert "the copy inside Aster, edition 2026.01" in page.text


def test_source_page_shows_the_newest_standing_copy_and_keeps_its_address(client):
    library()
    corrected = [source("release-2025", title="Corrected title")]
    publish_again(partnership(), "2026-02-05", bibliography=corrected)
    assert read(get(client, "/sources/release-2025/")).one("h1").text == "Corrected title"
    assert read(get(client, "/sources/release-2025/?as-of=2026-01-31")).one("h1").text == "Title of release-2025"
    bare = {"exhibits": [], "sources": [], "summary": "Nothing cited.", "bibliography": []}
    publish_again(partnership(), "2026-02-06", **bare)
    page = read(get(client, "/sources/release-2025/"))
    assert page.one("h1").text == "Corrected title"
    assert "No current edition cites this source." in page.text


def test_sources_are_listed_once_by_grade(client):
    library()
    publish(partnership("aster"), "2026-01-07")
    page = read(get(client, "/sources/")).one("main")
    assert page.text_of("h2") == ["Primary document", "Party’s statement", "Secondary"]
    assert len(list(page.one("section", id="party-statement").all("li"))) == 1


def test_a_single_source_partnership_says_so_wherever_it_is_named(client):
    publish(pattern())
    publish(partnership(confidence="single_source"))
    publish(partnership("other-deal", confidence="primary_source"))
    for address in ("/", "/sources/release-2025/", "/partnerships/", "/patterns/pattern-stc/"):
        page = client.get(address).content.decode().lower()
        assert page.count("single source") >= 1, address
    home = client.get("/").content.decode()
    assert home.count("(single source)") == 1
