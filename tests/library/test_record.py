"""The ledger, the methodology and the difference between editions."""

import hashlib
import re

import pytest

from library.models import LedgerEntry
from tests.library.factories import act, move, partnership, pattern, publish, publish_again
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
