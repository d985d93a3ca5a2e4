"""A reviewer's round: from one submission to the next without returning to a list."""

import pytest

from reviews import next as rounds
from reviews import workflow
from reviews.models import Submission
from tests.factories import approve, make_source, make_submission, pattern_document
from tests.reviews.desk import as_, page, shown, text_of

pytestmark = pytest.mark.django_db

CODES = ("AAA", "BBB", "CCC")


@pytest.fixture
def waiting(editor):
    make_source(editor)
    return [make_submission(pattern_document(code), editor) for code in CODES]


def position(client, submission):
    place = client.get(page(submission)).context["place"]
    return place and (place.number, place.of)


def test_oldest_first_and_nothing_of_ones_own(waiting, chief, reviewer, editor):
    own = make_submission(pattern_document("DDD"), chief)
    assert rounds.waiting_for(chief) == waiting and rounds.waiting_for(reviewer) == [*waiting, own]
    assert rounds.waiting_for(editor) == []
    workflow.withdraw(waiting[0], by=editor)
    assert rounds.waiting_for(reviewer) == [*waiting[1:], own]


def test_what_one_signed_waits_for_somebody_else(settings, waiting, reviewer, other_reviewer):
    settings.SIGN_OFFS_NEEDED = 2
    approve(waiting[1], reviewer)
    assert rounds.waiting_for(reviewer) == [waiting[0], waiting[2]]
    assert rounds.waiting_for(other_reviewer) == waiting


def test_after_the_last_comes_the_first(waiting, reviewer):
    first, second, third = waiting
    assert rounds.next_for(reviewer) == first
    assert rounds.next_for(reviewer, first) == second
    assert rounds.next_for(reviewer, third) == first
    assert rounds.next_for(reviewer, third, frozenset({first.pk})) == second
    assert rounds.next_for(reviewer, third, frozenset({first.pk, second.pk})) is None


def test_a_round_leads_through_all(client, waiting, reviewer):
    first, second, third = waiting
    as_(client, reviewer)
    assert position(client, first) == (1, 3)
    assert client.post(page(first, "sign-off/"), shown(first))["Location"] == page(second)
    assert position(client, second) == (2, 3)
    assert client.post(page(second, "skip/"))["Location"] == page(third)
    assert position(client, third) == (3, 3)
    answer = client.post(page(third, "request-changes/"), {"reason": "Not yet"})
    assert answer["Location"] == "/desk/through/"
    told = text_of(client.get("/desk/through/"))
    assert "You are through" in told and "You signed 1 off and sent 1 back." in told
    assert f'<a href="{page(second)}">Pattern BBB</a>' in told
    assert Submission.objects.get(pk=second.pk).state == "open"


def test_what_was_skipped_comes_back_in_the_next_round(client, waiting, reviewer):
    as_(client, reviewer)
    for submission in waiting:
        last = client.post(page(submission, "skip/"))
    assert last["Location"] == "/desk/through/"
    assert text_of(client.get("/desk/through/")).count("Submitted by Edda Editor") == 3
    assert position(client, waiting[0]) == (1, 3)
    assert client.post(page(waiting[0], "sign-off/"), shown(waiting[0]))["Location"] == page(waiting[1])


def test_one_begins_where_one_likes(client, waiting, reviewer):
    as_(client, reviewer)
    assert position(client, waiting[1]) == (1, 3)
    assert client.post(page(waiting[1], "skip/"))["Location"] == page(waiting[2])
    assert client.post(page(waiting[2], "skip/"))["Location"] == page(waiting[0])
    assert position(client, waiting[0]) == (3, 3)
    assert position(client, waiting[1]) == (2, 3)  # opened again, as if it had not been skipped


def test_every_step_says_what_was_done_and_how_many_are_left(client, waiting, reviewer):
    as_(client, reviewer)
    client.post(page(waiting[0], "skip/"))
    told = text_of(client.get(page(waiting[1])))
    assert f'Pattern AAA is skipped and waits on. <a href="{page(waiting[0])}">Go back to it</a>.' in told
    assert "2 more wait for you." in told
    client.post(page(waiting[1], "request-changes/"), {"reason": "Not yet"})
    told = text_of(client.get(page(waiting[2])))
    assert "Pattern BBB went back to its editor with your reason. The last one that waits for you is below." in told
    client.post(page(waiting[2], "sign-off/"), shown(waiting[2]))
    told = text_of(client.get("/desk/through/"))
    assert "Pattern CCC is published as" in told and "more wait" not in told
    assert f'<a class="button" href="{page(waiting[0])}">Take it up now</a>' in told


def test_the_end_of_a_round_says_where_to_go_on(client, reviewer):
    told = text_of(as_(client, reviewer).get("/desk/through/"))
    for address in ("/desk/", "/desk/due/", "/desk/corrections/"):
        assert f'<li><a href="{address}">' in told


def test_what_was_just_done_has_the_focus(client, waiting, reviewer):
    as_(client, reviewer).post(page(waiting[0], "skip/"))
    assert '<div class="messages" id="messages" tabindex="-1" autofocus>' in text_of(client.get(page(waiting[1])))


def test_others_rounds_are_their_own(client, waiting, reviewer, other_reviewer, editor):
    as_(client, reviewer).post(page(waiting[0], "skip/"))
    assert position(as_(client, other_reviewer), waiting[0]) == (1, 3)
    assert position(as_(client, editor), waiting[0]) is None


def test_nothing_waits(client, reviewer):
    told = text_of(as_(client, reviewer).get("/desk/through/"))
    assert "You are through" in told and "Nothing waits for you." in told


def test_more_came_while_one_was_through(client, waiting, reviewer):
    told = text_of(as_(client, reviewer).get("/desk/through/"))
    assert f'href="{page(waiting[0])}">Review Pattern AAA</a>' in told


def test_strangers_do_not_skip(client, stranger, waiting):
    as_(client, stranger)
    assert client.post(page(waiting[0], "skip/")).status_code == 404
    assert client.get("/desk/through/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_next_one_takes_one_statement(editor, reviewer, count, django_assert_num_queries):
    make_source(editor)
    for code in CODES[:count]:
        make_submission(pattern_document(code), editor)
    assert reviewer.role
    with django_assert_num_queries(1):
        rounds.next_for(reviewer)
