"""The whole cycle of a change by two people: by keyboard alone, and by mouse on a telephone without scripts."""

import pytest
from playwright.sync_api import expect

from library.models import Edition
from reviews.models import Comment, Event
from tests.factories import make_edition, make_source, pattern_document
from tests.journeys.hands import Keyboard, Mouse

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PHRASE = "a long enough phrase"
MECHANISM = "Why move 2 fails, said again"
ASKED = "Which filing says so?"
REASON = "Name the filing in move 2"
ANSWER = "The filing of March, now named."


@pytest.fixture
def library(editor, other_editor, reviewer, other_reviewer):
    """Two patterns, published by others; the editor and the reviewer of the story sign in by password."""
    make_source(other_editor)
    for code in ("ABC", "STC"):
        make_edition(pattern_document(code), other_editor, other_reviewer)
    for person in (editor, reviewer):
        person.set_password(PHRASE)
        person.save()


WAYS = [
    pytest.param(Keyboard, {}, id="keyboard"),
    pytest.param(
        Mouse,
        {"java_script_enabled": False, "viewport": {"width": 320, "height": 640}},
        id="no-scripts",
        marks=pytest.mark.drill,
    ),
]


@pytest.mark.parametrize(("way", "options"), WAYS)
def test_a_change_goes_round_and_is_published(library, new_context, live_server, editor, reviewer, way, options):
    def arrive(address):
        hands = way(new_context(base_url=live_server.url, **options).new_page())
        hands.page.goto(address)
        return hands

    writing = sign_in(arrive("/accounts/login/"), editor)
    open_the_draft(writing)
    change_a_field_and_a_row(writing)
    submit(writing, "Move 2 says more")

    reading = sign_in(arrive("/accounts/login/"), reviewer)
    open_the_review(reading)
    block(reading)
    request_changes(reading)

    find_it_in_the_queue(writing)
    answer(writing)
    change_the_row(writing)
    submit(writing, "The filing is named")

    find_it_again(reading)
    resolve(reading)
    sign_off(reading)
    follow_to_the_edition(reading)
    read_it_as_anybody(arrive("/"))
    steps = ["submitted", "commented", "changes_requested", "replied", "submitted", "resolved", "signed_off"]
    assert list(Event.objects.filter(code="STC").values_list("what", flat=True))[3:] == [*steps, "published"]


def link(hands, name, **options):
    return hands.page.get_by_role("link", name=name, **options)


def button(hands, name):
    return hands.page.get_by_role("button", name=name, exact=True)


def textbox(hands, name):
    return hands.page.get_by_role("textbox", name=name)


def sign_in(hands, person):
    expect(textbox(hands, "User name")).to_be_focused()
    hands.write(textbox(hands, "User name"), person.username)
    hands.write(hands.page.get_by_label("Password"), PHRASE, within=1)
    hands.press(button(hands, "Sign in"), within=1)
    expect(hands.page.get_by_role("heading", level=1)).to_have_text("Your queue")
    return hands


def open_the_draft(hands):
    hands.skip()
    hands.press(link(hands, "Pattern STC"))
    expect(hands.page.get_by_role("heading", level=1)).to_have_text("Pattern STC")
    hands.skip()
    hands.press(link(hands, "Edit the draft"))
    expect(textbox(hands, "Subtitle")).to_have_value("A subtitle")


def change_a_field_and_a_row(hands):
    """A field and a text of a row; what is saved without a note is refused, and saved with one."""
    hands.skip()
    hands.write(textbox(hands, "Subtitle"), "A better subtitle", within=25)
    contents = hands.page.get_by_text("Contents", exact=True).and_(hands.page.locator("summary"))
    if contents.is_visible():  # folded where there is no room beside the form
        hands.press(contents)
    hands.press(link(hands, "STC-K2", exact=True), key="Shift+Tab", within=25)
    rewrite(hands, MECHANISM)
    hands.press(button(hands, "Save"))
    problems = hands.page.get_by_role("alert")
    expect(problems).to_contain_text("Say in the change note what you changed and why.")
    expect(problems).to_be_focused()
    hands.press(problems.get_by_role("link"), within=1)
    save(hands, "Subtitle and move 2", version=2)


def rewrite(hands, text):
    """Type into the row of move 2, then go straight to the change note."""
    row = hands.page.locator("#row-STC-K2")
    hands.write(row.get_by_role("textbox", name="Mechanism: why it fails"), text)
    if not isinstance(hands, Mouse):  # the link is for who has no pointer
        hands.press(row.get_by_role("link", name="To the change note"))
        expect(textbox(hands, "Change note")).to_be_focused()


