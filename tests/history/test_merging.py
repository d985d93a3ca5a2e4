"""Two people changed one item: what each changed is there, or it is a conflict, and nothing else."""

import json

import pytest
from hypothesis import given

from history.merging import Conflict, merge
from library.documents import ROW_KEYS
from tests.history.edits import edited_twice, words_in


def rows(*codes, **fields):
    return [{"code": code, "move": fields.get(code, code.lower())} for code in codes]


def merged(base, mine, theirs):
    """The merged kill list, and the conflicts by path within it."""
    found = merge({"kill_list": base}, {"kill_list": mine}, {"kill_list": theirs})
    return found.document["kill_list"], [conflict.path[1:] for conflict in found.conflicts]


# What is kept without a question


def test_different_fields_are_both_kept():
    base = {"title": "T", "in_brief": "B"}
    found = merge(base, {**base, "title": "Mine"}, {**base, "in_brief": "Theirs"})
    assert (found.document, found.conflicts) == ({"title": "Mine", "in_brief": "Theirs"}, [])


def test_the_same_text_from_both_is_no_conflict():
    found = merge({"title": "T"}, {"title": "Same"}, {"title": "Same"})
    assert (found.document, found.conflicts) == ({"title": "Same"}, [])


def test_fields_of_one_row_are_told_apart():
    base = [{"code": "K1", "move": "m", "mechanism": "x"}]
    mine, theirs = [{**base[0], "move": "Mine"}], [{**base[0], "mechanism": "Theirs"}]
    assert merged(base, mine, theirs) == ([{"code": "K1", "move": "Mine", "mechanism": "Theirs"}], [])


def test_rows_that_both_added_are_both_there():
    base, new = rows("K1", "K2"), {"code": "", "move": "new"}
    mine = [*rows("K1"), new, *rows("K2")]
    assert merged(base, mine, rows("K1", "K2", "K3")) == ([*rows("K1"), new, *rows("K2", "K3")], [])
    assert merged(base, [*base, new], [*base, {**new, "move": "theirs"}])[0][2:] == [{**new, "move": "theirs"}, new]


def test_a_row_of_one_identity_added_by_both_with_the_same_text_is_there_once():
    assert merged(rows("K1"), rows("K1", "K2"), rows("K1", "K2")) == (rows("K1", "K2"), [])


def test_a_row_removed_by_one_and_left_alone_by_the_other_is_gone():
    base = rows("K1", "K2", "K3")
    assert merged(base, rows("K1", "K3"), rows("K1", "K2", "K3", K1="t")) == (rows("K1", "K3", K1="t"), [])
    assert merged(base, rows("K1", "K2", "K3", K1="m"), rows("K1", "K3")) == (rows("K1", "K3", K1="m"), [])
    assert merged(base, rows("K1"), rows("K1", "K3")) == (rows("K1"), [])


def test_who_moved_rows_gives_the_order():
    base = rows("K1", "K2", "K3")
    assert merged(base, rows("K3", "K1", "K2"), rows("K1", "K2", "K3", "K4")) == (rows("K3", "K4", "K1", "K2"), [])
    moved_by_them = rows("K2", "K1", "K3", K1="mine")
    assert merged(base, rows("K1", "K2", "K3", K1="mine"), rows("K2", "K1", "K3")) == (moved_by_them, [])
    assert merged(base, rows("K2", "K1", "K3"), rows("K2", "K1", "K3", "K4")) == (rows("K2", "K1", "K3", "K4"), [])


def test_what_one_side_leaves_out_altogether_is_the_others():
    assert merge({"tags": []}, {"tags": []}, {}).document == {"tags": ""}
    assert merge({}, {"clauses": rows("C1")}, {}).document == {"clauses": rows("C1")}


# What only a person can decide


def test_one_field_changed_by_both_is_a_conflict_in_which_mine_stands_unless_it_yields():
    found = merge({"title": "T"}, {"title": "Mine"}, {"title": "Theirs"})
    assert (found.document, found.conflicts) == ({"title": "Mine"}, [Conflict(("title",))])
    yielding = merge({"title": "T"}, {"title": "Mine"}, {"title": "Theirs"}, [found.conflicts[0].key])
    assert (yielding.document, yielding.conflicts) == ({"title": "Theirs"}, found.conflicts)


def test_a_list_of_words_is_one_field():
    found = merge({"tags": ["x"]}, {"tags": ["x", "mine"]}, {"tags": ["x", "theirs"]})
    assert (found.document, found.conflicts) == ({"tags": ["x", "mine"]}, [Conflict(("tags",))])


def test_a_row_removed_by_one_and_changed_by_the_other_is_a_conflict_and_still_there():
    base, mine, theirs = rows("K1", "K2"), rows("K1", "K2", K2="mine"), rows("K1", "K2", K2="theirs")
    assert merged(base, rows("K1"), theirs) == (theirs, [("K2",)])
    assert merged(base, mine, rows("K1")) == (mine, [("K2",)])
    yielding = merge({"kill_list": base}, {"kill_list": mine}, {"kill_list": rows("K1")}, [key("kill_list", "K2")])
    assert yielding.document == {"kill_list": rows("K1")}


