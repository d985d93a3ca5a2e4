"""A double click on "Comment": two posts at once say one thing."""

import pytest
from django.urls import reverse

from reviews.models import Comment, Event
from tests.factories import make_source, make_submission, pattern_document
from tests.stories.people import all_at_once, signed_in

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
