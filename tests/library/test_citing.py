"""Where readers cite: on the item's page, on the page of an edition or a row, as files; always the right address."""

import json

import bibtexparser
import pytest
import rispy

from tests.library.factories import partnership, pattern, publish, publish_again, source
from tests.library.html import read
from tests.library.reading import PATTERN, get, library

pytestmark = pytest.mark.django_db
SITE = "https://library.example.org"
DEAL = "/partnerships/stargate/"
CITE = PATTERN + "2026.01/cite"
STYLES = ["APA 7", "Chicago 17", "Bluebook", "OSCOLA"]


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_ORIGIN = SITE
    settings.ALLOWED_HOSTS = ["*"]


def cited(page):
    return page.one("a", id="cite-address").attributes["href"]


def hrefs(element):
    return [link.attributes["href"] for link in element.all("a")]


def test_item_page_has_the_texts_the_files_and_the_address(client):
    library()
    section = read(get(client, PATTERN)).one("section", id="cite")
    address = f"{SITE}{PATTERN}2026.01/?as-of=2026-03-01"
    assert section.one("dl", class_="citations").text_of("dt") == STYLES
    assert all(address in text for text in section.text_of("span", class_="citation"))
    assert hrefs(section)[:4] == [address, CITE + ".bib", CITE + ".ris", CITE + ".csl.json"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (CITE + "/", PATTERN + "2026.01/?as-of=2026-03-01"),
        (CITE + "/?row=STC-K2", PATTERN + "2026.01/?as-of=2026-03-01#STC-K2"),
        (CITE + "/?row=STC-K2&as-of=2026-01-31", PATTERN + "2026.01/?as-of=2026-01-31#STC-K2"),
        (CITE + "/?row=STC-K2&page=edition", PATTERN + "2026.01/#STC-K2"),
        (DEAL + "2026.01/cite/?row=STC-K1", DEAL + "2026.01/?as-of=2026-03-01#STC-K1"),
        (PATTERN, PATTERN + "2026.01/?as-of=2026-03-01"),
        (PATTERN + "?as-of=2026-01-31", PATTERN + "2026.01/?as-of=2026-01-31"),
        (PATTERN + "2026.01/", PATTERN + "2026.01/"),
        (PATTERN + "2026.01/?as-of=2026-03-01", PATTERN + "2026.01/?as-of=2026-03-01"),
    ],
)
def test_what_is_cited_is_what_was_seen_whatever_host_was_asked(client, address, expected):
    library()
    response = get(client, address, host="evil.example.com")
    assert response.status_code == 200
    assert cited(read(response)) == SITE + expected
    assert b"evil.example.com" not in response.content
    assert get(client, expected.partition("#")[0]).status_code == 200


