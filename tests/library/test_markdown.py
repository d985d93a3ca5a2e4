"""The Markdown of an edition, read by a CommonMark parser, says all that its page says."""

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from library.paper import markdown, tree
from tests.library.factories import exhibit, move, partnership, pattern, publish, score, source
from tests.library.html import read
from tests.library.reading import PATTERN, full_library, get, library
from tests.library.starter import publish_starter_corpus
from tests.library.taken import main_pieces, missing, pieces, squeezed

HOSTILE = (
    "# no heading - no list + 1. no item 1) > no quote *not* _so_ **bold** `code` [no](link) ![no](image) <b>tag</b> "
    "&amp; &copy; ~~gone~~ $x$ a_b_c __init__ https://example.org/?a=1&b=2 \\ | --- === <http://auto.link> #"
)
STARTS = [
    "# a",
    "- a",
    "+ a",
    "* a",
    "1. a",
    "23) a",
    "> a",
    "---",
    "===",
    "~~~",
    "```",
    "    a",
    "<b>",
    "[a]: /b",
    "#",
]


def shown(text):
    """The text that a reader of `text` as CommonMark sees."""
    html = MarkdownIt("commonmark").render(text)
    return unescape(re.sub(r"<[^>]*>", "", html))


def written(*blocks):
    return markdown._blocks(list(blocks))


def par(*inlines):
    return {"b": "par", "c": list(inlines)}


def heading(*inlines):
    return {"b": "heading", "level": 1, "c": list(inlines)}


def inline(kind, *inside, **fields):
    return {"i": kind, "c": list(inside), **fields}


