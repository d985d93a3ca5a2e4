"""An approval counts on top of the edition its reviewer saw; after a newer edition it counts for nothing."""

import pytest
from django.urls import reverse

from history.models import Draft
from library.models import Edition
from reviews import approvals, workflow
from reviews.models import SignOff, Submission
from tests.factories import make_draft, make_edition, make_source, make_submission, pattern_document
from tests.stories.people import signed_in

pytestmark = pytest.mark.django_db


def sign(person, submission):
    shown = {"digest": submission.digest, "base_edition": submission.base_edition}
    return signed_in(person).post(reverse("desk:sign-off", args=[submission.pk]), shown).status_code


def submit_again(title, editor):
    document = {**Draft.objects.get(kind="pattern").read(), "title": title}
    return make_submission(document, editor)


@pytest.fixture
def second_look(editor, reviewer, other_reviewer, settings):
    """A was signed once on the first edition, B was published since, and A is up again on top of it."""
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    settings.SIGN_OFFS_NEEDED = 2
    first = submit_again("Text A", editor)
    assert sign(reviewer, first) == 302
    workflow.withdraw(first, by=editor)
    between = submit_again("Text B", editor)
    assert [sign(reviewer, between), sign(other_reviewer, between)] == [302, 302]
    again = submit_again("Text A", editor)
    assert again.digest == first.digest and again.base_edition != first.base_edition
    return again


def number_of_editions_after_one_more(other_reviewer, submission):
    assert sign(other_reviewer, submission) == 302
    return Edition.objects.count()


def test_the_old_approval_counts_for_nothing(second_look, other_reviewer):
    assert number_of_editions_after_one_more(other_reviewer, second_look) == 2
    assert Submission.objects.get(pk=second_look.pk).state == Submission.State.OPEN


def test_the_story_fails_when_only_the_digest_is_asked_for(second_look, other_reviewer, monkeypatch):
    def any_base(rows, submission):
        same = {"kind": submission.kind, "code": submission.code, "digest": submission.digest}
        return list(SignOff.objects.filter(**same))

    monkeypatch.setattr(approvals, "counting_among", any_base)
    assert number_of_editions_after_one_more(other_reviewer, second_look) == 3


def test_changed_and_changed_back_before_publication_it_stands(editor, reviewer, other_reviewer, settings):
    make_source(editor)
    settings.SIGN_OFFS_NEEDED = 2
    first = make_submission(pattern_document(), editor)
    assert sign(reviewer, first) == 302
    workflow.withdraw(first, by=editor)
    make_draft({**Draft.objects.get(kind="pattern").read(), "title": "Other"}, editor)
    again = make_submission(pattern_document(), editor)
    assert sign(other_reviewer, again) == 302
    assert Edition.objects.get().reviewed_by == "Rhea Reviewer, Rolf Reviewer"


def test_a_form_that_shows_an_older_edition_is_refused(editor, reviewer, other_reviewer):
    make_source(editor)
    edition = make_edition(pattern_document(), editor, reviewer)
    submission = submit_again("Text A", editor)
    stale = {"digest": submission.digest, "base_edition": ""}
    answer = signed_in(other_reviewer).post(reverse("desk:sign-off", args=[submission.pk]), stale)
    assert answer.status_code == 409
    assert not SignOff.objects.filter(base_edition=edition.number).exists()
