"""Rows and documents say the same, whichever way one goes."""

import pytest
from hypothesis import HealthCheck, given, settings

from history.codes import CodeTaken, next_code, retired_codes
from history.models import Code
from library.documents import digest
from patterns import composition, families
from patterns.composition import AddressTaken
from patterns.models import Pattern
from tests.factories import make_draft, make_edition, make_family, make_source, pattern_document
from tests.library.documents_strategies import pattern_documents

pytestmark = pytest.mark.django_db
many = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def without_sources(document):
    return {**document, "bibliography": []}


@many
@given(pattern_documents, pattern_documents)
def test_compose_gives_back_what_was_applied(db, editor_once, first, second):
    for document in (first, second, first):
        composition.apply(document)
        assert without_sources(composition.compose("STC")) == document


@pytest.fixture
def editor_once(editor):
    make_family(editor)
    return editor


def test_sources_cited_in_prose_and_rows_stand_inside(editor):
    make_source(editor)
    make_source(editor, "nobody-cites-this")
    document = make_draft(pattern_document(), editor).read()
    assert [source["key"] for source in document["bibliography"]] == ["smith-2026"]
    assert document["bibliography"][0]["publisher"] == "Publisher"


def test_an_unknown_pattern_is_an_error(db):
    with pytest.raises(LookupError, match="no pattern STC"):
        composition.compose("STC")


def test_a_pattern_needs_a_family_that_is_there(db):
    with pytest.raises(ValueError, match="no family “sovereign”"):
        composition.apply(pattern_document())


def test_codes_are_given_once_and_never_again(editor):
    document = make_draft(pattern_document(), editor).read()
    grown = composition.give_codes(
        {**document, "anchors": [*document["anchors"], {**document["anchors"][0], "code": ""}]}
    )
    assert grown["anchors"][1]["code"] == "STC-A2"
    make_draft(grown, editor)
    make_draft(document, editor)
    assert next_code("STC", "anchors") == "STC-A3"
    assert retired_codes("STC", set(composition.row_codes(document))) == ["STC-A2", "STC-A3"]


def test_a_code_of_something_else_is_refused(editor):
    make_draft(pattern_document(), editor)
    other = pattern_document("LAH", slug="other")
    other["anchors"][0]["code"] = "stc-k1"
    with pytest.raises(CodeTaken, match="the code stc-k1 already belongs to the move of STC STC-K1"):
        composition.apply(other)
    with pytest.raises(CodeTaken, match="the code Stc already belongs to the pattern STC"):
        composition.apply(pattern_document("Stc", slug="other"))


@pytest.mark.parametrize("code", ["", "S T C", "é", "x" * 61])
def test_a_malformed_code_is_refused(code):
    with pytest.raises(ValueError, match="is not a code"):
        composition.apply(pattern_document(code))


def test_a_code_that_stands_twice_is_refused(db):
    document = pattern_document()
    document["clauses"] *= 2
    with pytest.raises(ValueError, match="the code STC-C1 stands twice"):
        composition.apply(document)


def test_a_row_may_not_move_to_another_list_with_its_code(editor):
    document = make_draft(pattern_document(), editor).read()
    document["anchors"].append({"code": "STC-C1", "source": "", "finding": ""})
    document["clauses"] = []
    with pytest.raises(CodeTaken, match="STC-C1"):
        composition.apply(document)


def test_a_published_address_is_never_given_to_another(editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    make_draft({**make_draftable("STC"), "slug": "renamed"}, editor)
    with pytest.raises(AddressTaken, match="belongs to STC"):
        composition.apply(pattern_document("NEW", slug="pattern-stc"))
    with pytest.raises(AddressTaken, match="belongs to STC"):
        composition.apply(pattern_document("NEW", slug="renamed"))


def make_draftable(code):
    return composition.compose(code)


def test_rows_change_places_in_one_save(editor):
    document = make_draft(pattern_document(), editor).read()
    document["kill_list"].reverse()
    assert [m["code"] for m in make_draft(document, editor).read()["kill_list"]] == ["STC-K3", "STC-K2", "STC-K1"]


def test_a_renamed_family_recomposes_its_patterns(editor):
    make_source(editor)
    before = make_draft(pattern_document(), editor)
    make_family(editor, name="Sovereign deals")
    assert composition.compose("STC")["family"] == {"slug": "sovereign", "name": "Sovereign deals"}
    before.refresh_from_db()
    assert (before.version, before.digest) == (2, digest(composition.compose("STC")))
    assert make_family(editor, name="Sovereign deals") is None


def test_small_doors_of_the_kinds(editor):
    make_source(editor)
    document = make_draft(pattern_document(), editor).read()
    assert composition.codes() == ["STC"] and composition.title(document) == "Pattern STC"
    assert families.codes() == ["sovereign"]
    assert composition.reads(document) == {"smith-2026", "family/sovereign"}
    with pytest.raises(LookupError, match="no family x"):
        families.compose("x")
    assert Code.objects.filter(owner="STC").count() == 8
    assert Pattern.objects.get().sort_key == "pattern stc"
