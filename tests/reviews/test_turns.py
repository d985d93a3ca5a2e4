"""Whose turn it is, why and since when: from submissions, assignments, sign-offs and absences."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from accounts import roles
from history.models import Draft
from history.words import when
from reviews import absences, asked, assignments, rules, turns, workflow
from reviews.models import Absence, Assignment, Event
from reviews.staff import Staff
from reviews.state import items
from reviews.workflow import sign_off
from tests.conftest import make_person
from tests.factories import approve, make_draft, pattern_document

pytestmark = pytest.mark.django_db


def today():
    return timezone.now().date()


def told(submission, day=None):
    """Whose turn the review is, and why."""
    staff = Staff(day or today())
    return [(turn.whose, turn.why) for turn in turns.in_review(asked.review_of(submission, staff), staff)]


def again(submission, editor, **fields):
    workflow.withdraw(submission, by=editor)
    make_draft(pattern_document(**{"title": "Another text", **fields}), editor)
    return workflow.submit("pattern", "STC", by=editor, note="Again")


def away(person, delegate=None, days=3, by=None):
    last = today() + timedelta(days=days)
    return absences.go_away(person, first_day=today(), last_day=last, delegate=delegate, by=by or person)


NOBODY = [("Any reviewer", "Nobody has taken this review."), ("A chief editor", "Nobody has taken this review.")]


# Asked, taken, put back


def test_nobody_asked_is_anybodys_and_a_chief_editors_turn(submission):
    assert told(submission) == NOBODY


def test_who_is_asked_has_the_turn_alone(submission, reviewer, chief):
    row = assignments.assign(submission, reviewer, by=chief)
    staff = Staff(today())
    [turn] = turns.in_review(asked.review_of(submission, staff), staff)
    assert (turn.person, turn.why, turn.about) == (
        reviewer,
        "Cleo Chief asks you to review it.",
        "Asked by Cleo Chief; has not answered yet.",
    )
    assert (turn.since, turn.due, turn.is_overdue) == (row.assigned_at, row.due, False)
    assignments.accept(submission, by=reviewer)
    assert told(submission) == [("Rhea Reviewer", "You accepted when Cleo Chief asked you to review it.")]


def test_who_took_it_has_the_turn(submission, reviewer):
    assignments.claim(submission, by=reviewer)
    assert told(submission) == [("Rhea Reviewer", "You took this review.")]


def test_who_declined_hands_it_to_a_chief_editor_with_the_reason(submission, reviewer, other_reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    row = assignments.decline(submission, by=reviewer, reason="Je n’ai pas le temps")
    staff = Staff(today())
    _, chiefs = turns.in_review(asked.review_of(submission, staff), staff)
    assert (chiefs.whose, chiefs.why, chiefs.quote) == (
        "A chief editor",
        "Rhea Reviewer declined.",
        "Je n’ai pas le temps",
    )
    assert chiefs.since == row.answered_at
    assignments.assign(submission, other_reviewer, by=chief)
    assert told(submission) == [("Rolf Reviewer", "Cleo Chief asks you to review it.")]


def test_declined_is_not_offered_again_to_who_declined(submission, reviewer, other_reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    assignments.decline(submission, by=reviewer, reason="No")
    review = asked.review_of(submission, Staff(today()))
    assert not review.is_open_to(reviewer, []) and review.is_open_to(other_reviewer, [])
    assert review.may_be_asked(reviewer)


@pytest.mark.parametrize("what", ["deactivated", "role", "wrote"])
def test_who_cannot_sign_any_more_is_passed_over(submission, editor, reviewer, chief, what):
    assignments.assign(submission, reviewer, by=chief)
    if what == "deactivated":
        reviewer.is_active = False
        reviewer.save()
        reason = "the account is deactivated"
    elif what == "role":
        reviewer.groups.clear()
        reason = "is no reviewer any more"
    else:
        workflow.withdraw(submission, by=editor)
        make_draft(pattern_document(subtitle="By Rhea"), reviewer)
        submission = workflow.submit("pattern", "STC", by=editor, note="Again")
        reason = "wrote part of this text"
    assert told(submission)[1] == ("A chief editor", f"Rhea Reviewer was asked, but {reason}.")
    assert [whose for whose, _ in told(submission)] == ["Any reviewer", "A chief editor"]


def test_a_text_that_comes_again_is_its_reviewers_turn_again(submission, editor, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief, due=today())
    second = again(submission, editor)
    staff = Staff(today())
    [turn] = turns.in_review(asked.review_of(second, staff), staff)
    assert turn.why == "It was submitted again, and you are still asked to review it."
    assert (turn.since, turn.due) == (second.submitted_at, today() + timedelta(days=7))


def test_a_lapsed_approval_puts_its_reviewer_back(settings, submission, editor, reviewer, other_reviewer):
    settings.SIGN_OFFS_NEEDED = 2
    approve(submission, reviewer)
    assert told(submission)[0] == ("Any reviewer", "It still needs one more person.")
    second = again(submission, editor)
    staff = Staff(today())
    first = turns.in_review(asked.review_of(second, staff), staff)[0]
    assert (first.person, first.why) == (
        reviewer,
        "The text changed after you signed it off, so your approval lapsed.",
    )
    assert (first.since, first.due) == (second.submitted_at, today() + timedelta(days=7))


def test_a_lapsed_approval_of_who_was_asked_says_so(settings, submission, editor, reviewer, chief):
    settings.SIGN_OFFS_NEEDED = 2
    assignments.assign(submission, reviewer, by=chief)
    approve(submission, reviewer)
    assert "Rhea Reviewer" not in [whose for whose, _ in told(submission)]
    second = again(submission, editor)
    assert told(second)[0] == ("Rhea Reviewer", "The text changed after you signed it off, so your approval lapsed.")


def test_an_approval_stands_when_the_text_is_as_it_was(settings, submission, editor, reviewer):
    settings.SIGN_OFFS_NEEDED = 2
    approve(submission, reviewer)
    same = again(again(submission, editor), editor, title="Pattern STC")
    assert same.digest == submission.digest
    assert "Rhea Reviewer" not in [whose for whose, _ in told(same)]


def test_approvals_before_the_live_edition_put_nobody_back(submission, editor, reviewer):
    approve(submission, reviewer)
    make_draft(pattern_document(title="The next text"), editor)
    following = workflow.submit("pattern", "STC", by=editor, note="Next")
    assert told(following) == NOBODY


def test_a_lapsed_approval_of_a_writer_puts_nobody_back(settings, submission, editor, chief):
    settings.SIGN_OFFS_NEEDED = 2
    approve(submission, chief)
    workflow.withdraw(submission, by=editor)
    make_draft(pattern_document(subtitle="By the chief"), chief)
    second = workflow.submit("pattern", "STC", by=editor, note="Again")
    assert [whose for whose, _ in told(second)] == ["Any reviewer", "A chief editor"]


# The rule


def test_the_rule_says_how_many_are_needed(settings, submission, reviewer, other_reviewer, chief):
    settings.SIGN_OFFS_NEEDED = 2
    assignments.assign(submission, reviewer, by=chief)
    assert told(submission)[1:] == [
        ("Any reviewer", "It still needs one more person."),
        ("A chief editor", "It still needs one more person."),
    ]
    assignments.assign(submission, other_reviewer, by=chief)
    assert [whose for whose, _ in told(submission)] == ["Rhea Reviewer", "Rolf Reviewer"]


@pytest.fixture
def legal(db):
    return make_person("lena", "Léna", "Légale", roles.LEGAL_REVIEWER)


@pytest.fixture
def for_lawyers(legal, chief, reviewer, submission, editor):
    rules.change("pattern", people=1, legal=["clauses"], by=chief, note="Clauses are law")
    return submission


def test_where_the_law_is_asked_for_only_a_legal_reviewer_helps(for_lawyers, legal, reviewer, other_reviewer, chief):
    assignments.assign(for_lawyers, reviewer, by=chief)
    assert told(for_lawyers)[1:] == [
        ("Any reviewer", "It still needs a legal reviewer for the example clauses."),
        ("A chief editor", "It still needs a legal reviewer for the example clauses."),
    ]
    staff = Staff(today())
    review = asked.review_of(for_lawyers, staff)
    here = turns.here(review, staff)
    assert review.is_open_to(staff.reviewers[legal.pk], here)
    assert not review.is_open_to(staff.reviewers[other_reviewer.pk], here)
    assignments.claim(for_lawyers, by=legal)
    assert [whose for whose, _ in told(for_lawyers)] == ["Rhea Reviewer", "Léna Légale"]


def sign_section(submission, by, section="clauses"):
    shown = {"digest": submission.digest, "base_edition": submission.base_edition}
    return sign_off(submission, **shown, section=section, by=by)


def test_a_section_that_stays_as_it_was_stays_signed(for_lawyers, legal, editor):
    sign_section(for_lawyers, legal)
    second = again(for_lawyers, editor)
    assert told(second)[0] == ("Any reviewer", "It still needs a reviewer for the whole text.")


def test_a_section_that_changed_puts_its_reviewer_back(for_lawyers, legal, editor):
    sign_section(for_lawyers, legal)
    clauses = [{"code": "STC-C1", "title": "A clause", "text": "Other words.", "negotiate": "Its limits."}]
    second = again(for_lawyers, editor, clauses=clauses)
    assert told(second)[0][0] == "Léna Légale"


def test_what_is_signed_enough_and_still_open_waits_for_somebody(settings, submission, editor, reviewer, chief):
    settings.SIGN_OFFS_NEEDED = 2
    approve(submission, reviewer)
    review = asked.review_of(submission, Staff(today()))
    assert review.missing_with([]) == ["one more person"]
    met = asked.Review(submission, {"people": 1, "sections": {"all": "editorial"}}, review.signed, [], [], [])
    assert met.missing_with([]) == ["a chief editor, who publishes what is signed in full"]


# Overdue


def test_overdue_is_a_chief_editors_turn_too(submission, reviewer, chief):
    due = assignments.assign(submission, reviewer, by=chief).due
    assert len(told(submission, due)) == 1
    staff = Staff(due + timedelta(days=1))
    own, chiefs = turns.in_review(asked.review_of(submission, staff), staff)
    assert (own.is_overdue, chiefs.is_overdue) == (True, True)
    assert chiefs.why == f"Rhea Reviewer was to review it by {when(due)}."
    assert chiefs.since == datetime(due.year, due.month, due.day, tzinfo=UTC) + timedelta(days=1)


def test_overdue_and_too_few_is_one_turn(settings, submission, reviewer, chief):
    settings.SIGN_OFFS_NEEDED = 2
    due = assignments.assign(submission, reviewer, by=chief).due
    found = told(submission, due + timedelta(days=1))
    assert [whose for whose, _ in found] == ["Rhea Reviewer", "Any reviewer", "A chief editor"]
    assert found[2][1] == f"It still needs one more person. Rhea Reviewer was to review it by {when(due)}."


def test_without_a_due_date_nothing_is_overdue(submission, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    Assignment.objects.update(due=None)
    assert len(told(submission, date(2099, 1, 1))) == 1


# Away


def test_who_stands_in_has_the_turn_too(submission, reviewer, other_reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    last = away(reviewer, other_reviewer).last_day
    assert told(submission) == [
        ("Rhea Reviewer", "Cleo Chief asks you to review it."),
        ("Rolf Reviewer", f"For Rhea Reviewer, who is away until {when(last)}."),
    ]


def test_an_absence_begins_and_ends_at_midnight_utc(submission, reviewer, other_reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    absence = away(reviewer, other_reviewer)
    for day, people in {
        absence.first_day - timedelta(days=1): 1,
        absence.first_day: 2,
        absence.last_day: 2,
        absence.last_day + timedelta(days=1): 1,
    }.items():
        assert len(told(submission, day)) == people, day


def test_who_is_away_with_nobody_standing_in_is_a_chief_editors_turn(submission, reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    last = away(reviewer).last_day
    sentence = f"Rhea Reviewer is away until {when(last)} and nobody stands in."
    assert told(submission)[2] == ("A chief editor", sentence)


def stands_in_for(submission, reviewer, delegate):
    Absence.objects.create(person=reviewer, first_day=today(), last_day=today(), delegate=delegate)
    found = told(submission)
    return found[-1][1].partition("who stands in, ")[2]


def test_who_may_not_stand_in_leaves_it_to_a_chief_editor(
    settings, draft, editor, other_editor, reviewer, other_reviewer, chief
):
    settings.SIGN_OFFS_NEEDED = 2
    make_draft(pattern_document(subtitle="By the chief"), chief)
    submission = workflow.submit("pattern", "STC", by=editor, note="Both wrote")
    assignments.assign(submission, reviewer, by=chief)
    assert stands_in_for(submission, reviewer, other_editor) == "is no reviewer."
    Absence.objects.all().delete()
    assert stands_in_for(submission, reviewer, chief) == "wrote part of this text."
    Absence.objects.all().delete()
    approve(submission, other_reviewer)
    assert stands_in_for(submission, reviewer, other_reviewer) == "has signed it already."


def test_who_stands_in_may_be_away_or_asked_themselves(settings, submission, reviewer, other_reviewer, chief):
    settings.SIGN_OFFS_NEEDED = 2
    assignments.assign(submission, reviewer, by=chief)
    assignments.assign(submission, other_reviewer, by=chief)
    assert stands_in_for(submission, reviewer, other_reviewer) == "is asked as well."
    Absence.objects.create(person=other_reviewer, first_day=today(), last_day=today())
    assert "Rolf Reviewer, who stands in, is away too." in told(submission)[-1][1]


def test_nobody_is_called_when_enough_are_here(submission, reviewer, other_reviewer, chief):
    assignments.assign(submission, reviewer, by=chief)
    assignments.assign(submission, other_reviewer, by=chief)
    away(reviewer)
    assert [whose for whose, _ in told(submission)] == ["Rhea Reviewer", "Rolf Reviewer"]


# Writing


def answers(submission):
    item = items([draft_of(submission)], today())[0]
    request = Event.objects.get(what="changes_requested")
    [sent_back] = item.sent_back
    return [(turn.whose, turn.why, turn.quote) for turn in turns.to_answer(sent_back, request, Staff(today()))]


def draft_of(submission):
    return Draft.objects.get(kind=submission.kind, code=submission.code)


@pytest.fixture
def sent_back(submission, reviewer):
    workflow.request_changes(submission, by=reviewer, reason="Move 2 is vague")
    return submission


WHY = "Rhea Reviewer requested changes."


def test_requested_changes_are_the_turn_of_who_wrote_it(sent_back, editor):
    assert answers(sent_back) == [("Edda Editor", WHY, "Move 2 is vague")]


def test_requested_changes_go_to_who_stands_in(sent_back, editor, other_editor):
    last = when(away(editor, other_editor).last_day)
    assert [(whose, why) for whose, why, _ in answers(sent_back)] == [
        ("Edda Editor", WHY),
        ("Otto Editor", f"{WHY} You answer for Edda Editor, who is away until {last}."),
    ]


def test_requested_changes_of_nobody_here_are_a_chief_editors_turn(sent_back, editor):
    last = when(away(editor).last_day)
    assert answers(sent_back)[1][:2] == (
        "A chief editor",
        f"{WHY} Edda Editor, who is away until {last}, wrote it.",
    )


def test_requested_changes_of_who_left_are_a_chief_editors_turn(sent_back, editor):
    editor.is_active = False
    editor.save()
    assert answers(sent_back) == [
        ("A chief editor", f"{WHY} Edda Editor, who wrote it, can edit no longer.", "Move 2 is vague")
    ]


def test_a_comment_on_what_was_never_submitted_waits_for_nobody():
    never_submitted = SimpleNamespace(text=None, open_correction=None)
    assert turns.to_speak(never_submitted, [SimpleNamespace(at=timezone.now())], staff=None) == []
