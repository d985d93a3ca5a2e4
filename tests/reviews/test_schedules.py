"""A publication that is set for a moment: what it waits for, what is asked again when it is due, what ends it."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import roles
from history.models import Draft
from library import ledger
from library.documents import canonical_bytes
from library.models import Edition, Standing
from library.publication import publish
from reviews import comments, schedules, workflow
from reviews.models import Event, Schedule, SignOff, Submission
from tests.conftest import make_person
from tests.factories import approve, make_draft, make_source, make_submission, pattern_document

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is turned."""

    class Clock:
        now = timezone.now().replace(microsecond=0)

        def turn(self, by):
            self.now += by

    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


def in_an_hour(submission, by):
    return schedules.schedule(submission, due_at=timezone.now() + HOUR, by=by)


def stands(submission):
    """State of the submission, state and reason of its newest schedule, number of editions."""
    newest = Schedule.objects.of(submission).first()
    return Submission.objects.get(pk=submission.pk).state, newest.state, Edition.objects.count()


def reason_of_failure(submission):
    [failed] = Event.objects.filter(what="schedule_failed")
    newest = Schedule.objects.of(submission).first()
    assert (newest.state, newest.reason, newest.ended_at) == ("failed", failed.reason, timezone.now())
    assert Submission.objects.get(pk=submission.pk).state == "open" and not Edition.objects.exists()
    assert failed.digest_after == submission.digest
    return failed.reason


def test_the_completing_sign_off_waits_for_the_moment(clock, submission, reviewer, chief):
    made = in_an_hour(submission, chief)
    assert (made.due_at, made.by_id, made.by, made.at) == (clock.now + HOUR, chief.pk, "Cleo Chief", clock.now)
    assert approve(submission, reviewer) is None
    clock.turn(HOUR - timedelta(seconds=1))
    schedules.publish_due()
    assert stands(submission) == ("open", "waiting", 0)
    clock.turn(timedelta(seconds=1))
    schedules.publish_due()
    assert stands(submission) == ("published", "published", 1)
    edition = Edition.objects.get()
    assert (bytes(edition.document), edition.reviewed_by) == (bytes(submission.document), "Rhea Reviewer")
    assert [(event.what, event.name) for event in Event.objects.all()] == [
        ("submitted", "Edda Editor"),
        ("scheduled", "Cleo Chief"),
        ("signed_off", "Rhea Reviewer"),
        ("published", "Cleo Chief"),
    ]
    assert ledger.verify() == []


def test_what_was_missed_is_published_at_the_next_tick_and_once(clock, submission, reviewer, chief):
    in_an_hour(submission, chief)
    approve(submission, reviewer)
    clock.turn(timedelta(days=3))
    schedules.publish_due()
    schedules.publish_due()
    assert stands(submission) == ("published", "published", 1)


def test_a_moment_may_be_set_when_all_is_signed_only_before_the_last_sign_off(clock, submission, reviewer, chief):
    approve(submission, reviewer)
    with pytest.raises(workflow.NotAllowed, match="This submission is published; there is nothing to schedule"):
        in_an_hour(submission, chief)


def test_another_moment_takes_the_place_of_the_first(clock, submission, reviewer, chief):
    first = in_an_hour(submission, chief)
    second = schedules.schedule(submission, due_at=clock.now + 2 * HOUR, by=chief)
    first.refresh_from_db()
    assert (first.state, first.reason, first.ended_at) == ("cancelled", "Cleo Chief set another moment.", clock.now)
    approve(submission, reviewer)
    clock.turn(HOUR)
    schedules.publish_due()
    assert stands(submission) == ("open", "waiting", 0)
    clock.turn(HOUR)
    schedules.publish_due()
    assert Schedule.objects.of(submission).first() == second
    assert stands(submission) == ("published", "published", 1)


