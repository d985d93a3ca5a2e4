"""Sending: to whom, when, how often, and what stands in it."""

from datetime import timedelta
from smtplib import SMTPAuthenticationError, SMTPRecipientsRefused

import pytest
from django.core.mail import EmailMessage

from mailroom import sending
from mailroom.models import Digest, Letter, Preference
from tests.mailroom.conftest import write

pytestmark = pytest.mark.django_db


def tick():
    sending.gather_digests()
    sending.send_letters()


def states():
    """What became of every letter: its event and the one thing that holds of it."""
    words = {"sent_at": "sent", "given_up_at": "given up", "dropped_at": "dropped", "next_try_at": "waits"}
    rows = Letter.objects.values("about", *words)
    return {row["about"]: next(word for field, word in words.items() if row[field]) for row in rows}


def break_mail(monkeypatch, error):
    """From now on the mail server answers with `error`; returns what it has been asked to send."""
    asked = []

    def send(message):
        asked.append(message)
        raise error

    monkeypatch.setattr(EmailMessage, "send", send)
    return asked


def wants(person, pace):
    Preference.objects.update_or_create(person=person, defaults={"pace": pace})


def test_a_letter_says_everything_in_plain_text(rhea, mailoutbox, settings):
    settings.SITE_ORIGIN = "https://library.example.org"
    letter = write(rhea, subject="Für Sie", text="Was geschah.", link="/desk/submissions/7/")
    tick()
    (message,) = mailoutbox
    assert (message.subject, message.to) == ("Für Sie", ["rhea@example.org"])
    assert message.from_email == settings.DEFAULT_FROM_EMAIL
    assert message.body == (
        "Was geschah.\n\nhttps://library.example.org/desk/submissions/7/\n\n\n"
        "-- \nHow often letters reach you: https://library.example.org/desk/letters/\n"
    )
    head = message.message()
    assert head["Message-ID"] == f"<{letter.key}@library.example.org>"
    assert head["Auto-Submitted"] == "auto-generated"
    assert head.get_content_type() == "text/plain"


def test_each_letter_is_sent_once_the_oldest_first(rhea, edda, mailoutbox, clock):
    for number in range(3):
        write(rhea, f"event/{number}")
        write(edda, f"event/{number}")
        clock.forward(seconds=1)
    for _ in range(3):
        tick()
    assert [message.subject[-1] for message in mailoutbox] == ["0", "0", "1", "1", "2", "2"]
    assert set(states().values()) == {"sent"}


def test_a_letter_is_tried_with_growing_pauses_for_a_day(rhea, clock, monkeypatch):
    asked = break_mail(monkeypatch, ConnectionRefusedError())
    letter = write(rhea)
    began, at = clock.now, []
    while letter.next_try_at:
        clock.now = letter.next_try_at - timedelta(seconds=1)
        tick()
        assert len(asked) == len(at), "tried before its time"
        clock.now = letter.next_try_at
        tick()
        at.append((clock.now - began) // timedelta(minutes=1))
        letter.refresh_from_db()
    assert at == [0, 1, 5, 15, 30, 60, 120, 240, 480, 840, 1440]
    assert (letter.tries, letter.problem) == (11, "The mail server does not answer.")
    assert letter.given_up_at == began + timedelta(days=1)
    assert states() == {"event/1": "given up"}
    clock.forward(days=1)
    tick()
    assert len(asked) == 11
    assert {message.extra_headers["Message-ID"] for message in asked} == {f"<{letter.key}@testserver>"}


def test_a_letter_goes_out_when_the_server_is_back(rhea, clock, monkeypatch, mailoutbox):
    with monkeypatch.context() as broken:
        break_mail(broken, TimeoutError())
        write(rhea)
        tick()
    clock.forward(seconds=59)
    tick()
    assert mailoutbox == []
    clock.forward(seconds=1)
    tick()
    letter = Letter.objects.get()
    assert len(mailoutbox) == 1 and (letter.problem, letter.tries) == ("", 2)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            SMTPRecipientsRefused({"rhea@example.org": (550, b"no\x00 such\r\nuser \xff")}),
            "The mail server refuses this person’s address: 550 no such user \ufffd",
        ),
        (
            SMTPAuthenticationError(535, b"no"),
            "The mail server refuses our name and password. Whoever runs Anteroom must correct EMAIL_URL.",
        ),
        (OSError("disk full"), "It could not be sent: disk full"),
        (KeyError(), "It could not be sent: KeyError"),
    ],
)
def test_a_failure_is_kept_as_a_sentence_and_holds_nobody_up(rhea, edda, monkeypatch, error, sentence):
    asked = break_mail(monkeypatch, error)
    write(rhea)
    write(edda)
    tick()
    assert len(asked) == 2
    assert set(Letter.objects.values_list("problem", "tries")) == {(sentence, 1)}


