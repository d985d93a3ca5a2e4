"""Editing in a real browser: citations by keyboard, rows reordered, and two editors who meet."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from history.models import Draft, RefusedSave, Unfinished
from tests.factories import make_draft, make_source, pattern_document

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(editor):
    make_source(editor)
    make_source(editor, "jones-2026", title="Sovereign compute")
    return make_draft(pattern_document(), editor)


@pytest.fixture
def browse(browser, live_server):
    """Open the pattern's form as a person, in a browser of their own; what its console says must be nothing."""
    said, contexts = [], []

    def open_form(person, scripts=True, address=None):
        client = Client()
        client.force_login(person)
        context = browser.new_context(java_script_enabled=scripts)
        contexts.append(context)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        context.add_cookies([cookie])
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(live_server.url + (address or reverse("admin:pattern-edit", args=["STC"])))
        return page

    yield open_form
    for context in contexts:
        context.close()
    assert [text for text in said if "409" not in text] == []


def document():
    return Draft.objects.get(kind="pattern").read()


def textbox(page, name):
    return page.get_by_role("textbox", name=name, exact=True)


def save(page, note="Because"):
    page.get_by_label("Change note").fill(note)
    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state()


@pytest.mark.drill
def test_typing_a_citation_offers_sources_by_keyboard(browse, draft, editor):
    page = browse(editor)
    field = textbox(page, "In brief")
    field.fill("")
    field.press_sequentially("As shown [@sovereign comp")
    offered = page.locator("#field-in_brief [role=listbox]")
    offered.wait_for()
    assert offered.get_by_role("option").all_inner_texts() == ["jones-2026 Sovereign compute, Publisher, 2026-01-02"]
    assert field.get_attribute("aria-activedescendant") == offered.get_by_role("option").first.get_attribute("id")
    field.press("Escape")
    assert offered.is_hidden()
    field.press("Backspace")
    offered.wait_for()
    field.press("Enter")
    assert field.input_value() == "As shown [@jones-2026]"
    page.locator("#field-in_brief .cited").get_by_text("Sovereign compute").wait_for()
    field.press_sequentially(" and [@nobody-1999].")
    page.locator("#field-in_brief .cited").get_by_text("is not among the sources").wait_for()
    field.press("Tab")
    save(page)
    assert document()["in_brief"] == "As shown [@jones-2026] and [@nobody-1999]."


@pytest.mark.drill
def test_arrows_choose_among_the_sources_of_a_row(browse, draft, editor):
    page = browse(editor)
    field = page.get_by_role("combobox", name="Source").first
    field.fill("")
    field.press_sequentially("2026")
    options = page.locator("[role=listbox]:visible [role=option]")
    options.first.wait_for()
    field.press("ArrowDown")
    field.press("ArrowUp")
    field.press("ArrowUp")
    assert options.last.get_attribute("aria-selected") == "true"
    field.press("Enter")
    assert field.input_value() == "smith-2026"


def test_rows_are_reordered_by_keyboard_and_announced(browse, draft, editor):
    page = browse(editor)
    last = page.locator("#row-STC-K3")
    up = last.get_by_role("button", name="Move up")
    up.focus()
    page.keyboard.press("Enter")
    assert page.locator("[data-live]").inner_text() == "STC-K3 is now move 2 of 3"
    page.keyboard.press("Enter")
    assert up.evaluate("button => button === document.activeElement")
    page.locator("#row-STC-K1").get_by_role("button", name="Move down").press("Enter")
    save(page)
    assert [row["code"] for row in document()["kill_list"]] == ["STC-K3", "STC-K2", "STC-K1"]


@pytest.mark.drill
def test_rows_are_reordered_by_dragging(browse, draft, editor):
    page = browse(editor)
    page.set_viewport_size({"width": 1280, "height": 3000})
    grip = page.locator("#row-STC-K3 [data-grip]")
    grip.scroll_into_view_if_needed()
    start, goal = grip.bounding_box(), page.locator("#row-STC-K1").bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, (start["y"] + goal["y"]) / 2, steps=10)
    page.mouse.move(start["x"] + 5, goal["y"] + 5, steps=10)
    page.mouse.up()
    save(page)
    assert [row["code"] for row in document()["kill_list"]] == ["STC-K3", "STC-K1", "STC-K2"]


