"""What is taken out of a document at its publication for indexes and matrix."""

import pytest

from library import reading_rows
from library.facets import facets_of, grid_of
from library.models import Extract
from library.publication import rebuild
from tests.library.factories import exhibit, move, partnership, pattern, publish, publish_again, score


def test_values_are_taken_once_and_sorted_and_empty_ones_left_out():
    parties = [
        {"name": name, "country": country, "role": ""} for name, country in (("B", "SE"), ("A", ""), ("B", "NO"))
    ]
    deal = partnership(parties=parties, exhibits=[exhibit("XYZ"), exhibit("STC")], announced="2025-05")
    assert facets_of(deal) == {
        "pattern": ["STC", "XYZ"],
        "country": ["NO", "SE"],
        "party": ["A", "B"],
        "year": ["2025"],
    }
    assert facets_of(partnership(announced=""))["year"] == []
    moves = [move("STC-K1", grounding="inferred"), move("STC-K2"), move("STC-K3", grounding="")]
    assert facets_of(pattern(kill_list=moves)) == {"grounding": ["documented", "inferred"]}


def test_the_grid_holds_moves_or_scores():
    assert grid_of(pattern(moves=1)) == [{"code": "STC-K1", "move": "Do STC-K1."}]
    one = {"move": "STC-K1", "score": "unknown", "edition": "2026.01", "wording": "Do STC-K1."}
    assert grid_of(partnership(exhibits=[exhibit(scores=[score("STC-K1", "unknown")])])) == [one]


@pytest.mark.django_db
def test_extracts_follow_the_record_and_are_rebuilt_from_it():
    publish(pattern())
    publish(partnership(), "2026-01-06")
    publish_again(partnership(), "2026-02-06", parties=[])
    latest = Extract.objects.get(standing__code="stargate", standing__until_position=None)
    assert latest.facets["country"] == [] and Extract.objects.count() == 3
    assert str(latest) == "Extract of stargate 2026.02 from 3"
    Extract.objects.filter(pk=latest.pk).update(grid=[])
    wrong = "library_extract stargate 3, grid: is not what the record gives; rebuild_library mends it"
    assert reading_rows.verify() == [wrong]
    rebuild()
    assert reading_rows.verify() == []