def test_who_is_deactivated_gets_nothing(rhea, mailoutbox):
    write(rhea)
    rhea.is_active = False
    rhea.save()
    tick()
    assert mailoutbox == [] and states() == {"event/1": "dropped"}
    assert Letter.objects.get().problem == "This person’s account is deactivated."
    assert not Letter.objects.failing().exists()


def test_a_missing_address_is_a_failure_until_there_is_one(reviewer, clock, mailoutbox):
    write(reviewer)
    tick()
    assert Letter.objects.failing().get().problem == sending.NO_ADDRESS
    reviewer.email = "rhea@example.org"
    reviewer.save()
    clock.forward(minutes=1)
    tick()
    assert len(mailoutbox) == 1 and not Letter.objects.failing().exists()


def test_a_run_ends_after_a_minute_whatever_waits(rhea, monkeypatch, mailoutbox):
    monkeypatch.setattr(sending, "RUN_SECONDS", 0)
    write(rhea)
    tick()
    assert states() == {"event/1": "waits"}


# One letter a day


@pytest.fixture
def daily(rhea):
    wants(rhea, Preference.Pace.DAILY)
    return rhea


def test_one_letter_a_day_comes_at_seven(daily, edda, clock, mailoutbox):
    for number in range(3):
        write(daily, f"event/{number}")
    write(edda)
    clock.set(25, 6, 59)
    tick()
    assert [message.to for message in mailoutbox] == [["edda@example.org"]]
    clock.set(25, 7)
    tick()
    tick()
    assert len(mailoutbox) == 2
    message = mailoutbox[1]
    assert (message.to, message.subject) == (["rhea@example.org"], "3 letters from Anteroom")
    for number in range(3):
        told = f"Subject of event/{number}\n\nText of event/{number}\n\nhttp://testserver/desk/\n"
        assert message.body.count(told) == 1
    assert set(states().values()) == {"sent"}


def test_what_is_written_after_seven_waits_for_the_next_day(daily, clock, mailoutbox):
    clock.set(24, 7, 1)
    write(daily, "event/1")
    clock.set(24, 23)
    tick()
    assert mailoutbox == []
    clock.set(25, 7, 30)
    write(daily, "event/2")
    tick()
    assert [message.subject for message in mailoutbox] == ["Subject of event/1"]
    clock.set(26, 9)
    tick()
    assert [message.subject for message in mailoutbox] == ["Subject of event/1", "Subject of event/2"]


def test_what_is_urgent_goes_at_once(daily, mailoutbox):
    write(daily, "event/1")
    write(daily, "event/2", is_urgent=True)
    tick()
    assert states() == {"event/1": "waits", "event/2": "sent"}


def test_a_change_of_pace_holds_for_what_waits(daily, edda, clock, mailoutbox):
    write(daily)
    tick()
    wants(daily, Preference.Pace.AT_ONCE)
    tick()
    assert states() == {"event/1": "sent"}
    wants(daily, Preference.Pace.DAILY)
    write(daily, "event/2")
    tick()
    assert states() == {"event/1": "sent", "event/2": "waits"}


def test_a_digest_that_fails_is_tried_again_as_it_was(daily, clock, monkeypatch, mailoutbox):
    write(daily, "event/1")
    write(daily, "event/2")
    clock.set(25, 7)
    with monkeypatch.context() as broken:
        asked = break_mail(broken, OSError("no"))
        tick()
    write(daily, "event/3")
    clock.forward(minutes=1)
    tick()
    assert states() == {"event/1": "sent", "event/2": "sent", "event/3": "waits"}
    assert asked[0].body == mailoutbox[0].body
    assert asked[0].extra_headers == mailoutbox[0].extra_headers
    assert mailoutbox[0].extra_headers["Message-ID"] == f"<{Digest.objects.get().key}@testserver>"


def test_a_digest_made_by_another_run_is_left_to_it(daily, clock):
    """What a run sees that looked before the other committed."""
    write(daily, "event/1")
    clock.set(25, 7)
    sending.gather_digests()
    write(daily, "event/2")
    Letter.objects.filter(about="event/2").update(written_at=clock.now - timedelta(hours=1))
    sending.gather_digests()
    assert Digest.objects.get().letters.get().about == "event/1"


def test_deactivated_people_get_no_digest(daily, clock, mailoutbox):
    write(daily)
    daily.is_active = False
    daily.save()
    clock.set(25, 7)
    tick()
    assert mailoutbox == [] and states() == {"event/1": "dropped"}
