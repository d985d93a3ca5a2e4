"""No link of the library is dead, and a past page never leaves its day."""

import re

import pytest

from tests.library.crawling import crawl, dead
from tests.library.html import read
from tests.library.reading import PATTERN, READING, full_library, get

pytestmark = pytest.mark.django_db


@pytest.mark.drill
def test_no_internal_link_is_dead(client):
    full_library()
    for start in ("/", "/?as-of=2026-01-31", PATTERN + "2026.01/"):
        visits = crawl(client, [start], "2026-03-01")
        assert [*dead(visits)] == []
        assert len(visits) > 15


def test_every_fragment_that_is_linked_exists(client):
    full_library()
    for address in (*READING, PATTERN + "?as-of=2026-01-31"):
        page = read(get(client, address))
        ids = {element.attributes.get("id") for element in page.all()}
        own = [link.attributes["href"] for link in page.all("a") if link.attributes["href"].startswith("#")]
        assert [link for link in own if link[1:] not in ids] == []


def test_every_link_on_a_past_page_keeps_its_day(client):
    full_library()
    fixed = re.compile(r"^(#|http|/static/|.*\.json$|/(patterns|partnerships)/[^/]+/(\d{4}\.\d\d|compare)/)")
    for address in (
        "/",
        "/patterns/",
        PATTERN,
        "/partnerships/stargate/",
        "/sources/",
        "/sources/smith-2026/",
        "/matrix/",
        "/changes/",
    ):
        page = read(get(client, address + "?as-of=2026-01-31"))
        ways_out = {link.attributes["href"] for box in page.all("div", class_="versions") for link in box.all("a")}
        links = [
            link.attributes["href"] for part in ("header", "main") for one in page.all(part) for link in one.all("a")
        ]
        links = [link for link in links if link not in ways_out]
        assert [link for link in links if not fixed.match(link) and "as-of=2026-01-31" not in link] == []
