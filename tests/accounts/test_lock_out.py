"""Who guesses is locked out: passwords per account and address, codes per account; the words tell nothing."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import codes, locks, upkeep
from accounts.models import AccountEvent, User
from tests.accounts.factors import PHRASE, SIGN_IN, code_now, give_app, give_passkey, prove, prove_by_key, sign_in

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
