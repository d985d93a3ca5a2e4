"""The real `manage.py tick`, killed anywhere and run at once: each change reaches each subscriber, and once."""

import random
import re
import signal
import threading
import time
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from django.db import connection

from readers import telling
from readers.models import OutgoingMessage, Subscriber, Subscription
from tests.library.factories import partnership, pattern, publish
from tests.mailroom.test_drill import ended, tick

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
SUBSCRIBERS, KILLS, PAIRS = 60, 20, 6
ADDRESSES = [f"reader{number}@example.org" for number in range(SUBSCRIBERS)]


@pytest.fixture
def subscribers(db):
    publish(pattern())
    at = datetime(2026, 1, 6, tzinfo=UTC)
    Subscriber.objects.bulk_create(Subscriber(address=address) for address in ADDRESSES)
    begun = {"of": "library", "pace": "immediate", "position": 1, "asked_at": at, "confirmed_at": at}
    Subscription.objects.bulk_create(Subscription(subscriber=one, **begun) for one in Subscriber.objects.all())


def publish_one(turn):
    publish(partnership(f"deal-{turn:02}", exhibits=[]), f"2026-02-{turn % 28 + 1:02}" if turn < 28 else "2026-03-01")


def told(texts):
    """Who was told of which deal, in the order of both; as often as they were."""
    found = []
    for text in texts:
        message = message_from_bytes(text, policy=default)
        if message["To"] in ADDRESSES:
            found += [(message["To"], deal) for deal in re.findall(r"Published: (Deal-\d+)", message.get_content())]
    return sorted(found)


def expected(turns):
    return sorted((address, f"Deal-{turn:02}") for address in ADDRESSES for turn in range(turns))


def test_a_tick_killed_anywhere_tells_everybody_everything_once(subscribers, tmp_path):
    folder, spread, cut = tmp_path / "letters", random.Random(7), {"before": 0, "between": 0, "sending": 0}
    for turn in range(KILLS):
        publish_one(turn)
        run = tick(tmp_path, ANTEROOM_DEMO="1")
        already = OutgoingMessage.objects.count()
        if turn % 3:  # else it is killed while it starts
            while run.poll() is None and OutgoingMessage.objects.count() == already:
                time.sleep(0.001)
        time.sleep(spread.uniform(0, (0.6, 0.01, 0.1)[turn % 3]))
        run.send_signal(signal.SIGKILL)
        run.communicate()
        behind = Subscription.objects.filter(position__lt=turn + 2).exists()
        waiting = OutgoingMessage.objects.filter(sent_at=None)
        cut["before" if behind else "between" if waiting.count() == SUBSCRIBERS else "sending"] += (
            waiting.exists() or behind
        )
    assert min(cut.values()) > 0, f"not killed at each stage: {cut}"
    ended(tick(tmp_path, ANTEROOM_DEMO="1"))
    assert told(file.read_bytes() for file in folder.glob("*.eml")) == expected(KILLS)
    assert not OutgoingMessage.objects.filter(sent_at=None).exists()


def test_two_ticks_at_once_tell_everybody_once(subscribers, tmp_path):
    """With a mail server that takes everything twice if it is given it twice."""
    spool = tmp_path / "spool"
    for turn in range(PAIRS):
        publish_one(turn)
        runs = [tick(tmp_path, EMAIL_URL=f"filemail:///{spool}/{number}") for number in (1, 2)]
        for run in runs:
            ended(run)
    texts = [part for file in spool.rglob("*.log") for part in file.read_bytes().split(b"-" * 79 + b"\n")]
    assert told(text for text in texts if b"Subject:" in text) == expected(PAIRS)
    assert OutgoingMessage.objects.count() == PAIRS * SUBSCRIBERS


def test_what_is_published_between_two_ticks_is_told_once(subscribers, monkeypatch):
    """The first has looked and not written yet; the second sees one change more, and the rows that are held."""
    looked, goes_on = threading.Event(), threading.Event()
    found = telling._changes

    def slowly(*asked):
        changes = found(*asked)
        looked.set()
        assert goes_on.wait(60)
        return changes

    def first_tick():
        telling.write_due()
        connection.close()

    publish_one(0)
    with monkeypatch.context() as patched:
        patched.setattr(telling, "_changes", slowly)
        first = threading.Thread(target=first_tick)
        first.start()
        assert looked.wait(60)
    publish_one(1)
    telling.write_due()
    goes_on.set()
    first.join()
    telling.write_due()
    texts = OutgoingMessage.objects.values_list("address", "text")
    met = sorted((address, deal) for address, text in texts for deal in re.findall(r"Published: (Deal-\d+)", text))
    assert met == expected(2)
