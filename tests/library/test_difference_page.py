"""The difference between two editions, as a layperson reads it."""

from library.difference_page import parts
from tests.library.factories import move, partnership, pattern, source


def told(old, new):
    return [(part["title"], change) for part in parts(old, new) for change in part["changes"]]


def test_parts_come_in_the_order_of_the_page():
    new = pattern(title="New", structure="New.", anchors=[], clauses=[], kill_list=[], precedents=[])
    titles = [part["title"] for part in parts(pattern(), new)]
    assert titles == ["Opening", "Kill list", "Example clauses", "Precedents", "Scholarly anchors"]


def test_rewording_is_told_to_the_word_and_names_sources_by_key():
    new = pattern(in_brief="What it was [@jones-2025].")
    (_, change) = told(pattern(), new)[0]
    assert change == {
        "what": "reworded",
        "place": "What it is",
        "words": [("same", "What it "), ("removed", "is"), ("added", "was"), ("same", " [jones-2025].")],
    }


def test_citation_counts_as_one_word():
    (_, change) = told(pattern(), pattern(in_brief="What it is [@smith-2026; @jones-2025, p. 2]."))[0]
    assert change["words"][1:3] == [("removed", "[jones-2025]"), ("added", "[smith-2026; jones-2025, p. 2]")]


def test_added_removed_and_moved_rows_are_told_by_their_telling_text():
    old = pattern()
    first, second, third = old["kill_list"]
    new = pattern(kill_list=[second, first, move("STC-K4", move="Do it [@smith-2026].")])
    assert [change for _, change in told(old, new)] == [
        {"what": "removed", "place": "kill-list move STC-K3", "text": "Do STC-K3."},
        {"what": "moved", "place": "kill-list move STC-K2", "before": 2, "after": 1},
        {"what": "added", "place": "kill-list move STC-K4", "text": "Do it [smith-2026]."},
    ]
    assert third["code"] == "STC-K3"


def test_places_inside_a_partnership_are_named():
    old = partnership()
    new = partnership(bibliography=[source("release-2025", kind="press_release", note="Corrected")])
    new["exhibits"] = [{**old["exhibits"][0], "scores": []}]
    new["sources"] = []
    assert [(title, change["place"]) for title, change in told(old, new)] == [
        ("Patterns it shows", "exhibit of STC, score of STC-K1"),
        ("Evidence", "evidence release-2025"),
        ("Sources", "source release-2025, Note"),
    ]


def test_row_without_a_telling_text_is_told_by_its_place_alone():
    old = partnership(parties=[{"name": "", "country": "NO", "role": ""}])
    assert told(old, partnership(parties=[]))[0][1] == {"what": "removed", "place": "party ", "text": ""}


def test_unknown_field_comes_last():
    assert told(pattern(), pattern(colour="green"))[0][0] == "Opening"


def test_same_documents_have_no_difference():
    assert parts(pattern(), pattern()) == []