def taken(client, address):
    answer = get(client, address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/markdown; charset=utf-8")
    return answer.content.decode()


def page_pieces(client, address):
    """What the page says; the head of a table stands in its list with each cell instead."""
    page = get(client, address)
    page.content = re.sub(rb"<thead>.*?</thead>", b"", page.content, flags=re.DOTALL)
    return main_pieces(page)


@pytest.mark.django_db
def test_markdown_says_what_the_page_says_in_its_order(client):
    full_library()
    for address, ending in (
        (PATTERN + "2026.01", ""),
        (PATTERN + "2026.02", "?as-of=2026-02-06"),
        ("/partnerships/stargate-uae/2026.02", ""),
    ):
        expected = page_pieces(client, f"{address}/{ending}")
        text = shown(taken(client, f"{address}.md{ending}"))
        assert len(expected) > 50 and missing(expected, text) is None


@pytest.mark.django_db
def test_head_says_what_it_is(client):
    library()
    digest = read(get(client, PATTERN + "2026.01/")).one("code", class_="digest").text
    assert taken(client, PATTERN + "2026.01.md").split("\n\n")[:4] == [
        "# Pattern STC",
        "\n".join(
            [
                "* **Code:** STC",
                "* **Edition:** 2026.01",
                f"* **SHA-256:** `{digest}`",
                "* **Address:** [http://testserver/patterns/pattern-stc/2026.01/]"
                "(<http://testserver/patterns/pattern-stc/2026.01/>)",
                "* **Licence:** [CC BY 4.0](<https://creativecommons.org/licenses/by/4.0/>)",
            ]
        ),
        "*One line about it*",
        "Edition 2026.01 as published on 2026-01-05, with the partnerships that stood then.",
    ]


@pytest.mark.django_db
def test_matrix_is_a_list_that_says_each_score(client):
    library()
    text = taken(client, PATTERN + "2026.01.md?as-of=2026-02-01")
    row = next(line for line in text.splitlines() if line.startswith("- [Stargate]") and "STC-K2:" in line)
    plain = re.sub(r"\[([^\]]*)\]\(<[^>]*>\)", r"\1", row)
    assert plain == (
        "- Stargate · 2025-05-22 · Active · First form: 1 STC-K1: ● Visible; 2 STC-K2: Not assessed; "
        "3 STC-K3: Not assessed"
    )
    assert "\n- Party: Party; Country: NO; Role: Host\n" in taken(client, "/partnerships/stargate/2026.01.md")


@pytest.mark.django_db
def test_what_was_typed_reads_as_it_was_typed(client):
    names = {"title": HOSTILE, "subtitle": HOSTILE, "family": {"slug": "f", "name": HOSTILE}}
    sources = [source(key, title=HOSTILE) for key in ("case-2025", "jones-2025", "smith-2026")]
    publish(pattern(kill_list=[move("STC-K1", move=HOSTILE, mechanism=HOSTILE)], bibliography=sources, **names))
    party = {"name": HOSTILE, "country": HOSTILE, "role": HOSTILE}
    deal = partnership(name=HOSTILE, aliases=[HOSTILE, HOSTILE], parties=[party])
    publish(deal | {"exhibits": [exhibit(scores=[score("STC-K1", wording=HOSTILE)])]}, "2026-01-06", note=HOSTILE)
    for address in (PATTERN + "2026.01", "/partnerships/stargate/2026.01"):
        expected = page_pieces(client, address + "/")
        assert any("#noheading-nolist" in piece for piece in expected)
        assert missing(expected, shown(taken(client, address + ".md"))) is None


@pytest.mark.parametrize("start", STARTS)
def test_no_text_begins_a_block(start):
    text = start.strip()
    for block in (par(text), par("a", inline("br"), text), {"b": "list", "items": [{"number": 0, "c": [par(text)]}]}):
        html = MarkdownIt("commonmark").render(written(block))
        assert squeezed(unescape(re.sub(r"<[^>]*>", "", html))).endswith(squeezed(text))
        assert not re.search("<(h1|h2|blockquote|pre|hr|ol)", html)
    assert squeezed(shown(written(heading(text)))) == squeezed(text)
    run = {"b": "list", "role": "run", "items": [{"number": 0, "c": [par(text)]}]}
    assert squeezed(shown(written(run))) == squeezed(text)


MARKED = [
    ([inline("em", "a")], "*a*"),
    (["x", inline("em", "a"), "y"], "x*a*y"),
    (["x", inline("em", "(a)"), "y"], "x(a)y"),
    (["x ", inline("em", "(a)"), " y"], "x *(a)* y"),
    (["x ", inline("strong", "a."), "y"], "x a.y"),
    ([inline("em", "a"), inline("em", "b")], "*a*b"),
    ([inline("em", inline("strong", "a"))], "*a*"),
    (["x", inline("em", " a")], "x a"),
    ([inline("em", " ")], ""),
    (["1", inline("em", inline("strong", ":"))], "1:"),
    ([inline("em", "a", inline("strong", "b"), "c")], "*abc*"),
    ([inline("code", "a`b")], "``a`b``"),
    ([inline("code", "`")], "`` ` ``"),
    ([inline("link", "a]", to="https://example.org/a b<c>")], "[a\\]](<https://example.org/a%20b%3Cc%3E>)"),
    ([inline("link", "1", to="#source-a")], "1"),
    (["!", inline("link", "a", to="/b")], "\\![a](<http://testserver/b>)"),
    ([inline("score", "Visible", name="visible")], "● Visible"),
    ([inline("score", "Empty cell", name="")], "Empty cell"),
    ([inline("sup", "2"), inline("name", "N"), inline("small", "s")], "2Ns"),
    (["snake_case _x_ AT&T a < b"], "snake_case \\_x\\_ AT\\&T a \\< b"),
]


@pytest.mark.parametrize(("inlines", "text"), MARKED)
def test_inlines_are_marked_only_where_the_mark_is_read(inlines, text):
    assert written(par(*inlines)) == text


def test_blocks_keep_their_nature():
    nested = {"b": "list", "items": [{"number": 3, "c": [par("a"), {"b": "quote", "c": [par("b"), par("c")]}]}]}
    assert written(nested, {"b": "rule"}, {"b": "group", "c": [par("d"), par()]}) == (
        "3. a\n\n   > b\n   >\n   > c\n\n---\n\nd"
    )


TEXT = st.text(st.sampled_from("ab *_`[]()<>#!&;~$\\|-+=.1:/\"'\n"), min_size=1, max_size=24)
INLINE = st.recursive(
    TEXT.map(lambda text: re.sub(r"\s+", " ", text)),
    lambda inner: st.builds(
        lambda kind, inside: {"i": kind, "c": inside, "to": "https://example.org/"},
        st.sampled_from(["em", "strong", "small", "link"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)


def words(node):
    return node if isinstance(node, str) else "".join(map(words, node["c"]))


def without_links_in_links(node, inside=False):
    if isinstance(node, str):
        return node
    is_link = node["i"] == "link"
    kind = "small" if is_link and inside else node["i"]
    return {**node, "i": kind, "c": [without_links_in_links(one, inside or is_link) for one in node["c"]]}


def check(nodes):
    nodes = [without_links_in_links(node) for node in nodes]
    assert squeezed(shown(written(par(*nodes)))) == squeezed("".join(map(words, nodes)))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(INLINE, max_size=4))
def test_any_text_reads_as_it_is(nodes):
    check(nodes)


@pytest.mark.drill
@settings(max_examples=5_000, deadline=None, derandomize=True)
@given(st.lists(INLINE, max_size=4))
def test_any_text_reads_as_it_is_at_length(nodes):
    check(nodes)


@pytest.mark.drill
@pytest.mark.django_db
def test_every_item_of_the_starter_corpus_is_whole_in_markdown(client):
    from library.models import Page

    publish_starter_corpus()
    items = list(Page.objects.values_list("kind", "slug", "badges__number"))
    assert len(items) > 40
    for kind, slug, number in items:
        address = f"/{kind}s/{slug}/{number}"
        expected = page_pieces(client, f"{address}/?as-of=2026-03-01")
        assert missing(expected, shown(taken(client, f"{address}.md?as-of=2026-03-01"))) is None, address


# The tree that both are drawn from


def test_tree_keeps_the_text_of_markup_that_it_does_not_know():
    html = (
        '<div class="region">loose <b>words</b><dl class="plate"><div><dt>T</dt><dd>D<wbr>E</dd></div></dl></div>'
        '<section id="s"><p class="odd">P <span class="score score-visible"><svg><path d=""/></svg>V</span></p>'
        '<ol><li value="4">four<ul><li>inner</li></ul></li></ol><hr><blockquote><p>q</p></blockquote></section>'
        '<nav class="contents"><p>left out</p></nav><p><span class="row-links">left out</span></p>'
    )
    assert tree.read(html) == [
        par("loose words"),
        {"b": "facts", "role": "plate", "rows": [{"term": ["T"], "c": ["DE"]}]},
        {
            "b": "group",
            "id": "s",
            "c": [
                par("P ", inline("score", "V", name="visible")),
                {
                    "b": "list",
                    "items": [
                        {
                            "number": 4,
                            "c": [par("four"), {"b": "list", "items": [{"number": 0, "c": [par("inner")]}]}],
                        }
                    ],
                },
                {"b": "rule"},
                {"b": "quote", "c": [par("q")]},
            ],
        },
        par(),
    ]


def test_tree_reads_inlines_with_their_blanks():
    html = '<p> a\n<em> b </em><a>c</a><a href="/d"></a>&nbsp;<code>e  f</code><br> '
    cited = '<span class="cite">[<a href="#g">1</a>]</span> </p>'
    assert tree.read(html + cited)[0]["c"] == [
        *("a ", inline("em", " b "), inline("link", "c", to=""), "\u00a0", inline("code", "e f")),
        *({"i": "br"}, " ", inline("cite", "[", inline("link", "1", to="#g"), "]")),
    ]


def test_pieces_of_a_page_leave_out_what_is_not_said():
    assert pieces('<p>a<span class="visually-hidden">b<br>c</span></p><nav class="contents"><a>d</a></nav>e') == [
        "a",
        "e",
    ]
