"""Limits: who posts too much waits; nobody's address is kept, and nothing longer than a day."""

import pytest
from django.test import RequestFactory

from readers import erasure, limits
from readers.models import Posting

pytestmark = pytest.mark.django_db


def network(address="192.0.2.1", **headers):
    return limits.network_of(RequestFactory().get("/", REMOTE_ADDR=address, **headers))


def post(times, network="one"):
    for _ in range(times):
        limits.count(network)


def test_a_network_is_a_digest_of_the_day(clock):
    first = network()
    assert len(first) == 64 and "192" not in first
    assert network() == first != network("192.0.2.2")
    assert network("2001:db8::1") == network("2001:db8::2") != network("2001:db8:0:1::1")
    clock.forward(days=1)
    assert network() != first


def test_behind_a_proxy_counts_the_address_that_it_saw(settings):
    forged = {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 192.0.2.2"}
    assert network(**forged) == network()
    settings.BEHIND_TLS_PROXY = True
    assert network(**forged) == network("192.0.2.2")


def test_one_network_waits_an_hour_then_a_day(clock):
    for _ in range(4):
        post(4)
        assert limits.why_too_many("one") == ""
        post(1)
        assert "again in an hour" in limits.why_too_many("one")
        assert limits.why_too_many("other") == ""
        clock.forward(hours=1)
    assert "again tomorrow" in limits.why_too_many("one")
    clock.forward(hours=20, seconds=1)
    assert limits.why_too_many("one") == ""


def test_all_together_wait_as_well(clock):
    for number in range(100):
        assert limits.why_too_many("new") == ""
        post(1, f"network {number}")
    assert limits.why_too_many("new") == limits.TOO_MANY_OF_ALL
    clock.forward(hours=1)
    assert limits.why_too_many("new") == ""


def test_what_was_counted_is_forgotten_within_a_day(clock):
    post(2)
    clock.forward(hours=23, minutes=59)
    post(1)
    erasure.erase_due()
    assert Posting.objects.count() == 3
    clock.forward(minutes=1)
    erasure.erase_due()
    assert Posting.objects.count() == 1
