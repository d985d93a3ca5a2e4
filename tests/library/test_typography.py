"""Straight quotes curled for readers."""

import pytest

from library.typography import curly
from tests.library.factories import exhibit, move, partnership, pattern, publish, publish_again, source
from tests.library.html import read
from tests.library.reading import READING, get


@pytest.mark.parametrize(
    ("straight", "shown"),
    [
        ("nothing to do", "nothing to do"),
        ("the host's fear", "the host’s fear"),
        ("hosts' fear", "hosts’ fear"),
        ('the "key" clause', "the “key” clause"),
        ('"At first," he said', "“At first,” he said"),
        ("he said 'no' twice", "he said ‘no’ twice"),
        ("the '90s", "the ’90s"),
        ('<a href="#x" title="it\'s">"x"</a>', '<a href="#x" title="it\'s">“x”</a>'),
        ("<code>a = 'b'</code> isn't", "<code>a = 'b'</code> isn’t"),
        ('5" wide', "5” wide"),
        ('("in brackets")', "(“in brackets”)"),
    ],
)
def test_quotes_are_curled(straight, shown):
    assert curly(straight) == shown


@pytest.mark.django_db
def test_no_straight_apostrophe_stands_on_any_public_page(client):
    """Whatever plain text a document holds, wherever it is listed."""
    said = "The host's own"
    record = {"title": said, "publisher": said, "note": said, "origin": said, "authors": ["O'Neil, A."]}
    bibliography = [source(key, **record) for key in ("jones-2025", "smith-2026", "case-2025", "release-2025")]
    family = {"slug": "sovereign", "name": said}
    whole = pattern(title=said, subtitle=said, family=family, bibliography=bibliography)
    for part, names in (
        ("sub_variants", ["name"]),
        ("clauses", ["title"]),
        ("precedents", ["title", "forum", "status"]),
        ("kill_list", ["move"]),
    ):
        whole[part][0] |= dict.fromkeys(names, said)
    shown = exhibit(pattern_title=said, sub_variants=[{"code": "STC-V1", "name": said}])
    deal = partnership(exhibits=[shown], name=said, aliases=[said], bibliography=bibliography, status_note=said)
    deal["parties"][0] |= {"name": said, "role": said}
    deal["sources"][0]["supports"] = said
    publish(whole, note=said, name="Siobhán O'Neill", role=said, override_reason=said)
    publish(deal, "2026-01-06", note=said, name="Siobhán O'Neill")
    publish_again(whole, "2026-02-05", title=f"{said} title", kill_list=[move("STC-K7", move=said)])
    compared = "/patterns/pattern-stc/compare/2026.01/2026.02/"
    for address in (*READING, compared, "/patterns/pattern-stc/?as-of=2025-01-01"):
        page = read(get(client, address))
        assert "'" not in page.text, address
        assert "’" in page.text or address in ("/methodology/", "/search/", "/api/v1/", "/corrections/")
