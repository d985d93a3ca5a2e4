"""The second factor: who is asked for it, on every path, and that there is no way around."""

import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import roles
from accounts.models import AccountEvent, User
from tests.accounts.factors import (
    PROVE,
    SIGN_IN,
    challenge_of,
    code_now,
    give_app,
    give_passkey,
    give_password,
    prove,
    prove_by_key,
    recovery_code,
    sign_in,
)
from tests.conftest import make_person
from tests.factories import make_draft, make_source, pattern_document

pytestmark = pytest.mark.django_db

ADMIN = "/admin/patterns/pattern/"
ACCOUNT = reverse("mfa_index")


def by_app(client, person):
    return prove(client, code_now())


def by_recovery_code(client, person):
    return prove(client, recovery_code(person))


def by_passkey(client, person):
    return prove_by_key(client, person.key)


def give_key(person):
    person.key = give_passkey(person)


WAYS = {"app": (give_app, by_app), "recovery code": (give_app, by_recovery_code), "passkey": (give_key, by_passkey)}


@pytest.mark.parametrize("wanted", ["/desk/", ADMIN])
@pytest.mark.parametrize("needs", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_who_has_one_is_asked_for_it_on_every_path(client, settings, person, way, needs, wanted):
    settings.SECOND_FACTOR_NEEDED = needs
    give, prove_it = WAYS[way]
    give(person)
    asked = client.get(wanted, follow=True)
    assert asked.request["PATH_INFO"] == SIGN_IN
    assert sign_in(client, person, next=wanted).url == PROVE
    assert "_auth_user_id" not in client.session
    assert client.get(wanted).status_code == 302
    assert prove_it(client, person).url == wanted
    assert client.get(wanted).status_code == 200


@pytest.mark.parametrize("wanted", ["/desk/", ADMIN])
def test_a_demo_lets_in_by_password_alone(client, person, wanted):
    assert sign_in(client, person, next=wanted).url == wanted
    assert client.get(wanted).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("wanted", ["/desk/", ADMIN])
def test_who_has_none_sets_one_up_before_anything_else(client, needed, person, wanted):
    assert sign_in(client, person, next=wanted).url == ACCOUNT
    page = client.get(ACCOUNT).content.decode()
    assert "Your account needs a second factor." in page
    assert client.get(wanted, follow=True).request["PATH_INFO"] == ACCOUNT
    address = reverse("mfa_activate_totp")
    secret = client.get(address).context["form"].secret
    codes = client.post(address, {"code": code_now(secret)})
    assert codes.url == reverse("mfa_view_recovery_codes")
    assert client.get(SIGN_IN).url == wanted
    assert client.get(wanted).status_code == 200


@pytest.mark.parametrize("role", [*roles.ROLES, ""])
def test_every_role_needs_one_and_readers_none(client, needed, role):
    person = give_password(make_person("pia", "Pia", "Person", *filter(None, [role])))
    assert sign_in(client, person).url == (ACCOUNT if role else "/")


@pytest.mark.parametrize("rights", [{"is_staff": True}, {"is_superuser": True}])
def test_staff_without_a_role_needs_one_too(client, needed, rights):
    person = User.objects.create_user("pia", **rights)
    assert sign_in(client, give_password(person)).url == ACCOUNT


def test_a_role_without_the_admin_needs_one(client, needed, person):
    person.is_staff = False
    person.save()
    assert sign_in(client, person).url == ACCOUNT


def addresses(resolver=None, begin="/"):
    """Every address of the project, with something plausible in its place holders."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = str(pattern.pattern)
        if "(" in route or "^" in route:
            continue
        for name, value in {"pk": 1, "number": 1, "kind": "pattern", "url": "x"}.items():
            route = _filled(route, name, str(value))
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, begin + _filled(route, "", "STC"))
        elif isinstance(pattern, URLPattern):
            yield begin + _filled(route, "", "STC")


def _filled(route, name, value):
    return re.sub(rf"<(\w+:)?{name or chr(92) + 'w+'}>", value, route)


def told(client, method, address):
    client.raise_request_exception = False
    answer = getattr(client, method)(address)
    return answer.status_code, answer.headers.get("Location"), b"" if answer.streaming else answer.content[:2000]


def test_without_it_one_is_nobody_beyond_ones_account(client, needed, person, settings):
    """The answers to every address of desk and admin are those that a stranger gets, whatever is added later."""
    make_source(person)
    make_draft(pattern_document(), person)
    strange = type(client)()
    sign_in(client, person)
    assert client.session["_auth_user_id"] == str(person.pk)
    guarded = {address for address in addresses() if address.startswith(("/desk/", "/admin/"))} - {"/admin/logout/"}
    assert len(guarded) > 40
    for address in guarded:
        for method in ("get", "post"):
            assert told(client, method, address) == told(strange, method, address), address
    assert client.session["_auth_user_id"] == str(person.pk)


def test_what_is_guarded_would_answer_otherwise(client, person):
    sign_in(client, person)
    assert client.get("/desk/").status_code == 200


def test_a_session_from_before_the_factor_does_not_open_the_desk(client, needed, person):
    client.force_login(person)
    give_app(person)
    assert client.get("/desk/").status_code == 302
    landed = client.get(SIGN_IN)
    assert landed.url.startswith(reverse("mfa_reauthenticate"))
    assert client.post(landed.url, {"code": code_now()}).url == SIGN_IN
    assert client.get("/desk/").status_code == 200


def test_a_factor_removed_by_somebody_opens_nothing_any_more(client, needed, person):
    give_app(person)
    sign_in(client, person)
    prove(client, code_now())
    assert client.get("/desk/").status_code == 200
    Authenticator.objects.all().delete()
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_admins_own_sign_in_is_no_way_around(client, person, method):
    give_app(person)
    sent = {"username": person.username, "password": "a long enough phrase"}
    answer = getattr(client, method)(reverse("admin:login"), sent)
    assert answer.url.startswith(SIGN_IN)
    assert "_auth_user_id" not in client.session


def test_a_colleagues_session_is_no_way_around_either(client, person, other_editor):
    give_app(person)
    client.force_login(other_editor)
    sent = {"username": person.username, "password": "a long enough phrase"}
    assert client.post(reverse("admin:login"), sent).url == "/admin/"
    assert client.session["_auth_user_id"] == str(other_editor.pk)


def test_who_has_no_work_in_the_admin_is_told_so(client, stranger):
    client.force_login(stranger)
    assert client.get("/admin/", follow=True).status_code == 403


def test_a_code_is_accepted_once(client, person):
    give_app(person)
    code = code_now()
    sign_in(client, person)
    assert prove(client, code).url == "/desk/"
    client.logout()
    sign_in(client, person)
    assert prove(client, code).status_code == 200
    assert prove(client, code_now(steps=1)).url == "/desk/"


def test_a_recovery_code_is_accepted_once(client, person):
    give_app(person)
    code = recovery_code(person)
    sign_in(client, person)
    assert prove(client, code).url == "/desk/"
    client.logout()
    sign_in(client, person)
    assert "That is not the right code" in prove(client, code).content.decode()


@pytest.mark.parametrize("code", ["", "١٢٣٤٥٦", "\x00", "1" * 5000, "é"])
def test_an_absurd_code_is_wrong_and_nothing_fails(client, person, code):
    give_app(person)
    sign_in(client, person)
    assert prove(client, code).status_code == 200


@pytest.mark.parametrize(
    "credential", ["", "[]", "{}", "null", '{"id": 1}', "x", '{"response": {"userHandle": "AA"}}']
)
@pytest.mark.parametrize("address", [PROVE, reverse("mfa_login_webauthn")])
def test_an_absurd_passkey_is_refused_and_nothing_fails(client, person, address, credential):
    give_key(person)
    sign_in(client, person)
    client.get(PROVE)
    client.post(address, {"credential": credential})
    assert "_auth_user_id" not in client.session


def test_a_forged_signature_is_refused(client, person):
    give_key(person)
    sign_in(client, person)
    client.get(PROVE)
    answer = person.key.prove(challenge_of(client))
    answer["response"]["signature"] = type(person.key)().prove(challenge_of(client))["response"]["signature"]
    assert "That did not work." in client.post(PROVE, {"credential": json.dumps(answer)}).content.decode()
    assert "_auth_user_id" not in client.session


def test_another_persons_passkey_is_refused(client, person, other_editor):
    give_key(person)
    sign_in(client, person)
    assert prove_by_key(client, give_passkey(other_editor)).status_code == 200
    assert "_auth_user_id" not in client.session


def offered(client):
    client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    return challenge_of(client)


def test_a_passkey_signs_in_by_itself(client, needed, person):
    give_key(person)
    answer = person.key.prove(offered(client), person)
    assert client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(answer)}).url == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_the_passkey_of_a_deactivated_account_does_not(client, person):
    give_key(person)
    User.objects.update(is_active=False)
    answer = person.key.prove(offered(client), person)
    assert client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(answer)}).url == SIGN_IN
    assert "_auth_user_id" not in client.session


def test_who_is_deactivated_between_password_and_code_stays_outside(client, person):
    give_app(person)
    sign_in(client, person)
    User.objects.update(is_active=False)
    prove(client, code_now())
    assert client.get("/desk/").status_code == 302
    assert not AccountEvent.objects.filter(what="signed_in").exists()


def test_the_second_step_waits_fifteen_minutes(client, person, monkeypatch):
    give_app(person)
    sign_in(client, person)
    later = time.time() + 901
    monkeypatch.setattr("allauth.account.internal.stagekit.time.time", lambda: later)
    assert prove(client, code_now()).url == SIGN_IN


# What is offered, and what is said about recovery codes.


def test_a_passkey_is_not_offered_to_who_has_none(client, person):
    give_app(person)
    sign_in(client, person)
    page = client.get(PROVE).content.decode()
    assert "passkey" not in page.lower() and "webauthn" not in page
    assert "The six digits that your authenticator app shows now" in page


def test_an_app_is_not_spoken_of_to_who_has_none(client, person):
    give_key(person)
    sign_in(client, person)
    page = client.get(PROVE).content.decode()
    assert "Use a passkey" in page and "authenticator app" not in page


def codes_left(person, left):
    """Let so many recovery codes be left."""
    codes = Authenticator.objects.get(user=person, type="recovery_codes")
    codes.data["used_mask"] = 2**10 - 2**left
    codes.save()


LOW = " Make new ones soon, on the page about your account."


@pytest.mark.parametrize(
    "left, said",
    [
        (10, "You used a recovery code, which is not accepted again. 9 are left."),
        (4, f"You used a recovery code, which is not accepted again. 3 are left.{LOW}"),
        (2, f"You used a recovery code, which is not accepted again. 1 is left.{LOW}"),
        (1, "That was your last recovery code. Make new ones now on the page about your account."),
    ],
)
def test_who_uses_a_recovery_code_is_told_how_many_are_left(client, person, left, said):
    give_app(person)
    codes_left(person, left)
    sign_in(client, person)
    prove(client, recovery_code(person))
    assert said in client.get("/desk/").content.decode()
    assert "recovery code" not in client.get("/desk/").content.decode()


def test_a_code_of_the_app_is_not_remarked_upon(client, person):
    give_app(person)
    sign_in(client, person)
    prove(client, code_now())
    assert "recovery code" not in client.get("/desk/").content.decode()


@pytest.mark.parametrize(
    "left, said",
    [(10, "10 codes left."), (3, "Only 3 codes left."), (1, "Only 1 code left."), (0, "No code is left.")],
)
def test_ones_account_says_how_many_codes_are_left(client, person, left, said):
    give_app(person)
    codes_left(person, left)
    sign_in(client, person)
    prove(client, code_now())
    assert said in client.get(ACCOUNT).content.decode()


@pytest.mark.parametrize("give", [give_app, give_key])
@pytest.mark.parametrize("needs", [True, False])
def test_removing_ones_only_factor_is_not_offered_where_one_is_needed(client, settings, person, give, needs):
    settings.SECOND_FACTOR_NEEDED = needs
    give(person)
    sign_in(client, person)
    prove(client, recovery_code(person))
    page = client.get(ACCOUNT).content.decode()
    assert ("It is your only second factor" in page) == needs
    assert ("/remove/" in page) != needs


def test_with_two_factors_either_may_go(client, needed, person):
    give_app(person)
    give_key(person)
    sign_in(client, person)
    prove(client, code_now())
    page = client.get(ACCOUNT).content.decode()
    assert page.count("/remove/") == 2 and "It is your only second factor" not in page
