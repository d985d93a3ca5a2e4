"""Changes are told with the names that editors use."""

from datetime import UTC, date, datetime

from history.differences import tell
from history.words import when, word_pieces
from library.comparison import compare
from tests.factories import partnership_document, pattern_document


def told(old, new):
    return tell(compare(old, new), old, new)


def with_move(document, n, **fields):
    moves = [{**row, **fields} if i == n else row for i, row in enumerate(document["kill_list"])]
    return {**document, "kill_list": moves}


def test_a_reworded_move_is_named_and_told_to_the_word():
    old = pattern_document()
    [change] = told(old, with_move(old, 0, mechanism="Why move 1 always fails [@smith-2026]."))
    assert change.where == "Kill list, STC-K1, mechanism"
    assert (change.row, change.field, change.sentence) == ("STC-K1", "mechanism", "reworded")
    assert change.about == "Move 1 of STC"
    assert ("added", "always ") in change.words or ("added", " always") in change.words
    assert change.anchor == "change-kill_list-STC-K1-mechanism"


def test_emptied_and_filled_fields_say_so():
    old = pattern_document()
    assert [c.sentence for c in told(old, {**old, "subtitle": ""})] == ["emptied"]
    assert [c.sentence for c in told({**old, "subtitle": ""}, old)] == ["filled in"]


def test_a_removed_row_shows_what_it_said():
    old = pattern_document()
    [change] = told(old, {**old, "clauses": []})
    assert (change.what, change.where, change.field) == ("removed", "Example clauses, STC-C1", "")
    assert ("What to negotiate", "Its limits.") in change.texts


def test_a_moved_row_says_from_where_to_where():
    old = pattern_document()
    new = {**old, "kill_list": [old["kill_list"][2], *old["kill_list"][:2]]}
    [change] = told(old, new)
    assert (change.where, change.sentence) == ("Kill list, STC-K3", "moved from place 3 to place 1")


def test_a_score_is_named_under_its_pattern_and_reads_as_words():
    old = partnership_document()
    score = {**old["exhibits"][0]["scores"][0], "score": "not_visible"}
    exhibit = {**old["exhibits"][0], "scores": [score, *old["exhibits"][0]["scores"][1:]]}
    [change] = told(old, {**old, "exhibits": [exhibit]})
    assert change.where == "Patterns shown, STC, Scores, STC-K1, score"
    assert change.row == "STC-K1"
    assert "".join(text for what, text in change.words if what != "removed") == "not visible"


def test_an_added_exhibit_shows_its_scores():
    new = partnership_document(moves=1)
    [change] = told({**new, "exhibits": []}, new)
    assert ("Scores, STC-K1, evidence", "What shows move 1.") in change.texts
    assert ("Scores, STC-K1, Sources, smith-2026, pinpoint", "p. 4") in change.texts


def test_a_long_row_is_recognised_by_its_beginning():
    old = pattern_document()
    long = with_move(old, 0, move="word " * 60)
    [change] = told(long, with_move(long, 0, mitigation="Else."))
    assert change.about.endswith("word …")
    assert len(change.about) <= 92


def test_a_text_mostly_rewritten_is_told_whole():
    old, new = "The host builds a port for the lab.", "Licences are granted by a ministry at will."
    assert word_pieces(old, new) == [("removed", old), ("added", new)]


def test_a_text_that_only_grew_is_told_to_the_word():
    old, new = "It fails.", "It fails. Then somebody writes a whole paragraph about why it does so."
    assert word_pieces(old, new)[0] == ("same", old)


def test_moments_have_one_style():
    assert when(datetime(2026, 11, 22, 0, 41, tzinfo=UTC)) == "2026-11-22 00:41 UTC"
    assert when(date(2026, 11, 22)) == "2026-11-22"
    assert when(None) == ""
