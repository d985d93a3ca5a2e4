"""What a document's text, bytes and digest are, for ever."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library import documents
from library.documents import NotClean, canonical_bytes, clean_line, clean_text, digest, section, section_digests
from tests.library.documents_strategies import pattern_documents


def test_a_browsers_line_ends_change_nothing():
    assert clean_text("one\r\ntwo  \rthree\n\n") == "one\ntwo\nthree"


def test_composed_and_decomposed_accents_are_one_text():
    assert clean_text("Socie\u0301te\u0301") == "Soci\u00e9t\u00e9"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ab\x00", "character 3 is a control character (U+0000); remove it"),
        ("a\u200bb", "character 2 is an invisible character (U+200B); remove it"),
        ("a\u202eb", "character 2 is a hidden change of text direction (U+202E); remove it"),
        ("\ud800", "character 1 is half of a broken character pair (U+D800); remove it"),
        ("a\u2028", "character 2 is a line separator that browsers and editors show differently (U+2028); remove it"),
        ("\ue000", "character 1 is a private-use character that fonts draw differently (U+E000); remove it"),
    ],
)
def test_hidden_characters_are_refused_by_name(text, sentence):
    with pytest.raises(NotClean) as refused:
        clean_text(text)
    assert str(refused.value) == sentence


@given(st.text())
def test_clean_text_is_clean_already(text):
    try:
        once = clean_text(text)
    except NotClean:
        return
    assert clean_text(once) == once
    assert clean_text(once.replace("\n", "\r\n")) == once


def test_clean_line_folds_white_space():
    assert clean_line("  one \n two\t three ") == "one two three"


def test_canonical_bytes_are_those_of_rfc_8785():
    assert canonical_bytes({"b": [True, 1], "a": "é\n"}) == '{"a":"é\\n","b":[true,1]}'.encode()


@pytest.mark.parametrize("value", [None, 1.5, b"x", ("a",)])
def test_other_types_are_refused_with_their_place(value):
    with pytest.raises(ValueError, match=r"document\.rows\[0\]\.text is a"):
        canonical_bytes({"rows": [{"text": value}]})


@given(pattern_documents)
def test_bytes_are_read_back_as_they_were(document):
    body = canonical_bytes(document)
    assert documents.parse(body) == document == json.loads(body)
    assert digest(document) == documents.digest_bytes(body)
    assert canonical_bytes(dict(reversed(document.items()))) == body


def a_document(**fields):
    source = {"key": "smith-2026", "title": "T"}
    other = {"key": "jones-2025", "title": "J"}
    document = {
        "kind": "pattern",
        **dict.fromkeys(("title", "subtitle", "in_brief", "fits_when", "does_not_fit_when", "structure"), ""),
        "family": {"slug": "s", "name": "S"},
        "tags": [],
        **{name: [] for name in ("sub_variants", "clauses", "kill_list", "precedents", "anchors")},
        "bibliography": [other, source],
    }
    return {**document, **fields}


def test_a_section_carries_the_sources_cited_there():
    document = a_document(clauses=[{"code": "C1", "text": "See [@smith-2026]."}])
    assert section(document, "clauses") == {
        "clauses": [{"code": "C1", "text": "See [@smith-2026]."}],
        "bibliography": [{"key": "smith-2026", "title": "T"}],
    }
    assert section(document, "all") is document


def test_a_change_in_one_section_changes_its_digest_and_the_whole():
    before = section_digests(a_document())
    after = section_digests(a_document(structure="New"))
    assert {name for name in before if before[name] != after[name]} == {"structure", "all"}
    assert set(before) == {"brief", "structure", "clauses", "kill_list", "precedents", "anchors", "all"}


def test_a_corrected_source_touches_only_the_sections_that_cite_it():
    cited = {"anchors": [{"code": "A1", "source": "smith-2026", "finding": ""}]}
    before = a_document(**cited)
    after = a_document(
        **cited, bibliography=[{"key": "jones-2025", "title": "J"}, {"key": "smith-2026", "title": "New"}]
    )
    old, new = section_digests(before), section_digests(after)
    assert {name for name in old if old[name] != new[name]} == {"anchors", "all"}


def test_unknown_section_is_an_error():
    with pytest.raises(KeyError):
        section(a_document(), "matrix")


def test_cited_keys_come_from_prose_and_source_fields_alone():
    document = a_document(
        in_brief="[@a; @b, p. 2] and \\[@no]",
        precedents=[{"source": "c", "relevance": "[@d]"}],
        anchors=[{"source": ""}],
    )
    assert documents.cited_keys(document) == {"a", "b", "c", "d"}


def test_fields_are_read_in_the_order_of_the_page():
    body = canonical_bytes({"mitigation": "c", "move": "a", "zeta": "e", "mechanism": "b", "alpha": "d"})
    assert list(documents.parse(body)) == ["move", "mechanism", "mitigation", "alpha", "zeta"]
    assert canonical_bytes(documents.parse(body)) == body
