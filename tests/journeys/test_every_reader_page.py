"""Every page of the readers as axe sees it, light and dark, at 320 and 1280 px; the URLconf says which there are."""

import pytest
from playwright.sync_api import expect

from tests.journeys.test_every_staff_page import problems_of
from tests.library.factories import exhibit, move, partnership, pattern, publish, publish_again, score
from tests.library.reading import PATTERN
from tests.library.test_withheld import ADDRESSES, secret_partnership, withhold

pytestmark = [pytest.mark.drill, pytest.mark.journey, pytest.mark.django_db(transaction=True)]
# States of pages that no address of ADDRESSES shows.
STATES = [
    *("/search/?q=sovereign", "/search/?q=soveriegn", "/search/?q=%22no+such+phrase%22", "/search/?q=a&country=NO"),
    *("/search/?q=move&as-of=2026-01-31", "/matrix/?pattern=pattern-stc&score=visible", "/matrix/?pattern=odd"),
    *("/partnerships/?status=active&country=NO", "/partnerships/?status=odd", "/sources/?sort=newest"),
    *("/patterns/?sort=name&grounding=documented", PATTERN + "compare/2026.01/2026.02/", PATTERN + "2026.02/"),
    *("/id/STC-K2", "/nothing-here/", PATTERN + "?as-of=2020-01-01", PATTERN + "?as-of=tomorrow"),
    *("/?as-of=2020-01-01", "/partnerships/aster/", "/partnerships/?as-of=2020-01-01"),
]


@pytest.fixture
def library():
    """A library with a past: every score, a row taken out, a single source, something withheld."""
    publish(pattern())
    publish(pattern("ABC", moves=9))
    words = ("visible", "mitigated", "not_visible")
    scores = [score(f"STC-K{number}", word) for number, word in enumerate(words, start=1)]
    publish(partnership("other", exhibits=[exhibit(scores=scores), exhibit("ABC", [score("ABC-K1", "unknown")])]))
    publish(secret_partnership(slug="first-address"), "2026-01-06")
    publish(secret_partnership(status_note="Ended."), "2026-02-05")
    rest = [move("STC-K1", move="Otherwise."), *pattern()["kill_list"][2:]]
    publish_again(pattern(), "2026-02-06", kill_list=rest)
    publish(partnership("aster", status="ended", confidence="single_source"), "2026-02-07")
    withhold("deal")


def looked_at(client):
    """Every address that answers with a page, whatever its status."""
    for address in [*(one for visits in ADDRESSES.values() for one, _ in visits), *STATES]:
        answer = client.get(address)
        if answer.headers.get("Content-Type", "").startswith("text/html") and answer.status_code not in (301, 302):
            yield address


def test_axe_finds_nothing_on_any_page_of_the_readers(library, client, new_context, live_server):
    context = new_context(base_url=live_server.url)
    page, problems, seen = context.new_page(), [], []
    for address in looked_at(client):
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        problems += problems_of(page, address)
        seen.append(address)
    assert len(seen) > 60
    assert problems == []
    assert context.cookies() == []
