"""From draft to edition: who may do what, and what is refused."""

import pytest
from django.core.exceptions import PermissionDenied

from history.models import Draft
from library import ledger
from library.models import Edition
from reviews import workflow
from reviews.models import Event, SignOff, Submission
from tests.factories import approve, make_draft, make_edition, make_source, make_submission, pattern_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission(editor):
    make_source(editor)
    return make_submission(pattern_document(), editor)


def test_sign_off_publishes_exactly_the_signed_bytes(submission, reviewer):
    edition = approve(submission, reviewer)
    assert bytes(edition.document) == bytes(submission.document)
    assert edition.digest == submission.digest
    assert edition.reviewed_by == "Rhea Reviewer"
    assert ledger.verify() == []
    assert list(Event.objects.values_list("what", flat=True)) == ["submitted", "signed_off", "published"]


def test_contributors_never_sign_off(submission, editor, chief):
    with pytest.raises(PermissionDenied):
        approve(submission, editor)
    editor.is_superuser = True
    with pytest.raises(PermissionDenied, match="contributed"):
        approve(submission, editor)
    assert not SignOff.objects.exists()


def test_the_same_text_as_the_live_edition_is_not_submitted(submission, editor, reviewer):
    edition = approve(submission, reviewer)
    with pytest.raises(workflow.NotAllowed, match=f"Nothing differs from edition {edition.number}"):
        workflow.submit("pattern", "STC", by=editor, note="Again")


def test_a_digest_that_was_not_shown_is_refused(submission, reviewer):
    with pytest.raises(workflow.Stale, match="changed after you opened"):
        workflow.sign_off(submission, digest="0" * 64, base_edition="", by=reviewer)
    assert not SignOff.objects.exists() and not Edition.objects.exists()


def test_a_second_open_submission_is_refused(submission, editor):
    make_draft({**Draft.objects.get(code="STC").read(), "title": "Other"}, editor)
    with pytest.raises(workflow.NotAllowed, match="already in review"):
        workflow.submit("pattern", "STC", by=editor, note="Again")


def test_what_blocks_is_listed(editor):
    make_draft(pattern_document(moves=2), editor)
    with pytest.raises(workflow.NotReady) as refused:
        workflow.submit("pattern", "STC", by=editor, note="Too early")
    assert "A pattern needs at least three kill-list moves." in [f.sentence for f in refused.value.findings]
    assert not Submission.objects.exists()


def test_next_edition_of_a_month_is_numbered(submission, editor, reviewer):
    first = approve(submission, reviewer)
    document = {**Draft.objects.get(code="STC").read(), "title": "Second"}
    second = make_edition(document, editor, reviewer)
    assert second.number == f"{first.number}.2"
