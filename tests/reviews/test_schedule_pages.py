"""The moment of publication at the desk: set, changed, taken back, published now, and what the page says of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import roles
from library.models import Edition
from reviews import schedules
from reviews.models import Schedule, Submission
from tests.conftest import make_person
from tests.factories import approve, make_submission, pattern_document
from tests.forms_of_page import find_form, send
from tests.reviews.desk import ITEM, as_, page, text_of

pytestmark = pytest.mark.django_db


def ahead(**by):
    return (timezone.now() + timedelta(**by)).strftime("%Y-%m-%dT%H:%M")


def waiting(submission, chief, **by):
    return schedules.schedule(submission, due_at=timezone.now() + timedelta(**by or {"hours": 1}), by=chief)


def test_a_chief_editor_sets_a_moment_in_utc(client, chief, submission):
    as_(client, chief)
    review = client.get(page(submission))
    assert "Nothing is set: the sign-off that completes the rule publishes at once." in text_of(review)
    form = find_form(review, action="/schedule/")
    answer = send(client, review, form, due_at=ahead(days=30), follow=True)
    made = Schedule.objects.get()
    assert made.due_at.strftime("%Y-%m-%dT%H:%M") == ahead(days=30)
    assert made.due_at.utcoffset() == timedelta(0)
    told = text_of(answer)
    assert f"will be published on {made.due_at:%Y-%m-%d %H:%M} UTC." in told
    assert "if it is signed off in full by then" in told
    assert f'value="{ahead(days=30)}"' in told and 'type="datetime-local"' in told


def test_the_sign_off_does_not_say_that_it_publishes(client, chief, reviewer, submission):
    waiting(submission, chief)
    as_(client, reviewer)
    told = text_of(client.get(page(submission)))
    assert "Sign off</button>" in told and "Sign off and publish" not in told
    assert "Set another moment" not in told and "Will be published on" in told
    form = find_form(client.get(page(submission)), action="/sign-off/")
    answer = client.post(form.action, form.values(), follow=True)
    assert "It is signed off in full and waits for its moment." in text_of(answer)
    assert "Will be published on" in text_of(client.get(ITEM))
    assert not Edition.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Choose a moment in the future"),
        ("yesterday", "Write the moment as 2027-01-31 09:00."),
        ("2020-01-01T09:00", "Choose a moment in the future"),
        ("9999-12-31T23:59", "Choose a moment in the future"),
        ("0001-01-01T00:00+14:00", "Choose a moment in the future"),
        ("9999-12-31T23:59-14:00", "Choose a moment in the future"),
        ("2026-13-01T09:00", "Write the moment as 2027-01-31 09:00."),
        ("1" * 5000, "Choose a moment in the future"),
        ("\x00", "Write the moment as 2027-01-31 09:00."),
    ],
)
def test_a_moment_that_cannot_be_is_refused_and_kept(typed, sentence, client, chief, submission):
    answer = as_(client, chief).post(page(submission, "schedule/"), {"due_at": typed})
    assert answer.status_code == 409
    assert sentence in text_of(answer)
    assert not Schedule.objects.exists()


def test_what_was_typed_stands_when_it_was_decided_meanwhile(client, chief, reviewer, submission):
    approve(submission, reviewer)
    answer = as_(client, chief).post(page(submission, "schedule/"), {"due_at": ahead(days=3)})
    assert answer.status_code == 409
    told = text_of(answer)
    assert (
        "This submission is published; there is nothing to schedule." in told and f'value="{ahead(days=3)}"' in told
    )


def test_it_is_taken_off_the_schedule(client, chief, submission):
    waiting(submission, chief)
    as_(client, chief)
    review = client.get(page(submission))
    answer = send(client, review, find_form(review, action="/unschedule/"), reason="Trop tôt", follow=True)
    assert "is off the schedule and stays in review" in text_of(answer)
    assert Schedule.objects.get().reason == "Trop tôt"
    again = client.post(page(submission, "unschedule/"), {"reason": "Encore"})
    assert again.status_code == 409 and "Encore" in text_of(again)


def test_a_chief_editor_publishes_before_the_moment(client, chief, reviewer, submission):
    waiting(submission, chief)
    as_(client, chief)
    assert "Publish now" not in text_of(client.get(page(submission)))
    assert client.post(page(submission, "publish/")).status_code == 409
    approve(submission, reviewer)
    review = client.get(page(submission))
    answer = send(client, review, find_form(review, action="/publish/"), follow=True)
    assert answer.redirect_chain == [(ITEM, 302)] and "is published as" in text_of(answer)
    assert Schedule.objects.get().state == "published"
    assert client.post(page(submission, "publish/")).status_code == 409
    assert Edition.objects.count() == 1


def test_why_it_was_not_published_stands_on_both_pages(client, chief, editor, submission, monkeypatch):
    waiting(submission, chief)
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    schedules.publish_due()
    as_(client, editor)
    for address in (page(submission), ITEM):
        told = text_of(client.get(address))
        assert "was not published" in told and "Still open: a reviewer for the whole text" in told


def test_editors_read_when_and_set_nothing(client, editor, chief, submission):
    waiting(submission, chief)
    told = text_of(as_(client, editor).get(page(submission)))
    assert "Will be published on" in told and "Set by Cleo Chief" in told
    assert "schedule/" not in told and "publish/" not in told


def test_nothing_is_said_where_nothing_was_set(client, editor, reviewer, submission):
    assert "Moment of publication" not in text_of(as_(client, editor).get(page(submission)))
    assert "Moment of publication" not in text_of(client.get(ITEM))


VERBS = {"schedule/": 302, "unschedule/": 302, "publish/": 302}


@pytest.mark.parametrize("role", [*roles.ROLES, "none"])
@pytest.mark.parametrize("verb", VERBS)
def test_who_posts_what(verb, role, client, chief, reviewer, submission):
    waiting(submission, chief)
    approve(submission, reviewer)
    as_(client, make_person("pat", "Pat", "Person", role))
    answer = client.post(page(submission, verb), {"due_at": ahead(days=2)})
    at_the_desk = role not in (roles.ADMINISTRATOR, "none")
    expected = 302 if role == roles.CHIEF_EDITOR else 403 if at_the_desk else 404
    assert answer.status_code == expected
    if expected != 302:
        assert Schedule.objects.get().state == "waiting"
        assert Submission.objects.get().state == "open"
    assert client.get(page(submission, verb)).status_code == (405 if at_the_desk else 404)


def test_the_item_page_takes_one_statement_for_it(client, chief, editor, submission, django_assert_max_num_queries):
    as_(client, editor)
    with django_assert_max_num_queries(40) as without:
        client.get(ITEM)
    waiting(submission, chief)
    with django_assert_max_num_queries(len(without)):
        client.get(ITEM)


def test_a_second_submission_has_a_moment_of_its_own(client, chief, editor, reviewer, submission):
    approve(submission, reviewer)
    second = make_submission(pattern_document(title="Second"), editor)
    waiting(second, chief)
    assert "Will be published on" not in text_of(as_(client, chief).get(page(submission)))
    assert "Will be published on" in text_of(client.get(page(second)))
