"""What crawlers are told: addresses with the days of their last changes, one canonical address, whom to write to."""

import re
from datetime import date

import pytest

from library import security_file, sitemap
from library.models import LedgerEntry
from tests.library.factories import act, exhibit, on, partnership, pattern, publish, publish_again
from tests.library.html import read
from tests.library.reading import PATTERN, READING, full_library, get, library
from tests.library.test_withheld import retire, withhold

pytestmark = pytest.mark.django_db
ENTRY = re.compile(r"<url><loc>http://testserver([^<]+)</loc>(?:<lastmod>([^<]+)</lastmod>)?</url>")
DEAL = "/partnerships/stargate/"


def days(client, day="2026-03-01"):
    answer = get(client, "/sitemap.xml", day)
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    return dict(ENTRY.findall(answer.content.decode()))


def test_every_latest_page_has_its_day(client):
    library()
    told = days(client)
    assert told == {
        **dict.fromkeys(
            ("/", "/patterns/", "/partnerships/", "/matrix/", "/sources/", "/methodology/"), "2026-01-06"
        ),
        **dict.fromkeys(("/ledger/", "/search/", "/changes/", "/check/", "/check/pattern-stc/"), "2026-01-06"),
        "/downloads/": "2026-01-06",
        **dict.fromkeys(("/api/v1/", "/corrections/"), ""),  # no public act changes them
        PATTERN: "2026-01-06",  # with the partnership that it shows
        PATTERN + "history/": "2026-01-05",
        DEAL: "2026-01-06",
        DEAL + "history/": "2026-01-06",
        "/sources/case-2025/": "2026-01-05",
        "/sources/jones-2025/": "2026-01-05",
        "/sources/smith-2026/": "2026-01-05",
        "/sources/release-2025/": "2026-01-06",
    }
    for path in told:
        assert get(client, path).status_code == 200


def test_a_page_changes_with_what_it_shows(client):
    library()
    publish(partnership("other", exhibits=[]), "2026-01-07")
    assert days(client)[PATTERN] == "2026-01-06"
    publish_again(partnership(), "2026-01-20", status="ended")
    assert days(client)[PATTERN] == "2026-01-20"
    publish_again(partnership(), "2026-02-01", exhibits=[])
    told = days(client)
    assert (told[PATTERN], told[PATTERN + "history/"]) == ("2026-02-01", "2026-01-05")  # it has left the page
    act(LedgerEntry.Act.REAFFIRMATION, pattern(), "2026-02-03")
    told = days(client)
    assert (told[PATTERN], told[PATTERN + "history/"], told["/"]) == ("2026-02-03",) * 3
    assert told["/sources/smith-2026/"] == "2026-02-03"


def test_a_page_changes_when_its_review_falls_due_and_with_its_successor(client):
    publish(pattern())
    assert days(client, "2027-01-05")[PATTERN] == "2026-01-05"
    assert days(client, "2027-02-05")[PATTERN] == "2027-01-06"
    publish(pattern("NEW"), "2027-02-06")
    retire(pattern(), "2027-02-07", "NEW")
    publish_again(pattern("NEW"), "2027-02-08", title="Renamed")
    assert days(client, "2027-02-09")[PATTERN] == "2027-02-08"


def test_what_is_withheld_or_cited_no_longer_has_no_address(client):
    library()
    publish(partnership("other", exhibits=[exhibit()]), "2026-01-07")
    withhold("stargate", day="2026-02-10")
    told = days(client)
    assert DEAL not in told and DEAL + "history/" not in told
    assert told[PATTERN] == "2026-02-10"
    publish_again(partnership("other"), "2026-02-11", bibliography=[], exhibits=[], sources=[])
    assert "/sources/release-2025/" not in days(client)


