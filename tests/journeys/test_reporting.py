"""A reader reports a problem without script on a narrow screen; axe reads every page of readers."""

import re

import pytest
from playwright.sync_api import expect

from readers import tokens
from tests.journeys.test_every_staff_page import problems_of
from tests.library.factories import partnership, pattern, publish
from tests.readers.factories import left, make_report

pytestmark = [pytest.mark.drill, pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def narrow(live_server, new_context, monkeypatch):
    """A page without script, 320 pixels wide, beside a small library; nobody has to wait three seconds."""
    monkeypatch.setattr(tokens, "SOONEST", -tokens.LATEST)
    publish(pattern())
    publish(partnership())
    context = new_context(base_url=live_server.url, viewport={"width": 320, "height": 700}, java_script_enabled=False)
    return context.new_page()


def assert_fits(page):
    assert page.locator("html").evaluate("one => one.scrollWidth") <= 320, page.url


def test_a_reader_reports_and_withdraws_without_script(narrow):
    page = narrow
    page.goto("/patterns/pattern-stc/")
    page.locator("#STC-K1").get_by_role("link", name="Report a problem with STC-K1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Report a problem")
    assert_fits(page)
    page.get_by_label("Tell us more").fill("Das Jahr stimmt nicht.")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what kind of problem it is.")
    assert_fits(page)
    page.get_by_label("A fact is wrong").check()
    expect(page.get_by_label("Tell us more")).to_have_value("Das Jahr stimmt nicht.")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^R(-[0-9A-Z]{4}){3}$"))
    assert_fits(page)
    assert page.context.cookies() == []
    page.get_by_role("button", name="Withdraw this report").click()
    expect(page.locator("main")).to_contain_text("You have withdrawn this report.")
    page.goto("/corrections/?receipt=nonsense")
    expect(page.get_by_label("Receipt of your report")).to_have_value("nonsense")
    assert_fits(page)


def test_a_machine_fills_what_people_do_not_see(narrow):
    page = narrow
    page.goto("/corrections/new?about=STC-K1")
    trap = page.locator("input[name=remarks]")
    assert (
        trap.get_attribute("tabindex") == "-1" and page.get_by_role("textbox", name="Leave this empty").count() == 0
    )
    box = trap.bounding_box()
    assert box["x"] + box["width"] <= 0, "nobody sees it"


def test_axe_finds_nothing_on_the_pages_of_readers(live_server, new_context, narrow, editor):
    publish({**pattern(), "title": "Mended"}, "2026-03-05", note="Correction: the year.")
    open_one, done = make_report(thanks="Zoë", email="zoe@example.org"), left(make_report(thanks="Zoë"), editor)
    page, problems = new_context(base_url=live_server.url).new_page(), []
    for address in (
        *("/corrections/", "/corrections/?as-of=2026-01-31", "/corrections/new", "/corrections/new?about=nope"),
        *("/corrections/new?about=STC-K1&edition=2026.01", open_one.get_absolute_url(), done.get_absolute_url()),
        *("/corrections/R-0000/", "/patterns/pattern-stc/", "/sources/smith-2026/"),
    ):
        page.goto(address)
        problems += problems_of(page, address)
    page.goto("/corrections/new?about=stargate/STC-K1")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("alert")).to_be_focused()
    problems += problems_of(page, "refused")
    assert problems == []
