"""Who guesses is locked out: passwords per name and address, per name, per address; codes per account.

The words tell nothing.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import codes, locks, upkeep
from accounts.models import AccountEvent, User
from tests.accounts.factors import (
    PHRASE,
    SIGN_IN,
    code_now,
    give_app,
    give_passkey,
    give_password,
    prove,
    prove_by_key,
    recovery_code,
    sign_in,
)

pytestmark = pytest.mark.django_db
TOO_MANY = "Too many wrong tries. Wait 15 minutes and try again, or ask an administrator to lift the lock."


def guess(client, name, times=5, **where):
    """Type a wrong password that often; return the last answer."""
    for _ in range(times):
        answer = client.post(SIGN_IN, {"username": name, "password": "a guess"}, **where)
    return answer


def words(answer, *names):
    """The page without what one typed oneself and without the token of its form."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    for name in names:
        text = text.replace(name, "NAME")
    return text


def events(person, *whats):
    return list(AccountEvent.objects.filter(other_id=person.pk, what__in=whats).values_list("what", flat=True))


def test_the_fifth_wrong_password_locks(client, person):
    assert guess(client, "edda", 4).status_code == 200
    locked = guess(client, "edda", 1)
    assert (locked.status_code, TOO_MANY in locked.content.decode()) == (429, True)
    assert TOO_MANY in sign_in(client, person).content.decode()
    assert "_auth_user_id" not in client.session


def test_four_wrong_ones_are_forgiven_by_the_right_one(client, person):
    guess(client, "edda", 4)
    assert sign_in(client, person).status_code == 302
    client.logout()
    assert guess(client, "edda", 4).status_code == 200


@pytest.mark.parametrize("times", [1, 4, 5, 6])
def test_the_words_are_the_same_for_names_that_do_not_exist(client, person, times):
    known = guess(client, "edda", times)
    unknown = guess(Client(), "nobody", times)
    assert known.status_code == unknown.status_code
    assert words(known, "edda") == words(unknown, "nobody")


def test_the_words_are_the_same_for_deactivated_accounts(client, person):
    User.objects.update(is_active=False)
    for phrase in (PHRASE, "a guess"):
        assert words(sign_in(client, person, phrase), "edda") == words(guess(Client(), "nobody", 1), "nobody")


def test_elsewhere_and_for_others_nothing_is_locked(client, person, other_editor):
    guess(client, "edda")
    assert sign_in(Client(REMOTE_ADDR="198.51.100.7"), person).status_code == 302
    assert guess(client, "otto", 1).status_code == 200


@pytest.mark.parametrize("typed", ["ＥＤＤＡ", "edda "])
def test_other_spellings_are_no_other_account(client, person, typed):
    person.username = "EDDA" if typed != "edda " else "edda"
    person.save()
    guess(client, typed, 3)
    assert guess(client, person.username, 2).status_code == 429


def test_a_lock_ends_after_its_time_and_not_later(client, person, settings):
    guess(client, "edda")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    guess(client, "edda", 20)  # does not make it longer
    assert sign_in(client, person).status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert sign_in(client, person).status_code == 302


def test_numbers_are_configured(client, person, settings):
    settings.AXES_FAILURE_LIMIT, settings.AXES_COOLOFF_TIME = 2, timedelta(minutes=30)
    assert "Wait 30 minutes" in guess(client, "edda", 2).content.decode()


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(client, person, settings):
    settings.BEHIND_TLS_PROXY = True
    for number in range(5):
        answer = guess(client, "edda", 1, headers={"x-forwarded-for": f"10.0.0.{number}, 203.0.113.9"})
    assert answer.status_code == 429
    assert AccessAttempt.objects.get().ip_address == "203.0.113.9"
    settings.BEHIND_TLS_PROXY = False
    assert guess(client, "edda", 1, headers={"x-forwarded-for": "203.0.113.9"}).status_code == 200


@pytest.fixture
def wide(settings):
    """Wide limits that are reached soon."""
    settings.LOCK_OUT_NAME_AFTER, settings.LOCK_OUT_ADDRESS_AFTER = 8, 10


def leave(client):
    """Sign out as a browser does, which keeps its cookies."""
    client.post(reverse("account_logout"))


def from_many(name, count, tries=4):
    """Type wrong passwords for one name at so many addresses, at none of them often enough to be locked there."""
    for number in range(count):
        answer = guess(Client(REMOTE_ADDR=f"198.51.100.{number}"), name, tries)
    return answer


