"""Asking for a review and answering: who may, when, what stays, and two at once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from reviews import assignments, workflow
from reviews.models import Assignment, Event
from reviews.refusals import NotAllowed
from tests.factories import approve, make_draft, pattern_document
from tests.stories.people import all_at_once

pytestmark = pytest.mark.django_db


def today():
    return timezone.now().date()


def told(submission):
    """What happened to the submission after it was put up: who, what, whom it concerned."""
    events = Event.objects.filter(code=submission.code).exclude(what__in=["submitted", "withdrawn"])
    return [(event.name, event.what, event.other) for event in events]


def again(submission, by, **fields):
    """Withdraw, change the text and submit it again."""
    workflow.withdraw(submission, by=by)
    make_draft(pattern_document(**{"title": "Another text", **fields}), by)
    return workflow.submit("pattern", "STC", by=by, note="Again")


def asked_of(submission):
    return [(row.person.name, row.answer) for row in Assignment.objects.filter(submission=submission)]


# Asking


def test_a_chief_editor_asks_a_reviewer_within_a_week(submission, reviewer, chief):
    row = assignments.assign(submission, reviewer, by=chief)
    assert (row.person, row.assigned_by, row.answer) == (reviewer, "Cleo Chief", "")
    assert row.due == today() + timedelta(days=7)
    assert told(submission) == [("Cleo Chief", "assigned", "Rhea Reviewer")]


def test_a_due_date_can_be_given_and_not_be_past(submission, reviewer, chief):
    with pytest.raises(NotAllowed, match="today or later"):
        assignments.assign(submission, reviewer, by=chief, due=today() - timedelta(days=1))
    assert assignments.assign(submission, reviewer, by=chief, due=today()).due == today()


def test_only_chief_editors_hand_out(submission, editor, reviewer, other_reviewer, stranger):
    for person in (editor, reviewer, stranger):
        with pytest.raises(PermissionDenied, match="Only chief editors hand out reviews"):
            assignments.assign(submission, other_reviewer, by=person)
        with pytest.raises(PermissionDenied):
            assignments.unassign(submission, other_reviewer, by=person)
        with pytest.raises(PermissionDenied):
            assignments.set_due(submission, other_reviewer, today(), by=person)
    assert not Assignment.objects.exists()


def test_who_cannot_sign_is_not_asked(submission, editor, other_editor, stranger, reviewer, other_reviewer, chief):
    other_reviewer.is_active = False
    other_reviewer.save()
    refused = {
        None: "Choose whom to ask.",
        editor: "Edda Editor is no reviewer. Ask somebody else.",
        stranger: "Sam Stranger is no reviewer. Ask somebody else.",
        other_reviewer: "Rolf Reviewer’s account is deactivated. Ask somebody else.",
    }
    for person, sentence in refused.items():
        with pytest.raises(NotAllowed, match=sentence):
            assignments.assign(submission, person, by=chief)


def test_contributors_are_not_asked(draft, editor, reviewer, chief):
    make_draft(pattern_document(subtitle="By the chief"), chief)
    submission = workflow.submit("pattern", "STC", by=editor, note="Both wrote")
    with pytest.raises(NotAllowed, match="Cleo Chief wrote part of this text since the live edition"):
        assignments.assign(submission, chief, by=chief)


def test_nobody_is_asked_twice(submission, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    with pytest.raises(NotAllowed, match="Rhea Reviewer is asked to review it already"):
        assignments.assign(submission, reviewer, by=chief)


def test_who_signed_is_not_asked_and_takes_nothing(settings, submission, editor, reviewer, chief):
    settings.SIGN_OFFS_NEEDED = 2
    submission = again(submission, editor)
    approve(submission, reviewer)
    with pytest.raises(NotAllowed, match="Rhea Reviewer has signed this text off already"):
        assignments.assign(submission, reviewer, by=chief)
    with pytest.raises(NotAllowed, match="You have signed this text off already"):
        assignments.claim(submission, by=reviewer)


# Taking


def test_a_reviewer_takes_a_review_that_nobody_has_or_somebody_has(submission, reviewer, other_reviewer):
    row = assignments.claim(submission, by=reviewer)
    assert (row.is_own_choice, row.answer) == (True, "accepted")
    assignments.claim(submission, by=other_reviewer)
    assert told(submission) == [("Rhea Reviewer", "claimed", ""), ("Rolf Reviewer", "claimed", "")]
    with pytest.raises(NotAllowed, match="yours already"):
        assignments.claim(submission, by=reviewer)


def test_editors_and_contributors_take_nothing(draft, editor, chief):
    make_draft(pattern_document(subtitle="By the chief"), chief)
    submission = workflow.submit("pattern", "STC", by=editor, note="Both wrote")
    with pytest.raises(PermissionDenied, match="Only reviewers take reviews"):
        assignments.claim(submission, by=editor)
    with pytest.raises(PermissionDenied, match="You contributed to this text"):
        assignments.claim(submission, by=chief)


# Answering


def test_who_is_asked_accepts_once(submission, reviewer, other_reviewer, editor, chief):
    assignments.assign(submission, reviewer, by=chief)
    assert assignments.accept(submission, by=reviewer).answer == "accepted"
    assert told(submission)[-1] == ("Rhea Reviewer", "accepted", "Cleo Chief")
    with pytest.raises(NotAllowed, match="accepted this review already"):
        assignments.accept(submission, by=reviewer)
    with pytest.raises(NotAllowed, match="You are not asked to review this"):
        assignments.accept(submission, by=other_reviewer)
    with pytest.raises(PermissionDenied, match="Only who was asked answers"):
        assignments.accept(submission, by=editor)


def test_declining_needs_a_reason_and_happens_once(submission, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    for reason, sentence in {"": "Say why", " \r\n ": "Say why", "x" * 2_001: "2,001 characters"}.items():
        with pytest.raises(NotAllowed, match=sentence):
            assignments.decline(submission, by=reviewer, reason=reason)
    row = assignments.decline(submission, by=reviewer, reason="Je suis en congé\r\njusqu’à Noël")
    assert (row.answer, row.reason) == ("declined", "Je suis en congé\njusqu’à Noël")
    assert told(submission)[-1] == ("Rhea Reviewer", "declined", "Cleo Chief")
    with pytest.raises(NotAllowed, match="declined this review already"):
        assignments.decline(submission, by=reviewer, reason="Again")


def test_an_accepted_review_can_be_given_back(submission, reviewer):
    assignments.claim(submission, by=reviewer)
    assignments.decline(submission, by=reviewer, reason="No time after all")
    assert told(submission)[-1] == ("Rhea Reviewer", "declined", "")


def test_declining_forbids_nothing(submission, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    assignments.decline(submission, by=reviewer, reason="Not my field")
    assert approve(submission, reviewer).number


def test_who_declined_is_asked_again_and_the_record_stays(submission, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    assignments.decline(submission, by=reviewer, reason="Not this week")
    assignments.assign(submission, reviewer, by=chief)
    assert asked_of(submission) == [("Rhea Reviewer", "declined"), ("Rhea Reviewer", "")]


def test_assigning_restricts_nobody(submission, reviewer, other_reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    assert approve(submission, other_reviewer).number


def test_a_deactivated_account_answers_nothing(submission, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    reviewer.is_active = False
    reviewer.save()
    with pytest.raises(PermissionDenied, match="Only who was asked answers"):
        assignments.accept(submission, by=reviewer)


# Taking back, due dates


def test_taking_back_removes_the_request_and_is_told(submission, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    assignments.unassign(submission, reviewer, by=chief)
    assert asked_of(submission) == []
    assert told(submission)[-1] == ("Cleo Chief", "unassigned", "Rhea Reviewer")
    for person, sentence in {reviewer: "Rhea Reviewer is not asked", None: "Choose somebody"}.items():
        with pytest.raises(NotAllowed, match=sentence):
            assignments.unassign(submission, person, by=chief)


def test_a_due_date_is_set_and_told(submission, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    later = today() + timedelta(days=30)
    assert assignments.set_due(submission, reviewer, later, by=chief).due == later
    assert Event.objects.last().reason == f"Due {later:%Y-%m-%d}."
    with pytest.raises(NotAllowed, match="today or later"):
        assignments.set_due(submission, reviewer, date(2020, 1, 1), by=chief)


def test_a_closed_submission_takes_no_step(submission, editor, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    workflow.withdraw(submission, by=editor)
    steps = [
        lambda: assignments.assign(submission, reviewer, by=chief),
        lambda: assignments.claim(submission, by=reviewer),
        lambda: assignments.accept(submission, by=reviewer),
        lambda: assignments.decline(submission, by=reviewer, reason="Late"),
        lambda: assignments.unassign(submission, reviewer, by=chief),
        lambda: assignments.set_due(submission, reviewer, today(), by=chief),
    ]
    for step in steps:
        with pytest.raises(NotAllowed, match="not in review any more"):
            step()


# From one submission to the next


def test_who_was_asked_is_asked_when_the_text_comes_again(submission, editor, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief, due=today())
    second = again(submission, editor)
    assert Assignment.objects.get().submission_id == submission.pk
    with pytest.raises(NotAllowed, match="asked to review it already"):
        assignments.assign(second, reviewer, by=chief)
    assert assignments.accept(second, by=reviewer).answer == "accepted"
    later = today() + timedelta(days=9)
    assert assignments.set_due(second, reviewer, later, by=chief).submission_id == second.pk


def test_an_edition_ends_what_was_asked(submission, editor, reviewer, other_reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    approve(submission, other_reviewer)
    make_draft(pattern_document(title="The next text"), editor)
    following = workflow.submit("pattern", "STC", by=editor, note="Next")
    assert assignments.assign(following, reviewer, by=chief).submission_id == following.pk


def test_a_lapsed_approval_is_declined_without_having_been_asked(settings, submission, editor, reviewer, chief):
    settings.SIGN_OFFS_NEEDED = 2
    second = again(submission, editor)
    approve(second, reviewer)
    third = again(second, editor, title="A third text")
    with pytest.raises(NotAllowed, match="yours without an answer"):
        assignments.accept(third, by=reviewer)
    assert assignments.decline(third, by=reviewer, reason="Once was enough").reason == "Once was enough"
    with pytest.raises(NotAllowed, match="declined this review already"):
        assignments.decline(third, by=reviewer, reason="Again")
    assert assignments.assign(third, reviewer, by=chief).answer == ""


# What the database holds


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "a_person_is_asked_once_per_submission"),
        ({"answer": "perhaps", "answered_at": timezone.now()}, "an_assignment_is_accepted_or_declined"),
        ({"answer": "accepted"}, "an_answer_has_its_time"),
        ({"answered_at": timezone.now()}, "an_answer_has_its_time"),
        ({"answer": "declined", "answered_at": timezone.now()}, "who_declines_says_why"),
        ({"answer": "accepted", "answered_at": timezone.now(), "reason": "Yes"}, "who_declines_says_why"),
    ],
)
def test_the_database_refuses_what_cannot_be(submission, reviewer, chief, fields, name):
    assignments.assign(submission, reviewer, by=chief)
    made = {"submission": submission, "person": reviewer, "assigned_at": timezone.now(), "assigned_by_id": chief.pk}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Assignment.objects.create(**{**made, **({"person": chief} if fields else {}), **fields})


# Two at once


@pytest.mark.django_db(transaction=True)
def test_two_chief_editors_ask_the_same_person_once(submission, reviewer, chief):
    answers = all_at_once(*[lambda: assignments.assign(submission, reviewer, by=chief)] * 6)
    assert sum(isinstance(answer, Assignment) for answer in answers) == 1
    assert sum(isinstance(answer, NotAllowed) for answer in answers) == 5
    assert Event.objects.filter(what="assigned").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_take_it_at_once_and_both_have_it(submission, reviewer, other_reviewer):
    answers = all_at_once(
        lambda: assignments.claim(submission, by=reviewer), lambda: assignments.claim(submission, by=other_reviewer)
    )
    assert [answer.person for answer in answers] == [reviewer, other_reviewer]


@pytest.mark.django_db(transaction=True)
def test_declining_twice_at_once_is_told_once(submission, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    answers = all_at_once(*[lambda: assignments.decline(submission, by=reviewer, reason="No")] * 4)
    assert sum(isinstance(answer, NotAllowed) for answer in answers) == 3
    assert Event.objects.filter(what="declined").count() == 1