def test_a_row_of_one_identity_added_by_both_differently_is_a_conflict():
    mine, theirs = rows("K1", "K2", K2="mine"), rows("K1", "K2", K2="theirs")
    assert merged(rows("K1"), mine, theirs) == (mine, [("K2",)])


def test_two_orders_are_a_conflict():
    base, mine, theirs = rows("K1", "K2", "K3"), rows("K3", "K1", "K2"), rows("K2", "K1", "K3", "K4")
    found = merge({"kill_list": base}, {"kill_list": mine}, {"kill_list": theirs})
    assert found.conflicts == [Conflict(("kill_list",), is_order=True)]
    assert [row["code"] for row in found.document["kill_list"]] == ["K3", "K4", "K1", "K2"]
    yielding = merge({"kill_list": base}, {"kill_list": mine}, {"kill_list": theirs}, [found.conflicts[0].key])
    assert yielding.document["kill_list"] == theirs


def key(*path):
    return Conflict(path).key


def test_the_keys_of_conflicts_are_told_apart():
    keys = {key("a", "b"), key("a", "b, c"), key("a"), Conflict(("a",), is_order=True).key}
    assert len(keys) == 4


# What nobody types


def test_a_renamed_family_is_no_change_of_its_patterns():
    base, renamed = {"family": {"slug": "a", "name": "A"}}, {"family": {"slug": "a", "name": "B"}}
    other = {"family": {"slug": "c", "name": "C"}}
    for mine, theirs, wanted in ((other, renamed, other), (renamed, other, other)):
        found = merge(base, mine, theirs)
        assert (found.document, found.conflicts) == (wanted, [])
    both = merge(base, other, {"family": {"slug": "d", "name": "D"}})
    assert (both.document, both.conflicts) == (other, [Conflict(("family",))])


def test_copies_of_sources_are_theirs():
    mine, theirs = [{"key": "a", "title": "Old"}], [{"key": "a", "title": "Corrected"}]
    assert merge({"bibliography": []}, {"bibliography": mine}, {"bibliography": theirs}).document == {
        "bibliography": theirs
    }


SCORE = {"move": "K1", "wording": "W1", "edition": "2026.01", "score": "visible", "evidence": "e"}


@pytest.mark.parametrize("later", ["2026.01", "2026.02"])
def test_a_score_that_one_judged_anew_and_the_other_too_is_tied_again(later):
    mine = {**SCORE, "evidence": "Mine", "edition": "", "wording": ""}
    theirs = {**SCORE, "score": "mitigated", "edition": later, "wording": f"W {later}"}
    found = merge({"scores": [SCORE]}, {"scores": [mine]}, {"scores": [theirs]})
    assert found.document == {"scores": [{**mine, "score": "mitigated"}]}
    assert found.conflicts == []


def test_a_score_tied_by_both_to_different_wordings_is_a_conflict():
    mine, theirs = {**SCORE, "edition": "2026.02"}, {**SCORE, "edition": "2026.03"}
    found = merge({"scores": [SCORE]}, {"scores": [mine]}, {"scores": [theirs]})
    assert [conflict.path for conflict in found.conflicts] == [("scores", "K1", "edition")]


def test_an_exhibit_that_both_added_is_there_once_with_its_tie():
    mine = {"pattern": "STC", "edition": "", "pattern_slug": "", "note": "", "scores": []}
    theirs = {**mine, "edition": "2026.01", "pattern_slug": "stc"}
    found = merge({"exhibits": []}, {"exhibits": [mine]}, {"exhibits": [theirs]})
    assert (found.document, found.conflicts) == ({"exhibits": [theirs]}, [])


# Of any document and any two edits


@given(edited_twice())
def test_no_text_is_lost(given_texts):
    base, mine, theirs = given_texts
    found = merge(base, mine, theirs)
    there = words_in(found.document)
    assert words_in(mine) - words_in(base) <= there
    assert found.conflicts or words_in(theirs) - words_in(base) <= there


@given(edited_twice())
def test_who_changed_nothing_takes_the_others_text(given_texts):
    base, mine, theirs = given_texts
    for found, wanted in (
        (merge(base, mine, base), mine),
        (merge(base, base, theirs), theirs),
        (merge(base, mine, mine), mine),
        (merge(mine, mine, mine), mine),
    ):
        assert (found.document, found.conflicts) == (wanted, [])


@given(edited_twice())
def test_it_is_the_same_from_either_side_up_to_the_order_of_rows(given_texts):
    base, mine, theirs = given_texts
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert {conflict.key for conflict in one.conflicts} == {conflict.key for conflict in other.conflicts}
    if not one.conflicts:
        assert unordered(one.document) == unordered(other.document)


@given(edited_twice())
def test_where_everything_yields_no_text_of_theirs_is_lost(given_texts):
    base, mine, theirs = given_texts
    found = merge(base, mine, theirs)
    yielding = merge(base, mine, theirs, [conflict.key for conflict in found.conflicts])
    assert words_in(theirs) - words_in(base) <= words_in(yielding.document)


def unordered(part):
    """The document with its rows in an order of their own."""
    if isinstance(part, dict):
        return {name: _unordered_rows(value) if name in ROW_KEYS else value for name, value in part.items()}
    return part


def _unordered_rows(found):
    return sorted((unordered(row) for row in found), key=lambda row: json.dumps(row, sort_keys=True))
