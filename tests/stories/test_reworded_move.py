"""A move is reworded after it was scored: the page says which wording was scored."""

import pytest
from django.test import Client

from history.models import Draft
from library import publication, scores
from tests.factories import make_edition, make_source, partnership_document, pattern_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(editor, reviewer):
    """The pattern's first edition, a partnership scored against it, then the first move in other words."""
    make_source(editor)
    first = make_edition(pattern_document(), editor, reviewer)
    make_edition(partnership_document(), editor, reviewer)
    document = Draft.objects.get(kind="pattern").read()
    document["kill_list"][0]["move"] = "The same move in other words"
    make_edition(document, editor, reviewer)
    return first


def text_of(address):
    page = Client().get(address).content.decode()
    return " ".join(page.replace("\n", " ").split())


def cards(page):
    """The kill-list cards of a page, by code."""
    return {f"STC-K{n}": page.split(f'id="STC-K{n}"')[1].split("</article>")[0] for n in (1, 2, 3)}


def says_which_wording(first):
    card = cards(text_of("/patterns/pattern-stc/"))
    link = f'href="/patterns/pattern-stc/{first.number}/#STC-K1"'
    return "scored against the wording of" in card["STC-K1"] and link in card["STC-K1"]


def test_the_page_says_which_wording_was_scored(first):
    assert says_which_wording(first)
    card = cards(text_of("/patterns/pattern-stc/"))
    assert "scored against the wording of" not in card["STC-K2"] + card["STC-K3"]


def test_the_linked_edition_has_the_wording_that_was_scored(first):
    assert "Move 1 of STC" in cards(text_of(f"/patterns/pattern-stc/{first.number}/"))["STC-K1"]


def test_the_story_fails_when_wordings_are_not_compared(first, monkeypatch):
    monkeypatch.setattr(scores, "reworded", lambda *given: None)
    publication.rebuild()
    assert not says_which_wording(first)


def test_scored_again_against_the_new_wording_the_note_goes(first, editor, reviewer):
    document = Draft.objects.get(kind="partnership").read()
    for score in document["exhibits"][0]["scores"]:
        score["edition"] = score["wording"] = ""
    make_edition(document, editor, reviewer)
    assert "scored against the wording of" not in text_of("/patterns/pattern-stc/")


def test_a_dropped_moves_score_stays_with_the_partnership(first, editor, reviewer):
    document = Draft.objects.get(kind="pattern").read()
    document["kill_list"] = [
        *document["kill_list"][1:],
        {**document["kill_list"][0], "code": "STC-K4", "move": "A new move"},
    ]
    make_edition(document, editor, reviewer)
    page = text_of("/partnerships/stargate/")
    assert f'href="/patterns/pattern-stc/{first.number}/#STC-K1"' in page
    assert "What shows move 1." in page
    assert "What shows move 1." not in text_of("/patterns/pattern-stc/")
