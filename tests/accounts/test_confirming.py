"""A public act asks again who it is, when that was proved longer than ten minutes ago; nothing sent is lost."""

import json

import pytest
from allauth.core.context import request_context
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.gates import recently_confirmed
from library.models import Edition
from reviews.models import SignOff
from tests.accounts.factors import (
    challenge_of,
    code_now,
    give_app,
    give_passkey,
    give_password,
    grow_old,
    prove,
    prove_by_key,
    recovery_code,
    sign_in,
)
from tests.factories import make_draft, make_source, make_submission, pattern_document
from tests.forms_of_page import find_form, send
from tests.reviews.desk import page, shown

pytestmark = pytest.mark.django_db
ASKED = "it is a while since you proved who you are"


@pytest.fixture
def submission(editor):
    make_source(editor)
    return make_submission(pattern_document(), editor)


@pytest.fixture
def signer(reviewer):
    return give_app(give_password(reviewer))


@pytest.fixture
def late(client, signer):
    """The reviewer's client, whose proof is an hour old."""
    sign_in(client, signer)
    prove(client, code_now(steps=-1))
    grow_old(client)
    return client


def ask(client, submission):
    return client.post(page(submission, "sign-off/"), shown(submission))


def test_fresh_from_signing_in_nobody_is_asked(client, signer, submission):
    sign_in(client, signer)
    prove(client, code_now())
    assert ask(client, submission).status_code == 302
    assert Edition.objects.exists()


def test_without_a_second_factor_nobody_is_asked(client, reviewer, submission):
    sign_in(client, give_password(reviewer))
    grow_old(client)
    assert ask(client, submission).status_code == 302


@pytest.mark.parametrize("minutes, status", [(9, 302), (11, 403)])
def test_ten_minutes_are_the_limit(client, signer, submission, minutes, status):
    sign_in(client, signer)
    prove(client, code_now())
    grow_old(client, minutes * 60)
    assert ask(client, submission).status_code == status


def test_later_the_second_factor_is_asked_and_nothing_recorded(late, submission):
    asked = ask(late, submission)
    assert asked.status_code == 403 and ASKED in asked.content.decode()
    assert not SignOff.objects.exists()
    assert late.get(page(submission)).status_code == 200  # reading is not asked


@pytest.mark.parametrize("code_of", [lambda person: code_now(), recovery_code], ids=["app", "recovery code"])
def test_with_the_code_it_goes_on_as_if_nothing_had_been_asked(late, signer, submission, code_of):
    asked = ask(late, submission)
    answer = send(late, asked, find_form(asked), ("confirming", "1"), code=code_of(signer))
    assert answer.url == "/desk/through/"
    assert Edition.objects.get().digest == submission.digest


def test_with_a_passkey_too(client, reviewer, submission):
    key = give_passkey(give_password(reviewer))
    sign_in(client, reviewer)
    prove_by_key(client, key)
    grow_old(client)
    ask(client, submission)
    proof = {"confirming": "1", "credential": json.dumps(key.prove(challenge_of(client)))}
    answer = client.post(page(submission, "sign-off/"), {**shown(submission), **proof})
    assert answer.url == "/desk/through/"


def test_a_wrong_code_keeps_what_was_sent(late, signer, submission):
    asked = ask(late, submission)
    again = send(late, asked, find_form(asked), ("confirming", "1"), code="000000")
    assert again.status_code == 403 and "That is not the right code" in again.content.decode()
    assert not SignOff.objects.exists()
    answer = send(late, again, find_form(again), ("confirming", "1"), code=code_now())
    assert answer.url == "/desk/through/"


def test_a_code_without_the_button_proves_nothing(late, submission):
    sent = {**shown(submission), "code": code_now()}
    assert late.post(page(submission, "sign-off/"), sent).status_code == 403


def test_five_wrong_codes_lock_here_too(late, submission):
    for _ in range(5):
        sent = {**shown(submission), "confirming": "1", "code": "000000"}
        answer = late.post(page(submission, "sign-off/"), sent)
    assert "Even the right code is not accepted before." in answer.content.decode()
    sent["code"] = code_now()
    assert late.post(page(submission, "sign-off/"), sent).status_code == 403


def test_what_changed_meanwhile_is_still_refused(late, signer, submission):
    asked = ask(late, submission)
    sent = {**shown(submission, digest="0" * 64), "confirming": "1", "code": code_now()}
    assert late.post(page(submission, "sign-off/"), sent).status_code == 409
    assert asked.status_code == 403


def test_the_proof_of_one_session_is_not_that_of_another(late, signer, submission):
    other = type(late)()
    sign_in(other, signer)
    prove(other, code_now())
    assert ask(late, submission).status_code == 403
    assert ask(other, submission).status_code == 302


def test_the_proof_of_one_person_is_not_that_of_another(client, signer, other_reviewer, submission):
    sign_in(client, signer)
    prove(client, code_now())
    kept = client.session["account_authentication_methods"]
    client.force_login(give_app(other_reviewer))
    session = client.session
    session["account_authentication_methods"] = kept
    session.save()
    assert ask(client, submission).status_code == 403


def test_all_that_was_sent_reaches_the_view_unchanged(client, signer):
    """Several values of one name, line ends, quotes and long French texts; the proof is taken out again."""
    seen = {}

    @recently_confirmed
    def act(request):
        seen.update(request.POST.lists())
        return HttpResponse("done")

    text = "Ligne « première »\r\n<b>&amp;\"'</b>\r\n" + "é" * 100_000
    sign_in(client, signer)
    request = RequestFactory().post("/x/", {"reason": text, "item": ["a", "b"], "empty": ""})
    request.session, request.user = client.session, signer
    asked = act(request)
    form = find_form(asked)
    request = RequestFactory().post("/x/", form.values(code=code_now(), confirming="1"))
    request.session, request.user = client.session, signer
    with request_context(request):
        assert act(request).content == b"done"
    assert seen == {"reason": [text], "item": ["a", "b"], "empty": [""]}


def test_the_page_of_a_stranger_is_as_before(client, stranger, editor):
    make_source(editor)
    make_draft(pattern_document(), editor)
    client.force_login(stranger)
    assert client.post("/desk/submissions/1/sign-off/").status_code == 404
