"""Signing off, requesting changes, withdrawing: works, refuses, records nothing by halves."""

import pytest
from django.test import Client
from django.urls import reverse

from library.models import Edition
from reviews import workflow
from reviews.models import Event, SignOff, Submission
from tests.factories import (
    approve,
    make_submission,
    pattern_document,
)
from tests.reviews.desk import ITEM, as_, page, shown, text_of

pytestmark = pytest.mark.django_db


# Sign off


def test_sign_off_publishes_and_leads_to_the_edition(client, reviewer, submission):
    answer = as_(client, reviewer).post(page(submission, "sign-off/"), shown(submission), follow=True)
    edition = Edition.objects.get()
    assert answer.redirect_chain == [("/desk/through/", 302)]
    assert edition.digest == submission.digest
    address = reverse("pattern-edition", args=["pattern-stc", edition.number])
    assert f'is published as <a href="{address}">edition {edition.number}</a>.' in text_of(answer)


def test_the_form_as_drawn_signs(client, editor, reviewer, submission):
    approve(submission, reviewer)
    second = make_submission(pattern_document(title="Second"), editor)
    form = as_(client, reviewer).get(page(second)).context["signings"][0].form
    values = {field.html_name: field.value() for field in form}
    assert values == shown(second, section="all")
    assert client.post(form.action, values).status_code == 302
    assert Edition.objects.count() == 2


def test_first_of_two_signatures_says_that_one_is_missing(client, settings, reviewer, submission):
    settings.SIGN_OFFS_NEEDED = 2
    assert "Sign off</button>" in text_of(as_(client, reviewer).get(page(submission)))
    answer = client.post(page(submission, "sign-off/"), shown(submission), follow=True)
    assert "Your sign-off of Pattern STC is recorded. Still open: one more person." in text_of(answer)
    assert not Edition.objects.exists()
    again = client.post(page(submission, "sign-off/"), shown(submission))
    assert again.status_code == 409
    assert "You have signed this text off already." in text_of(again)


def test_last_of_two_signatures_says_that_it_publishes(client, settings, reviewer, other_reviewer, submission):
    settings.SIGN_OFFS_NEEDED = 2
    approve(submission, reviewer)
    told = text_of(as_(client, other_reviewer).get(page(submission)))
    assert "Sign off and publish</button>" in told and "Rhea Reviewer; still open: one more person" in told


@pytest.mark.parametrize(
    "forged", [{"digest": "0" * 64}, {"digest": ""}, {"digest": "a\0"}, {"base_edition": "2020.01"}]
)
def test_what_was_not_shown_is_not_signed(client, reviewer, submission, forged):
    answer = as_(client, reviewer).post(page(submission, "sign-off/"), shown(submission, **forged))
    assert answer.status_code == 409
    told = text_of(answer)
    assert "Nothing was recorded" in told and f'href="{page(submission)}"' in told
    assert not SignOff.objects.exists() and not Edition.objects.exists()
    assert Event.objects.exclude(what="submitted").count() == 0


def test_an_empty_form_signs_nothing(client, reviewer, submission):
    assert as_(client, reviewer).post(page(submission, "sign-off/")).status_code == 409
    assert not SignOff.objects.exists()


def test_text_that_changed_meanwhile_is_told(client, editor, reviewer, submission):
    workflow.withdraw(submission, by=editor, reason="I found a mistake")
    second = make_submission(pattern_document(title="Pattern STC mended"), editor)
    answer = as_(client, reviewer).post(page(submission, "sign-off/"), shown(submission))
    told = text_of(answer)
    assert answer.status_code == 409
    assert "This submission is withdrawn. Nothing was recorded." in told
    assert "I found a mistake" in told
    assert "<ins>Pattern STC mended</ins>" in told or "<ins> mended</ins>" in told
    assert f'href="{page(second)}"' in told
    assert not SignOff.objects.exists()


def test_signing_the_newer_text_with_the_older_digest_is_told(client, editor, reviewer, submission):
    workflow.withdraw(submission, by=editor)
    second = make_submission(pattern_document(title="Pattern STC mended"), editor)
    answer = as_(client, reviewer).post(page(second, "sign-off/"), shown(second, digest=submission.digest))
    assert answer.status_code == 409
    assert "The text changed after you opened this page." in text_of(answer)
    assert [told.path for told in answer.context["changes"]] == [("title",)]


