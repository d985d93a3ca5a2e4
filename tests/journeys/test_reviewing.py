"""The review by keyboard: talk, block, answer, resolve, sign, and on to the next."""

import pytest
from playwright.sync_api import expect

from library.models import Edition
from reviews import comments, workflow
from reviews.models import Comment, ReadMark
from tests.factories import make_draft, make_edition, make_source, make_submission, pattern_document
from tests.journeys.test_review import desk_of, tab_to  # noqa: F401 a fixture

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def changed(editor, code="STC"):
    document = pattern_document(code, fits_when="It fits when there is a port [@smith-2026, p. 9].")
    document["kill_list"][0]["mechanism"] = "Another reason [@smith-2026, p. 2]."
    document["kill_list"][1:] = document["kill_list"][:0:-1]
    return make_submission(document, editor)


@pytest.fixture
def two(editor, reviewer):
    """Two submissions that wait, the first of changes to an edition."""
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    return changed(editor), make_submission(pattern_document("XYZ"), editor)


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def activate(page, target):
    tab_to(page, target)
    page.keyboard.press("Enter")


def test_talk_block_answer_resolve_sign_next_by_keyboard(desk_of, two, editor, reviewer):  # noqa: F811
    first, _ = two
    reading, writing = desk_of(reviewer), desk_of(editor)
    reading.goto(f"/desk/submissions/{first.pk}/")
    expect(reading.get_by_text("1 of 2 that wait for you")).to_be_visible()

    press(reading, "j", "j", "c")
    expect(reading.get_by_role("textbox", name="Comment").and_(reading.locator(":focus"))).to_have_count(1)
    reading.keyboard.type("Which filing? j, r and n are letters here.")
    tab_to(reading, reading.get_by_label("Nobody signs this off until it is resolved"))
    press(reading, "Space")
    activate(reading, reading.get_by_role("button", name="Comment", exact=True))
    expect(reading.get_by_role("article", name="Blocking comment by Rhea Reviewer")).to_contain_text("Which filing?")
    made = Comment.objects.get()
    assert made.text == "Which filing? j, r and n are letters here." and made.is_blocking
    assert made.place == ["kill_list", "STC-K1", "mechanism"]
    expect(reading.get_by_text("1 comment blocks this text")).to_be_visible()
    expect(reading.get_by_role("button", name="Sign off")).to_have_count(0)

    writing.goto("/desk/pattern/STC/")
    activate(writing, writing.get_by_text("Answer Rhea Reviewer"))
    tab_to(writing, writing.get_by_role("textbox", name="Answer"))
    writing.keyboard.type("The filing of March.")
    activate(writing, writing.get_by_role("button", name="Answer", exact=True))
    expect(writing.get_by_role("status")).to_contain_text("Your answer is recorded")
    expect(writing.get_by_role("button", name="Resolve")).to_have_count(0)

    reading.reload()
    expect(reading.get_by_text("The filing of March.")).to_be_visible()
    activate(reading, reading.get_by_role("button", name="Resolve"))
    expect(reading.get_by_role("article", name="Resolved comment by Rhea Reviewer")).to_be_visible()
    press(reading, "d")
    expect(reading.locator("#decision")).to_be_focused()
    activate(reading, reading.get_by_role("button", name="Sign off and publish"))
    expect(reading.get_by_role("heading", level=1)).to_contain_text("Review: Pattern XYZ")
    expect(reading.get_by_role("status").first).to_contain_text("is published as edition")
    expect(reading.get_by_text("2 of 2 that wait for you")).to_be_visible()
    assert Edition.objects.count() == 2
    press(reading, "n")
    expect(reading.get_by_role("heading", level=1)).to_have_text("You are through")
    expect(reading.get_by_role("link", name="Pattern XYZ")).to_be_visible()


@pytest.mark.drill
def test_passages_are_marked_read_without_a_reload(desk_of, two, reviewer):  # noqa: F811
    page = desk_of(reviewer)
    page.goto(f"/desk/submissions/{two[0].pk}/")
    loads = []
    page.on("load", lambda page: loads.append(page))
    status = page.get_by_role("navigation", name="How far you are").get_by_role("status")
    expect(status).to_have_text("0 of 3 changes read")
    press(page, "j", "r")
    expect(status).to_have_text("1 of 3 changes read")
    expect(page.locator("[data-passage]").first).to_be_focused()
    press(page, "u", "r", "u", "r")
    expect(status).to_have_text("3 of 3 changes read")
    expect(page.get_by_role("link", name="Decide")).to_have_attribute("href", "#decision")
    with page.expect_response(lambda answer: "unread" in (answer.request.post_data or "")):
        press(page, "k", "r")
    expect(status).to_have_text("2 of 3 changes read")
    assert loads == [] and ReadMark.objects.count() == 2
    page.reload()
    expect(status).to_have_text("2 of 3 changes read")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_what_changed_begins_in_the_first_screen_and_stays_there(desk_of, two, reviewer, width, height):  # noqa: F811
    page = desk_of(reviewer, viewport={"width": width, "height": height})
    page.goto(f"/desk/submissions/{two[0].pk}/")
    bar = page.get_by_role("navigation", name="How far you are")
    assert page.locator(".claim ins").first.bounding_box()["y"] < bar.bounding_box()["y"] < height
    for choice in ("Since my last review", "Any two texts", "With edition"):
        page.get_by_role("link", name=choice).click()
        expect(page.get_by_role("navigation", name="Comparison")).to_be_focused()
        expect(page.locator(".claim ins").first).to_be_in_viewport()


