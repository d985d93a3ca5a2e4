"""The ledger, the methodology and the difference between editions."""

import hashlib
import re

import pytest

from library.models import LedgerEntry
from tests.library.factories import act, exhibit, move, partnership, pattern, publish, publish_again, score
from tests.library.html import read
from tests.library.reading import PATTERN, READING, get, library

pytestmark = pytest.mark.django_db


def test_ledger_lists_every_act_and_turns_pages(client, monkeypatch):
    monkeypatch.setattr("library.ledger_page.PER_PAGE", 2)
    library()
    publish(partnership("aster"), "2026-01-07", override_reason="Urgent.")
    newest = read(get(client, "/ledger/"))
    assert [item.attributes["id"] for item in newest.one("ol", class_="entries").all("li")] == ["entry-3", "entry-2"]
    assert "Override: Urgent." in newest.one("li", id="entry-3").text
    assert LedgerEntry.objects.get(position=3).hash in newest.one("section", class_="head-box").text
    older = read(get(client, "/ledger/" + newest.one("a", class_="older").attributes["href"]))
    assert [item.attributes["id"] for item in older.one("ol", class_="entries").all("li")] == ["entry-1"]
    assert LedgerEntry.objects.get(position=3).hash in older.one("section", class_="head-box").text
    assert read(get(client, "/ledger/?before=x")).one("main").text == newest.one("main").text


def test_ledger_entry_hashes_to_the_hash_on_the_page(client):
    library()
    response = get(client, "/ledger/2.json")
    assert hashlib.sha256(response.content).hexdigest() in read(get(client, "/ledger/")).one("li", id="entry-2").text
    assert response.headers["Content-Type"] == "application/json"


def test_methodology_defines_every_word_that_pages_link_to(client):
    library()
    publish_again(pattern(), "2026-02-05", kill_list=[move("STC-K1", move="Otherwise.", grounding="inferred")])
    act(LedgerEntry.Act.RETIREMENT, partnership(), "2026-02-06")
    anchors = {element.attributes.get("id") for element in read(get(client, "/methodology/")).all()}
    for address in READING:
        linked = re.findall(r'href="/methodology/[^"#]*#([a-z-]+)"', get(client, address).content.decode())
        assert set(linked) <= anchors, address


def test_methodology_counts_are_queries(client):
    library()
    counts = read(get(client, "/methodology/")).one("dl", class_="counts")
    words = dict(zip(counts.text_of("dt"), counts.text_of("dd"), strict=True))
    assert words == {
        "patterns": "1",
        "partnerships": "1",
        "of these single source": "0",
        "kill-list moves": "3",
        "example clauses": "1",
        "precedents": "1",
        "scholarly anchors": "1",
        "sources cited": "4",
        "editions": "2",
        "ledger entries": "2",
    }
    assert read(get(client, "/methodology/")).one("ul", class_="legend").text_of("li") == [
        "Visible 1",
        "Mitigated 0",
        "Not visible 0",
        "Unknown 0",
    ]


def test_comparison_tells_changes_in_words(client):
    library()
    moves = pattern()["kill_list"]
    changed = [moves[1], {**moves[0], "move": "Do STC-K1 twice."}]
    publish_again(pattern(), "2026-02-05", kill_list=changed, in_brief="What it is [@smith-2026].")
    page = read(get(client, PATTERN + "compare/2026.01/2026.02/")).one("main")
    assert page.text_of("h2") == ["Opening", "Kill list"]
    assert page.text_of("h3") == [
        "What it is reworded",
        "Kill-list move STC-K3 removed",
        "Kill-list move STC-K2 moved",
        "Kill-list move STC-K1, Move reworded",
    ]
    assert page.text_of("p", class_="words") == [
        "What it is [out: [jones-2025]][in: [smith-2026]].",
        "Do STC-K1[in: twice].",
    ]
    same = read(get(client, PATTERN + "compare/2026.01/2026.01/")).one("main")
    assert "Nothing. The two editions say the same." in same.text


def test_comparison_begins_with_the_notes_and_a_count(client):
    publish(pattern())
    publish(pattern(title="Second"), "2026-02-05", note="A new title.")
    publish(pattern(title="Third", subtitle="New"), "2026-03-05", note="Another.")
    main = read(get(client, PATTERN + "compare/2026.01/2026.03/", "2026-04-01")).one("main")
    notes = main.one("dl", class_="change-notes")
    assert notes.text == "Change note of edition 2026.02 A new title. Change note of edition 2026.03 Another."
    assert main.one("p", class_="summary").text == "2 reworded."


def test_comparison_of_corrected_records_says_that_nothing_else_changed(client):
    publish(pattern())
    records = [{**record, "title": "Right"} for record in pattern()["bibliography"]]
    publish(pattern(bibliography=records), "2026-02-05", note="Correction: titles.")
    main = read(get(client, PATTERN + "compare/2026.01/2026.02/")).one("main")
    said = "3 corrected in the record of a source or a family. A correction: what is known"
    assert main.one("p", class_="summary").text.startswith(said)
    assert main.one("section").text_of("h3")[0] == "Source case-2025, Title corrected"


def test_comparison_tells_another_score_in_words(client):
    publish(pattern())
    publish(partnership())
    again = partnership(exhibits=[exhibit(scores=[score("STC-K1", "not_visible")])])
    publish(again, "2026-02-05")
    change = read(get(client, "/partnerships/stargate/compare/2026.01/2026.02/")).one("main").one("article")
    assert change.text == "Exhibit of STC, score of STC-K1, Score re-scored Before Visible Now Not visible"


def test_history_leads_from_an_older_edition_to_all_that_changed_since(client):
    publish(pattern())
    for day in ("2026-02-05", "2026-03-05"):
        publish(pattern(title=day), day)
    rows = list(read(get(client, PATTERN + "history/", "2026-04-01")).one("ol", class_="acts").all("li"))
    since = [[a.attributes["href"] for a in row.all("a") if a.text == "All that changed since"] for row in rows]
    assert since == [[], [], [PATTERN + "compare/2026.01/2026.03/"]]
