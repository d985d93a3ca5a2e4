"""Citations are read and drawn; nothing an editor types becomes markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.prose import Citation, References, broken_citations, citations, plain, render

KNOWN = {key: {"key": key, "title": key} for key in ("a", "b", "cnas.2026:x")}


def drawn(text, **options):
    return render(text, References(KNOWN), **options)


def test_citations_are_read_with_their_pinpoints():
    assert citations("x [@a, p. 12] y [@b; @cnas.2026:x, pp. 3-4].") == [
        Citation("a", "p. 12"),
        Citation("b"),
        Citation("cnas.2026:x", "pp. 3-4"),
    ]


@pytest.mark.parametrize("text", ["\\[@a]", "mail@a.org", "[a]", "@a", "[@]"])
def test_what_is_no_citation_is_left_alone(text):
    assert citations(text) == []


def test_a_citation_that_cannot_be_read_is_shown_to_its_editor():
    assert broken_citations("good [@a] bad [@b and more") == ["[@b and more"]


@pytest.mark.parametrize("text", ["[@:]", "[@a.]", "[@a, " + "x" * 121 + "]"])
def test_a_citation_that_would_lose_something_is_broken(text):
    assert citations(text) == [] and broken_citations(text) == [text[:40]]


def test_numbers_follow_the_first_citation():
    references = References(KNOWN)
    html = render("One [@b]. Two [@a, p. 3; @b].", references)
    assert html == (
        '<p>One <span class="cite">[<a href="#source-b">1</a>]</span>. '
        'Two <span class="cite">[<a href="#source-a">2</a>, p. 3; <a href="#source-b">1</a>]</span>.</p>\n'
    )
    assert [(s["key"], s["number"]) for s in references.listed()] == [("b", 1), ("a", 2)]


def test_an_unknown_key_is_marked_and_not_numbered():
    assert drawn("[@nobody]", inline=True) == '<span class="cite">[<span class="unresolved">@nobody</span>]</span>'


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "![x](http://e.org/p.png)",
        "[@a, <b onclick=x>]",
        '[x](http://e.org "a\\" onmouseover=\\"x")',
    ],
)
def test_nothing_typed_becomes_active_markup(text):
    html = drawn(text)
    for tag in ("<script", "<img", "<b ", 'href="javascript'):
        assert tag not in html


@given(st.text(max_size=200))
def test_any_text_is_drawn(text):
    assert "<script" not in drawn(text + "<script>")


def test_plain_text_has_neither_marks_nor_citations():
    assert plain("*Chips* & weights [@a, p. 2], under **licence** [@b].") == "Chips & weights, under licence."
