"""A person's own account: factors added, named and removed, codes seen once, the password, the sessions."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import upkeep
from accounts.models import AccountEvent, User
from tests.accounts.factors import (
    PHRASE,
    SIGN_IN,
    SoftKey,
    challenge_of,
    code_now,
    give_app,
    give_passkey,
    grow_old,
    prove,
    sign_in,
)

pytestmark = pytest.mark.django_db
ACCOUNT, CODES, APP = reverse("mfa_index"), reverse("mfa_view_recovery_codes"), reverse("mfa_activate_totp")
ADD_KEY = reverse("mfa_add_webauthn")
NEW = "another long enough phrase"


def told(person):
    return list(AccountEvent.objects.filter(other_id=person.pk).order_by("pk").values_list("what", "reason"))


@pytest.fixture
def inside(client, person):
    sign_in(client, person)
    return client


@pytest.fixture
def inside_twice(client, person):
    """The same person in two browsers, with a second factor."""
    give_app(person)
    clients = (client, Client())
    for step, each in enumerate(clients):
        sign_in(each, person)
        prove(each, code_now(steps=step))
    return clients


def is_inside(client):
    return client.get("/desk/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_with_recovery_codes_that_are_shown_once(inside, person):
    page = inside.get(APP)
    secret = page.context["form"].secret
    text = page.content.decode()
    fours = "".join(f"<span>{secret[at : at + 4]}</span>" for at in range(0, 32, 4))
    assert fours in text and 'src="data:image/svg+xml;base64,' in text
    assert inside.post(APP, {"code": "000000"}).status_code == 200
    assert inside.post(APP, {"code": code_now(secret)}).url == CODES
    shown = inside.get(CODES)
    codes = shown.context["unused_codes"]
    assert len(codes) == 10 and all(code in shown.content.decode() for code in codes)
    assert "no-store" in shown.headers["Cache-Control"]
    again = inside.get(CODES).content.decode()
    assert not any(code in again for code in codes)
    assert "10 of 10 are left" in again
    assert told(person)[-2:] == [("factor_added", "Authenticator app"), ("codes_renewed", "")]


@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_added_named_renamed_and_removed(inside, person):
    inside.get(ADD_KEY)
    credential = json.dumps(SoftKey().register(challenge_of(inside)))
    assert inside.post(ADD_KEY, {"name": "Clé du bureau", "credential": credential}).url == CODES
    key = Authenticator.objects.get(type="webauthn")
    assert "Clé du bureau" in inside.get(ACCOUNT).content.decode()
    inside.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "Bureau"})
    assert "Bureau" in inside.get(ACCOUNT).content.decode()
    inside.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert not Authenticator.objects.exists()
    whats = [what for what, _ in told(person)]
    assert whats == ["signed_in", "factor_added", "codes_renewed", "factor_removed", "factor_removed"]


@pytest.mark.parametrize("credential", ["", "[]", "{}", '{"id": "x"}', "null"])
def test_an_absurd_passkey_is_not_added(inside, credential):
    inside.get(ADD_KEY)
    assert inside.post(ADD_KEY, {"name": "x", "credential": credential}).status_code == 200
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("name", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_the_passkeys_of_others_are_not_there(inside, other_editor, name):
    give_passkey(other_editor)
    key = Authenticator.objects.get(type="webauthn")
    assert inside.post(reverse(name, args=[key.pk]), {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.get(pk=key.pk).wrap().name == "Key"


@pytest.mark.parametrize("last", ["app", "passkey"])
def test_where_it_is_needed_the_last_one_stays(inside_twice, person, needed, last):
    client, _ = inside_twice
    address = reverse("mfa_deactivate_totp")
    if last == "passkey":
        give_passkey(person)
        assert client.post(address).status_code == 302
        address = reverse("mfa_remove_webauthn", args=[Authenticator.objects.get(type="webauthn").pk])
    answer = client.post(address, follow=True)
    assert "Add another one, then remove this." in answer.content.decode()
    assert Authenticator.objects.exclude(type="recovery_codes").count() == 1


def test_where_it_is_not_needed_the_last_one_goes_with_its_codes(inside_twice):
    client, _ = inside_twice
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    "name", ["mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes", "mfa_view_recovery_codes"]
)
def test_factors_are_touched_only_by_who_proved_lately_who_they_are(inside, person, name):
    give_app(person)
    Authenticator.objects.filter(type="totp").update(type="webauthn")  # so that an app may be added
    grow_old(inside)
    assert inside.get(reverse(name)).url.startswith("/accounts/confirm/")


def test_a_password_proves_nothing_about_who_has_a_second_factor(inside_twice):
    client, _ = inside_twice
    grow_old(client)
    confirm = reverse("account_reauthenticate")
    answer = client.post(confirm, {"password": PHRASE})
    assert answer.url.startswith("/accounts/confirm/code/")
    assert client.get(CODES).url.startswith("/accounts/confirm/code/")
    assert client.post(client.get(CODES).url, {"code": "000000"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_new_codes_end_the_old_ones(inside_twice, person):
    client, _ = inside_twice
    old = set(client.get(CODES).context["unused_codes"])
    assert client.post(reverse("mfa_generate_recovery_codes")).url == CODES
    assert not old & set(client.get(CODES).context["unused_codes"])
    assert told(person)[-1] == ("codes_renewed", "")


def change_password(client, old=PHRASE, new=NEW):
    sent = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse("account_change_password"), sent)


def test_a_new_password_ends_all_other_sessions(inside_twice, person):
    here, there = inside_twice
    assert is_inside(here) and is_inside(there)
    assert change_password(here).url == ACCOUNT
    assert is_inside(here) and not is_inside(there)
    assert told(person)[-1] == ("password_set", "")


@pytest.mark.parametrize(
    "old, new, told", [("wrong", NEW, "not your password"), (PHRASE, "short", "12"), (PHRASE, "editor-edda", "12")]
)
def test_a_password_is_changed_with_the_old_one_and_is_no_weak_one(inside, person, old, new, told):
    assert told in change_password(inside, old, new).content.decode()
    person.refresh_from_db()
    assert person.check_password(PHRASE)


def test_who_has_no_password_is_told_whom_to_ask(client, editor):
    editor.set_unusable_password()
    editor.save()
    client.force_login(editor)
    page = client.get(reverse("account_change_password"), follow=True)
    assert "An administrator can give it one." in page.content.decode()


def test_signing_out_ends_the_session_on_the_server(inside, person):
    cookie = inside.cookies["sessionid"].value
    stolen = Client()
    stolen.cookies["sessionid"] = cookie
    assert is_inside(stolen)
    assert inside.post(reverse("account_logout")).url == "/"
    assert not is_inside(inside) and not is_inside(stolen)
    assert told(person)[-1] == ("signed_out", "")


def test_signing_out_is_asked_before_it_is_done(inside):
    assert "Sign out?" in inside.get(reverse("account_logout")).content.decode()
    assert is_inside(inside)


def test_signing_out_everywhere_keeps_only_this_session(inside_twice, person):
    here, there = inside_twice
    assert here.get(reverse("account_sign_out_everywhere")).status_code == 405
    here.post(reverse("account_sign_out_everywhere"))
    assert is_inside(here) and not is_inside(there)
    assert told(person)[-1] == ("sessions_ended", "")


def test_sessions_from_before_this_field_go_on(client, person):
    """What a session carries is Django's own hash until an account's sessions are ended for the first time."""
    assert person.get_session_auth_hash() == AbstractUser.get_session_auth_hash(person)
    person.end_sessions()
    assert person.get_session_auth_hash() != AbstractUser._get_session_auth_hash(person)


def test_the_cookie_is_for_this_server_alone_and_for_no_script(inside):
    cookie = inside.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 12 * 60 * 60)


def test_a_session_lasts_while_it_is_used(inside, monkeypatch):
    before = Session.objects.get().expire_date
    inside.get("/desk/")
    assert Session.objects.get().expire_date == before  # not written with each page
    later = time.time() + 601
    monkeypatch.setattr("accounts.middleware.time.time", lambda: later)
    answer = inside.get("/desk/")
    assert Session.objects.get().expire_date > before
    assert "sessionid" in answer.cookies


def test_readers_pages_open_no_session(inside):
    answer = inside.get("/")
    assert "sessionid" not in answer.cookies and "Cookie" not in answer.headers.get("Vary", "")


def test_ended_sessions_are_deleted(inside):
    Session.objects.update(expire_date="2026-01-01T00:00:00Z")
    upkeep.clear()
    assert not Session.objects.exists()


def test_deactivation_ends_every_session_and_reactivation_revives_none(client, person, administrator):
    sign_in(client, person)
    person.is_active = False
    person.save()
    assert not is_inside(client)
    User.objects.filter(pk=person.pk).update(is_active=True)
    assert sign_in(Client(), person).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        *("signup/", "email/", "confirm-email/", "confirm-email/x/", "password/set/", "password/reset/"),
        *("password/reset/done/", "password/reset/key/1-x/", "password/reset/key/done/", "password/change/"),
        *("inactive/", "reauthenticate/", "login/code/", "login/code/confirm/", "phone/verify/", "phone/change/"),
        *("2fa/", "2fa/authenticate/", "2fa/webauthn/signup/", "2fa/recovery-codes/download/", "2fa/trust/"),
        *("signup/passkey/", "social/signup/", "social/connections/", "3rdparty/", "sessions/", "google/login/"),
        *("recovery-codes/download/", "_allauth/browser/v1/auth/login"),
    ],
)
def test_what_staff_do_not_need_is_not_there(inside, address):
    for client in (inside, Client()):
        assert client.get(f"/accounts/{address}").status_code == 404
        assert client.post(f"/accounts/{address}").status_code == 404


@pytest.mark.parametrize("name", ["mfa_index", "mfa_activate_totp", "account_change_password", "mfa_add_webauthn"])
def test_a_stranger_signs_in_first(client, db, name):
    assert client.get(reverse(name)).url.startswith(SIGN_IN)
