"""Two people changed one item: what each changed is there, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from history.merging import merge
from tests.library.documents_strategies import partnership_documents, pattern_documents


def rows(*codes, **fields):
    return [{"code": code, "move": fields.get(code, code.lower())} for code in codes]


def merged(base, mine, theirs):
    return merge({"kill_list": base}, {"kill_list": mine}, {"kill_list": theirs})["kill_list"]


def test_different_fields_are_both_kept():
    base = {"title": "T", "in_brief": "B"}
    assert merge(base, {**base, "title": "Mine"}, {**base, "in_brief": "Theirs"}) == {
        "title": "Mine",
        "in_brief": "Theirs",
    }


def test_of_one_field_mine_stands():
    assert merge({"title": "T"}, {"title": "Mine"}, {"title": "Theirs"}) == {"title": "Mine"}


def test_fields_of_one_row_are_told_apart():
    base = [{"code": "K1", "move": "m", "mechanism": "x"}]
    mine, theirs = [{**base[0], "move": "Mine"}], [{**base[0], "mechanism": "Theirs"}]
    assert merged(base, mine, theirs) == [{"code": "K1", "move": "Mine", "mechanism": "Theirs"}]


def test_rows_that_both_added_are_both_there():
    base = rows("K1", "K2")
    mine = [*rows("K1"), {"code": "", "move": "new"}, *rows("K2")]
    assert merged(base, mine, rows("K1", "K2", "K3")) == [
        *rows("K1"),
        {"code": "", "move": "new"},
        *rows("K2", "K3"),
    ]


def test_a_row_removed_by_one_and_left_alone_by_the_other_is_gone():
    base = rows("K1", "K2", "K3")
    assert merged(base, rows("K1", "K3"), rows("K1", "K2", "K3", K1="theirs")) == rows("K1", "K3", K1="theirs")
    assert merged(base, rows("K1", "K2", "K3", K1="mine"), rows("K1", "K3")) == rows("K1", "K3", K1="mine")


def test_a_row_removed_by_one_and_changed_by_the_other_is_kept():
    base = rows("K1", "K2")
    assert merged(base, rows("K1"), rows("K1", "K2", K2="theirs")) == rows("K1", "K2", K2="theirs")
    assert merged(base, rows("K1", "K2", K2="mine"), rows("K1")) == rows("K1", "K2", K2="mine")


def test_my_order_stands_when_i_moved_rows_and_theirs_when_not():
    base = rows("K1", "K2", "K3")
    assert merged(base, rows("K3", "K1", "K2"), rows("K1", "K2", "K3", "K4")) == rows("K3", "K4", "K1", "K2")
    assert merged(base, rows("K1", "K2", "K3", K1="mine"), rows("K2", "K1", "K3")) == rows(
        "K2", "K1", "K3", K1="mine"
    )


def test_objects_are_merged_by_field_and_words_as_one():
    base = {"family": {"slug": "a", "name": "A"}, "tags": ["x"]}
    mine = {"family": {"slug": "b", "name": "A"}, "tags": ["x", "mine"]}
    theirs = {"family": {"slug": "a", "name": "B"}, "tags": ["x", "theirs"]}
    assert merge(base, mine, theirs) == {"family": {"slug": "b", "name": "B"}, "tags": ["x", "mine"]}


documents = st.one_of(
    st.tuples(pattern_documents, pattern_documents), st.tuples(partnership_documents, partnership_documents)
)


@given(documents)
def test_who_changed_nothing_takes_the_others_text(pair):
    base, other = pair
    assert merge(base, base, other) == other
    assert merge(base, other, base) == other
    assert merge(base, other, other) == other
