"""A double click on "Comment": two posts at once say one thing, and nobody else is waited for."""

import pytest
from django.db import transaction
from django.urls import reverse

from history import timeline
from reviews import comments
from reviews.models import Comment, Event
from tests.factories import make_source, make_submission, pattern_document
from tests.stories.people import all_at_once, in_turns, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("is_blocking", [{}, {"is_blocking": "on"}])
def test_two_posts_at_once_make_one_comment(editor, reviewer, is_blocking):
    make_source(editor)
    submission = make_submission(pattern_document(), editor)
    address = reverse("desk:comment", args=[submission.pk])
    typed = {"at": "whole", "place": "[]", "text": "Why?", **is_blocking}
    clients = [signed_in(reviewer) for _ in range(4)]
    answers = all_at_once(*[lambda client=client: client.post(address, typed) for client in clients])
    made = Comment.objects.get()
    there = f"{reverse('desk:review', args=[submission.pk])}#comment-{made.pk}"
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, there)] * 4
    assert Event.objects.filter(what="commented").count() == 1


def test_two_answers_at_once_are_one(editor, reviewer):
    make_source(editor)
    submission = make_submission(pattern_document(), editor)
    asked = comments.comment("pattern", "STC", by=reviewer, text="Why?", texts=[submission.read()])
    answers = all_at_once(*[lambda: comments.reply(asked, by=editor, text="Because.")] * 4)
    assert answers == [Comment.objects.get(answers=asked)] * 4


def test_a_comment_does_not_wait_for_who_writes_the_draft(editor, reviewer):
    make_source(editor)
    submission = make_submission(pattern_document(), editor)

    def write(pause):
        with transaction.atomic():
            timeline.lock("pattern", "STC")
            pause()
            return Comment.objects.count()

    def speak():
        asked = comments.comment("pattern", "STC", by=reviewer, text="Why?", texts=[submission.read()])
        return comments.reply(asked, by=reviewer, text="I mean it.").text

    assert in_turns(write, speak) == [2, "I mean it."]
