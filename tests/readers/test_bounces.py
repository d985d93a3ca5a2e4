"""Who cannot be reached is not kept; one refusal is no reason."""

from smtplib import SMTPRecipientsRefused

import pytest
from django.core.mail import EmailMessage

from mailroom.sending import PAUSES
from readers import bounces, messages, sending, ways_back
from readers.models import OutgoingMessage, Subscriber, Subscription, WayBack
from tests.readers.following import READER, follow

pytestmark = pytest.mark.usefixtures("clock", "db")


def refused(code=550):
    return SMTPRecipientsRefused({READER: (code, b"no such person")})


def test_a_refusal_is_one_that_will_be_the_same_tomorrow():
    answers = (refused(), refused(450), refused(599), ConnectionRefusedError())
    assert [bounces.is_refusal(one) for one in answers] == [True, False, True, False]


def break_mail(monkeypatch, error):
    def send(message):
        if error and message.to == [READER]:
            raise error
        return 1

    monkeypatch.setattr(EmailMessage, "send", send)


def send(number, is_last=True):
    """Write one letter to the reader and try it, for the last time or the first."""
    about = f"subscription/1/{number}"
    messages.write(READER, about=about, subject="Changes", text="Told.")
    OutgoingMessage.objects.filter(about=about).update(tries=len(PAUSES) if is_last else 0)
    sending.send_due()


def refusals():
    return dict(Subscriber.objects.values_list("address", "refusals"))


def test_three_letters_in_a_row_refused_for_a_day_erase_the_address(monkeypatch):
    follow()
    follow("other@example.org")
    break_mail(monkeypatch, refused())
    send(1, is_last=False)
    assert refusals() == {READER: 0, "other@example.org": 0}, "it is tried again"
    OutgoingMessage.objects.filter(sent_at=None).delete()
    send(2)
    send(3)
    assert refusals() == {READER: 2, "other@example.org": 0}
    messages.write(READER, about="report/1/received", subject="Report", text="It has arrived.")
    OutgoingMessage.objects.filter(about="report/1/received").update(next_try_at="2100-01-01T00:00Z")
    messages.write(READER, about="subscription/2/3", subject="Changes", text="Told.")
    OutgoingMessage.objects.filter(about="subscription/2/3").update(next_try_at="2100-01-01T00:00Z")
    ways_back.leave(Subscription.objects.get(subscriber__address=READER))
    send(4)
    assert refusals() == {"other@example.org": 0} and not WayBack.objects.exists()
    assert [one.about for one in OutgoingMessage.objects.exclude(address="")] == ["report/1/received"]


def test_a_letter_that_arrives_begins_the_count_anew(monkeypatch):
    follow()
    for error, count in ((refused(), 1), (refused(), 2), (ConnectionRefusedError(), 2), (None, 0), (refused(450), 0)):
        break_mail(monkeypatch, error)
        send(f"{error!r}{count}")
        assert refusals() == {READER: count}
