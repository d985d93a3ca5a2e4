"""Where an item stands, in words."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from history.models import Draft
from library.models import Standing
from reviews import workflow
from reviews.models import Submission
from reviews.state import State, derive, items
from tests.factories import approve, make_draft, make_edition, make_source, make_submission, pattern_document

TODAY = date(2026, 6, 29)


def standing(state="verified", review_by=TODAY, digest="a"):
    from library.models import Edition

    return Standing(state=state, review_by=review_by, edition=Edition(digest=digest))


@pytest.mark.parametrize(
    ("live", "latest", "digest", "words"),
    [
        (None, None, "a", ["Draft"]),
        (None, Submission(state="open"), "a", ["In review"]),
        (None, Submission(state="withdrawn"), "a", ["Draft"]),
        (None, Submission(state="changes_requested"), "a", ["Changes requested"]),
        (standing(), Submission(state="published"), "a", ["Verified"]),
        (standing(), Submission(state="published"), "b", ["Verified", "Changes pending"]),
        (standing(), Submission(state="withdrawn"), "b", ["Verified", "Changes pending"]),
        (standing(), Submission(state="open"), "b", ["Verified", "In review"]),
        (standing(), Submission(state="changes_requested"), "b", ["Verified", "Changes requested"]),
        (standing(), Submission(state="changes_requested"), "a", ["Verified"]),
        (standing(review_by=TODAY - timedelta(days=1)), None, "a", ["Review overdue"]),
        (standing("retired", TODAY - timedelta(days=1)), None, "a", ["Retired"]),
        (standing("withheld"), None, "b", ["Withheld", "Changes pending"]),
    ],
)
def test_state_is_told_in_words(live, latest, digest, words):
    assert derive(digest, live, latest, TODAY).words == words


@pytest.fixture
def draft(editor):
    make_source(editor)
    return make_draft(pattern_document(), editor)


def state_of(draft):
    return items([draft], timezone.now().date())[0]


def test_item_follows_its_life(draft, editor, reviewer):
    assert state_of(draft).state == State("", "Draft")
    assert state_of(draft).is_unsubmitted and state_of(draft).open_submission is None
    submission = workflow.submit("pattern", "STC", by=editor, note="For review")
    assert state_of(draft).state == State("", "In review")
    assert state_of(draft).open_submission == submission and not state_of(draft).has_moved_on
    approve(submission, reviewer)
    assert state_of(draft).state == State("Verified", "")
    assert not state_of(draft).is_unsubmitted and not state_of(draft).has_moved_on


def test_draft_changed_in_review_is_told(draft, editor):
    workflow.submit("pattern", "STC", by=editor, note="For review")
    changed = make_draft(pattern_document(title="Other"), editor)
    assert state_of(changed).has_moved_on


def test_newest_submission_counts(draft, editor, reviewer):
    first = workflow.submit("pattern", "STC", by=editor, note="For review")
    workflow.request_changes(first, by=reviewer, reason="Mend it")
    second = make_submission(pattern_document(title="Mended"), editor)
    assert state_of(Draft.objects.get(code="STC")).latest == second


def test_many_items_take_two_statements(editor, reviewer, django_assert_num_queries):
    make_source(editor)
    for code in ("AAA", "BBB", "CCC"):
        make_edition(pattern_document(code), editor, reviewer)
    drafts = list(Draft.objects.filter(kind="pattern"))
    with django_assert_num_queries(2):
        assert [item.state.words for item in items(drafts, TODAY)] == [["Verified"]] * 3
    with django_assert_num_queries(2):
        items(drafts[:1], TODAY)[0].standing.edition.digest  # noqa: B018 read, not fetched again
