"""Reminders of reviews that are due: the day before, the day after, once each, to whom it concerns."""

from datetime import UTC, datetime, time, timedelta
from unittest import mock

import pytest
from django.utils import timezone

from mailroom.models import Letter
from reviews import absences, assignments, due, workflow
from reviews.models import Assignment
from tests.factories import approve, make_draft, make_submission, pattern_document

pytestmark = pytest.mark.django_db


def today():
    return timezone.now().date()


def tick(day, at=time(12)):
    """Let the reminders of `day` be written, twice as every tick may be; return who got which, new ones only."""
    before = set(Letter.objects.values_list("pk", flat=True))
    with mock.patch("reviews.due.timezone.now", lambda: datetime.combine(day, at, UTC)):
        due.remind()
        due.remind()
    new = Letter.objects.exclude(pk__in=before).order_by("pk").select_related("person")
    return [(letter.person.name, letter.subject.partition(":")[0]) for letter in new]


@pytest.fixture
def row(submission, reviewer, chief):
    return assignments.assign(submission, reviewer, by=chief)


def test_who_reviews_hears_the_day_before_and_the_day_after_once(row):
    said = f"Due {row.due:%Y-%m-%d}"
    assert tick(row.due - timedelta(days=2)) == []
    assert tick(row.due - timedelta(days=1)) == [("Rhea Reviewer", said)]
    assert tick(row.due) == []
    assert tick(row.due, time(23, 59)) == []
    assert tick(row.due + timedelta(days=1), time(0)) == [("Rhea Reviewer", "Overdue"), ("Cleo Chief", "Overdue")]
    assert tick(row.due + timedelta(days=2)) == []


def test_a_letter_leads_to_the_review(row):
    tick(row.due + timedelta(days=1))
    letter = Letter.objects.exclude(about__startswith="event/").first()
    assert letter.link == f"/desk/submissions/{row.submission_id}/"
    assert letter.text == f"The review of Pattern STC (STC) by Rhea Reviewer was due on {row.due:%Y-%m-%d}."


def test_a_tick_that_comes_late_reminds_of_what_is_still_true(row):
    assert tick(row.due + timedelta(days=5)) == [("Rhea Reviewer", "Overdue"), ("Cleo Chief", "Overdue")]


def test_what_is_asked_for_at_once_is_not_reminded_of_at_once(submission, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief, due=today() + timedelta(days=1))
    assert tick(today()) == []
    assert len(tick(today() + timedelta(days=1))) == 1


def test_another_due_date_is_reminded_of_anew(row, submission, reviewer, chief):
    tick(row.due + timedelta(days=1))
    later = row.due + timedelta(days=30)
    assignments.set_due(submission, reviewer, later, by=chief)
    assert tick(row.due + timedelta(days=2)) == []
    assert len(tick(later + timedelta(days=1))) == 2


def test_who_stands_in_is_reminded_instead(row, reviewer, other_reviewer):
    absences.go_away(reviewer, first_day=today(), last_day=row.due, delegate=other_reviewer, by=reviewer)
    assert [name for name, _ in tick(row.due - timedelta(days=1))] == ["Rolf Reviewer"]


def test_with_nobody_standing_in_chief_editors_are_reminded(row, reviewer):
    absences.go_away(reviewer, first_day=today(), last_day=row.due + timedelta(days=9), by=reviewer)
    assert [name for name, _ in tick(row.due - timedelta(days=1))] == ["Cleo Chief"]
    assert [name for name, _ in tick(row.due + timedelta(days=1))] == ["Cleo Chief"]


def test_nobody_is_reminded_of_what_is_done(row, submission, reviewer, editor):
    approve(submission, reviewer)
    assert tick(row.due + timedelta(days=1)) == []


def test_nobody_is_reminded_of_what_was_withdrawn_or_declined(row, submission, reviewer, editor):
    assignments.decline(submission, by=reviewer, reason="No time")
    assert tick(row.due + timedelta(days=1)) == []
    workflow.withdraw(submission, by=editor)
    assert tick(row.due + timedelta(days=1)) == []


def test_a_deactivated_account_gets_no_letter(row, reviewer):
    reviewer.is_active = False
    reviewer.save()
    assert tick(row.due + timedelta(days=1)) == []


def test_without_a_due_date_there_is_no_reminder(row):
    Assignment.objects.update(due=None)
    assert tick(row.due + timedelta(days=99)) == []


def test_a_lapsed_approval_is_reminded_of_too(settings, submission, editor, reviewer):
    settings.SIGN_OFFS_NEEDED = 2
    approve(submission, reviewer)
    workflow.withdraw(submission, by=editor)
    make_draft(pattern_document(title="Other"), editor)
    workflow.submit("pattern", "STC", by=editor, note="Again")
    assert tick(today() + timedelta(days=6)) == [("Rhea Reviewer", f"Due {today() + timedelta(days=7):%Y-%m-%d}")]


@pytest.mark.parametrize("count", [1, 3])
def test_reminders_of_many_take_as_many_statements_as_of_one(
    count, draft, editor, reviewer, chief, django_assert_num_queries
):
    for number in range(count):
        assignments.assign(make_submission(pattern_document(f"S{number}"), editor), reviewer, by=chief)
    late = today() + timedelta(days=8)
    assert len(tick(late)) == 2 * count
    with (
        mock.patch("reviews.due.timezone.now", lambda: datetime.combine(late, time(), UTC)),
        django_assert_num_queries(8),
    ):
        due.remind()