def names_from(client, count, tries=1):
    """Try a list of names at one address."""
    for number in range(count):
        answer = guess(client, f"name-{number}", tries)
    return answer


def test_the_limits_leave_room_for_slips(settings):
    limits = settings.AXES_FAILURE_LIMIT, settings.LOCK_OUT_NAME_AFTER, settings.LOCK_OUT_ADDRESS_AFTER
    assert limits == (5, 20, 40)


def test_many_addresses_do_not_get_more_tries_at_one_name(person, wide):
    assert from_many("edda", 1).status_code == 200
    locked = from_many("edda", 2)
    assert (locked.status_code, TOO_MANY in locked.content.decode()) == (429, True)
    assert sign_in(Client(REMOTE_ADDR="203.0.113.5"), person).status_code == 429
    assert list(AccountEvent.objects.filter(what="locked_out").values_list("other", "reason")) == [
        ("Edda Editor", "Too many wrong passwords")
    ]


def test_a_name_that_does_not_exist_is_locked_everywhere_in_the_same_words(person, wide):
    from_many("edda", 2)
    from_many("nobody", 2)
    known, unknown = (guess(Client(REMOTE_ADDR="203.0.113.5"), name, 1) for name in ("edda", "nobody"))
    assert known.status_code == unknown.status_code == 429
    assert words(known, "edda") == words(unknown, "nobody")


def test_one_address_does_not_get_more_tries_by_many_names(client, person, other_editor, wide):
    assert names_from(client, 9).status_code == 200
    assert guess(client, "name-9", 1).status_code == 429
    assert sign_in(client, person).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="203.0.113.5"), person).status_code == 302
    assert events(person, "locked_out") == []  # it says nothing about this account


def test_an_office_on_monday_morning_is_not_locked(client, editor, wide):
    """Five people behind one address slip three times each, and each gets in."""
    for number in range(5):
        person = give_password(User.objects.create_user(f"person-{number}"))
        assert guess(client, person.username, 3).status_code == 200
        assert sign_in(client, person).status_code == 302
        client.logout()


@pytest.mark.parametrize("attack", ["many addresses", "many names"])
def test_who_signed_in_in_this_browser_before_is_not_held_up_by_others(client, person, attack, wide):
    sign_in(client, person)
    leave(client)
    from_many("edda", 2) if attack == "many addresses" else names_from(Client(), 10)
    assert sign_in(Client(), person).status_code == 429
    assert guess(client, "edda", 4).status_code == 200
    assert sign_in(client, person).status_code == 302


def test_a_known_browser_is_locked_by_its_own_wrong_passwords(client, person):
    sign_in(client, person)
    leave(client)
    assert guess(client, "edda").status_code == 429
    assert sign_in(client, person).status_code == 429


def test_a_known_browser_is_known_for_one_person_alone(client, person, other_editor, wide):
    sign_in(client, person)
    leave(client)
    from_many("otto", 2)
    assert sign_in(client, give_password(other_editor)).status_code == 429


@pytest.mark.parametrize("mark", ["", "x", "x:y:z", "é"])
def test_a_forged_mark_of_a_browser_is_none(client, person, mark, wide):
    client.cookies["known_browser"] = mark
    from_many("edda", 2)
    assert sign_in(client, person).status_code == 429


def test_a_browser_is_known_no_more_after_a_new_password_or_signing_out_everywhere(client, person, wide):
    sign_in(client, person)
    leave(client)
    person.end_sessions()
    person.save()
    from_many("edda", 2)
    assert sign_in(client, person).status_code == 429


def test_the_mark_of_a_browser_goes_to_the_pages_of_accounts_alone(client, person):
    mark = sign_in(client, person).cookies["known_browser"]
    assert (mark["path"], mark["httponly"], mark["samesite"]) == ("/accounts/", True, "Lax")
    assert "edda" not in mark.value


@pytest.mark.parametrize("attack", ["many addresses", "many names"])
def test_after_a_lock_is_lifted_the_wide_counts_begin_again(client, person, administrator, attack, wide):
    def attacked():
        from_many("edda", 2) if attack == "many addresses" else names_from(client, 10)

    attacked()
    assert sign_in(client, person).status_code == 429
    locks.lift(person, by=administrator, reason="She called")
    assert sign_in(client, person).status_code == 302
    leave(client)
    del client.cookies["known_browser"]
    AccessAttempt.objects.filter(username__startswith="name-").delete()  # so that these names are tried again
    attacked()
    assert sign_in(client, person).status_code == 429