def test_signing_twice_by_a_double_click_is_told(client, reviewer, submission):
    as_(client, reviewer).post(page(submission, "sign-off/"), shown(submission))
    answer = client.post(page(submission, "sign-off/"), shown(submission))
    assert answer.status_code == 409
    assert "already published as edition" in text_of(answer)
    assert SignOff.objects.count() == 1 and Edition.objects.count() == 1


def test_contributors_and_editors_do_not_sign(client, chief, editor, submission):
    workflow.withdraw(submission, by=editor)
    own = make_submission(pattern_document(title="By the chief"), chief)
    for person, sentence in ((chief, "You contributed"), (editor, "Only reviewers sign off.")):
        answer = as_(client, person).post(page(own, "sign-off/"), shown(own))
        assert answer.status_code == 403
        assert sentence in text_of(answer)
    assert not SignOff.objects.exists()


# Request changes


def test_changes_are_requested_with_a_reason(client, reviewer, submission):
    answer = as_(client, reviewer).post(page(submission, "request-changes/"), {"reason": "Vague"}, follow=True)
    assert answer.redirect_chain == [("/desk/through/", 302)]
    assert Submission.objects.get().state == "changes_requested"
    assert Event.objects.last().reason == "Vague"


def test_changes_without_a_reason_are_not_requested(client, reviewer, submission):
    answer = as_(client, reviewer).post(page(submission, "request-changes/"), {"reason": ""})
    assert answer.status_code == 409
    assert 'href="#id_requestchangesform_reason"' in text_of(answer)
    assert Submission.objects.get().state == "open"


def test_a_reason_is_kept_when_somebody_else_decided_first(client, editor, reviewer, submission):
    workflow.withdraw(submission, by=editor)
    answer = as_(client, reviewer).post(page(submission, "request-changes/"), {"reason": "My long reason"})
    assert answer.status_code == 409
    assert "This submission is withdrawn; nothing was recorded." in text_of(answer)
    assert "My long reason</textarea>" in text_of(answer)


def test_editors_do_not_request_changes(client, editor, submission):
    answer = as_(client, editor).post(page(submission, "request-changes/"), {"reason": "Vague"})
    assert answer.status_code == 403
    assert "Only reviewers request changes." in text_of(answer)


# Withdraw


def test_who_submitted_withdraws(client, editor, submission):
    answer = as_(client, editor).post(page(submission, "withdraw/"), {"reason": ""}, follow=True)
    assert answer.redirect_chain == [(ITEM, 302)]
    assert "is withdrawn from review." in text_of(answer)
    assert Submission.objects.get().state == "withdrawn"


def test_others_do_not_withdraw(client, other_editor, reviewer, submission):
    for person in (other_editor, reviewer):
        assert as_(client, person).post(page(submission, "withdraw/"), {"reason": "x"}).status_code == 403
    assert Submission.objects.get().state == "open"


def test_a_closed_submission_is_not_withdrawn(client, editor, reviewer, submission):
    approve(submission, reviewer)
    answer = as_(client, editor).post(page(submission, "withdraw/"), {"reason": "Too late"})
    assert answer.status_code == 409
    assert "nothing was recorded" in text_of(answer) and "Too late</textarea>" in text_of(answer)


@pytest.mark.parametrize("verb", ["withdraw/", "request-changes/"])
def test_a_reason_that_cannot_be_kept_is_refused(client, chief, submission, verb):
    answer = as_(client, chief).post(page(submission, verb), {"reason": "turned \u202e round"})
    assert answer.status_code == 409
    assert "character 8 is a hidden change of text direction (U+202E)" in text_of(answer)
    assert Submission.objects.get().state == "open"


def test_a_form_of_an_earlier_sign_in_is_refused_in_words(reviewer, submission):
    answer = as_(Client(enforce_csrf_checks=True), reviewer).post(page(submission, "sign-off/"), shown(submission))
    assert answer.status_code == 403
    assert "Go back: what you typed is still there." in text_of(answer)
    assert not SignOff.objects.exists()
