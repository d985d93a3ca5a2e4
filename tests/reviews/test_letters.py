"""Who is told of which event: the whole table, with everybody there is."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts import roles
from history.words import when
from mailroom.letters import write
from mailroom.models import Letter
from reviews import assignments, events, letters, rules, schedules, workflow
from reviews.models import Event
from tests.conftest import make_person
from tests.factories import approve, make_draft, make_edition, make_source, make_submission, pattern_document

pytestmark = pytest.mark.django_db
What = Event.What
EDITORS, REVIEWERS = {"edda", "otto"}, {"rhea", "rolf", "lena", "cleo"}
ROOM = EDITORS | REVIEWERS
# Edda submitted what Edda and Otto wrote; Otto is the `other` person. Cleo is the chief editor, Ada administers,
# and Rhea does it. Sam has no role; Gone was a reviewer and is deactivated.
TOLD = {
    What.SUBMITTED: {"rolf", "lena", "cleo"},
    What.CHANGES_REQUESTED: {"edda", "otto"},
    What.WITHDRAWN: {"edda", "otto"},
    What.SIGNED_OFF: {"edda"},
    What.OVERRIDDEN: ROOM - {"rhea"},
    What.PUBLISHED: {"edda", "otto"},
    What.RULE_CHANGED: {"rolf", "lena", "cleo"},
    What.COMMENTED: {"edda", "otto"},
    What.REPLIED: {"edda", "otto"},
    What.RESOLVED: {"edda", "otto"},
    What.REOPENED: {"edda", "otto"},
    What.ASSIGNED: {"otto"},
    What.CLAIMED: set(),
    What.ACCEPTED: {"otto"},
    What.DECLINED: {"otto"},
    What.UNASSIGNED: {"otto"},
    What.DELEGATED: {"otto"},
    What.SCHEDULED: {"edda", "otto", "cleo"},
    What.UNSCHEDULED: {"edda", "otto", "cleo"},
    What.SCHEDULE_FAILED: {"edda", "otto", "cleo"},
    What.CORRECTED: {"rolf", "lena", "cleo"},
    What.CORRECTION_WAITS: {"rhea", "cleo"},  # it came by itself, in the name of who corrected
    What.CORRECTION_STOPPED: {"edda", "otto"},
    What.REAFFIRMED: {"cleo", "edda"},
    What.RETIRED: {"cleo", "edda"},
    What.WITHHOLDING_PROPOSED: {"cleo", "ada"},
    What.WITHHOLDING_REFUSED: {"cleo", "ada", "otto"},
    What.WITHHELD: (ROOM | {"ada"}) - {"rhea"},
    What.ARCHIVED: {"edda", "otto"},
    What.RECOVERED: {"edda", "otto"},
    What.SHARED: set(),
    What.SHARE_REVOKED: set(),
}
URGENT = {What.OVERRIDDEN, What.WITHHELD}


@pytest.fixture
def cast(editor, other_editor, reviewer, other_reviewer, chief, stranger):
    make_person("lena", "Lena", "Legal", roles.LEGAL_REVIEWER)
    make_person("ada", "Ada", "Administrator", roles.ADMINISTRATOR)
    gone = make_person("gone", "Gone", "Reviewer", roles.REVIEWER, roles.CHIEF_EDITOR, roles.ADMINISTRATOR)
    gone.is_active = False
    gone.save()


@pytest.fixture
def submission(cast, editor, other_editor):
    with letters.silent():
        make_source(editor)
        make_draft(pattern_document(), other_editor)
        make_draft(pattern_document(title="Échange “à terme”"), editor)
        return workflow.submit("pattern", "STC", by=editor, note="The first text")


@pytest.fixture
def edition(submission, reviewer):
    with letters.silent():
        return approve(submission, reviewer)


def told():
    return set(Letter.objects.values_list("person__username", flat=True))


def test_the_table_names_every_kind_of_event():
    assert set(letters.LETTERS) == set(What) == set(TOLD)


@pytest.mark.parametrize("what", What)
def test_each_event_is_told_to_whom_it_concerns(submission, reviewer, other_editor, what):
    event = events.tell_of(submission, what, by=reviewer, reason="Because\nof this.", other=other_editor)
    assert told() == TOLD[what]
    assert Letter.objects.count() == len(TOLD[what])
    assert set(Letter.objects.values_list("about", "is_urgent")) <= {(f"event/{event.pk}", what in URGENT)}


def test_each_letter_says_what_happened_why_and_what_to_do(submission, reviewer, other_editor, chief, client):
    client.force_login(chief)
    overridden_last = sorted((what for what in What if TOLD[what]), key=lambda what: what == What.OVERRIDDEN)
    for what in overridden_last:  # a publication after it would not be told
        event = events.tell_of(submission, what, by=reviewer, reason="Because\nof {this}.", other=other_editor)
        letter = Letter.objects.filter(about=f"event/{event.pk}").first()
        happened, quote, why = letter.text.split("\n\n")
        assert "Rhea Reviewer" in happened or what == What.SCHEDULE_FAILED
        is_named = what not in (What.RULE_CHANGED, *letters.UNNAMED)  # what is withheld may be the title itself
        assert ("“Échange “à terme”” (STC)" in happened) == is_named
        assert quote == "> Because\n> of {this}."
        assert why.endswith(".") and "{" not in letter.subject + happened + why
        assert ("Échange “à terme”" in letter.subject) == is_named
        assert client.get(letter.link).status_code == 200


@pytest.mark.parametrize("what", [What.REAFFIRMED, What.RETIRED])
def test_events_without_submission_reach_who_submitted_the_newest_edition(edition, reviewer, what):
    events.tell("pattern", "STC", what, by=reviewer, reason="Because.")
    assert told() == {"cleo", "edda"}


def test_events_of_what_was_never_submitted_reach_whom_they_can(cast, chief):
    """A source, which has no submission and here no draft either."""
    for what in set(What) - {What.SUBMITTED, What.CORRECTION_WAITS}:
        events.tell("source", "smith-2026", what, by=chief)
    assert told() == ROOM - {"cleo"} | {"ada"}
    assert Letter.objects.filter(subject="Retired: smith-2026").count() == 0
    assert Letter.objects.filter(subject="Withheld: smith-2026").count() == len(ROOM)


def test_who_did_it_is_never_told(submission, editor):
    events.tell_of(submission, What.CHANGES_REQUESTED, by=editor, reason="Mine")
    assert told() == {"otto"}


def test_a_long_reason_is_cut(submission, reviewer):
    events.tell_of(submission, What.CHANGES_REQUESTED, by=reviewer, reason="x" * 2000)
    assert Letter.objects.first().text.split("\n\n")[1] == f"> {'x' * 600} …"


def test_without_a_reason_there_is_no_quote(submission, reviewer):
    events.tell_of(submission, What.WITHDRAWN, by=reviewer)
    assert len(Letter.objects.first().text.split("\n\n")) == 2


# Together with the workflow


def test_a_submission_tells_reviewers_and_its_publication_the_writers(cast, editor, other_reviewer):
    make_source(editor)
    submission = make_submission(pattern_document(), editor)
    assert told() == {"rhea", "rolf", "lena", "cleo"}
    Letter.objects.all().delete()
    approve(submission, other_reviewer)
    assert list(Letter.objects.values_list("person__username", "subject")) == [("edda", "Published: Pattern STC")]


def test_a_sign_off_that_completes_nothing_is_told_until_the_next_does(
    submission, reviewer, other_reviewer, settings
):
    settings.SIGN_OFFS_NEEDED = 2
    approve(submission, reviewer)
    subjects = Letter.objects.values_list("person__username", "subject")
    assert list(subjects) == [("edda", "Signed off, more needed: Échange “à terme”")]
    approve(submission, other_reviewer)
    assert set(subjects.all()) == {
        ("edda", "Published: Échange “à terme”"),
        ("otto", "Published: Échange “à terme”"),
    }


def test_a_publication_by_override_is_told_once(submission, chief):
    reason = "A court needs the text today, and nobody else is here."
    workflow.override(submission, digest=submission.digest, base_edition="", reason=reason, by=chief)
    assert told() == ROOM - {"cleo"}
    assert Letter.objects.count() == len(ROOM) - 1


def test_a_change_of_the_rule_leads_reviewers_to_it(cast, chief):
    rules.change("pattern", people=2, legal=["clauses"], by=chief, note="Counsel asked for it.")
    assert told() == {"rhea", "rolf", "lena"}
    letter = Letter.objects.first()
    assert (letter.subject, letter.link) == ("The sign-off rule for patterns has changed", "/desk/rules/")
    assert letter.text.endswith("Before you sign the next one, read what the rule asks for now.")


def test_nothing_is_told_of_a_step_that_is_rolled_back(submission, reviewer):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        events.tell_of(submission, What.WITHDRAWN, by=reviewer)
        raise ZeroDivisionError
    assert told() == set()


def test_silence_ends_with_its_block(submission, reviewer):
    with pytest.raises(ZeroDivisionError), letters.silent():
        events.tell_of(submission, What.WITHDRAWN, by=reviewer)
        raise ZeroDivisionError
    assert told() == set()
    events.tell_of(submission, What.WITHDRAWN, by=reviewer)
    assert told() == {"edda", "otto"}


@pytest.mark.parametrize("count", [1, 3, 30])
def test_an_event_takes_as_many_statements_for_many_people_as_for_one(
    submission, reviewer, count, django_assert_num_queries
):
    for number in range(count):
        make_person(f"chief{number}", "Chief", str(number), roles.CHIEF_EDITOR)
    event = events.tell_of(submission, What.SHARED, by=reviewer)
    event.what = What.SCHEDULED
    with django_assert_num_queries(3):  # the submission, the people, the letters
        letters.about(event)
    assert Letter.objects.count() == count + 3


def test_the_starter_library_is_signed_off_in_silence(cast, editor, reviewer):
    from exchange.signing import sign_off_all

    with letters.silent():
        make_source(editor)
        make_draft(pattern_document(), editor)
    assert sign_off_all([("pattern", "STC")], editor=editor, reviewers=[reviewer], note="x").published
    assert told() == set()


def test_a_second_edition_is_told_as_well(cast, editor, reviewer):
    with letters.silent():
        make_source(editor)
        make_edition(pattern_document(), editor, reviewer)
    make_edition(pattern_document(subtitle="Another"), editor, reviewer)
    assert Letter.objects.filter(person=editor).get().subject == "Published: Pattern STC"


# Letters that are over before they were sent


def subjects_of(username):
    return list(Letter.objects.filter(person__username=username).values_list("subject", flat=True))


def asked_to_review(submission, chief, person):
    """Letters that wait to be sent: the review is asked for, and is due."""
    events.tell_of(submission, What.SUBMITTED, by=chief)
    events.tell_of(submission, What.ASSIGNED, by=chief, other=person)
    write(person, about=f"review-due/{submission.pk}/{person.pk}/2026-12-01/before", subject="Due", text="Due.")
    assert len(subjects_of(person.username)) == 3


ASKED = "You are asked to review: Échange “à terme”"


@pytest.mark.parametrize(("how", "left"), [("withdraw", [ASKED]), ("request_changes", [ASKED]), ("publish", [])])
def test_what_asks_for_a_review_is_taken_back_when_it_was_decided(
    submission, editor, reviewer, other_reviewer, chief, how, left
):
    """The request itself lasts until the next edition."""
    asked_to_review(submission, chief, other_reviewer)
    if how == "withdraw":
        workflow.withdraw(submission, by=editor)
    elif how == "request_changes":
        workflow.request_changes(submission, by=reviewer, reason="Not yet")
    else:
        approve(submission, reviewer)
    assert subjects_of("rolf") == left


def test_a_request_is_told_though_the_text_was_replaced(submission, editor, reviewer, other_reviewer, chief):
    assignments.assign(submission, other_reviewer, by=chief)
    again = workflow.replace(submission, by=editor, note="A slip of the pen")
    assert subjects_of("rolf") == [ASKED, "For your review: Échange “à terme”"]
    approve(again, reviewer)
    assert subjects_of("rolf") == []


def test_a_request_of_another_item_is_told(submission, editor, reviewer, other_reviewer, chief):
    other = make_submission(pattern_document("ABC", slug="abc"), editor)
    assignments.assign(other, other_reviewer, by=chief)
    approve(submission, reviewer)
    assert "You are asked to review: Pattern ABC" in subjects_of("rolf")


@pytest.mark.parametrize("is_published", [False, True])
def test_who_declined_and_who_is_asked_no_more_stays_told(
    submission, editor, reviewer, other_reviewer, chief, is_published
):
    assignments.assign(submission, reviewer, by=chief)
    assignments.assign(submission, other_reviewer, by=chief)
    assignments.decline(submission, by=reviewer, reason="I am married to the author")
    assignments.unassign(submission, other_reviewer, by=chief)
    last = workflow.replace(submission, by=editor, note="A slip of the pen")
    if is_published:
        approve(last, reviewer)
    assert "Declined: Échange “à terme”" in subjects_of("cleo")
    assert "No longer yours to review: Échange “à terme”" in subjects_of("rolf")


def test_what_was_said_in_comments_stays(submission, editor, reviewer):
    events.tell_of(submission, What.COMMENTED, by=reviewer, reason="Why?")
    workflow.withdraw(submission, by=editor)
    assert subjects_of("edda") == ["Comment on Échange “à terme”"]


def test_letters_of_other_submissions_stay(submission, editor, other_reviewer, chief):
    write(other_reviewer, about=f"review-due/{submission.pk}0/1/x", subject="Another", text="Another.")
    events.tell_of(submission, What.SUBMITTED, by=chief)
    workflow.withdraw(submission, by=editor)
    assert subjects_of("rolf") == ["Another"]


def test_what_was_sent_or_tried_stays_as_it_is(submission, editor, other_reviewer, chief):
    events.tell_of(submission, What.SUBMITTED, by=chief)
    Letter.objects.filter(person=other_reviewer).update(tries=1, problem="The mail server does not answer.")
    workflow.withdraw(submission, by=editor)
    assert subjects_of("rolf") == ["For your review: Échange “à terme”"]


def test_a_withdrawal_that_is_rolled_back_takes_nothing_back(submission, editor, other_reviewer, chief):
    asked_to_review(submission, chief, other_reviewer)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        workflow.withdraw(submission, by=editor)
        raise ZeroDivisionError
    assert len(subjects_of("rolf")) == 3


# A sign-off while a moment is set


def test_a_sign_off_that_waits_for_its_moment_says_when(submission, reviewer, chief, monkeypatch):
    due = timezone.now().replace(hour=14, minute=0, second=0, microsecond=0) + timedelta(days=9)
    schedules.schedule(submission, due_at=due, by=chief)
    Letter.objects.all().delete()
    approve(submission, reviewer)
    letter = Letter.objects.get()
    assert letter.subject == f"Signed off, publishes on {date_format(due, 'j F Y')}: Échange “à terme”"
    assert letter.text.startswith(
        f"Rhea Reviewer signed “Échange “à terme”” (STC) off. It publishes on {when(due)} if all sign-offs that it"
        " needs are given by then."
    )
    monkeypatch.setattr(timezone, "now", lambda: due)
    schedules.publish_due()
    assert subjects_of("edda") == ["Published: Échange “à terme”"]


def test_a_moment_that_was_taken_back_is_not_told(submission, reviewer, chief, settings):
    settings.SIGN_OFFS_NEEDED = 2
    schedules.schedule(submission, due_at=timezone.now() + timedelta(days=9), by=chief)
    schedules.cancel(submission, by=chief)
    Letter.objects.all().delete()
    approve(submission, reviewer)
    assert subjects_of("edda") == ["Signed off, more needed: Échange “à terme”"]
