"""A source as a document, and the key that nothing else may be confused with."""

import pytest

from history.models import Draft
from sources import composition
from tests.factories import make_draft, make_source, pattern_document

pytestmark = pytest.mark.django_db


def test_an_unknown_source_is_an_error():
    with pytest.raises(LookupError, match="no source gone-2020"):
        composition.compose("gone-2020")


def test_a_key_that_differs_only_in_capitals_is_refused(editor):
    make_source(editor)
    with pytest.raises(ValueError, match="the key Smith-2026 differs from smith-2026 only in capitals"):
        make_source(editor, "Smith-2026")


def test_compose_gives_back_what_was_applied(editor):
    make_source(editor, authors=["Émile Zola"], note="Read in a reprint.")
    document = composition.compose("smith-2026")
    composition.apply(document)
    assert composition.compose("smith-2026") == document
    assert document["authors"] == ["Émile Zola"] and document["source_kind"] == "press_release"


def test_a_source_saved_untouched_makes_no_version_anywhere(editor):
    make_source(editor)
    make_draft(pattern_document(), editor)
    assert make_source(editor) is None
    assert set(Draft.objects.values_list("version", flat=True)) == {1}


def test_small_doors_of_the_kind(editor):
    make_source(editor)
    document = composition.compose("smith-2026")
    assert composition.reads(document) == set()
    assert composition.codes() == ["smith-2026"] and composition.title(document) == "Title of smith-2026"