@pytest.mark.parametrize(
    "ahead",
    [timedelta(0), -HOUR, timedelta(days=365, seconds=1), timedelta(days=3650), timedelta(days=-700_000)],
)
def test_only_a_moment_within_the_next_year_is_set(ahead, clock, submission, chief):
    with pytest.raises(workflow.NotAllowed, match="in the future, at most a year"):
        schedules.schedule(submission, due_at=clock.now + ahead, by=chief)
    schedules.schedule(submission, due_at=clock.now + timedelta(days=365), by=chief)


# The whole matrix: each verb, from each state, by each role. The rule is met and a moment is set, where one can be.
ROLES = [*roles.ROLES, "none", "superuser"]
MAY = {roles.CHIEF_EDITOR, "superuser"}
VERBS = {
    "schedule": in_an_hour,
    "cancel": lambda submission, by: schedules.cancel(submission, by=by),
    "publish": lambda submission, by: workflow.publish_signed(submission, by=by),
}
LEADS_TO = {
    "schedule": ("open", "waiting", 0),
    "cancel": ("open", "cancelled", 0),
    "publish": ("published", "published", 1),
}


def brought_to(state, submission, chief, reviewer, editor):
    in_an_hour(submission, chief)
    approve(submission, reviewer)
    if state == "published":
        workflow.publish_signed(submission, by=chief)
    elif state == "changes_requested":
        workflow.request_changes(submission, by=reviewer, reason="Because")
    elif state == "withdrawn":
        workflow.withdraw(submission, by=editor)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", Submission.State)
def test_every_verb_from_every_state_by_every_role(state, verb, role, submission, chief, reviewer, editor):
    brought_to(state, submission, chief, reviewer, editor)
    person = make_person("pat", "Pat", "Person", role)
    person.is_superuser = role == "superuser"
    before, events = stands(submission), Event.objects.count()
    if role in MAY and state == "open":
        VERBS[verb](submission, person)
        assert stands(submission) == LEADS_TO[verb]
        assert Event.objects.count() == events + 1
        return
    with pytest.raises(PermissionDenied if role not in MAY else workflow.NotAllowed):
        VERBS[verb](submission, person)
    assert (stands(submission), Event.objects.count()) == (before, events)


# Everything is asked again when it is due.


def test_a_rule_that_is_not_met_fails_and_says_what_is_open(clock, submission, chief):
    in_an_hour(submission, chief)
    clock.turn(HOUR)
    schedules.publish_due()
    told = "The sign-off rule is not met. Still open: a reviewer for the whole text."
    assert reason_of_failure(submission) == told
    schedules.publish_due()
    assert Event.objects.filter(what="schedule_failed").count() == 1


def test_a_rule_made_stricter_meanwhile_counts(clock, settings, submission, reviewer, chief):
    in_an_hour(submission, chief)
    approve(submission, reviewer)
    settings.SIGN_OFFS_NEEDED = 2
    clock.turn(HOUR)
    schedules.publish_due()
    assert reason_of_failure(submission).endswith("Still open: one more person.")


@pytest.mark.parametrize("how", ["deactivated", "role taken"])
def test_who_set_it_must_still_be_a_chief_editor(how, clock, submission, reviewer, chief):
    in_an_hour(submission, chief)
    approve(submission, reviewer)
    if how == "deactivated":
        chief.is_active = False
        chief.save()
    else:
        chief.groups.clear()
    clock.turn(HOUR)
    schedules.publish_due()
    assert reason_of_failure(submission) == "Cleo Chief, who scheduled this, is no active chief editor any more."


def test_an_address_taken_meanwhile_fails(clock, submission, reviewer, chief):
    in_an_hour(submission, chief)
    approve(submission, reviewer)
    clock.turn(HOUR)
    publish(canonical_bytes(submission.read() | {"code": "CCC"}), [], "Elsewhere")
    schedules.publish_due()
    failed = Event.objects.get(what="schedule_failed")
    assert failed.reason == "The address “pattern-stc” belongs to CCC; give STC another one."
    assert stands(submission) == ("open", "failed", 1)


