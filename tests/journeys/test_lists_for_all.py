"""Indexes and matrix for people who use other senses, a keyboard or a narrow screen; axe finds nothing."""

import pytest
from playwright.sync_api import expect

from tests.journeys.test_every_staff_page import problems_of
from tests.library.factories import exhibit, move, partnership, pattern, publish, publish_again, score

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
ADDRESSES = [
    *("/patterns/", "/patterns/?sort=name&grounding=documented", "/sources/", "/sources/?sort=newest"),
    *("/changes/", "/changes/?family=sovereign&act=publication", "/changes/?act=odd"),
    *("/partnerships/", "/partnerships/?status=active&country=NO", "/partnerships/?status=odd"),
    *(
        "/matrix/",
        "/matrix/?pattern=pattern-stc",
        "/matrix/?pattern=pattern-stc&score=visible",
        "/matrix/?pattern=odd",
    ),
]


@pytest.fixture
def page(live_server, new_context):
    """A reader without script beside a library of two patterns, one reworded since its partnership was scored."""
    publish(pattern())
    publish(pattern("ABC", moves=9))
    words = ("visible", "mitigated", "not_visible", "unknown")
    scores = [score(f"STC-K{number}", word) for number, word in enumerate(words[:3], start=1)]
    publish(partnership(exhibits=[exhibit(scores=scores), exhibit("ABC", [score("ABC-K1", "unknown")])]))
    publish_again(pattern(), "2026-02-05", kill_list=[move("STC-K1", move="Otherwise."), *pattern()["kill_list"][1:]])
    publish(partnership("aster", status="ended", confidence="single_source"))
    return new_context(base_url=live_server.url).new_page()


def test_a_reader_narrows_by_keyboard_and_takes_it_back(page, new_context, live_server):
    page = new_context(base_url=live_server.url, java_script_enabled=False).new_page()
    page.goto("/partnerships/")
    page.locator("summary", has_text="Status").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("tbody th a")).to_have_text(["Stargate"])
    page.get_by_role("link", name="Remove Status: Active").press("Enter")
    expect(page.locator("tbody th a")).to_have_count(2)


@pytest.mark.drill
def test_the_heads_of_the_matrix_stay_in_sight(page):
    page.set_viewport_size({"width": 320, "height": 400})
    page.goto("/matrix/")
    region = page.get_by_role("region", name="All patterns: partnerships by kill-list moves")
    region.focus()
    region.evaluate("one => one.scrollTo(300, 60)")
    around = region.bounding_box()
    head, name = (page.locator(one).first.bounding_box() for one in ("thead tr:last-child th", "tbody th"))
    assert abs(name["x"] - around["x"]) < 2 and around["y"] <= head["y"] < around["y"] + 80
    page.emulate_media(media="print")
    assert page.locator(".narrowing").is_hidden() and page.locator("table.matrix").is_visible()


@pytest.mark.drill
def test_axe_finds_nothing_on_indexes_and_matrix(page):
    problems = []
    for address in ADDRESSES:
        page.goto(address)
        problems += problems_of(page, address)
    assert problems == []
