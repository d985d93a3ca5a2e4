"""The path everything stands on: counsel reads, an editor rewords a move, a reviewer signs, the old edition stays."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from exchange.loading import load
from exchange.signing import sign_off_all
from library import ledger
from library.models import Edition

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.drill]

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
SHOWN = ("stargate-uae", "microsoft-g42", "aws-european-sovereign-cloud")
PATTERN = "/patterns/sovereign-trade-capacity/"
OLD = "Deliver from abroad with no local partner, or with one in name only."
NEW = "Deliver from abroad with no local partner, or with one that only lends its name."
PASSWORD = "a long enough pass phrase"


@pytest.fixture
def library(tmp_path, editor, reviewer, other_editor):
    """The starter corpus's first pattern with three partnerships, through the real workflow."""
    for name in ("families.yaml", "sources.yaml", "patterns/sovereign-trade-capacity.yaml"):
        copy(CORPUS / name, tmp_path / "corpus" / name)
    for slug in SHOWN:
        copy(CORPUS / f"partnerships/{slug}.yaml", tmp_path / f"corpus/partnerships/{slug}.yaml")
    load(tmp_path / "corpus", by=other_editor)
    items = [("pattern", "STC"), *(("partnership", slug) for slug in SHOWN)]
    signed = sign_off_all(items, editor=other_editor, reviewers=[reviewer], note="First edition")
    assert signed.refused == {}
    for person in (editor, reviewer):
        person.set_password(PASSWORD)
        person.save()


def copy(old, new):
    new.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(old, new)


@pytest.fixture
def browse(new_context, live_server):
    def open_browser():
        return new_context(base_url=live_server.url).new_page()

    return open_browser


def sign_in(page, person):
    page.goto("/accounts/login/")
    page.get_by_label("User name").fill(person.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your queue")


def test_a_reworded_move_becomes_an_edition_and_the_old_one_stays(library, browse, editor, reviewer):
    first = Edition.objects.get(code="STC").number
    reader = browse()
    read_as_counsel(reader, first)

    writing = browse()
    sign_in(writing, editor)
    reword_the_move(writing)
    submit(writing)
    expect_readers_see(reader, OLD, first)

    reading = browse()
    sign_in(reading, reviewer)
    sign_off(reading)

    expect_readers_see(reader, NEW, f"{first}.2")
    reader.get_by_role("link", name="All editions").click()
    reader.get_by_role("link", name=f"Edition {first}", exact=True).click()
    assert reader.url.endswith(f"{PATTERN}{first}/")
    expect(reader.get_by_role("heading", name=OLD)).to_be_visible()
    assert ledger.verify() == []


def read_as_counsel(page, edition):
    page.goto("/")
    page.get_by_role("link", name="Sovereign Trade Capacity").first.click()
    assert page.url.endswith(PATTERN)
    expect_readers_see(page, OLD, edition)
    for name in ("In brief", "Structure and sub-variants", "Kill list", "Example clauses", "Tracked partnerships"):
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Stargate UAE").first).to_be_visible()


def expect_readers_see(page, move, edition):
    page.goto(PATTERN)
    expect(page.get_by_role("heading", name=move)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(edition)


def reword_the_move(page):
    page.get_by_role("link", name="Sovereign Trade Capacity").first.click()
    page.get_by_role("link", name="Edit the draft").click()
    card = page.locator("#field-STC-K4-move textarea, #field-STC-K4-move input").first
    assert card.input_value() == OLD
    card.fill(NEW)
    page.get_by_label("Change note").fill("Say what a nominal partner is")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("version 2", exact=False).first).to_be_visible()


def submit(page):
    page.get_by_role("link", name="At the desk").click()
    page.get_by_label("Change note").fill("One move in plainer words")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("status")).to_contain_text("is in review now")


def sign_off(page):
    waiting = page.get_by_role("region", name="My turn")
    waiting.get_by_role("link", name="Sovereign Trade Capacity").click()
    expect(page.locator("ins").first).to_contain_text("that")
    page.get_by_role("button", name="Sign off and publish").click()
    expect(page.get_by_role("status")).to_contain_text("is published as edition")