@pytest.mark.parametrize("form", ["bib", "ris", "csl.json"])
def test_files_name_the_librarys_own_host(client, form):
    library()
    response = get(client, f"{CITE}.{form}?row=STC-K2", host="evil.example.com")
    assert b"evil.example.com" not in response.content
    assert f"{SITE}{PATTERN}2026.01/?as-of=2026-03-01#STC-K2" in response.content.decode()
    name = f'attachment; filename="anteroom-STC-STC-K2-2026.01.{form}"'
    assert response.headers["Content-Disposition"] == name
    assert response.headers["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"
    assert not response.cookies


def test_files_are_read_by_other_peoples_parsers(client):
    publish(pattern(title="Économie {d'échelle} & Cie.\nÜber 100 %"), name="Zoë Ærøskøbing-Łukasz")
    entries = bibtexparser.parse_string(get(client, CITE + ".bib").content.decode()).entries
    assert [entry.entry_type for entry in entries] == ["misc"]
    [record] = rispy.loads(get(client, CITE + ".ris").content.decode())
    [item] = json.loads(get(client, CITE + ".csl.json").content)
    assert record["title"] == item["title"] == "Économie {d'échelle} & Cie. Über 100 %"
    assert item["note"] == "Edition 2026.01, reviewed 2026-01-05 by Zoë Ærøskøbing-Łukasz"


def test_every_row_leads_to_where_it_is_cited_and_to_its_permanent_id(client):
    library()
    for query, links in (
        ("", [f"/id/STC-{row}" for row in ("V1", "K1", "C1", "P1", "A1")]),
        ("?as-of=2026-01-31", [f"/id/STC-{row}?as-of=2026-01-31" for row in ("V1", "K1", "C1", "P1", "A1")]),
    ):
        page = read(get(client, PATTERN + query))
        rows = {row.attributes["id"]: row for row in page.all("article")}
        for code, permanent in zip(("STC-V1", "STC-K1", "STC-C1", "STC-P1", "STC-A1"), links, strict=True):
            tools = rows[code].one("span", class_="row-links")
            assert tools.text == f"Permanent id of {code} Cite {code} Report a problem with {code}"
            own = query.replace("?", "&")
            report = f"/corrections/new?about={code}&edition=2026.01"
            assert hrefs(tools) == [permanent, f"{CITE}/?row={code}{own}", report]
            assert read(get(client, hrefs(tools)[1])).one("h1").text == f"Cite {code}"
    edition = read(get(client, PATTERN + "2026.01/")).one("article", id="STC-K1").one("span", class_="row-links")
    assert hrefs(edition)[1] == CITE + "/?row=STC-K1&page=edition"


def test_partnership_leads_to_where_its_exhibits_and_scores_are_cited(client):
    library()
    page = read(get(client, DEAL))
    tools = page.one("article", id="STC").all("span", class_="row-links")
    assert [hrefs(one) for one in tools] == [
        [DEAL + f"2026.01/cite/?row={row}", f"/corrections/new?about=stargate/{row}&edition=2026.01"]
        for row in ("STC", "STC-K1")
    ]
    score = read(get(client, DEAL + "2026.01/cite/?row=STC-K1"))
    assert score.one("p", class_="lead").text == "Score of STC-K1: Do STC-K1."
    assert f"{SITE}/id/stargate" in hrefs(score.one("main"))


def test_permanent_id_of_a_row_is_on_its_page(client):
    library()
    main = read(get(client, CITE + "/?row=STC-K2")).one("main")
    assert f"{SITE}/id/STC-K2" in hrefs(main)
    assert hrefs(main.one("nav")) == ["/patterns/", PATTERN + "2026.01/?as-of=2026-03-01#STC-K2"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (CITE + "/?row=STC-K9", 404),
        (CITE + ".bib?row=nothing", 404),
        (CITE + ".doc", 404),
        (PATTERN + "2025.01/cite/", 404),
        (CITE + "/?as-of=2025-12-31", 404),
        (CITE + ".ris?as-of=nonsense", 400),
        (CITE + "/?row=%00", 404),
    ],
)
def test_what_is_not_there_cannot_be_cited(client, address, status):
    library()
    assert get(client, address).status_code == status


def test_old_slug_and_today_lead_to_the_plain_address(client):
    library()
    publish_again(pattern(), "2026-02-05", slug="renamed")
    for address, location in (
        (PATTERN + "2026.02/cite/?row=STC-K1", "/patterns/renamed/2026.02/cite/?row=STC-K1"),
        (PATTERN + "2026.02/cite.ris", "/patterns/renamed/2026.02/cite.ris"),
    ):
        response = get(client, address)
        assert (response.status_code, response.headers["Location"]) == (301, location)
    assert get(client, CITE + "/?row=STC-K1&as-of=2026-03-01").headers["Location"] == CITE + "/?row=STC-K1"


def test_page_has_the_tags_and_the_structured_data(client):
    publish(pattern(title="</script><b>", bibliography=[source("case-2025"), source("jones-2025"), source()]))
    page = read(get(client, PATTERN))
    tags = {tag.attributes.get("name"): tag.attributes.get("content") for tag in page.all("meta")}
    assert tags["citation_title"] == "</script><b>"
    assert tags["citation_publication_date"] == "2026/01/05"
    assert tags["citation_public_url"] == f"{SITE}{PATTERN}2026.01/?as-of=2026-03-01"
    told = json.loads(page.one("script", type="application/ld+json").text)
    assert told["name"] == "</script><b>"
    assert told["identifier"] == f"{SITE}/id/STC"
    assert told["reviewedBy"] == {"@type": "Person", "name": "Rhea Reviewer"}
    assert page.one("link", rel="canonical").attributes["href"] == SITE + PATTERN


def test_retired_partnership_is_cited_with_its_last_review(client):
    publish(partnership(exhibits=[]))
    [item] = json.loads(get(client, DEAL + "2026.01/cite.csl.json").content)
    assert (item["title"], item["issued"]) == ("Stargate", {"date-parts": [[2026, 1, 5]]})
