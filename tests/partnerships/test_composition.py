"""Partnerships as documents, and the wording every score judged."""

import pytest
from hypothesis import HealthCheck, given, settings

from history.models import Draft
from partnerships import composition
from tests.factories import make_draft, make_edition, make_source, partnership_document, pattern_document
from tests.library.documents_strategies import partnership_documents

pytestmark = pytest.mark.django_db
many = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(partnership_documents, partnership_documents)
def test_compose_gives_back_what_was_applied(db, first, second):
    for document in (first, second, first):
        composition.apply(document)
        assert {**composition.compose("stargate-uae"), "bibliography": []} == document


def test_an_unknown_partnership_is_an_error():
    with pytest.raises(LookupError, match="no partnership x"):
        composition.compose("x")


def doubled(*path):
    document = partnership_document()
    rows = document
    for step in path:
        rows = rows[step]
    rows.append(dict(rows[0]))
    return document


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (doubled("parties"), "the party Host stands twice"),
        (doubled("sources"), "the source smith-2026 stands twice"),
        (doubled("exhibits"), "the pattern STC stands twice"),
        (doubled("exhibits", 0, "scores"), "the move STC-K1 stands twice"),
        (doubled("exhibits", 0, "scores", 0, "sources"), "the source smith-2026 stands twice"),
    ],
)
def test_rows_that_cannot_be_told_apart_are_refused(document, sentence):
    with pytest.raises(ValueError, match=sentence):
        composition.apply(document)


@pytest.fixture
def pattern(editor, reviewer):
    make_source(editor)
    return make_edition(pattern_document(), editor, reviewer)


def test_open_scores_are_tied_to_the_live_wording(pattern):
    [exhibit] = composition.bind(partnership_document())["exhibits"]
    assert (exhibit["edition"], exhibit["pattern_slug"], exhibit["pattern_title"]) == (
        pattern.number,
        "pattern-stc",
        "Pattern STC",
    )
    assert exhibit["sub_variants"] == [{"code": "STC-V1", "name": "First form"}]
    assert [(s["edition"], s["wording"]) for s in exhibit["scores"]] == [
        (pattern.number, f"Move {n} of STC") for n in (1, 2, 3)
    ]


def test_what_is_tied_stays_tied(pattern):
    tied = composition.bind(partnership_document())
    tied["exhibits"][0]["scores"][0]["wording"] = "As it was"
    assert composition.bind(tied) == tied


def test_without_an_edition_nothing_is_tied(editor):
    assert composition.bind(partnership_document()) == partnership_document()


def test_a_move_no_edition_has_stays_open(pattern):
    [exhibit] = composition.bind(partnership_document(moves=4))["exhibits"]
    assert exhibit["scores"][3]["edition"] == ""


def test_the_same_judgement_keeps_its_wording_and_another_is_open_again(pattern):
    before = composition.bind(partnership_document())
    told = partnership_document()
    told["exhibits"][0]["scores"][1]["evidence"] = "Something new."
    kept = composition.keep_bindings(told, before)["exhibits"][0]
    assert [score["edition"] for score in kept["scores"]] == [pattern.number, "", pattern.number]
    assert kept["edition"] == pattern.number and kept["sub_variants"][0]["name"] == "First form"


def test_an_exhibit_told_anew_is_open_again(pattern):
    before = composition.bind(partnership_document())
    told = partnership_document()
    told["exhibits"][0]["note"] = "Another reading."
    assert composition.keep_bindings(told, before)["exhibits"][0]["edition"] == ""
    told["exhibits"][0]["pattern"] = "LAH"
    assert composition.keep_bindings(told, before) == told


def test_small_doors_of_the_kind(editor, pattern):
    document = make_draft(partnership_document(), editor).read()
    assert composition.codes() == ["stargate"] and composition.title(document) == "Partnership stargate"
    assert Draft.objects.get(kind="partnership").cites == ["smith-2026"]