def test_another_edition_published_meanwhile_fails(clock, submission, reviewer, chief):
    in_an_hour(submission, chief)
    approve(submission, reviewer)
    publish(canonical_bytes(submission.read() | {"title": "Other"}), [], "Restored from a backup")
    clock.turn(HOUR)
    schedules.publish_due()
    assert "was published after this was submitted" in Event.objects.get(what="schedule_failed").reason
    assert stands(submission) == ("open", "failed", 1)


@pytest.mark.parametrize("state", ["retired", "withheld"])
def test_a_moment_brings_nothing_back_that_was_retired_or_withheld(state, clock, submission, reviewer, editor, chief):
    approve(submission, reviewer)
    second = make_submission(pattern_document(title="Second"), editor)
    in_an_hour(second, chief)
    approve(second, reviewer)
    Standing.objects.latest().update(state=state)
    clock.turn(HOUR)
    schedules.publish_due()
    told = f"STC is {state}. Only a sign-off given since publishes it again."
    assert Event.objects.get(what="schedule_failed").reason == told
    assert stands(second) == ("open", "failed", 1)


def test_a_blocking_comment_fails(clock, submission, reviewer, other_reviewer, chief):
    in_an_hour(submission, chief)
    approve(submission, reviewer)
    about = {"text": "Ce n’est pas exact.", "texts": [submission.read()], "is_blocking": True}
    comments.comment("pattern", "STC", by=other_reviewer, **about)
    clock.turn(HOUR)
    schedules.publish_due()
    assert reason_of_failure(submission).startswith("1 comment blocks this text")


def test_a_sign_off_that_does_not_count_any_more_fails(clock, submission, editor, reviewer, chief):
    """The reviewer wrote in the text that came back; what is put up again needs somebody else."""
    in_an_hour(submission, chief)
    approve(submission, reviewer)
    workflow.withdraw(submission, by=editor)
    make_draft(pattern_document(title="Other"), reviewer)
    again = make_submission(pattern_document(), editor)
    in_an_hour(again, chief)
    clock.turn(HOUR)
    schedules.publish_due()
    assert reason_of_failure(again) == "The sign-off rule is not met. Still open: a reviewer for the whole text."


def test_after_a_failure_it_can_be_set_again(clock, submission, reviewer, chief):
    in_an_hour(submission, chief)
    clock.turn(HOUR)
    schedules.publish_due()
    in_an_hour(submission, chief)
    approve(submission, reviewer)
    clock.turn(HOUR)
    schedules.publish_due()
    assert stands(submission) == ("published", "published", 1)


def test_what_breaks_does_not_hold_up_the_next(clock, submission, editor, reviewer, chief):
    other = make_submission(pattern_document("CAP"), editor)
    for one in (submission, other):
        in_an_hour(one, chief)
        approve(one, reviewer)
    clock.turn(HOUR)
    real = workflow.publish_signed

    def breaks(one, by):
        if one == submission:
            raise RuntimeError("the page cannot be drawn")
        return real(one, by=by)

    with mock.patch.object(workflow, "publish_signed", breaks), pytest.raises(ExceptionGroup) as broken:
        schedules.publish_due()
    assert [str(error) for error in broken.value.exceptions] == ["the page cannot be drawn"]
    assert stands(submission) == ("open", "waiting", 1) and stands(other) == ("published", "published", 1)
    schedules.publish_due()
    assert stands(submission) == ("published", "published", 2)


# What ends a schedule before it is due.


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        (lambda one, by: workflow.withdraw(one, by=by), "withdrawn"),
        (lambda one, by: workflow.request_changes(one, by=by, reason="Vague"), "changes requested"),
        (lambda one, by: workflow.replace(one, by=by, note="Newer"), "withdrawn"),
    ],
)
def test_a_decided_submission_waits_for_no_moment(verb, state, clock, submission, editor, chief):
    in_an_hour(submission, chief)
    make_draft(pattern_document(title="Newer"), editor)
    verb(submission, chief)
    newest = Schedule.objects.of(submission).get()
    assert (newest.state, newest.reason) == ("cancelled", f"The submission is {state}.")
    assert Event.objects.filter(what="unscheduled", reason=f"The submission is {state}.").count() == 1


