"""Needs another look: gaps, older wordings and dropped moves, in one list that leads to their lines."""

import pytest
from django.urls import reverse

from history.models import Draft
from partnerships.composition import bind
from reviews import another_look
from reviews.another_look import Count
from tests.factories import make_draft, make_edition, make_source, partnership_document, pattern_document

pytestmark = pytest.mark.django_db

PAGE = "/desk/another-look/"


@pytest.fixture
def scored(editor, reviewer):
    """A partnership scored against the first edition, moves 1 to 3 of 4; then 1 is reworded and 3 dropped."""
    make_source(editor)
    make_edition(pattern_document(moves=4), editor, reviewer)
    scored = make_draft(bind(partnership_document(moves=3)), editor)
    document = Draft.objects.get(kind="pattern").read()
    first, second, _, fourth = document["kill_list"]
    moved_on = {**document, "kill_list": [{**first, "move": "Move 1 of STC, reworded"}, second, fourth]}
    make_edition(moved_on, editor, reviewer)
    return scored


def page_of(client, by, **query):
    client.force_login(by)
    return " ".join(client.get(PAGE, query).content.decode().split())


def test_each_matter_stands_in_its_line(scored):
    [entry] = another_look.entries()
    [scorecard] = entry.scorecards
    assert [(line.look.move, line.look.matter) for line in scorecard.lines] == [
        ("STC-K1", "reworded"),
        ("STC-K4", "gap"),
        ("STC-K3", "dropped"),
    ]
    assert (entry.code, scorecard.pattern, scorecard.moves) == ("stargate", "STC", 3)
    assert another_look.count() == Count(older=1, dropped=1, gaps=1)


def test_the_page_shows_old_and_new_words_and_leads_to_the_line(client, scored, editor):
    page = page_of(client, editor)
    form = reverse("admin:partnership-part", args=["stargate", "STC"])
    for move in ("STC-K1", "STC-K3", "STC-K4"):
        assert f'href="{form}#row-{move}"' in page
        assert f'id="row-{move}"' in client.get(form).content.decode()
    assert "Move 1 of STC<ins>, reworded</ins>" in page
    assert "1 of 3 moves not assessed" in page and "STC-K2" not in page
    assert "1 score judges an older wording; 1 score judges a dropped move; 1 move not assessed." in page


def test_the_list_is_narrowed_by_pattern_and_by_partnership(client, scored, editor):
    make_draft(pattern_document("OTH"), editor)
    make_draft(partnership_document("other", pattern="OTH", moves=1), editor)
    assert another_look.count(pattern="OTH") == Count(older=0, dropped=0, gaps=2)
    page = page_of(client, editor, pattern="OTH")
    assert "Partnership other" in page and "Partnership stargate" not in page and "show all" in page
    assert "Partnership other" not in page_of(client, editor, partnership="stargate")
    for query in ({"pattern": "NOWHERE"}, {"pattern": "a\x00b"}, {"partnership": ""}):
        assert "Partnership other" in page_of(client, editor, **query)
    assert "No scorecard of a�b needs" in page_of(client, editor, partnership="a�b")


def test_a_pattern_without_an_edition_is_judged_by_its_draft(editor):
    make_source(editor)
    make_draft(pattern_document(moves=2), editor)
    make_draft(partnership_document(moves=1), editor)
    assert another_look.count() == Count(older=0, dropped=0, gaps=1)
    make_draft(partnership_document(moves=2), editor)
    assert another_look.entries() == []


def test_a_pattern_that_is_not_there_needs_no_look(editor):
    make_source(editor)
    make_draft(partnership_document(pattern="GONE"), editor)
    assert another_look.entries() == []


def test_nothing_to_look_at_is_said(client, editor):
    assert "No scorecard needs another look" in page_of(client, editor)


def test_item_pages_say_how_many(client, scored, editor):
    client.force_login(editor)
    pattern = " ".join(client.get("/desk/pattern/STC/").content.decode().split())
    assert "In the scorecards of partnerships that show STC: 1 score judges an older wording" in pattern
    assert 'href="/desk/another-look/?pattern=STC"' in pattern
    partnership = client.get("/desk/partnership/stargate/").content.decode()
    assert 'href="/desk/another-look/?partnership=stargate"' in partnership


@pytest.mark.parametrize("count", [1, 3, 40])
def test_as_many_statements_for_many_as_for_one(client, editor, count, django_assert_num_queries):
    make_source(editor)
    make_draft(pattern_document(), editor)
    for number in range(count):
        make_draft(partnership_document(f"p{number:02d}", moves=1), editor)
    client.force_login(editor)
    with django_assert_num_queries(8):
        page = client.get(PAGE)
    assert len(page.context["entries"]) == min(count, 25)


def test_many_partnerships_come_in_pages_that_keep_the_selection(client, editor, monkeypatch):
    monkeypatch.setattr("reviews.another_look_views.PER_PAGE", 1)
    make_source(editor)
    make_draft(pattern_document(), editor)
    for code in ("one", "three", "two"):
        make_draft(partnership_document(code, moves=1), editor)
    second = page_of(client, editor, pattern="STC", page="2")
    assert "Partnership three" in second and "Partnership one" not in second and "Partnership two" not in second
    assert "6 moves not assessed." in second and "Page 2 of 3, 3 partnerships by name" in second
    assert '<a href="?pattern=STC&amp;page=1" rel="prev">Previous</a>' in second
    assert '<a href="?pattern=STC&amp;page=3" rel="next">Next</a>' in second
    for astray in ("0", "99", "x"):
        assert "of 3, 3 partnerships" in page_of(client, editor, page=astray)


def test_patterns_stand_with_their_titles(client, editor):
    make_source(editor)
    make_draft(pattern_document(), editor)
    make_draft(partnership_document(moves=1), editor)
    page = page_of(client, editor)
    assert '<option value="STC">Pattern STC (STC)</option>' in page
    assert 'Scorecard of Pattern STC</a> <span class="code">STC</span>' in page


def test_strangers_learn_nothing(client, scored, stranger, reviewer):
    assert client.get(PAGE).status_code == 302
    client.force_login(stranger)
    assert client.get(PAGE).status_code == 404
    client.force_login(reviewer)
    assert client.get(PAGE).status_code == 200 and client.post(PAGE).status_code == 405
