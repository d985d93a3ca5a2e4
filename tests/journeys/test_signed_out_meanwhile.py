"""A session that ended while somebody typed: their text comes back, by the bar or by the Back button."""

from contextlib import suppress

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

from history.models import Draft
from tests.factories import make_draft, make_source, pattern_document

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.drill]

PHRASE = "a long enough phrase"
FORM = reverse("admin:pattern-edit", args=["STC"])
BAR = "What you typed was not saved because you were signed out."


@pytest.fixture
def draft(editor, other_editor):
    for person in (editor, other_editor):
        person.set_password(PHRASE)
        person.save()
    make_source(editor)
    return make_draft(pattern_document(), editor)


@pytest.fixture
def start(live_server, new_context):
    """Sign in and open an address."""

    def open_page(person, address, **options):
        page = new_context(base_url=live_server.url, **options).new_page()
        page.goto(f"/accounts/login/?next={address}")
        sign_in(page, person)
        return page

    return open_page


def sign_in(page, person):
    page.get_by_label("User name").fill(person.username)
    page.get_by_label("Password").fill(PHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()


def save(page):
    page.get_by_label("Change note").fill("Because")
    page.get_by_role("button", name="Save").click()


def now():
    return Draft.objects.get(kind="pattern")


def put_back(page):
    expect(page.locator(".kept")).to_contain_text(BAR)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator(".kept")).to_have_count(0)


def test_an_edit_sent_without_a_session_is_put_back_whole(start, draft, editor):
    page = start(editor, FORM)
    page.get_by_label("Subtitle").fill("Typed for an hour")
    page.get_by_role("button", name="Add a move").click()
    page.keyboard.type("A new move")
    page.locator("[data-rows=kill_list] [data-row]").last.get_by_role("button", name="Move up").click()
    page.locator("#row-STC-K2").get_by_label("Remove").check()
    Session.objects.all().delete()
    save(page)
    expect(page.locator("[data-signed-out]")).to_contain_text("has not been saved")
    sign_in(page, editor)
    expect(page.get_by_label("Subtitle")).to_have_value("A subtitle")
    put_back(page)
    expect(page.get_by_label("Subtitle")).to_have_value("Typed for an hour")
    expect(page.get_by_label("Change note")).to_have_value("Because")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    expect(page.locator(".kept")).to_have_count(0)
    assert now().read()["subtitle"] == "Typed for an hour"
    moves = [(row["code"], row["move"]) for row in now().read()["kill_list"]]
    assert moves == [("STC-K1", "Move 1 of STC"), ("STC-K4", "A new move"), ("STC-K3", "Move 3 of STC")]


def test_what_is_put_back_on_a_newer_version_overwrites_nothing(start, draft, editor, other_editor):
    page = start(editor, FORM)
    page.get_by_label("Subtitle").fill("My line")
    Session.objects.all().delete()
    save(page)
    changed = pattern_document(subtitle="Their line")
    changed["kill_list"] = changed["kill_list"][1:]
    make_draft(changed, other_editor)
    sign_in(page, editor)
    expect(page.locator(".kept")).to_contain_text("The draft is at version 2 by now")
    put_back(page)
    expect(page.locator("[data-rows=kill_list] h3")).to_have_text(["STC-K1", "STC-K2", "STC-K3"])
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Subtitle")).to_contain_text("both changed it")
    assert (now().version, now().read()["subtitle"]) == (2, "Their line")
    page.goto(FORM)
    expect(page.locator(".kept")).to_have_count(0)  # it is kept among the refused texts now


def test_what_was_typed_is_discarded_or_saved_and_then_forgotten(start, draft, editor):
    page = start(editor, FORM)
    page.get_by_label("Subtitle").fill("My line")
    Session.objects.all().delete()
    save(page)
    sign_in(page, editor)
    page.get_by_role("button", name="Discard").click()
    expect(page.locator(".kept")).to_have_count(0)
    page.goto(FORM)
    page.get_by_label("Subtitle").fill("Another line")
    save(page)
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    page.goto(FORM)
    expect(page.locator(".kept")).to_have_count(0)


def test_nobody_is_offered_what_another_typed(start, draft, editor, other_editor):
    page = start(editor, FORM)
    page.get_by_label("Subtitle").fill("My line")
    Session.objects.all().delete()
    save(page)
    sign_in(page, other_editor)
    expect(page.get_by_label("Subtitle")).to_have_value("A subtitle")
    expect(page.locator(".kept")).to_have_count(0)


def test_a_new_item_and_a_change_note_are_put_back(start, draft, editor):
    page = start(editor, reverse("admin:patterns_pattern_add"))
    page.get_by_label("Title").fill("A new pattern")
    Session.objects.all().delete()
    page.get_by_role("button", name="Create").click()
    sign_in(page, editor)
    put_back(page)
    expect(page.get_by_label("Title")).to_have_value("A new pattern")
    page.goto("/desk/pattern/STC/")
    page.get_by_label("Change note").fill("What reviewers read first")
    Session.objects.all().delete()
    page.get_by_role("button", name="Submit for review").click()
    sign_in(page, editor)
    put_back(page)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("status")).to_contain_text("is in review now")
    expect(page.get_by_text("What reviewers read first").first).to_be_visible()


@pytest.fixture
def returning(playwright, browser_type_launch_args, live_server):
    """A page without scripts in a browser that keeps pages for its Back button; playwright's own does not."""
    kept = {"ignore_default_args": ["--disable-back-forward-cache"]}
    browser = playwright.chromium.launch(**browser_type_launch_args, **kept)
    yield browser.new_context(base_url=live_server.url, java_script_enabled=False).new_page()
    browser.close()


@pytest.mark.parametrize(
    "address, field, button", [(FORM, "Subtitle", "Save"), ("/desk/pattern/STC/", "Change note", "Submit for review")]
)
def test_without_scripts_the_back_button_brings_it_back(returning, draft, editor, address, field, button):
    page = returning
    page.goto(f"/accounts/login/?next={address}")
    sign_in(page, editor)
    page.get_by_label(field).fill("Typed for an hour")
    Session.objects.all().delete()
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("The browser’s Back button brings it back")).to_be_visible()
    with suppress(PlaywrightTimeout):  # a page that was kept is not loaded again
        page.go_back(wait_until="commit", timeout=2000)
    expect(page.get_by_label(field)).to_have_value("Typed for an hour")
