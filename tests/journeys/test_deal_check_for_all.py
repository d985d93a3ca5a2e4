"""A deal is checked by keyboard, without script, on a small screen; axe finds nothing in light and dark."""

import pytest
from playwright.sync_api import expect

from tests.journeys.hands import Keyboard
from tests.journeys.test_every_staff_page import problems_of
from tests.library.factories import exhibit, move, partnership, pattern, publish, publish_again, score

pytestmark = [pytest.mark.journey, pytest.mark.drill, pytest.mark.django_db(transaction=True)]
FORM = "/check/pattern-stc/"
ANSWERS = "edition=2026.01&STC-K1=visible&STC-K2=mitigated&STC-K3=not_visible"
LATER = "edition=2026.02&STC-K1=visible&STC-K2=unknown&STC-K7=visible"
ADDRESSES = [
    *("/check/", "/check/?as-of=2026-01-31", FORM, f"{FORM}?{ANSWERS}", f"{FORM}?edition=odd&STC-K1=odd&odd=odd"),
    *(f"{FORM}checklist/?{ANSWERS}&as-of=2026-01-31", f"{FORM}checklist/?{LATER}"),
]
SMALL = """() => [...document.querySelectorAll("main :is(button, .button, summary, label.choice)")]
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < 24 || box.width < 24)).map(([name]) => name)"""


@pytest.fixture
def library():
    """A pattern whose second edition words a move otherwise, adds one and drops one, with two deals."""
    publish(pattern())
    scores = [score("STC-K1"), score("STC-K2", "mitigated"), score("STC-K3", "unknown")]
    publish(partnership(exhibits=[exhibit(scores=scores)]), "2026-01-06")
    publish(partnership("aster", confidence="single_source"), "2026-01-06")
    kill_list = [move("STC-K1", move="Otherwise."), move("STC-K2"), move("STC-K7")]
    publish_again(pattern(), "2026-02-05", kill_list=kill_list)


def answer(page, hand, code, presses):
    """Reach the move's answers, which begin at the last, and go on by so many arrows."""
    hand.reach(page.locator(f"input[name={code}]:checked"), within=16)
    for _ in range(presses):
        page.keyboard.press("ArrowDown")


def skip(page):
    """Go past the head of a page that has just been opened."""
    page.keyboard.press("Tab")
    expect(page.locator("a:focus")).to_have_text("Skip to the text")
    page.keyboard.press("Enter")


def counted(page):
    """What somebody who listens hears above the button; the number is the style sheet's."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    said = [node.get("name", {}).get("value", "") for node in tree["nodes"] if node["role"]["value"] == "StaticText"]
    return said[said.index(" of 3 answered") - 1] + " of 3 answered"


def test_a_deal_is_checked_by_keyboard_on_a_small_screen(library, live_server, new_context):
    small = {"width": 320, "height": 640}
    page = new_context(base_url=live_server.url, java_script_enabled=False, viewport=small).new_page()
    hand = Keyboard(page)
    page.goto("/check/")
    skip(page)
    hand.press(page.locator("main").get_by_role("link", name="Pattern STC"))
    expect(page).to_have_url(f"{live_server.url}{FORM}")
    skip(page)
    answer(page, hand, "STC-K1", 1)
    answer(page, hand, "STC-K2", 4)
    assert counted(page) == "2 of 3 answered"
    hand.press(page.get_by_role("button", name="Draw the checklist"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Checklist: Pattern STC")
    expect(page.locator(".check-counted")).to_have_text(
        "Of 3 moves, 1 is visible, 1 is unknown and 1 is not assessed."
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 320 and page.evaluate(SMALL) == []
    skip(page)
    hand.press(page.get_by_role("link", name="Change the answers"))
    expect(page.locator("input[name=STC-K1]:checked")).to_have_value("visible")
    expect(page.locator("input[name=STC-K2]:checked")).to_have_value("unknown")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320 and page.evaluate(SMALL) == []
    assert page.context.cookies() == []


def test_paper_has_the_boxes_and_no_buttons(library, live_server, page):
    page.goto(f"{live_server.url}{FORM}checklist/?{ANSWERS}&as-of=2026-01-31")
    page.emulate_media(media="print")
    assert page.locator(".box").first.is_visible() and page.locator("#cite-address").is_visible()
    assert not page.get_by_role("link", name="Change the answers").is_visible()
    assert not page.locator(".check-text").is_visible()


DRAWN_UNDER = """() => [".check-same .score", ".check-same-key"].map((one) => {
  const style = getComputedStyle(document.querySelector(one));
  return [style.borderBottomStyle, style.borderBottomWidth, style.borderBottomColor === style.color];
})"""


def test_what_is_as_answered_is_underlined_in_forced_colours_too(library, live_server, new_context):
    page = new_context(base_url=live_server.url, forced_colors="active").new_page()
    page.goto(f"{FORM}checklist/?edition=2026.01&STC-K1=visible&as-of=2026-01-31")
    assert page.evaluate(DRAWN_UNDER) == [["solid", "2px", True]] * 2


def test_the_contents_mark_the_section_that_is_read(library, live_server, page):
    page.goto(f"{live_server.url}{FORM}checklist/?{ANSWERS}&as-of=2026-01-31")
    page.locator("#deals").evaluate("section => section.scrollIntoView()")
    expect(page.locator(".contents [aria-current]")).to_have_text("Comparable deals")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(library, live_server, new_context, scheme):
    page = new_context(base_url=live_server.url, color_scheme=scheme).new_page()
    problems = []
    for address in ADDRESSES:
        page.goto(address)
        problems += problems_of(page, address)
    assert problems == []