def test_taken_off_the_schedule_the_next_sign_off_publishes(clock, submission, reviewer, chief):
    in_an_hour(submission, chief)
    schedules.cancel(submission, by=chief, reason="C’est trop tôt")
    assert Event.objects.last().reason == Schedule.objects.get().reason == "C’est trop tôt"
    assert approve(submission, reviewer).number
    assert Schedule.objects.get().state == "cancelled"


def test_taken_off_when_signed_in_full_a_chief_editor_publishes(clock, submission, reviewer, chief):
    in_an_hour(submission, chief)
    approve(submission, reviewer)
    schedules.cancel(submission, by=chief)
    assert Schedule.objects.get().reason == "Cleo Chief took it off the schedule."
    assert stands(submission) == ("open", "cancelled", 0)
    assert workflow.publish_signed(submission, by=chief).reviewed_by == "Rhea Reviewer"


def test_publishing_now_needs_the_whole_rule(clock, submission, chief):
    with pytest.raises(workflow.NotAllowed, match="Still open: a reviewer for the whole text"):
        workflow.publish_signed(submission, by=chief)
    assert not SignOff.objects.exists()


def test_an_override_does_not_wait(clock, submission, chief):
    in_an_hour(submission, chief)
    reason = "Nobody else is here until January"
    shown = {"digest": submission.digest, "base_edition": ""}
    workflow.override(submission, **shown, reason=reason, by=chief)
    assert stands(submission) == ("published", "published", 1)


def test_scheduled_when_another_tick_was_faster_is_left_alone(clock, submission, reviewer, chief):
    made = in_an_hour(submission, chief)
    schedules.cancel(submission, by=chief)
    clock.turn(HOUR)
    assert schedules._publish_one(made.pk) is None


# The rows.


def refused(sql):
    with pytest.raises(IntegrityError) as problem, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return str(problem.value)


def test_a_schedule_is_kept_as_it_was_set(submission, chief):
    made = schedules.schedule(submission, due_at=timezone.now() + HOUR, by=chief)
    assert str(made) == f"{submission.pk} at {made.due_at:%Y-%m-%d %H:%M}, waiting"
    assert "only the end" in refused("UPDATE reviews_schedule SET due_at = due_at + interval '1 day'")
    assert "never deleted" in refused("DELETE FROM reviews_schedule")
    schedules.cancel(submission, by=chief)
    assert "has ended never changes" in refused("UPDATE reviews_schedule SET state = 'waiting', ended_at = NULL")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"state": "asleep", "ended_at": datetime(2027, 1, 1, tzinfo=UTC)}, "schedule_state_is_known"),
        ({"state": "failed"}, "a_schedule_waits_or_has_ended"),
        ({"ended_at": datetime(2026, 1, 1, tzinfo=UTC)}, "a_schedule_waits_or_has_ended"),
        ({"due_at": datetime(2020, 1, 1, tzinfo=UTC)}, "a_schedule_lies_ahead"),
        ({}, "one_waiting_schedule_per_submission"),
    ],
)
def test_a_schedule_that_could_not_be_is_refused(fields, name, submission, chief):
    if not fields:
        in_an_hour(submission, chief)
    row = {"submission": submission, "due_at": timezone.now() + HOUR, "at": timezone.now(), "by_id": 1, "by": "Me"}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Schedule.objects.create(**{**row, **fields})


def test_a_draft_saved_meanwhile_changes_nothing(clock, submission, editor, reviewer, chief):
    make_source(editor, title="Corrected")
    in_an_hour(submission, chief)
    approve(submission, reviewer)
    make_draft({**Draft.objects.get(code="STC").read(), "title": "Newer"}, editor)
    clock.turn(HOUR)
    schedules.publish_due()
    assert Edition.objects.get().digest == submission.digest
