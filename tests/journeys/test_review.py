"""Two people at the desk, each in their own browser: the straight path, and a text that changes under the pen."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from library.models import Edition
from reviews import workflow
from reviews.models import Event, SignOff, Submission
from tests.factories import make_draft, make_edition, make_source, pattern_document

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk_of(live_server, new_context):
    """Open the desk as somebody: a page in a browser context of their own, already signed in."""

    def open_desk(person, **options):
        client = Client()
        client.force_login(person)
        context = new_context(base_url=live_server.url, **options)
        context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        page = context.new_page()
        page.goto("/desk/")
        return page

    return open_desk


def submit(page, title, note):
    page.goto("/desk/")
    page.get_by_role("link", name=title).first.click()
    page.get_by_label("Change note").fill(note)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("status")).to_contain_text("is in review now")


def open_review(page, title):
    page.goto("/desk/")
    page.get_by_role("region", name="My turn").get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Review: {title}")


def test_from_draft_to_edition(desk_of, editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    make_draft(pattern_document(fits_when="It fits when there is a port [@smith-2026, p. 9]."), editor)
    writing, reading = desk_of(editor), desk_of(reviewer)
    submit(writing, "Pattern STC", "Ports, not licences")
    open_review(reading, "Pattern STC")
    expect(reading.locator("ins").first).to_contain_text("port [@smith-2026")
    expect(reading.get_by_role("complementary")).to_contain_text("Look at p. 9")
    expect(reading.locator(".declaration")).to_contain_text("1 change against edition")
    reading.get_by_role("button", name="Sign off and publish").click()
    edition = Edition.objects.order_by("position").last()
    reading.get_by_role("status").get_by_role("link", name=f"edition {edition.number}").click()
    expect(reading.get_by_text("It fits when there is a port")).to_be_visible()


def test_changes_requested_come_back_with_their_reason(desk_of, editor, reviewer):
    make_source(editor)
    make_draft(pattern_document(), editor)
    writing, reading = desk_of(editor), desk_of(reviewer)
    submit(writing, "Pattern STC", "The first text")
    open_review(reading, "Pattern STC")
    reading.get_by_role("button", name="Request changes").click()
    expect(reading.get_by_role("alert")).to_be_focused()
    reading.get_by_role("alert").get_by_role("link").click()
    expect(reading.get_by_label("What should change")).to_be_focused()
    reading.keyboard.type("Move 2 is vague")
    reading.get_by_role("button", name="Request changes").click()
    writing.goto("/desk/")
    expect(writing.get_by_role("region", name="My turn")).to_contain_text("Move 2 is vague")


def test_text_that_changed_under_the_pen_is_not_signed(desk_of, editor, reviewer):
    make_source(editor)
    make_draft(pattern_document(), editor)
    writing, reading = desk_of(editor), desk_of(reviewer)
    submit(writing, "Pattern STC", "The first text")
    open_review(reading, "Pattern STC")

    writing.get_by_role("link", name="Open the review").click()
    writing.get_by_label("Reason").fill("I found a mistake")
    writing.get_by_role("button", name="Withdraw this submission").click()
    expect(writing.get_by_role("status")).to_contain_text("is withdrawn from review")
    make_draft(pattern_document(title="Pattern STC mended"), editor)
    submit(writing, "Pattern STC mended", "Mended")

    with reading.expect_response("**/sign-off/") as answer:
        reading.get_by_role("button", name="Sign off and publish").click()
    assert answer.value.status == 409
    expect(reading.get_by_role("heading", level=1)).to_have_text("Nothing was recorded")
    expect(reading.get_by_text("I found a mistake")).to_be_visible()
    assert not SignOff.objects.exists() and not Edition.objects.exists()

    reading.get_by_role("link", name="Read what is in review now").click()
    expect(reading.get_by_role("heading", level=1)).to_contain_text("Pattern STC mended")
    reading.get_by_role("button", name="Sign off and publish").click()
    expect(reading.get_by_role("status")).to_contain_text("is published as edition")
    assert Edition.objects.get().digest == Submission.objects.get(state="published").digest
    steps = ["submitted", "withdrawn", "submitted", "signed_off", "published"]
    assert list(Event.objects.values_list("what", flat=True)) == steps


def test_review_is_done_by_keyboard_alone_without_scripts(desk_of, editor, reviewer):
    make_source(editor)
    make_draft(pattern_document(), editor)
    workflow.submit("pattern", "STC", by=editor, note="The first text")
    page = desk_of(reviewer, java_script_enabled=False)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the work")).to_be_focused()
    tab_to(page, page.get_by_role("link", name="Pattern STC").first)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Sign off and publish"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is published as edition")
    assert Edition.objects.count() == 1


def tab_to(page, target):
    """Press Tab until `target` has the focus; fail after as many as no page of the desk has stops."""
    for _ in range(120):
        if target.and_(page.locator(":focus")).count():
            return
        page.keyboard.press("Tab")
    pytest.fail("the focus never came there")


@pytest.mark.drill
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_fit_and_are_accessible(desk_of, editor, reviewer, chief, width):
    from axe_playwright_python.sync_playwright import Axe

    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    make_draft(pattern_document(title="Wider", fits_when="Else [@smith-2026, p. 1]."), editor)
    changed = workflow.submit("pattern", "STC", by=editor, note="Wider")
    make_draft(pattern_document("ABC", moves=2), chief)
    make_draft(pattern_document("XYZ"), chief)
    first = workflow.submit("pattern", "XYZ", by=chief, note="First")
    page = desk_of(chief, viewport={"width": width, "height": 800})
    addresses = ["/desk/", "/desk/away/", "/desk/pattern/STC/", "/desk/pattern/ABC/"]
    reviews = [f"/desk/submissions/{changed.pk}/", f"/desk/submissions/{first.pk}/"]
    for address in [*addresses, *reviews, f"{reviews[0]}reviewers/"]:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert [found["id"] for found in Axe().run(page).response["violations"]] == [], address
