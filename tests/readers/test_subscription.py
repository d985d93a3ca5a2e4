"""What the database itself refuses."""

import pytest
from django.db import IntegrityError, transaction

from readers.models import Posting, Subscriber, Subscription
from tests.readers.following import READER, follow

pytestmark = pytest.mark.usefixtures("clock", "db")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("what_is_followed_is_known", {"of": "source", "key": "x"}),
        ("only_the_library_is_followed_whole", {"key": "x"}),
        ("only_the_library_is_followed_whole", {"of": "pattern"}),
        ("the_pace_of_letters_is_known", {"pace": "daily"}),
        ("a_subscription_begins_when_it_is_confirmed", {"position": None}),
        ("a_subscription_begins_when_it_is_confirmed", {"confirmed_at": None}),
        (
            "a_subscription_begins_when_it_is_confirmed",
            {"confirmed_at": None, "position": None, "last_letter_at": "2026-11-24T12:00Z"},
        ),
    ],
)
def test_a_subscription_that_cannot_be_is_refused(name, change):
    one = follow()
    with transaction.atomic(), pytest.raises(IntegrityError, match=name):
        Subscription.objects.filter(pk=one.pk).update(**change)


def test_an_address_is_there_once_and_follows_a_thing_once():
    one = follow()
    with transaction.atomic(), pytest.raises(IntegrityError, match="an_address_follows_a_thing_once"):
        Subscription.objects.create(subscriber=one.subscriber, of="library", pace="weekly", asked_at=one.asked_at)
    with transaction.atomic(), pytest.raises(IntegrityError, match="address"):
        Subscriber.objects.create(address=READER)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("an_address_is_kept_in_small_letters", {"address": "Reader@example.org"}),
        ("an_address_is_kept_in_small_letters", {"address": "reader"}),
        ("the_links_of_a_subscriber_are_salted", {"salt": ""}),
    ],
)
def test_a_subscriber_that_cannot_be_is_refused(name, change):
    follow()
    with transaction.atomic(), pytest.raises(IntegrityError, match=name):
        Subscriber.objects.update(**change)


def test_what_was_posted_is_known(clock):
    with transaction.atomic(), pytest.raises(IntegrityError, match="what_was_posted_is_known"):
        Posting.objects.create(what="letter", network="n", at=clock.now)
