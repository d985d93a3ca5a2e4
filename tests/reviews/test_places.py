"""Places in a document, as comments and read marks name them."""

import pytest

from reviews import places
from tests.factories import partnership_document, pattern_document


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (("title",), "Pattern STC"),
        (("kill_list", "STC-K2", "move"), "Move 2 of STC"),
        (("kill_list", "STC-K9"), None),
        (("title", "x"), None),
        (("tags", "x"), None),
        (("nothing", "x"), None),
        (("family", "name"), "Sovereign"),
    ],
)
def test_what_stands_at_a_place(place, found):
    assert places.at(pattern_document(), place) == found


def test_places_are_named_and_sent_as_they_are():
    place = ("exhibits", "STC", "scores", "STC-K1", "evidence")
    assert places.at(partnership_document(), place) == "What shows move 1."
    assert places.name_of(place) == "Patterns shown, STC, Scores, STC-K1, evidence"
    assert places.name_of(()) == "The whole item"
    for one in (place, (), ("parties", "Société “Étoile” / SA")):
        assert places.from_value(places.as_value(one)) == one


@pytest.mark.parametrize(
    "value", ["", "x", "null", "{}", "[1]", '["a", null]', '"a"', "[" * 1_900, '["' + "x" * 2_000 + '"]']
)
def test_what_is_no_place_is_refused(value):
    with pytest.raises(ValueError):
        places.from_value(value)


def test_a_remark_on_a_row_can_be_about_its_fields():
    document = partnership_document()
    row = ("exhibits", "STC")
    fields = ["pattern_slug", "pattern_title", "edition", "note"]
    assert sorted(places.within(document, row)) == sorted([row, *((*row, field) for field in fields)])
    assert places.within(document, ("summary",)) == [("summary",)]
    assert places.within(document, ("nothing",)) == [("nothing",)]
    assert places.within(pattern_document(), ("family",)) == [("family",)]


def test_the_closest_place_holds_a_remark():
    held = ("kill_list", "STC-K1", "move")
    assert places.holder(held, [("kill_list",), ("kill_list", "STC-K1"), ("kill_list", "STC-K2")]) == held[:2]
    assert places.holder(held, [("title",)]) is None
