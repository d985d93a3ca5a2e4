"""The queue: what waits for whom, and why."""

import pytest

from reviews import workflow
from tests.factories import (
    approve,
    make_draft,
    make_source,
    make_submission,
    partnership_document,
    pattern_document,
)
from tests.reviews.desk import as_, text_of

pytestmark = pytest.mark.django_db


def test_queue_of_a_reviewer_has_what_they_may_sign_oldest_first(client, editor, reviewer, submission):
    make_submission(pattern_document("ABC"), editor)
    answer = as_(client, reviewer).get("/desk/")
    assert [item.draft.code for item in answer.context["queue"].to_sign] == ["STC", "ABC"]
    assert "Waiting for your review" in text_of(answer)
    assert "Your changes not yet submitted" not in text_of(answer)


def test_queue_says_what_a_reviewer_wrote_and_may_not_sign(client, chief, submission):
    make_submission(pattern_document("ABC"), chief)
    queue = as_(client, chief).get("/desk/").context["queue"]
    assert [item.draft.code for item in queue.to_sign] == ["STC"]
    assert [item.draft.code for item in queue.not_theirs] == ["ABC"]
    assert "You wrote part of these texts" in text_of(client.get("/desk/"))


def test_queue_keeps_apart_what_waits_for_a_second_signature(client, settings, submission, reviewer):
    settings.SIGN_OFFS_NEEDED = 2
    approve(submission, reviewer)
    queue = as_(client, reviewer).get("/desk/").context["queue"]
    assert (queue.to_sign, [item.draft.code for item in queue.signed]) == ([], ["STC"])


def test_queue_of_an_editor_has_their_changes_and_what_blocks(client, editor, other_editor, draft):
    make_draft(pattern_document("ABC", moves=2), editor)
    make_draft(pattern_document("XYZ"), other_editor)
    answer = as_(client, editor).get("/desk/")
    found = {waiting.item.draft.code: len(waiting.blockers) for waiting in answer.context["queue"].unsubmitted}
    assert found == {"STC": 0, "ABC": 1}
    assert "1 thing to mend first" in text_of(answer)
    assert "Ready to submit" in text_of(answer)


def test_queue_tells_the_editor_why_a_text_came_back(client, editor, other_editor, reviewer, submission):
    workflow.request_changes(submission, by=reviewer, reason="Move 2 is vague")
    answer = as_(client, editor).get("/desk/")
    waiting = answer.context["queue"].sent_back[0]
    assert (waiting.item.draft.code, waiting.reason, waiting.reason_by) == ("STC", "Move 2 is vague", "Rhea Reviewer")
    assert "Move 2 is vague" in text_of(answer)
    assert as_(client, other_editor).get("/desk/").context["queue"].sent_back == []


def test_queue_of_an_editor_has_what_is_in_review(client, editor, other_editor, submission):
    assert [item.draft.code for item in as_(client, editor).get("/desk/").context["queue"].in_review] == ["STC"]
    assert as_(client, other_editor).get("/desk/").context["queue"].in_review == []


def test_queue_forgets_whose_part_is_published(client, editor, other_editor, reviewer, submission):
    approve(submission, reviewer)
    make_draft(pattern_document(title="Changed by Otto"), other_editor)
    assert as_(client, editor).get("/desk/").context["queue"].unsubmitted == []
    assert len(as_(client, other_editor).get("/desk/").context["queue"].unsubmitted) == 1


def test_queue_is_narrowed_by_words_and_kind(client, editor, draft):
    make_draft(pattern_document("ABC", title="Capital letters"), editor)
    make_draft(partnership_document(), editor)
    as_(client, editor)

    def listed(**query):
        return [item.draft.code for item in client.get("/desk/", query).context["queue"].listed]

    assert listed() == ["ABC", "stargate", "STC"]
    assert listed(q="capital") == ["ABC"]
    assert listed(q="stc") == ["STC"]
    assert listed(kind="partnership") == ["stargate"]
    assert listed(q="%") == []
    assert "No item has this" in text_of(client.get("/desk/", {"q": "nothing like it"}))
    assert client.get("/desk/", {"q": "a\0b", "kind": "pear"}).status_code == 200


def test_empty_queue_says_what_will_stand_there(client, chief):
    told = text_of(as_(client, chief).get("/desk/"))
    assert "Nothing waits for you." in told
    assert "Everything you wrote is submitted or published." in told
    assert "There are no patterns or partnerships yet." in told


@pytest.mark.parametrize("count", [1, 3, 40])
def test_queue_takes_as_many_statements_for_many_items_as_for_one(
    client, count, editor, other_editor, reviewer, chief, django_assert_num_queries
):
    make_source(editor)
    for number in range(count):
        make_draft(pattern_document(f"D{number}"), chief)
        make_submission(pattern_document(f"S{number}"), editor)
        make_submission(pattern_document(f"C{number}"), chief)
        back = make_submission(pattern_document(f"B{number}"), chief)
        workflow.request_changes(back, by=reviewer, reason="Because")
        make_draft(partnership_document(f"p{number}", pattern="D0"), chief)
    as_(client, chief)
    with django_assert_num_queries(15):
        queue = client.get("/desk/").context["queue"]
    lists = (queue.to_sign, queue.not_theirs, queue.sent_back, queue.unsubmitted, queue.listed)
    assert [len(found) for found in lists] == [count, count, count, 2 * count, min(5 * count, 100)]
    assert queue.unlisted == max(0, 5 * count - 100)