def test_a_lifted_lock_is_no_leave_to_guess(person, administrator):
    locks.lift(person, by=administrator, reason="She called")
    assert from_many("edda", 5).status_code == 429


def test_a_lock_lifted_for_one_name_stands_for_others_there(client, person, other_editor, administrator, wide):
    names_from(client, 10)
    locks.lift(person, by=administrator, reason="She called")
    assert sign_in(client, give_password(other_editor)).status_code == 429
    assert sign_in(client, person).status_code == 302


def test_the_wait_is_what_is_left_of_it(client, person):
    guess(client, "edda")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=13, seconds=30))
    assert "Wait 2 minutes and" in guess(client, "edda", 1).content.decode()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14, seconds=30))
    assert "Wait 1 minute and" in guess(client, "edda", 1).content.decode()


def test_a_wide_lock_ends_when_enough_of_its_tries_are_old(client, person, wide):
    """Of two addresses with four tries each the older one leaves first, and with it the lock."""
    from_many("edda", 2)
    first = AccessAttempt.objects.order_by("pk").first()
    first.attempt_time -= timedelta(minutes=10)
    first.save()
    assert "Wait 5 minutes" in sign_in(client, person).content.decode()
    AccessAttempt.objects.filter(pk=first.pk).update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert sign_in(client, person).status_code == 302


def test_an_administrator_sees_each_lock(client, person, wide):
    from_many("edda", 2)
    guess(client, "edda", 5)
    give_app(person)
    for _ in range(5):
        codes.accept(person, "000000")
    assert [words for words, _ in locks.until(person)] == [
        "after wrong passwords from many addresses, but not in browsers known as this person’s,",
        "after wrong codes",
    ]
    assert User.objects.filter(locks.is_locked()).get() == person


@pytest.mark.parametrize(
    "seen, counted",
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", "0.0.0.0"),
        ("no address", "0.0.0.0"),
    ],
)
def test_an_address_is_what_one_customer_has(rf, seen, counted):
    assert locks.address_of(rf.get("/", REMOTE_ADDR=seen)) == counted


# The same password, asked for again.

CHANGE, CONFIRM = reverse("account_change_password"), reverse("account_reauthenticate")


def type_again(client, address, phrase):
    new = "another long enough phrase"
    sent = {"oldpassword": phrase, "password1": new, "password2": new} if address == CHANGE else {"password": phrase}
    return client.post(address, sent)


@pytest.mark.parametrize("address", [CHANGE, CONFIRM])
def test_an_open_session_does_not_get_more_guesses_at_the_password(client, person, address):
    sign_in(client, person)
    for number in range(5):
        answer = type_again(client, address, f"guess {number}")
    assert (answer.status_code, TOO_MANY in answer.content.decode()) == (429, True)
    assert type_again(client, address, PHRASE).status_code == 429
    person.refresh_from_db()
    assert person.check_password(PHRASE)
    told = AccountEvent.objects.filter(what="sign_in_failed").values_list("reason", flat=True)
    assert list(told) == ["Asked for again while signed in"] * 5
    assert sign_in(Client(), person).status_code == 429  # one count for one password


@pytest.mark.parametrize("address", [CHANGE, CONFIRM])
def test_the_right_password_forgives_slips_there_too(client, person, address):
    sign_in(client, person)
    for _ in range(4):
        assert "That is not your password." in type_again(client, address, "a slip").content.decode()
    assert type_again(client, address, PHRASE).status_code == 302
    assert not AccessAttempt.objects.exists()


@pytest.mark.parametrize("address", [CHANGE, CONFIRM])
@pytest.mark.parametrize("attack", ["many addresses", "many names"])
def test_strangers_do_not_keep_who_is_signed_in_from_the_own_password(client, person, address, attack, wide):
    client.force_login(person)  # in a browser that is not known
    from_many("edda", 2) if attack == "many addresses" else names_from(Client(), 10)
    assert "That is not your password." in type_again(client, address, "a slip").content.decode()
    assert type_again(client, address, PHRASE).status_code == 302


def test_a_session_is_trusted_for_its_own_person_alone(client, person, other_editor, rf, wide):
    from_many("edda", 2)
    request = rf.get("/")
    request.user = other_editor
    assert locks.end_for_name(request, "edda")


