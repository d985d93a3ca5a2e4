"""On a small screen and on paper: long words widen no page, the way to the contents covers nothing."""

import pytest

from tests.library.factories import exhibit, move, partnership, pattern, publish, publish_again, score, source
from tests.library.reading import READING

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LONG = "W" * 300
COMPARED = "/patterns/pattern-stc/compare/2026.01/2026.02/"


@pytest.fixture
def phone(live_server, new_context):
    context = new_context(base_url=live_server.url, viewport={"width": 360, "height": 740})
    return context.new_page()


@pytest.mark.drill
def test_unbroken_word_widens_no_page(phone):
    said = {"title": LONG, "publisher": LONG, "note": LONG, "url": f"https://example.org/{LONG}", "authors": [LONG]}
    bibliography = [source(key, **said) for key in ("jones-2025", "smith-2026", "case-2025", "release-2025")]
    code = "STC-" + "K" * 56
    whole = pattern(title=LONG, subtitle=LONG, family={"slug": "sovereign", "name": LONG}, bibliography=bibliography)
    whole |= {"kill_list": [move(code, move=LONG)], "structure": f"See {code} and `{LONG}`."}
    deal = partnership(name=LONG, aliases=[LONG], bibliography=bibliography, exhibits=[exhibit(scores=[score(code)])])
    deal["parties"][0] |= {"name": LONG, "role": LONG}
    publish(whole, note=LONG, name=LONG)
    publish(deal, "2026-01-06")
    publish_again(whole, "2026-02-05", title=LONG + "W", clauses=[])
    checklist = f"/check/pattern-stc/checklist/?{code}=visible&{LONG}={LONG}"
    for address in (
        *READING,
        checklist,
        COMPARED,
        f"/partnerships/?pattern={LONG}",
        "/search/?q=what",
        f"/search/?q={LONG}",
    ):
        phone.goto(address)
        wide = phone.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], f"{address} is {wide[0]} wide"


def test_way_to_the_contents_is_away_while_they_are_in_view(phone):
    publish(pattern())
    phone.goto("/patterns/pattern-stc/")
    back = phone.locator(".to-contents")
    phone.locator("#contents").scroll_into_view_if_needed()
    phone.wait_for_timeout(100)
    assert back.evaluate("one => getComputedStyle(one).visibility") == "hidden"
    phone.locator("#precedents").scroll_into_view_if_needed()
    phone.wait_for_timeout(100)
    assert back.evaluate("one => getComputedStyle(one).visibility") == "visible"
    phone.locator(".site-foot").scroll_into_view_if_needed()
    phone.wait_for_timeout(100)
    ends, begins = (phone.locator(one).bounding_box() for one in ("#history", ".to-contents"))
    assert ends["y"] + ends["height"] <= begins["y"]


def test_paper_does_not_repeat_the_links_to_source_pages(phone):
    publish(pattern())
    phone.goto("/patterns/pattern-stc/")
    assert phone.get_by_text("all that cites it").first.is_visible()
    phone.emulate_media(media="print")
    assert not phone.get_by_text("all that cites it").first.is_visible()