@pytest.mark.drill
@pytest.mark.parametrize("row, distance", [("STC-K3", -100), ("STC-K1", 140)])
def test_a_dragged_row_stays_under_the_pointer(browse, draft, editor, row, distance):
    page = browse(editor)
    page.set_viewport_size({"width": 1280, "height": 720})
    grip = page.locator(f"#row-{row} [data-grip]")
    grip.evaluate("grip => grip.scrollIntoView({ block: 'center' })")
    box = grip.bounding_box()
    x, y = box["x"] + 5, box["y"] + 5
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(11):
        page.mouse.move(x, y + distance * step / 10)
        assert abs(grip.bounding_box()["y"] + 5 - (y + distance * step / 10)) < 120
    page.mouse.up()
    assert abs(grip.bounding_box()["y"] + 5 - (y + distance)) < 120
    expect(grip).to_be_in_viewport()
    save(page)
    assert document()["kill_list"][1]["code"] == row


def test_a_row_is_added_and_another_removed(browse, draft, editor):
    page = browse(editor)
    page.get_by_role("button", name="Add a move").click()
    page.keyboard.type("A new move")
    row = page.locator("[data-rows=kill_list] [data-row]").last
    textbox(row, "Mechanism: why it fails").press_sequentially("It fails [@jones")
    row.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.locator("#row-STC-K2").get_by_label("Remove").check()
    save(page)
    moves = document()["kill_list"]
    assert [row["code"] for row in moves] == ["STC-K1", "STC-K3", "STC-K4"]
    assert (moves[2]["move"], moves[2]["mechanism"]) == ("A new move", "It fails [@jones-2026]")


def test_without_scripts_a_row_is_added_and_reordered(browse, draft, editor):
    page = browse(editor, scripts=False)
    page.get_by_label("Subtitle").fill("Typed before")
    page.get_by_role("button", name="Add a move").click()
    row = page.locator("[data-rows=kill_list] [data-row]").last
    textbox(row, "Move").fill("A new move")
    row.get_by_label("Place").fill("0")
    save(page)
    assert [row["code"] for row in document()["kill_list"]] == ["STC-K4", "STC-K1", "STC-K2", "STC-K3"]
    assert document()["subtitle"] == "Typed before"


def test_two_editors_meet_and_nothing_is_lost(browse, draft, editor, other_editor):
    mine, theirs = browse(editor), browse(other_editor)
    theirs.get_by_label("Subtitle").fill("Their line")
    save(theirs, "Theirs")
    mine.get_by_label("Subtitle").fill("My line")
    textbox(mine, "In brief").fill("My brief.")
    save(mine, "Mine")
    heads = mine.locator(".three").filter(has_text="Subtitle").get_by_role("heading", level=4).all_inner_texts()
    assert heads == ["Base, version 1", "Mine", "Theirs, version 2"]
    assert document()["subtitle"] == "Their line"
    # Later, from a browser opened anew.
    later = browse(editor, address=reverse("admin:history_refusedsave_changelist"))
    later.get_by_role("link", name="STC").click()
    later.get_by_role("link", name="Open the form with my text").click()
    assert later.get_by_label("Subtitle").input_value() == "My line"
    save(later, "Both agreed")
    now = Draft.objects.get(kind="pattern")
    assert (now.version, now.read()["subtitle"], now.read()["in_brief"]) == (3, "My line", "My brief.")
    assert RefusedSave.objects.count() == 1


@pytest.mark.drill
def test_what_is_typed_is_kept_and_gone_on_with(browse, draft, editor):
    page = browse(editor)
    textbox(page, "In brief").fill("Half a brief")
    expect(page.locator("[data-autosaved]")).to_contain_text("not saved yet", timeout=9000)
    assert Draft.objects.get(kind="pattern").version == 1
    later = browse(editor)
    expect(later.locator("[data-unfinished]")).to_contain_text("You have unsaved typing from")
    later.get_by_role("link", name="Go on with it").click()
    assert textbox(later, "In brief").input_value() == "Half a brief"
    save(later)
    expect(later.get_by_text("Saved as version 2.")).to_be_visible()
    expect(later.locator("[data-unfinished]")).to_have_count(0)
    assert document()["in_brief"] == "Half a brief" and not Unfinished.objects.exists()


@pytest.mark.drill
def test_leaving_with_unsaved_text_asks_first(browse, draft, editor):
    page = browse(editor)
    page.get_by_label("Subtitle").press_sequentially("Unsaved")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="At the desk").click(no_wait_after=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