def save(hands, note, version):
    hands.write(textbox(hands, "Change note"), note)
    hands.press(button(hands, "Save"), within=1)
    expect(hands.page.get_by_text(f"Saved as version {version}.")).to_be_visible()


def submit(hands, note):
    hands.skip()
    hands.press(link(hands, "At the desk"))
    expect(hands.page.get_by_role("heading", name="Submit for review")).to_be_visible()
    hands.skip()
    hands.write(textbox(hands, "Change note"), note, within=20)
    hands.press(button(hands, "Submit for review"), within=1)
    expect(hands.page.get_by_role("status")).to_contain_text("is in review now")


def my_turn(hands):
    return hands.page.get_by_role("region", name="My turn")


def open_the_review(hands):
    hands.skip()
    hands.press(my_turn(hands).get_by_role("link", name="Pattern STC"))
    expect(hands.page.get_by_role("heading", level=1)).to_have_text("Review: Pattern STC STC")
    expect(hands.page.locator("ins").filter(has_text="said again")).to_be_visible()


def block(hands):
    """Mark the first change read; block at the second, about the text that the arrows choose."""
    hands.skip()
    hands.press(link(hands, "STC-K2").first)
    row = hands.page.get_by_role("group", name="Kill list, STC-K2")
    hands.press(row.locator("summary").filter(has_text="Comment"))
    hands.choose(row.get_by_label("About"), "Kill list, STC-K2, mechanism", within=1)
    hands.write(row.get_by_role("textbox", name="Comment"), ASKED, within=1)
    hands.tick(row.get_by_label("Nobody signs this off until it is resolved"), within=1)
    hands.press(row.get_by_role("button", name="Comment", exact=True), within=1)
    expect(hands.page.get_by_role("article", name="Blocking comment by Rhea Reviewer")).to_contain_text(ASKED)
    assert Comment.objects.get().place == ["kill_list", "STC-K2", "mechanism"]
    expect(button(hands, "Sign off and publish")).to_have_count(0)


def request_changes(hands):
    """The page stands at the comment that was made; the decision is below it."""
    hands.write(textbox(hands, "What should change"), REASON)
    hands.press(button(hands, "Request changes"), within=1)
    expect(hands.page.get_by_role("status").first).to_contain_text("went back to its editor")


def find_it_in_the_queue(hands):
    hands.skip()
    hands.press(link(hands, "Queue").last)
    expect(my_turn(hands)).to_contain_text("It blocks the text. Rhea Reviewer requested changes.")
    hands.skip()
    hands.press(my_turn(hands).get_by_role("link", name="Answer comments on Pattern STC"))
    expect(hands.page.get_by_role("region", name="Changes requested")).to_contain_text(REASON)


def answer(hands):
    """The queue leads to the comments."""
    hands.press(hands.page.locator("summary").filter(has_text="Answer Rhea Reviewer"))
    hands.write(textbox(hands, "Answer"), ANSWER, within=1)
    hands.press(button(hands, "Answer"), within=1)
    expect(hands.page.get_by_role("status").first).to_contain_text("Your answer is recorded")


def change_the_row(hands):
    """The comment, at which the page stands, leads to its field in the form."""
    hands.press(link(hands, "In the form"))
    expect(textbox(hands, "Change note")).to_be_visible()
    rewrite(hands, MECHANISM.replace("again", "again by the filing of March"))
    save(hands, "Named the filing", version=3)


def find_it_again(hands):
    hands.skip()
    hands.press(link(hands, "Queue").last)
    expect(hands.page.get_by_role("heading", level=1)).to_have_text("Your queue")
    open_the_review(hands)


def resolve(hands):
    expect(hands.page.get_by_text("1 comment blocks this text")).to_be_visible()
    hands.skip()
    hands.press(link(hands, "STC-K2").first)
    hands.press(hands.page.get_by_role("button", name="Resolve"))
    expect(hands.page.get_by_role("article", name="Resolved comment by Rhea Reviewer")).to_be_visible()


def sign_off(hands):
    hands.press(button(hands, "Sign off and publish"))
    expect(hands.page.get_by_role("status").first).to_contain_text("is published as edition")


def follow_to_the_edition(hands):
    edition = Edition.objects.order_by("position").last()
    hands.skip()
    hands.press(hands.page.get_by_role("status").first.get_by_role("link", name=f"edition {edition.number}"))
    expect_published(hands, edition)


def read_it_as_anybody(hands):
    hands.skip()
    hands.press(link(hands, "Pattern STC").first, within=20)
    expect_published(hands, Edition.objects.order_by("position").last())


def expect_published(hands, edition):
    text = hands.page.get_by_role("main")
    for said in ("A better subtitle", "said again by the filing of March", "Verified", f"Edition {edition.number}"):
        expect(text).to_contain_text(said)
