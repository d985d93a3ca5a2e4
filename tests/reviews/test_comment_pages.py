"""Comments on the pages of the desk: shown at their places, typed, refused, answered, resolved."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patterns.models import Pattern
from reviews import cases, comments, places
from reviews.models import Comment
from tests.factories import (
    approve,
    make_draft,
    make_edition,
    make_source,
    make_submission,
    partnership_document,
    pattern_document,
)
from tests.reviews.desk import ITEM, as_, page, text_of
from tests.reviews.test_comments import MECHANISM, remark

pytestmark = pytest.mark.django_db

REFUSED = 409


def typed(place=MECHANISM, text="Why?", **others):
    return {
        "place": place if isinstance(place, str) else places.as_value(place),
        "text": text,
        "at": "kill_list-STC-K1",
        **others,
    }


def changed(editor, reviewer, submission, **fields):
    """Publish the text, then put up one with other rows."""
    approve(submission, reviewer)
    document = pattern_document(**fields)
    document["kill_list"][0]["mechanism"] = "Another reason."
    document["kill_list"][2] |= {"code": "STC-K4", "move": "A fourth move"}
    return make_submission(document, editor)


def test_a_comment_is_recorded_and_shown_beside_its_row(client, reviewer, submission):
    answer = as_(client, reviewer).post(page(submission, "comment/"), typed(is_blocking="on"))
    made = Comment.objects.get()
    assert answer["Location"] == f"{page(submission)}#comment-{made.pk}"
    assert (made.place, made.is_blocking, made.submission) == (list(MECHANISM), True, submission.pk)
    shown = client.get(page(submission))
    passages = [passage for _, parts in shown.context["sections"] for passage in parts if passage.threads]
    assert [passage.shown.place for passage in passages] == [("kill_list", "STC-K1")]
    told = text_of(shown)
    assert told.count("Blocks the sign-off") == 1 and "Your comment is recorded." in told
    assert f'<a href="#comment-{made.pk}">Rhea Reviewer on Kill list, STC-K1, mechanism</a>: Why?' in told


def test_line_breaks_and_markup_are_shown_as_typed(client, reviewer, submission):
    remark(submission, reviewer, text="One\nTwo <script>alert(1)</script>\n\nThree")
    told = text_of(as_(client, reviewer).get(page(submission)))
    assert "<p>One<br>Two &lt;script&gt;alert(1)&lt;/script&gt;</p> <p>Three</p>" in told


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"text": ""}, "Write what you want to say."),
        ({"text": "a\u202eb"}, "In this text character 2 is a hidden change of text direction"),
        ({"text": "x" * 5_001}, "This comment has 5,001 characters; use at most 5,000."),
        ({"text": "x" * 2_000_000}, "This comment has 2,000,000 characters"),
        ({"place": "nowhere"}, "This is no place in the text."),
        ({"place": '["kill_list", "STC-K9"]'}, "The text no longer has the place"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(client, reviewer, submission, sent, sentence):
    answer = as_(client, reviewer).post(page(submission, "comment/"), typed(**{"is_blocking": "on", **sent}))
    told = answer.content.decode()
    assert answer.status_code == REFUSED and sentence in told
    assert sent.get("text", "Why?") in told and "autofocus" in told
    assert not Comment.objects.exists()


def test_editors_see_no_box_to_block_and_cannot_forge_it(client, editor, submission):
    assert "is_blocking" not in text_of(as_(client, editor).get(page(submission)))
    answer = client.post(page(submission, "comment/"), typed(is_blocking="on"))
    assert answer.status_code == 403 and "Only reviewers block a sign-off." in text_of(answer)
    assert not Comment.objects.exists()


def test_strangers_learn_nothing_of_comments(client, stranger, reviewer, submission):
    made = remark(submission, reviewer)
    as_(client, stranger)
    nothing = client.get("/-/").content
    paths = [page(submission, "comment/"), f"{ITEM}comment/", "/desk/comments/999999/resolve/"]
    paths += [f"/desk/comments/{made.pk}/{verb}/" for verb in ("reply", "resolve", "reopen")]
    answers = [client.post(path, typed()) for path in paths]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, nothing)}
    assert Comment.objects.count() == 1


def test_answers_resolve_and_reopen_lead_back_to_the_comparison(client, editor, reviewer, submission):
    made = remark(submission, reviewer)
    as_(client, editor)
    back = f"{page(submission)}?since=mine#comment-{made.pk}"
    query = f"?on={submission.pk}&since=mine"
    for verb, sent in (("reply", {"text": "Because."}), ("resolve", {}), ("reopen", {})):
        answer = client.post(f"/desk/comments/{made.pk}/{verb}/{query}", sent)
        assert (answer.status_code, answer["Location"]) == (302, back), verb
    told = text_of(client.get(page(submission)))
    assert "Because." in told and "Edda Editor" in told


@pytest.mark.parametrize("on", ["", "999999", "x", "９", "9" * 30])
def test_without_its_submission_a_conversation_is_on_the_items_page(client, reviewer, submission, on):
    made = remark(submission, reviewer)
    answer = as_(client, reviewer).post(f"/desk/comments/{made.pk}/resolve/", query_params={"on": on})
    assert answer["Location"] == f"{ITEM}#comment-{made.pk}"


def test_an_answer_that_says_nothing_is_asked_for_again(client, editor, reviewer, submission):
    made = remark(submission, reviewer)
    as_(client, editor)
    for query in (f"?on={submission.pk}", ""):
        answer = client.post(f"/desk/comments/{made.pk}/reply/{query}", {"text": " "})
        assert answer.status_code == REFUSED
        assert f'id="error-comment-{made.pk}">Write what you want to say.' in text_of(answer)


def test_resolving_twice_says_so(client, editor, reviewer, submission):
    made = remark(submission, reviewer)
    comments.resolve(made, by=reviewer)
    answer = as_(client, editor).post(f"/desk/comments/{made.pk}/resolve/", follow=True)
    assert "This comment is resolved already." in text_of(answer)


def test_a_writer_is_not_offered_to_resolve_what_blocks(client, editor, other_reviewer, reviewer, submission):
    made = remark(submission, reviewer, is_blocking=True)
    resolve = f"/desk/comments/{made.pk}/resolve/"
    told = text_of(as_(client, editor).get(page(submission)))
    assert resolve not in told and "A reviewer who did not write this text resolves it." in told
    assert client.post(resolve).status_code == 403
    assert resolve in text_of(as_(client, other_reviewer).get(page(submission)))


def test_a_comment_blocks_signing_with_a_way_to_it(client, reviewer, other_reviewer, submission):
    made = remark(submission, other_reviewer, is_blocking=True)
    shown = {"digest": submission.digest, "base_edition": ""}
    answer = as_(client, reviewer).post(page(submission, "sign-off/"), shown)
    told = text_of(answer)
    assert answer.status_code == REFUSED
    assert "1 comment blocks this text" in told and f'href="#comment-{made.pk}"' in told
    assert cases.live_edition("pattern", "STC") is None


# At their places


def test_comments_stand_at_changes_elsewhere_and_detached(client, editor, reviewer, submission):
    at_change = remark(submission, reviewer)
    elsewhere = remark(submission, reviewer, place=("anchors", "STC-A1"))
    at_removed = remark(submission, reviewer, place=("kill_list", "STC-K3", "move"))
    second = changed(editor, reviewer, submission)
    shown = as_(client, reviewer).get(page(second))
    found = {passage.shown.place: passage.threads for passage in shown.context["passages"] if passage.threads}
    assert [thread.comment for thread in found[("kill_list", "STC-K1")]] == [at_change]
    assert found[("kill_list", "STC-K1")][0].is_earlier
    assert [thread.comment for thread in found[("kill_list", "STC-K3")]] == [at_removed]
    talk = shown.context["talk"]
    assert [thread.comment for thread in talk.elsewhere] == [elsewhere] and talk.detached == []
    told = text_of(shown)
    assert "about an earlier wording:" in told and "Why move 1 fails [@smith-2026].</blockquote>" in told
    assert "which this text does not have" in told


def test_a_comment_on_a_removed_row_is_taken_and_later_detached(client, editor, reviewer, submission):
    second = changed(editor, reviewer, submission)
    sent = typed(("kill_list", "STC-K3"), text="Why did it go?")
    assert as_(client, reviewer).post(page(second, "comment/"), sent).status_code == 302
    assert Comment.objects.get().quote.startswith("Move 3 of STC")
    approve(second, reviewer)
    document = {**second.read(), "title": "Another title"}
    third = make_submission(document, editor)
    shown = client.get(page(third))
    assert [thread.where for thread in shown.context["talk"].detached] == ["Kill list, STC-K3"]
    assert "which this text does not have. The words it was about:" in text_of(shown)


# The item's page


def test_the_items_page_shows_what_is_open_and_takes_comments(client, editor, reviewer, submission):
    remark(submission, reviewer, text="Still open", place=("kill_list", "STC-K3"))
    comments.resolve(remark(submission, reviewer, text="Done"), by=editor)
    document = pattern_document()
    del document["kill_list"][2]
    make_draft(document, editor)
    told = text_of(as_(client, editor).get(ITEM))
    assert '<span class="count">1 open</span>' in told and "1 resolved" in told
    assert "Still open" in told and "which this text does not have" in told
    answer = client.post(f"{ITEM}comment/", {"text": "For later", "at": "whole", "place": "[]"})
    made = Comment.objects.last()
    assert answer["Location"] == f"{ITEM}#comment-{made.pk}"
    assert (made.place, made.submission, made.quote) == ([], submission.pk, "")
    refused = client.post(f"{ITEM}comment/", {"text": "", "at": "whole"})
    assert refused.status_code == REFUSED and "Write what you want to say." in text_of(refused)


@pytest.mark.parametrize(
    ("place", "field"),
    [
        (("title",), "field-title"),
        (("kill_list", "STC-K1"), "row-STC-K1"),
        (MECHANISM, "field-STC-K1-mechanism"),
    ],
)
def test_editors_are_led_to_the_field(client, editor, reviewer, submission, place, field):
    remark(submission, reviewer, place=place)
    pk = Pattern.objects.get().pk
    address = f"/admin/patterns/pattern/{pk}/change/"
    assert f'<a href="{address}#{field}">In the form' in text_of(as_(client, editor).get(ITEM))
    assert f'id="{field}"' in client.get(address).content.decode()
    assert "In the form" not in text_of(as_(client, reviewer).get(ITEM))


def test_editors_are_led_to_the_score_in_the_list_of_exhibits(client, editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    submission = make_submission(partnership_document(), editor)
    for place in (("exhibits", "STC", "scores", "STC-K1"), ("exhibits", "STC", "scores", "STC-K1", "evidence")):
        remark(submission, reviewer, place=place)
    answer = as_(client, editor).get("/desk/partnership/stargate/")
    assert text_of(answer).count("#field-STC-STC-K1") == 2
    assert 'id="field-STC-STC-K1"' in client.get(answer.context["edit_url"]).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_review_takes_as_many_statements_for_three_comments_as_for_one(
    client, editor, reviewer, submission, count, django_assert_num_queries
):
    talk_about(submission, editor, reviewer, count)
    as_(client, reviewer)
    with django_assert_num_queries(11):
        client.get(page(submission))


def test_the_item_takes_as_many_statements_for_three_comments_as_for_one(client, editor, reviewer, submission):
    as_(client, reviewer)
    taken = []
    for count in (1, 2):
        talk_about(submission, editor, reviewer, count)
        with CaptureQueriesContext(connection) as statements:
            client.get(ITEM)
        taken.append(len(statements))
    assert taken[0] == taken[1]


def talk_about(submission, editor, reviewer, count):
    for n in range(count):
        comments.reply(remark(submission, reviewer, text=f"No. {n}", is_blocking=True), by=editor, text="Yes")


def test_an_editor_hears_of_open_comments_after_saving(client, editor, reviewer):
    make_source(editor)
    submission = make_submission(pattern_document(), editor)
    from reviews.notices import what_was_said

    draft = make_draft(pattern_document(title="Else"), editor)
    assert what_was_said(draft) == ""
    remark(submission, reviewer)
    assert what_was_said(draft) == '<a href="/desk/pattern/STC/#comments">1 comment is open</a>.'
    remark(submission, reviewer, text="And why now?")
    assert "2 comments are open" in what_was_said(draft)


def test_verbs_are_posted_and_pages_are_read(client, reviewer, submission):
    made = remark(submission, reviewer)
    as_(client, reviewer)
    verbs = [page(submission, "comment/"), page(submission, "mark/"), page(submission, "skip/"), f"{ITEM}comment/"]
    verbs += [f"/desk/comments/{made.pk}/{verb}/" for verb in ("reply", "resolve", "reopen")]
    assert {client.get(path).status_code for path in verbs} == {405}
    assert client.post("/desk/through/").status_code == 405
    assert client.post("/desk/comments/999999/resolve/").status_code == 404


@pytest.mark.drill
def test_sixty_rows_with_a_hundred_comments_take_no_more_statements(
    client, editor, reviewer, other_reviewer, django_assert_max_num_queries
):
    make_source(editor)
    make_edition(pattern_document(moves=60), editor, other_reviewer)
    document = pattern_document(moves=60)
    for row in document["kill_list"]:
        row["mechanism"] = f"Another reason for {row['code']} [@smith-2026]."
    submission = make_submission(document, editor)
    for n in range(100):
        remark(submission, reviewer, place=("kill_list", f"STC-K{n % 60 + 1}"), text=f"No. {n}")
    as_(client, reviewer)
    for asked in ({}, {"since": "mine"}, {"old": "nothing"}, {"new": f"submission-{submission.pk}"}):
        with django_assert_max_num_queries(12):
            told = text_of(client.get(page(submission), asked))
        assert told.count('class="thread"') == 100