def test_a_stolen_session_does_not_get_more_guesses_from_many_addresses(client, person):
    """Strangers' tries before it do not use up the places in which its own are written down."""
    from_many("edda", 5)
    client.force_login(person)
    for number in range(5):
        answer = client.post(CONFIRM, {"password": "a guess"}, REMOTE_ADDR=f"203.0.113.{number}")
        assert answer.status_code == 200
    assert client.post(CONFIRM, {"password": "a guess"}, REMOTE_ADDR="203.0.113.9").status_code == 429


@pytest.mark.parametrize("name", ["mfa_authenticate", "mfa_reauthenticate"])
@pytest.mark.parametrize("typed", ["000000", "00000000"])
def test_wrong_codes_are_counted_wherever_one_is_asked_for(client, person, name, typed):
    give_app(person)
    sign_in(client, person)
    if name == "mfa_reauthenticate":
        prove(client, code_now())
    for _ in range(5):
        answer = client.post(reverse(name), {"code": typed})
    assert "Wait 15 minutes" in answer.content.decode()
    assert codes.accept(person, recovery_code(person)) is None


def test_strangers_names_leave_rows_that_go_again(client, db):
    for number in range(8):
        guess(client, f"stranger-{number}", 1)
    assert (AccessAttempt.objects.count(), AccountEvent.objects.count()) == (8, 0)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    upkeep.clear()
    assert not AccessAttempt.objects.exists()


def test_no_password_is_kept_anywhere(client, person):
    client.post(SIGN_IN, {"username": "edda", "password": "Sesame-12345"})
    kept = AccessAttempt.objects.values().get()
    assert "Sesame" not in str(kept) and "Sesame" not in str(list(AccountEvent.objects.values()))


def test_failures_are_recorded_until_the_lock_and_then_no_more(client, person):
    guess(client, "edda", 12)
    told = events(person, "sign_in_failed", "locked_out")
    assert sorted(told) == ["locked_out", *["sign_in_failed"] * 5]


def test_from_many_addresses_the_record_does_not_grow_for_ever(person):
    for number in range(30):
        guess(Client(REMOTE_ADDR=f"198.51.100.{number}"), "edda", 1)
    assert len(events(person, "sign_in_failed")) == 20


def test_the_fifth_wrong_code_locks_whatever_the_address(client, person):
    give_app(person)
    sign_in(client, person)
    for number in range(5):
        answer = prove(client, "000000", REMOTE_ADDR=f"198.51.100.{number}")
    assert "Even the right code is not accepted before." in answer.content.decode()
    assert prove(client, code_now()).status_code == 200
    assert "_auth_user_id" not in client.session
    assert events(person, "code_failed", "locked_out") == ["locked_out", *["code_failed"] * 5]


def test_a_new_sign_in_does_not_begin_the_count_again(client, person):
    give_app(person)
    for _ in range(5):
        client.logout()
        sign_in(client, person)
        prove(client, "000000")
    assert prove(client, code_now()).status_code == 200


def test_a_passkey_opens_though_codes_are_locked(client, person):
    key = give_passkey(person)
    sign_in(client, person)
    for _ in range(5):
        prove(client, "000000")
    assert prove_by_key(client, key).url == "/desk/"


def test_the_right_code_forgives_four_wrong_ones(client, person):
    give_app(person)
    sign_in(client, person)
    for _ in range(4):
        prove(client, "000000")
    assert prove(client, code_now()).url == "/desk/"
    assert not AccessAttempt.objects.exists()


def test_a_lock_on_codes_ends(client, person):
    give_app(person)
    sign_in(client, person)
    for _ in range(5):
        prove(client, "000000")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert prove(client, code_now()).url == "/desk/"


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_counted_one_by_one(person):
    """As several processes would: of forty guesses five are looked at."""
    give_app(person)

    def wrong(number):
        try:
            return codes.accept(person, f"{number:06}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as many:
        assert set(many.map(wrong, range(40))) == {None}
    assert AccessAttempt.objects.get().failures_since_start == 5


@pytest.mark.django_db(transaction=True)
def test_the_same_code_at_the_same_moment_opens_once(person):
    give_app(person)
    code = code_now()

    def right(_):
        try:
            return codes.accept(person, code) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as many:
        assert sum(many.map(right, range(4))) == 1


def test_a_lifted_lock_is_recorded(client, person, administrator):
    guess(client, "edda")
    locks.lift(person, by=administrator, reason="She called")
    assert sign_in(client, person).status_code == 302
    event = AccountEvent.objects.get(what="lock_lifted")
    assert (event.user_id, event.name, event.role) == (administrator.pk, "Ada Administrator", "Administrator")
    assert (event.other_id, event.other, event.reason) == (person.pk, "Edda Editor", "She called")
