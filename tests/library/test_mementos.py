"""The versions of a page in time, as machines ask for them (RFC 7089)."""

import re

import pytest

from tests.library.factories import partnership, pattern, publish, publish_again
from tests.library.reading import PATTERN, get, library

pytestmark = pytest.mark.django_db
SITE = "https://library.example.org"
DEAL = "/partnerships/stargate/"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_ORIGIN = SITE


def links(response):
    """Every link of the header or the time map: relation, address, moment."""
    text = response.headers.get("Link") or response.content.decode()
    found = re.findall(r'<([^>]+)>; rel="([^"]+)"([^<]*)', text)
    moments = [re.search(r'datetime="([^"]+)"', rest) for *_, rest in found]
    pairs = zip(found, moments, strict=True)
    return [(relation, address, moment and moment[1]) for (address, relation, _), moment in pairs]


AROUND = [
    ("original", SITE + PATTERN, None),
    ("timegate", SITE + PATTERN + "timegate", None),
    ("timemap", SITE + PATTERN + "timemap", None),
]
JANUARY = ("2026.01/", "Mon, 05 Jan 2026 12:00:00 GMT")
FEBRUARY = ("2026.02/", "Thu, 05 Feb 2026 12:00:00 GMT")
MARCH = ("2026.03/", "Thu, 05 Mar 2026 12:00:00 GMT")


def three_editions():
    library()
    publish_again(pattern(), "2026-02-05", title="Second")
    publish_again(pattern(), "2026-03-05", title="Third")


def memento(edition, relation="memento"):
    return (relation, SITE + PATTERN + edition[0], edition[1])


def test_edition_page_is_a_memento_of_its_publication():
    from django.test import Client

    library()
    response = get(Client(), PATTERN + "2026.01/")
    assert response.headers["Memento-Datetime"] == JANUARY[1]
    assert links(response) == [*AROUND, memento(JANUARY)]


@pytest.mark.parametrize("address", [PATTERN, PATTERN + "2026.01/"])
def test_page_as_of_a_day_is_a_memento_of_its_last_second(client, address):
    library()
    response = get(client, address + "?as-of=2026-01-31")
    assert response.headers["Memento-Datetime"] == "Sat, 31 Jan 2026 23:59:59 GMT"
    own = ("memento", f"{SITE}{address}?as-of=2026-01-31", "Sat, 31 Jan 2026 23:59:59 GMT")
    assert links(response) == [*AROUND, own]


def test_what_is_no_state_of_a_past_moment_has_no_moment(client):
    library()
    publish_again(pattern(), "2026-02-05", title="Second")
    for address in (PATTERN, PATTERN + "2026.01/?as-of=2026-02-10", PATTERN + "2026.02/?as-of=2026-03-01"):
        response = get(client, address)
        assert response.status_code == 200
        assert "Memento-Datetime" not in response.headers
        assert links(response) == AROUND


def test_known_page_is_answered_304_with_its_moment(client):
    library()
    first = get(client, PATTERN + "2026.01/")
    again = get(client, PATTERN + "2026.01/", **{"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.headers["Memento-Datetime"]) == (304, JANUARY[1])


def test_time_map_lists_every_edition(client):
    three_editions()
    response = get(client, PATTERN + "timemap", "2026-04-01")
    assert response.headers["Content-Type"] == "application/link-format"
    assert links(response) == [
        *AROUND[:2],
        ("self", SITE + PATTERN + "timemap", None),
        memento(JANUARY, "first memento"),
        memento(FEBRUARY),
        memento(MARCH, "last memento"),
    ]
    assert f'from="{JANUARY[1]}"; until="{MARCH[1]}"' in response.content.decode()


def test_time_map_of_one_edition_has_it_first_and_last(client):
    library()
    response = get(client, DEAL + "timemap")
    assert ("first last memento", f"{SITE}{DEAL}2026.01/", "Tue, 06 Jan 2026 12:00:00 GMT") in links(response)


@pytest.mark.parametrize(
    ("wanted", "edition"),
    [
        ("", MARCH),
        ("Mon, 01 Jan 2001 00:00:00 GMT", JANUARY),
        ("Thu, 05 Feb 2026 11:59:59 GMT", JANUARY),
        ("Thu, 05 Feb 2026 12:00:00 GMT", FEBRUARY),
        ("Fri, 01 Jan 2027 00:00:00 GMT", MARCH),
    ],
)
def test_time_gate_leads_to_the_edition_that_stood(client, wanted, edition):
    three_editions()
    response = get(client, PATTERN + "timegate", "2026-04-01", **{"accept-datetime": wanted})
    assert (response.status_code, response.headers["Location"]) == (302, SITE + PATTERN + edition[0])
    assert response.headers["Vary"] == "accept-datetime"
    told = links(response)
    assert told[:2] == [AROUND[0], AROUND[2]]
    assert [one for one in told if one[1].endswith(edition[0])]
    assert [one[0] for one in told if "first" in one[0] or "last" in one[0]] == ["first memento", "last memento"]


def test_time_gate_refuses_what_is_no_date(client):
    library()
    response = get(client, PATTERN + "timegate", **{"accept-datetime": "yesterday"})
    assert (response.status_code, response.content.decode()) == (
        400,
        "Accept-Datetime must be a date such as Mon, 29 Jun 2026 12:00:00 GMT.\n",
    )


@pytest.mark.parametrize("what", ["timemap", "timegate"])
def test_old_slug_leads_to_the_new_one_and_unknown_nowhere(client, what):
    library()
    publish_again(pattern(), "2026-02-05", slug="renamed")
    response = get(client, PATTERN + what)
    assert (response.status_code, response.headers["Location"]) == (301, f"/patterns/renamed/{what}")
    assert f"{SITE}{PATTERN}2026.01/" in get(client, "/patterns/renamed/timemap").content.decode()
    assert get(client, f"/patterns/nothing/{what}").status_code == 404


@pytest.mark.parametrize("address", [PATTERN + "timemap", PATTERN + "timegate"])
def test_whoever_asks_the_host_answered_is_the_librarys(client, address):
    publish(pattern())
    publish(partnership())
    response = get(client, address, host="localhost")
    assert "localhost" not in str(response.headers) + response.content.decode()
