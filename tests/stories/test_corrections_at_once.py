"""Corrections and due publications met by several processes at once: each thing is done once."""

from datetime import timedelta
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from history.models import Draft
from library import ledger
from library.models import Edition, LedgerEntry
from reviews import corrections, schedules, workflow
from reviews.models import Correction, Event, Schedule, Submission
from tests.conftest import make_person
from tests.factories import (
    approve,
    make_edition,
    make_source,
    make_submission,
    partnership_document,
    pattern_document,
)
from tests.reviews.test_corrections import correct_source, shown
from tests.stories.people import all_at_once, in_turns, signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]


@pytest.fixture
def library(editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    for n in range(3):
        make_edition(partnership_document(f"deal-{n}"), editor, reviewer)


@pytest.fixture
def unopened(library, editor):
    """A correction whose process died right after it was committed."""
    with mock.patch.object(corrections, "_open_one"):
        correct_source(editor, title="Corrected")
    assert not Submission.objects.open().exists()
    return Correction.objects.get()


def at_the_desk():
    return Submission.objects.open().filter(change_class="correction")


def test_the_change_opens_its_submissions_by_itself(library, editor):
    correct_source(editor, title="Corrected")
    assert at_the_desk().count() == 4


def test_what_fails_afterwards_keeps_the_change_and_is_caught_up(library, editor):
    with mock.patch.object(corrections.workflow, "submit_correction", side_effect=RuntimeError("out of memory")):
        saved = correct_source(editor, title="Corrected")
    assert (saved.version, at_the_desk().count()) == (2, 0)
    corrections.open_due()
    assert at_the_desk().count() == 4


def test_eight_ticks_open_a_correction_once(unopened):
    assert all_at_once(*[corrections.open_due] * 8) == [None] * 8
    assert at_the_desk().count() == 4
    assert Event.objects.filter(what="corrected").count() == 1


def test_eight_ticks_publish_what_is_due_once(library, editor, reviewer, chief, monkeypatch):
    submissions = []
    for n in range(3):
        newer = {**Draft.objects.get(code=f"deal-{n}").read(), "summary": "Newer [@smith-2026]"}
        submissions.append(make_submission(newer, editor))
        schedules.schedule(submissions[-1], due_at=timezone.now() + timedelta(hours=1), by=chief)
        approve(submissions[-1], reviewer)
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert all_at_once(*[schedules.publish_due] * 8) == [None] * 8
    assert Edition.objects.count() == LedgerEntry.objects.count() == 7
    assert set(Schedule.objects.values_list("state", flat=True)) == {"published"}
    assert ledger.verify() == []


def test_one_correction_signed_by_six_at_once_is_published_once(library, editor):
    correct_source(editor, title="Corrected")
    correction = Correction.objects.get()
    people = [make_person(f"r{n}", "Reviewer", str(n), roles.REVIEWER) for n in range(6)]
    ticks = [f"{one.submission}:{one.digest}:{one.base_edition}" for one in shown(*at_the_desk())]
    address = reverse("desk:correction-sign-off", args=[correction.pk])

    def sign(person):
        client = signed_in(person)
        return lambda: client.post(address, {"sign": ticks}).status_code

    answers = all_at_once(*map(sign, people))
    assert set(answers) <= {302, 409} and 302 in answers
    assert Edition.objects.filter(note="Correction: Le titre exact").count() == 4
    assert LedgerEntry.objects.count() == 8 and ledger.verify() == []


def test_two_corrections_at_once_leave_the_newer_in_review(library, editor, other_editor):
    all_at_once(
        lambda: correct_source(editor, title="One"),
        lambda: correct_source(other_editor, publisher="Another"),
    )
    newest = Correction.objects.first()
    assert {one.correction for one in at_the_desk()} == {newest.pk}
    assert {one.read()["bibliography"][0] == corrections.corrected_copy(newest) for one in at_the_desk()} == {True}


def test_a_publication_under_way_is_not_taken_off_the_schedule(library, editor, reviewer, chief, monkeypatch):
    newer = {**Draft.objects.get(code="deal-0").read(), "summary": "Newer [@smith-2026]"}
    submission = make_submission(newer, editor)
    schedules.schedule(submission, due_at=timezone.now() + timedelta(hours=1), by=chief)
    approve(submission, reviewer)
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    publish = workflow.publish

    def publishing(pause):
        def slowly(*args):
            pause()
            return publish(*args)

        with mock.patch.object(workflow, "publish", slowly):
            schedules.publish_due()

    _, refused = in_turns(publishing, lambda: schedules.cancel(submission, by=chief))
    assert str(refused) == "This is not scheduled any more. Nothing was changed."
    assert Submission.objects.get(pk=submission.pk).state == "published"


def test_withdrawn_while_it_becomes_due_it_is_one_or_the_other(library, editor, reviewer, chief, monkeypatch):
    newer = {**Draft.objects.get(code="deal-0").read(), "summary": "Newer [@smith-2026]"}
    submission = make_submission(newer, editor)
    schedules.schedule(submission, due_at=timezone.now() + timedelta(hours=1), by=chief)
    approve(submission, reviewer)
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    all_at_once(schedules.publish_due, lambda: workflow.withdraw(submission, by=editor))
    stands = (Submission.objects.get(pk=submission.pk).state, Schedule.objects.get().state, Edition.objects.count())
    assert stands in {("published", "published", 5), ("withdrawn", "cancelled", 4)}
