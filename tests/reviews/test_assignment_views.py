"""Who reviews a submission, on its pages: every step works, is refused in words, and loses nothing typed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import roles
from reviews import assignments, workflow
from reviews.models import Assignment
from tests.conftest import make_person
from tests.factories import approve
from tests.reviews.desk import ITEM, as_, page, text_of

pytestmark = pytest.mark.django_db
VERBS = ["assign/", "claim/", "accept/", "decline/", "unassign/", "due/"]


def at(submission, verb=""):
    return page(submission, f"reviewers/{verb}")


def today():
    return timezone.now().date()


@pytest.fixture
def row(submission, reviewer, chief):
    return assignments.assign(submission, reviewer, by=chief)


# What the pages show


def test_review_page_says_whose_turn_it_is_and_lets_who_is_asked_answer(client, row, submission, reviewer):
    shown = text_of(as_(client, reviewer).get(page(submission)))
    assert "<strong>Rhea Reviewer</strong> <span>Asked by Cleo Chief; has not answered yet.</span>" in shown
    assert "Accept the review" in shown and "Why you decline" in shown
    assert "Take this review" not in shown and "Ask somebody to review it" not in shown


def test_review_page_lets_others_take_it_and_editors_read(client, row, submission, other_reviewer, editor):
    assert "Take this review" in text_of(as_(client, other_reviewer).get(page(submission)))
    shown = text_of(as_(client, editor).get(page(submission)))
    assert "Rhea Reviewer" in shown
    for action in ("Take this review", "Accept the review", "Why you decline", "Ask somebody"):
        assert action not in shown


def test_pages_let_a_chief_editor_hand_out(client, row, submission, other_reviewer, chief):
    for address in (page(submission), ITEM):
        shown = text_of(as_(client, chief).get(address))
        assert "Ask somebody to review it" in shown and "Rolf Reviewer" in shown
        assert "Rhea Reviewer: due date, or take it back" in shown
        assert f'value="{row.due:%Y-%m-%d}"' in shown


def test_why_somebody_declined_is_for_chief_editors(client, row, submission, reviewer, editor, chief):
    assignments.decline(submission, by=reviewer, reason="I advised one of the parties")
    assert "I advised one of the parties" in text_of(as_(client, chief).get(page(submission)))
    shown = text_of(as_(client, editor).get(page(submission)))
    assert "Rhea Reviewer declined." in shown and "I advised" not in shown


def test_closed_submissions_show_nobody(client, row, submission, editor, chief):
    workflow.withdraw(submission, by=editor)
    assert "Whose turn" not in text_of(as_(client, chief).get(page(submission)))
    assert "nobody is asked to review it" in text_of(client.get(at(submission)))


def test_review_page_with_somebody_asked_takes_few_statements(
    client, row, submission, reviewer, chief, django_assert_num_queries
):
    as_(client, reviewer)
    with django_assert_num_queries(12):
        client.get(page(submission))
    as_(client, chief)
    with django_assert_num_queries(13):
        client.get(page(submission))


# The steps


def test_chief_editor_asks_with_a_due_date(client, submission, reviewer, chief):
    due = today() + timedelta(days=3)
    answer = as_(client, chief).post(at(submission, "assign/"), {"person": reviewer.pk, "due": due.isoformat()})
    assert (answer.status_code, answer["Location"]) == (302, page(submission))
    assert Assignment.objects.get().due == due


@pytest.mark.parametrize(("back", "place"), [("item", ITEM), ("queue", "/desk/"), ("//evil.example", None)])
def test_each_form_returns_to_its_page(client, submission, reviewer, back, place):
    answer = as_(client, reviewer).post(at(submission, "claim/"), {"back": back})
    assert answer["Location"] == (place or page(submission))


def test_reviewer_takes_accepts_and_declines(client, row, submission, reviewer, other_reviewer):
    assert as_(client, other_reviewer).post(at(submission, "claim/")).status_code == 302
    as_(client, reviewer)
    assert client.post(at(submission, "accept/")).status_code == 302
    assert client.post(at(submission, "accept/")).status_code == 409
    assert client.post(at(submission, "decline/"), {"reason": "Je pars"}).status_code == 302
    answers = Assignment.objects.values_list("person__username", "answer", "reason")
    assert list(answers) == [("rhea", "declined", "Je pars"), ("rolf", "accepted", "")]


def test_chief_editor_sets_the_due_date_and_takes_back(client, row, submission, reviewer, chief):
    later = (today() + timedelta(days=20)).isoformat()
    as_(client, chief)
    assert client.post(at(submission, "due/"), {"person": reviewer.pk, "due": later}).status_code == 302
    assert Assignment.objects.get().due.isoformat() == later
    assert client.post(at(submission, "unassign/"), {"person": reviewer.pk}).status_code == 302
    assert not Assignment.objects.exists()
    assert client.post(at(submission, "unassign/"), {"person": reviewer.pk}).status_code == 409


# Refusals


def test_asking_says_at_the_field_what_is_wrong(client, submission, editor, reviewer, chief):
    as_(client, chief)
    for typed, sentence in [
        ({}, "Choose whom to ask."),
        ({"person": editor.pk}, "Edda Editor is no reviewer."),
        ({"person": "99999999999999999999"}, "Choose somebody from the list."),
        ({"person": reviewer.pk, "due": "soon"}, "Give a day of the calendar"),
        ({"person": reviewer.pk, "due": "2020-01-01"}, "The due date must be today or later."),
        ({"person": reviewer.pk, "due": "10000-01-01"}, "Give a day of the calendar"),
    ]:
        answer = client.post(at(submission, "assign/"), typed)
        assert (answer.status_code, sentence in text_of(answer)) == (409, True), typed
    assert f'<option value="{reviewer.pk}" selected>' in text_of(answer)
    assert not Assignment.objects.exists()


def test_a_due_date_that_cannot_be_is_refused(client, row, submission, reviewer, chief):
    as_(client, chief)
    for typed, sentence in [
        ({"person": reviewer.pk}, "Give a day."),
        ({"person": "x", "due": today().isoformat()}, "Choose somebody"),
        ({"due": today().isoformat()}, "Choose somebody who is asked"),
    ]:
        answer = client.post(at(submission, "due/"), typed)
        assert (answer.status_code, sentence in text_of(answer)) == (409, True), typed


def test_a_reason_survives_the_refusal(client, row, submission, reviewer, other_reviewer, editor):
    as_(client, reviewer)
    assert "Say why" in text_of(client.post(at(submission, "decline/"), {"reason": " "}))
    long = "Ä" * 2_001
    assert long in text_of(client.post(at(submission, "decline/"), {"reason": long}))
    approve(submission, other_reviewer)
    answer = client.post(at(submission, "decline/"), {"reason": "Trop tard"})
    assert (answer.status_code, "Trop tard" in text_of(answer)) == (409, True)


def test_ten_megabytes_of_reason_are_refused(client, row, submission, reviewer):
    answer = as_(client, reviewer).post(at(submission, "decline/"), {"reason": "x" * 10_000_000})
    assert answer.status_code == 409 and "10,000,000 characters" in text_of(answer)


def test_taking_what_is_signed_is_refused(client, settings, submission, reviewer):
    settings.SIGN_OFFS_NEEDED = 2
    assert as_(client, reviewer).post(at(submission, "claim/")).status_code == 302
    approve(submission, reviewer)
    answer = client.post(at(submission, "claim/"))
    assert (answer.status_code, "You have signed this text off already." in text_of(answer)) == (409, True)


@pytest.mark.parametrize("verb", VERBS)
def test_steps_are_closed_to_who_may_not(client, row, submission, editor, stranger, verb):
    typed = {"person": row.person_id, "due": today().isoformat(), "reason": "A reason"}
    assert as_(client, editor).post(at(submission, verb), typed).status_code == 403
    assert client.get(at(submission, verb)).status_code == 405
    assert as_(client, stranger).post(at(submission, verb), typed).status_code == 404
    ada = make_person("ada", "Ada", "Min", roles.ADMINISTRATOR)
    assert as_(client, ada).post(at(submission, verb), typed).status_code == 404
    client.logout()
    assert client.post(at(submission, verb), typed)["Location"].startswith("/accounts/login/")
    assert as_(client, editor).post("/desk/submissions/999999/reviewers/" + verb).status_code == 404
    assert Assignment.objects.get().answer == ""


@pytest.mark.parametrize("verb", ["assign/", "unassign/", "due/"])
def test_reviewers_hand_out_nothing(client, row, submission, reviewer, other_reviewer, verb):
    typed = {"person": other_reviewer.pk, "due": today().isoformat()}
    assert as_(client, reviewer).post(at(submission, verb), typed).status_code == 403
    assert client.get(at(submission)).status_code == 200
