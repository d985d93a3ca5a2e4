"""Prose and numbered references of one page."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library import prose
from library.addresses import LATEST
from library.references import PLAIN, PageProse, brief, described
from library.typography import curly
from tests.library.factories import source


@given(st.from_regex(PLAIN, fullmatch=True))
def test_plain_text_needs_no_parser(text):
    parsed = prose.render(text, prose.References({}), inline=True)
    assert PageProse({}).line(text).strip() == curly(parsed).strip()


def test_sources_remember_every_place_once():
    page = PageProse({"a": source("a"), "b": source("b")})
    for place in ("in-brief", "STC-K1"):
        page.at(place)
        page.block("One [@a] and again [@a; @b].")
    listed = page.sources(LATEST)
    assert [(row["number"], [place["word"] for place in row["places"]]) for row in listed] == [
        ("1", ["In brief", "STC-K1"]),
        ("2", ["In brief", "STC-K1"]),
    ]


def test_unknown_source_is_shown_as_written_and_not_numbered():
    page = PageProse({})
    assert page.line("See [@nobody].") == 'See <span class="cite">[<span class="unresolved">@nobody</span>]</span>.'
    assert page.sources(LATEST) == []


def test_codes_link_outside_tags_and_links_only():
    page = PageProse({}, {"STC-K1", "STC-K10"})
    assert page.line("STC-K10, not XSTC-K1 or STC-K1-b") == (
        '<a class="code-link" href="#STC-K10">STC-K10</a>, not XSTC-K1 or STC-K1-b'
    )
    linked = page.line("[see STC-K1](https://example.org/STC-K1)")
    assert linked == '<a href="https://example.org/STC-K1" rel="noopener nofollow">see STC-K1</a>'


def test_short_names_only_what_was_cited_in_the_order_of_numbers():
    page = PageProse({"a": source("a"), "b": source("b", authors=[]), "c": source("c")})
    page.line("[@b] and [@a]")
    assert page.short(["c", "a", "b"]) == [
        {"number": "1", "key": "b", "brief": "<bdi>Journal</bdi> 2026"},
        {"number": "2", "key": "a", "brief": "<bdi>Smith</bdi> 2026"},
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "Smith 2026"),
        ({"authors": ["Smith, A.", "Jones, B."]}, "Smith and Jones 2026"),
        ({"authors": ["Smith, A.", "Jones, B.", "Brown, C."]}, "Smith et al. 2026"),
        ({"authors": [], "published": ""}, "Journal"),
        ({"authors": [], "publisher": "", "published": "2025"}, "Title of a 2025"),
    ],
)
def test_brief_says_who_and_when(fields, expected):
    assert re.sub("</?bdi>", "", brief(source("a", **fields))) == expected


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        ([], ""),
        (["Teng, B.-S."], "<bdi>Teng, B.-S.</bdi>"),
        (["Zenger"], "<bdi>Zenger</bdi>."),
        (["O'Neil <b>", "مريم الأحمد"], "<bdi>O’Neil &lt;b&gt;</bdi>; <bdi>مريم الأحمد</bdi>."),
    ],
)
def test_authors_get_one_stop_outside_their_direction(authors, expected):
    assert described(source("a", authors=authors))["author_line"] == expected


def test_described_says_kind_and_grade_in_words():
    shown = described(source("a", kind="court", doi="10.1/x", title="Who wins?"))
    wanted = {
        "kind_word": "Court document",
        "grade_word": "Primary document",
        "grade": "primary-document",
        "stop": "",
    }
    assert {name: shown[name] for name in wanted} == wanted
    assert shown["doi_url"] == "https://doi.org/10.1/x"
