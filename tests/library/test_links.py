"""No link of the library is dead, and a past page never leaves its day."""

import re

import pytest

from tests.library.crawling import as_of, crawl, dead, leaving
from tests.library.html import read
from tests.library.reading import PATTERN, READING, full_library, get

pytestmark = pytest.mark.django_db
PAST = "as-of=2026-01-31"
CHECKLIST = f"/check/pattern-stc/checklist/?edition=2026.01&STC-K1=visible&{PAST}"


@pytest.mark.drill
def test_no_internal_link_is_dead(client):
    full_library()
    starts = ["/", f"/?{PAST}", PATTERN + "2026.01/", CHECKLIST]
    visits = crawl(client, starts, "2026-03-01")
    assert [*dead(visits)] == []
    assert len(visits) > 100


def test_every_fragment_that_is_linked_exists(client):
    full_library()
    for address in (*READING, f"{PATTERN}?{PAST}", CHECKLIST):
        page = read(get(client, address))
        ids = {element.attributes.get("id") for element in page.all()}
        own = [link.attributes["href"] for link in page.all("a") if link.attributes["href"].startswith("#")]
        assert [link for link in own if link[1:] not in ids] == []


def test_a_past_checklist_and_its_form_lead_nowhere_without_their_day(client):
    full_library()
    visits = crawl(client, [CHECKLIST], "2026-03-01", lambda address: "/check/" in address and bool(as_of(address)))
    assert [visits[one].is_page for one in (CHECKLIST, CHECKLIST.replace("checklist/", ""))] == [True, True]
    assert [*leaving(visits)] == []
    assert [*dead(visits)] == []


def test_every_link_on_a_past_page_keeps_its_day(client):
    full_library()
    own = r"/(patterns|partnerships)/[^/]+/(\d{4}\.\d\d|compare)/"
    fixed = re.compile(rf"^(#|http|/static/|/corrections/new\?|.*\.json$|{own})")
    asked = ("/", "/patterns/", PATTERN, "/partnerships/stargate/", "/sources/", "/sources/smith-2026/")
    for address in (*(f"{one}?{PAST}" for one in (*asked, "/matrix/", "/changes/", "/check/")), CHECKLIST):
        page = read(get(client, address))
        ways_out = {link.attributes["href"] for box in page.all("div", class_="versions") for link in box.all("a")}
        links = [
            link.attributes["href"] for part in ("header", "main") for one in page.all(part) for link in one.all("a")
        ]
        links = [link for link in links if link not in ways_out]
        assert [link for link in links if not fixed.match(link) and PAST not in link] == []
