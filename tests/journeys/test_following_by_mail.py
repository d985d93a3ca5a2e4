"""A reader follows a pattern by e-mail without script on a narrow screen, and stops; axe reads the pages."""

import pytest
from django.core import mail
from playwright.sync_api import expect

from readers import sending, tokens
from readers.models import Subscriber
from tests.journeys.test_every_staff_page import problems_of
from tests.library.factories import partnership, pattern, publish
from tests.readers.following import STARGATE, all_link, ask, follow, link, tell

pytestmark = [pytest.mark.drill, pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def library(monkeypatch):
    """Nobody has to wait three seconds."""
    monkeypatch.setattr(tokens, "SOONEST", -tokens.LATEST)
    publish(pattern())
    publish(partnership())


def test_a_reader_follows_and_stops_without_script(library, live_server, new_context):
    narrow = {"viewport": {"width": 320, "height": 700}, "java_script_enabled": False}
    page = new_context(base_url=live_server.url, **narrow).new_page()
    heading = page.get_by_role("heading", level=1)
    page.goto("/patterns/pattern-stc/")
    page.get_by_role("link", name="By e-mail").click()
    page.get_by_label("Your e-mail address").fill("reader")
    page.get_by_label("Once a week, on Monday morning").check()
    page.get_by_role("button", name="Send me the link").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This is no e-mail address.")
    expect(page.get_by_label("Once a week, on Monday morning")).to_be_checked()
    page.get_by_label("Your e-mail address").fill("reader@example.org")
    page.get_by_role("button", name="Send me the link").press("Enter")
    expect(heading).to_have_text("Now look into your mailbox")
    sending.send_due()
    page.goto(link(mail.outbox[-1], "confirm"))
    page.get_by_role("button", name="Yes, send me letters").click()
    expect(page.get_by_role("status")).to_have_text("Confirmed. Letters come from now on.")
    assert page.locator("html").evaluate("one => one.scrollWidth") <= 320
    page.get_by_role("button", name="Tell me at once instead about the pattern “Pattern STC”").click()
    publish(partnership("other"), "2026-01-08")
    tell()
    page.goto(link(mail.outbox[-1], "stop"))
    page.get_by_role("button", name="Stop these letters").click()
    expect(heading).to_have_text("Stopped")
    page.get_by_role("button", name="Follow it again").click()
    expect(heading).to_have_text("You follow it again")
    assert page.context.cookies() == [] and Subscriber.objects.count() == 1


def test_axe_finds_nothing(library, live_server, new_context):
    follow()
    publish(partnership("other"), "2026-01-08")
    tell()
    told = mail.outbox[-1]
    ask("reader@example.org", STARGATE)
    sending.send_due()
    asked = mail.outbox[-1]
    page, problems = new_context(base_url=live_server.url).new_page(), []
    paths = ["/subscriptions/new?pattern=STC", link(asked, "confirm"), all_link(told), link(told, "stop")]
    for address in [*paths, "/subscriptions/new?pattern=none", "/subscriptions/x/"]:
        page.goto(address)
        problems += problems_of(page, address)
    page.get_by_role("link", name="the whole library").click()
    page.get_by_role("button", name="Send me the link").click()
    problems += problems_of(page, "refused")
    page.goto(all_link(told))
    page.get_by_role("button", name="Stop following the whole library").click()
    problems += problems_of(page, "stopped")
    assert problems == []
