"""A comparison names exactly the operations that were done."""

import copy
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from library.comparison import Change, as_text, compare, moved_keys, word_changes
from tests.library.documents_strategies import partnership_documents, pattern_documents, texts


def a_pattern(*codes, **fields):
    return {"kill_list": [{"code": code, "move": f"Move {code}"} for code in codes], **fields}


def test_equal_documents_have_no_changes():
    assert compare(a_pattern("K1", "K2"), a_pattern("K1", "K2")) == []


def test_a_reworded_field_is_told_to_the_word():
    [change] = compare({"title": "Trade capacity"}, {"title": "Trade in capacity"})
    assert (change.what, change.path) == ("reworded", ("title",))
    assert change.words == [("same", "Trade "), ("added", "in "), ("same", "capacity")]


def test_a_moved_row_is_a_move_and_nothing_else():
    assert compare(a_pattern("K1", "K2", "K3"), a_pattern("K3", "K1", "K2")) == [
        Change("moved", ("kill_list", "K3"), 3, 1)
    ]


def test_added_removed_and_reworded_rows_are_told_apart():
    new = a_pattern("K1", "K3")
    new["kill_list"][0]["move"] = "Other"
    assert compare(a_pattern("K1", "K2"), new) == [
        Change("removed", ("kill_list", "K2"), {"code": "K2", "move": "Move K2"}, None),
        Change("reworded", ("kill_list", "K1", "move"), "Move K1", "Other"),
        Change("added", ("kill_list", "K3"), None, {"code": "K3", "move": "Move K3"}),
    ]


def test_a_row_taken_out_does_not_move_the_others():
    assert [c.what for c in compare(a_pattern("K1", "K2", "K3"), a_pattern("K2", "K3"))] == ["removed"]


def test_nested_rows_are_compared_by_their_own_identity():
    old = {"exhibits": [{"pattern": "STC", "scores": [{"move": "K1", "score": "visible"}]}]}
    new = {"exhibits": [{"pattern": "STC", "scores": [{"move": "K1", "score": "unknown"}]}]}
    assert compare(old, new) == [
        Change("reworded", ("exhibits", "STC", "scores", "K1", "score"), "visible", "unknown")
    ]


def test_objects_are_compared_by_field_and_lists_of_words_as_one():
    old = {"family": {"slug": "a", "name": "A"}, "tags": ["x", "y"]}
    new = {"family": {"slug": "a", "name": "B"}, "tags": ["y"]}
    assert compare(old, new) == [
        Change("reworded", ("family", "name"), "A", "B"),
        Change("reworded", ("tags",), ["x", "y"], ["y"]),
    ]


def test_a_field_that_one_document_lacks_is_empty_there():
    assert compare({"a": "x"}, {"b": "y"}) == [
        Change("reworded", ("b",), "", "y"),
        Change("reworded", ("a",), "x", ""),
    ]
    assert compare({}, a_pattern("K1"))[0].what == "added"


def test_values_are_told_as_text():
    assert [as_text(v) for v in (True, False, None, 3, ["a", "b"])] == ["yes", "no", "", "3", "a, b"]


@given(texts, texts)
def test_words_tell_both_texts(old, new):
    pieces = word_changes(old, new)
    assert "".join(text for what, text in pieces if what != "added") == old
    assert "".join(text for what, text in pieces if what != "removed") == new


def test_long_texts_are_told_to_the_word_and_in_no_time():
    sentences = [f"Sentence {n} says something about deals." for n in range(2000)]
    old = " ".join(sentences)
    new = " ".join([*sentences[:500], "Sentence 500 says nothing about deals.", *sentences[501:]])
    began = perf_counter()
    changed = [piece for piece in word_changes(old, new) if piece[0] != "same"]
    assert changed == [("removed", "something"), ("added", "nothing")]
    other = "Every word is another one here! " * 2500
    assert word_changes(old, other) == [("removed", old), ("added", other)]
    assert perf_counter() - began < 5


@given(st.permutations(list("abcdefg")), st.permutations(list("abcdefg")))
def test_what_stays_keeps_its_order_and_what_moves_is_least(old, new):
    moved = moved_keys(old, new)
    assert [k for k in old if k not in moved] == [k for k in new if k not in moved]
    assert len(moved) == len(old) - longest_common_order(old, new)


def longest_common_order(a, b):
    """The textbook dynamic programme, as an independent oracle."""
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


FIELDS = {
    "sub_variants": "name",
    "clauses": "text",
    "kill_list": "mechanism",
    "precedents": "status",
    "anchors": "finding",
}


@given(pattern_documents, st.data())
def test_exactly_the_operations_done_are_listed(document, draw):
    """Reword, remove, add and move at random; the comparison gives back the same set, in no other words."""
    new, expected = copy.deepcopy(document), set()
    for field in draw.draw(st.sets(st.sampled_from(["title", "structure", "in_brief"]))):
        new[field] += " more"
        expected.add(("reworded", (field,)))
    for name in draw.draw(st.sets(st.sampled_from(sorted(FIELDS)))):
        expected |= change_rows(new, name, draw)
    assert {(change.what, change.path) for change in compare(document, new)} == expected


def change_rows(new, name, draw):
    rows, expected = new[name], set()
    operation = draw.draw(st.sampled_from(["reword", "remove", "add", "move"]))
    if operation == "add":
        rows.insert(
            draw.draw(st.integers(0, len(rows))), {**dict.fromkeys(rows[0] if rows else ["code"], ""), "code": "NEW"}
        )
        return {("added", (name, "NEW"))}
    if not rows or (operation == "move" and len(rows) < 3):
        return expected
    at = draw.draw(st.integers(0, len(rows) - 1))
    code = rows[at]["code"]
    if operation == "remove":
        del rows[at]
        return {("removed", (name, code))}
    if operation == "reword":
        rows[at][FIELDS[name]] += "x"
        return {("reworded", (name, code, FIELDS[name]))}
    row = rows.pop(0)  # over at least two others: no other single move gives the same order
    rows.append(row)
    return {("moved", (name, row["code"]))}


@given(partnership_documents, partnership_documents)
def test_no_change_is_told_only_of_equal_documents(old, new):
    assert (compare(old, new) == []) == (old == new)
