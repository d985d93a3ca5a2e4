"""How far a reviewer has read: marks kept per digest of what was shown."""

import pytest
from django.db import IntegrityError, transaction

from reviews import places, read_marks, workflow
from reviews.models import ReadMark
from tests.factories import (
    approve,
    make_edition,
    make_source,
    make_submission,
    partnership_document,
    pattern_document,
)
from tests.reviews.desk import as_, page, text_of

pytestmark = pytest.mark.django_db

K1, K2, K3 = (("kill_list", f"STC-K{n}") for n in (1, 2, 3))


def reworded(*rows, order=(0, 1, 2), words="Another reason.", **fields):
    document = pattern_document(**fields)
    for row in rows:
        document["kill_list"][row]["mechanism"] = words
    document["kill_list"] = [document["kill_list"][place] for place in order]
    return document


def passages(client, submission, **asked):
    context = client.get(page(submission), asked).context
    return {p.shown.place: p for p in context["passages"]} or {
        p.shown.place: p for _, parts in context["sections"] for p in parts
    }


def mark(client, submission, passage, name="read", **headers):
    return client.post(page(submission, "mark/"), {name: passage.mark}, headers=headers)


def read_in(client, submission, **asked):
    return [place for place, passage in passages(client, submission, **asked).items() if passage.is_read]


@pytest.fixture
def second(submission, editor, other_reviewer):
    approve(submission, other_reviewer)
    return make_submission(reworded(0, 1, title="Else"), editor)


def test_a_passage_is_marked_read_and_unread(client, reviewer, second):
    as_(client, reviewer)
    assert list(passages(client, second)) == [("title",), K1, K2]
    answer = mark(client, second, passages(client, second)[K1])
    assert answer["Location"] == f"{page(second)}#next-unread"
    assert read_in(client, second) == [K1]
    told = text_of(client.get(page(second)))
    assert "<span data-read-count>1</span> of 3 changes read" in told
    assert 'href="#claim-title" data-next-unread' in told
    mark(client, second, passages(client, second)[K1], "unread")
    assert read_in(client, second) == [] and not ReadMark.objects.exists()


def test_marking_twice_is_the_same(client, reviewer, second):
    as_(client, reviewer)
    passage = passages(client, second)[K1]
    assert [mark(client, second, passage).status_code for _ in range(2)] == [302, 302]
    kept = ReadMark.objects.get()
    assert (kept.person, kept.code, kept.place) == (reviewer, "STC", list(K1))
    kept.pk = None
    with pytest.raises(IntegrityError, match="a_person_reads_the_same_once"), transaction.atomic():
        kept.save(force_insert=True)


def test_a_script_hears_only_that_it_is_done(client, reviewer, second):
    passage = passages(as_(client, reviewer), second)[K1]
    answer = mark(client, second, passage, **{"X-Requested-With": "fetch"})
    assert (answer.status_code, answer.content) == (204, b"")


def test_everything_read_leads_to_the_decision(client, reviewer, second):
    as_(client, reviewer)
    for passage in passages(client, second).values():
        mark(client, second, passage)
    told = text_of(client.get(page(second)))
    assert "You have read all that is shown here." in told and 'href="#decision" data-next-unread' in told


def test_what_did_not_change_stays_read_in_the_next_submission(client, editor, reviewer, second):
    as_(client, reviewer)
    for passage in passages(client, second).values():
        mark(client, second, passage)
    workflow.withdraw(second, by=editor)
    document = reworded(0, 1, title="Else")
    document["kill_list"][1]["mechanism"] = "A third reason."
    third = make_submission(document, editor)
    assert read_in(client, third) == [("title",), K1]
    assert read_in(client, third, old="nothing") == [K1]  # the same text, read whole


def test_a_row_that_moves_or_goes_is_unread_again(client, editor, reviewer, second):
    as_(client, reviewer)
    for passage in passages(client, second).values():
        mark(client, second, passage)
    workflow.withdraw(second, by=editor)
    third = make_submission(reworded(0, 1, order=(1, 2, 0), title="Else"), editor)
    moved = passages(client, third)
    assert [change.what for change in moved[K1].shown.changes] == ["moved", "reworded"]
    assert not moved[K1].is_read and moved[K2].is_read
    mark(client, third, moved[K1])
    workflow.withdraw(third, by=editor)
    document = reworded(1, order=(1, 2), title="Else")
    document["kill_list"].append({**document["kill_list"][0], "code": "STC-K4"})
    gone = passages(client, make_submission(document, editor))
    assert [change.what for change in gone[K1].shown.changes] == ["removed"] and not gone[K1].is_read


def test_marks_are_ones_own(client, reviewer, other_reviewer, second):
    mark(client, second, passages(as_(client, reviewer), second)[K1])
    assert read_in(as_(client, other_reviewer), second) == []


def test_only_reviewers_keep_marks(client, editor, stranger, second, reviewer):
    value = passages(as_(client, reviewer), second)[K1].mark
    assert "data-mark" not in text_of(as_(client, editor).get(page(second)))
    assert client.post(page(second, "mark/"), {"read": value}).status_code == 403
    assert as_(client, stranger).post(page(second, "mark/"), {"read": value}).status_code == 404
    assert not ReadMark.objects.exists()


@pytest.mark.parametrize("value", ["", "x", f"{'a' * 64}", f"{'a' * 64} x", f"{'g' * 64} []", f"{'a' * 64} [1]"])
def test_what_names_no_passage_is_not_kept(client, reviewer, second, value):
    assert as_(client, reviewer).post(page(second, "mark/"), {"read": value}).status_code == 400
    assert not ReadMark.objects.exists()


def test_a_score_that_changes_leaves_its_exhibit_read(client, editor, reviewer, other_reviewer):
    """Rows inside a row are passages of their own."""
    make_source(editor)
    make_edition(pattern_document(), editor, other_reviewer)
    make_edition(partnership_document(), editor, other_reviewer)
    document = partnership_document()
    document["exhibits"][0]["note"] = "It shows the pattern well."
    first = make_submission(document, editor)
    as_(client, reviewer)
    exhibit, score = ("exhibits", "STC"), ("exhibits", "STC", "scores", "STC-K1")
    mark(client, first, passages(client, first)[exhibit])
    workflow.withdraw(first, by=editor)
    document["exhibits"][0]["scores"][0]["evidence"] = "More evidence."
    second = make_submission(document, editor)
    assert {place: p.is_read for place, p in passages(client, second).items()} == {exhibit: True, score: False}
    assert {("summary",), ("parties",), ("name",), exhibit, score} <= set(passages(client, second, old="nothing"))


def test_the_verb_needs_a_reviewer(editor, second):
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied, match="Only reviewers keep"):
        read_marks.write(second, K1, "a" * 64, is_read=True, by=editor)


def test_what_a_comment_here_can_be_about(client, reviewer, second):
    choices = passages(as_(client, reviewer), second)[K1].choices
    fields = ("move", "mitigation", "grounding")
    assert [value for value, _ in choices] == [
        places.as_value(place) for place in ((*K1, "mechanism"), K1, *((*K1, field) for field in fields))
    ]
    assert choices[0][1] == "Kill list, STC-K1, mechanism"