@pytest.mark.drill
def test_what_was_done_has_the_focus(desk_of, two, reviewer):  # noqa: F811
    page = desk_of(reviewer, java_script_enabled=False)
    page.get_by_role("button", name="Take it").first.click()
    expect(page.locator("#messages")).to_be_focused()
    page.get_by_role("status").get_by_role("link", name="The review of Pattern STC").click()
    page.get_by_role("button", name="Skip it and open the next").click()
    expect(page.locator("#messages")).to_be_focused()
    page.get_by_role("link", name="Go back to it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Review: Pattern STC")


@pytest.mark.drill
def test_keys_are_shown_and_can_be_turned_off(desk_of, two, reviewer):  # noqa: F811
    page = desk_of(reviewer)
    page.goto(f"/desk/submissions/{two[0].pk}/")
    press(page, "?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    press(page, "n")  # not while they are being read
    dialog.get_by_label("Use these keys on this computer").uncheck()
    press(page, "Escape")
    expect(dialog).to_be_hidden()
    press(page, "n", "j")
    expect(page).to_have_url(f"{page.url}")
    expect(page.locator("[data-passage]:focus")).to_have_count(0)


def test_without_scripts_everything_is_there(desk_of, two, editor, reviewer):  # noqa: F811
    page = desk_of(reviewer, java_script_enabled=False)
    page.goto(f"/desk/submissions/{two[0].pk}/")
    page.get_by_role("button", name="Mark read Fits when").click()
    expect(page.get_by_text("1 of 3 changes read")).to_be_visible()
    expect(page).to_have_url(f"{page.url.split('#')[0]}#next-unread")
    page.get_by_role("group", name="Kill list, STC-K1").get_by_text("Comment on").click()
    page.get_by_role("textbox", name="Comment").fill("Why?")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.get_by_role("article").get_by_role("button", name="Resolve").click()
    expect(page.get_by_role("article", name="Resolved comment")).to_contain_text("Why?")
    page.get_by_role("link", name="Any two texts").click()
    page.get_by_label("From").select_option("nothing")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("What it found.")).to_be_visible()
    page.get_by_role("button", name="Skip for now").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Review: Pattern XYZ")


@pytest.mark.drill
def test_what_was_typed_survives_a_lost_session(desk_of, two, reviewer):  # noqa: F811
    page = desk_of(reviewer)
    page.goto(f"/desk/submissions/{two[0].pk}/")
    cookies = page.context.cookies()
    press(page, "j", "j", "c")
    page.keyboard.type("A long thought")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page).to_have_url(f"{page.url}")
    page.context.add_cookies(cookies)
    page.goto(f"/desk/submissions/{two[0].pk}/")
    expect(page.get_by_text("What you typed was not saved")).to_have_count(1)
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_role("group", name="Kill list, STC-K1").get_by_role("textbox")).to_have_value("A long thought")


@pytest.mark.drill
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_with_comments_fit_and_are_accessible(desk_of, two, editor, reviewer, chief, width, scheme):  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    first, second = two
    about = {"texts": [first.read()], "submission": first}
    row = comments.comment(
        "pattern", "STC", by=reviewer, text="Why?\nSay it.", place=("kill_list", "STC-K1"), is_blocking=True, **about
    )
    comments.reply(row, by=editor, text="Because " + "endlessly" * 40)
    comments.resolve(comments.comment("pattern", "STC", by=reviewer, text="Fine", **about), by=editor)
    comments.comment("pattern", "STC", by=editor, text="To do", place=("kill_list", "STC-K3"), **about)
    workflow.withdraw(first, by=editor)
    document = pattern_document(title="Wider")
    document["kill_list"][0]["mechanism"] = "Yet another."
    document["kill_list"][2] |= {"code": "STC-K4"}
    make_draft(document, editor)
    third = workflow.submit("pattern", "STC", by=editor, note="Again")
    page = desk_of(chief, viewport={"width": width, "height": 800}, color_scheme=scheme)
    addresses = [f"/desk/submissions/{third.pk}/", f"/desk/submissions/{second.pk}/", "/desk/pattern/STC/"]
    addresses += [f"/desk/submissions/{third.pk}/?new=submission-{first.pk}", "/desk/through/"]
    for address in addresses:
        page.goto(address)
        page.evaluate("for (const closed of document.querySelectorAll('details')) closed.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert [found["id"] for found in Axe().run(page).response["violations"]] == [], address
