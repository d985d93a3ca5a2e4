"""Messages to people outside: once, with pauses, and nothing is left of them."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction

from mailroom.sending import PAUSES
from readers import messages, sending
from readers.models import OutgoingMessage

pytestmark = pytest.mark.django_db


def write(about="report/1/received", address="reader@example.org"):
    messages.write(address, about=about, subject="Your report", text="It has arrived.")
    return OutgoingMessage.objects.get(about=about)


def break_mail(monkeypatch, *addresses):
    """From now on the mail server fails for these addresses; returns what it has been asked to send."""
    asked, send = [], EmailMessage.send

    def refuse(message):
        asked.append(message.to[0])
        if message.to[0] in addresses:
            raise OSError(f"550 no such person {message.to[0]}")
        return send(message)

    monkeypatch.setattr(EmailMessage, "send", refuse)
    return asked


def test_a_message_goes_out_once_and_is_erased(mailoutbox):
    key = write().key
    for _ in range(2):
        write()
        sending.send_due()
    [sent] = mailoutbox
    assert (sent.to, sent.subject, sent.body) == (["reader@example.org"], "Your report", "It has arrived.")
    assert sent.extra_headers == {"Message-ID": f"<{key}@testserver>", "Auto-Submitted": "auto-generated"}
    left = OutgoingMessage.objects.values("address", "subject", "text", "problem", "tries").get()
    assert left == {"address": "", "subject": "", "text": "", "problem": "", "tries": 1}


def test_a_message_that_fails_keeps_no_other_waiting_and_names_nobody(monkeypatch, mailoutbox, caplog):
    break_mail(monkeypatch, "bad@example.org")
    bad = write("report/1/received", "bad@example.org")
    write("report/2/received")
    sending.send_due()
    bad.refresh_from_db()
    assert len(mailoutbox) == 1 and (bad.tries, bad.problem) == (1, "OSError")
    assert "could not be sent" in caplog.text and "bad@" not in caplog.text


def test_it_is_tried_for_a_day_then_given_up_and_erased(clock, monkeypatch):
    asked = break_mail(monkeypatch, "reader@example.org")
    message, began, at = write(), clock.now, []
    while message.next_try_at:
        clock.now = message.next_try_at - timedelta(seconds=1)
        sending.send_due()
        assert len(asked) == len(at), "tried before its time"
        clock.now = message.next_try_at
        sending.send_due()
        at.append((clock.now - began) // timedelta(minutes=1))
        message.refresh_from_db()
    assert at == [sum(PAUSES[:tries]) for tries in range(len(PAUSES) + 1)]
    assert message.given_up_at == began + timedelta(days=1)
    assert (message.address, message.text, message.problem) == ("", "", "")
    assert message.key == OutgoingMessage.objects.get().key


def test_a_run_killed_between_sending_and_marking_sends_no_second_file(settings, tmp_path, monkeypatch):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "mailroom.folder.EmailBackend", str(tmp_path)
    write()
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt), transaction.atomic():
        killed.setattr(sending, "_settle", lambda *message, **how: (_ for _ in ()).throw(KeyboardInterrupt))
        sending.send_due()
    [file] = tmp_path.glob("*.eml")
    written = file.stat().st_mtime_ns
    assert OutgoingMessage.objects.get().sent_at is None
    sending.send_due()
    assert [one.stat().st_mtime_ns for one in tmp_path.glob("*.eml")] == [written]
    assert OutgoingMessage.objects.get().sent_at is not None


def test_a_run_ends_after_a_minute_whatever_waits(monkeypatch, mailoutbox):
    monkeypatch.setattr(sending, "RUN_SECONDS", 0)
    write()
    sending.send_due()
    assert mailoutbox == []


@pytest.mark.parametrize("take", [messages.take_back, lambda beginning: messages.erase(about__startswith=beginning)])
def test_what_was_tried_already_is_taken_back_and_what_was_sent_stays(monkeypatch, take):
    write("report/1/received")
    sending.send_due()
    break_mail(monkeypatch, "reader@example.org")
    write("report/1/decision/1")
    sending.send_due()
    write("report/1/decision/2")
    write("report/11/decision/3")
    take("report/1/")
    assert set(OutgoingMessage.objects.values_list("about", flat=True)) == {
        "report/1/received",
        "report/11/decision/3",
    }


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a_message_that_has_ended_is_erased", {"address": ""}),
        ("a_message_that_has_ended_is_erased", {"next_try_at": None}),
        ("a_message_that_has_ended_is_erased", {"sent_at": "2026-11-24T12:00Z", "next_try_at": None}),
        ("a_message_ends_in_one_way", {"sent_at": "2026-11-24T12:00Z", "given_up_at": "2026-11-24T12:00Z"}),
    ],
)
def test_the_database_refuses(name, change):
    message = write()
    erased = sending.ERASED if name == "a_message_ends_in_one_way" else {}
    with transaction.atomic(), pytest.raises(IntegrityError, match=name):
        OutgoingMessage.objects.filter(pk=message.pk).update(**erased, **change)
