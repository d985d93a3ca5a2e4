"""A message that waits tells nothing of what has been withheld since it was written, and each change still once."""

from contextlib import contextmanager

import pytest
from django.core.mail.backends.locmem import EmailBackend

from readers import sending
from readers.models import OutgoingMessage, Report, Subscription
from tests.library.factories import partnership, publish
from tests.library.test_withheld import GROUND, withhold
from tests.readers.factories import SUMMARY, left, make_report
from tests.readers.following import SEARCH, SOVEREIGN, STARGATE, ask, follow, tell

pytestmark = pytest.mark.usefixtures("library", "clock")
SECRET, DAY = "Xanthippe", "2026-11-24"


@contextmanager
def outage(clock):
    """A mail server that takes nothing for a while; after it the next try is due."""

    def fail(backend, messages):
        raise ConnectionRefusedError

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", fail)
        yield
    clock.forward(minutes=2)


def rename(day=DAY):
    publish({**partnership(), "name": f"{SECRET} deal"}, day, note=f"{SECRET} did it.")


def words(mailoutbox):
    return [message.subject + message.body for message in mailoutbox]


def test_a_letter_that_waits_is_written_anew_after_a_withholding(mailoutbox, clock):
    follow(), follow("deal@example.org", STARGATE)
    mailoutbox.clear()
    with outage(clock):
        rename()
        tell()
        texts = OutgoingMessage.objects.exclude(text="").values_list("text", flat=True)
        assert len(texts) == 2 and all(SECRET in text for text in texts)
        withhold("stargate", "2026.11", day=DAY)
    sending.send_due()
    assert len(mailoutbox) == 2 and SECRET not in "".join(words(mailoutbox))
    assert {message.subject for message in mailoutbox} == {"Published: stargate, edition 2026.11"}
    assert "This edition has been withheld since." in mailoutbox[0].body
    assert "List-Unsubscribe" in mailoutbox[0].extra_headers
    tell()
    assert [message.subject for message in mailoutbox[2:]] == ["Withheld: stargate, edition 2026.11"] * 2
    assert GROUND in mailoutbox[2].body
    assert set(Subscription.objects.values_list("position", flat=True)) == {4}


def test_what_a_scope_tells_no_more_is_not_sent(mailoutbox, clock):
    follow(scope=SOVEREIGN)
    follow("search@example.org", SEARCH)
    mailoutbox.clear()
    with outage(clock):
        rename()
        tell()
        assert OutgoingMessage.objects.filter(sent_at=None).count() == 2
        Subscription.objects.filter(of="search").update(key="q=-")
        withhold("stargate", day=DAY)
    sending.send_due()
    assert mailoutbox == [] and not OutgoingMessage.objects.filter(sent_at=None).exists()


def test_the_letter_that_asks_names_nothing_withheld(mailoutbox, clock):
    rename()
    with outage(clock):
        ask(scope=STARGATE)
        ask("gone@example.org", STARGATE)
        sending.send_due()
        assert f"“{SECRET} deal”" in OutgoingMessage.objects.first().text
        Subscription.objects.filter(subscriber__address="gone@example.org").delete()
        withhold("stargate", day=DAY)
    sending.send_due()
    [asked] = words(mailoutbox)
    assert "the partnership “stargate”" in asked and SECRET not in asked


def test_what_the_sender_of_a_report_is_told_names_nothing_withheld(mailoutbox, clock, editor):
    rename()
    told, reopened, erased = (make_report("stargate", email=f"{name}@example.org") for name in "abc")
    for report in (told, reopened):
        left(report, editor, reason=f"{SECRET} is her name.")
    with outage(clock):
        sending.send_due()
        assert SECRET in OutgoingMessage.objects.filter(about__endswith=f"decision/{told.decision_id}").get().text
        Report.objects.filter(pk=erased.pk).delete()
        Report.objects.filter(pk=reopened.pk).update(state="spam", decision=None)
        withhold("stargate", day=DAY)
    sending.send_due()
    assert sorted(message.to[0][0] for message in mailoutbox) == ["a", "a", "b"]
    assert SECRET not in "".join(words(mailoutbox)) and SUMMARY not in "".join(words(mailoutbox))


def test_without_a_withholding_since_the_words_stay(mailoutbox, clock):
    withhold("STC", day="2026-11-23")
    ask(scope=STARGATE)
    OutgoingMessage.objects.update(text="As it was.")
    sending.send_due()
    assert mailoutbox[0].body == "As it was."