def test_many_addresses_are_cut_into_files(client, monkeypatch):
    library()
    whole = days(client)
    monkeypatch.setattr(sitemap, "MOST", 11)
    index = get(client, "/sitemap.xml").content.decode()
    files = re.findall(r"<sitemap><loc>http://testserver([^<]+)</loc><lastmod>([^<]+)</lastmod></sitemap>", index)
    assert files == [("/sitemap-1.xml", "2026-01-06"), ("/sitemap-2.xml", "2026-01-06")]
    both = [dict(ENTRY.findall(get(client, path).content.decode())) for path, _ in files]
    assert both[0] | both[1] == whole and [len(one) for one in both] == [11, 11]
    for number in (0, 3, 10**30):
        assert get(client, f"/sitemap-{number}.xml").status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_the_sitemap_takes_the_same_statements_whatever_its_length(client, many, django_assert_num_queries):
    for number in range(many):
        publish(pattern(f"P{number}"))
    with django_assert_num_queries(5):
        assert len(days(client)) == 13 + 3 * many + 3


def test_an_empty_library_has_a_sitemap_without_days(client):
    told = days(client)
    assert set(told.values()) == {""} and len(told) == 13


def test_crawlers_are_kept_from_staff_and_searches(client):
    assert get(client, "/robots.txt").content.decode() == (
        "User-agent: *\nDisallow: /desk/\nDisallow: /admin/\nDisallow: /accounts/\nDisallow: /search/?\n"
        "Disallow: /corrections/new\n"
        "Sitemap: http://testserver/sitemap.xml\n"
    )


def test_every_reading_page_names_its_canonical_address_and_its_card(client):
    library()
    for address in READING:
        page = read(get(client, address))
        expected = "http://testserver" + address.replace("2026.01/", "")
        assert page.one("link", rel="canonical").attributes["href"] == expected
        properties = [one.attributes for one in page.all("meta") if "property" in one.attributes]
        told = {one["property"]: one["content"] for one in properties}
        assert told["og:url"] == expected
        assert (told["og:title"] == "Anteroom: deal patterns in frontier-AI partnerships") == (address == "/")
        assert told["og:title"] != "Anteroom" and told["og:description"], address
        picture = get(client, told["og:image"].removeprefix("http://testserver"))
        assert picture.headers["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/partnerships/?status=active&sort=name", "/partnerships/"),
        ("/partnerships/?as-of=2026-02-20", "/partnerships/"),
        ("/search/?q=first&as-of=2026-02-20", "/search/"),
        ("/matrix/?pattern=pattern-stc", "/matrix/"),
        (PATTERN + "?as-of=2026-02-20", PATTERN),
        (PATTERN + "compare/2026.01/2026.02/", PATTERN + "compare/2026.01/2026.02/"),
    ],
)
def test_lists_and_past_days_name_the_plain_address(client, address, expected):
    full_library()
    assert (
        read(get(client, address)).one("link", rel="canonical").attributes["href"] == f"http://testserver{expected}"
    )


def test_pages_that_are_not_there_name_none(client):
    assert list(read(get(client, "/nothing/")).all("link", rel="canonical")) == []


def test_a_weakness_can_be_told_to_somebody(client, settings):
    settings.SECURITY_CONTACT = ["mailto:security@example.org", "https://example.org/report"]
    answer = get(client, "/.well-known/security.txt", "2026-03-01")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == (
        "Contact: mailto:security@example.org\nContact: https://example.org/report\n"
        "Expires: 2026-08-28T00:00:00Z\nPreferred-Languages: en\n"
        "Canonical: http://testserver/.well-known/security.txt\n"
    )
    settings.SECURITY_CONTACT = []
    assert get(client, "/.well-known/security.txt").status_code == 404


def test_the_contact_never_expires_while_it_is_served():
    for day in ("2026-03-01", "2028-02-29"):
        with on(day):
            expires = date.fromisoformat(
                re.search(r"Expires: (\S+)T00:00:00Z", security_file.text(["tel:1"], "x"))[1]
            )
            assert 30 < (expires - date.fromisoformat(day)).days < 366
