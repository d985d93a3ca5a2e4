"""What is needed no longer goes by itself; what was decided stays."""

import pytest

from readers import erasure, reports
from readers.models import Report, ReportEvent
from tests.readers.factories import left, make_report


@pytest.fixture
def closed(clock, library, editor):
    """One report closed in each way, and an open one; each with an address."""
    made = {name: make_report(email=f"{name}@example.org") for name in ("open", "left", "spam", "withdrawn")}
    left(made["left"], editor)
    reports.set_aside(made["spam"], by=editor)
    reports.withdraw(made["withdrawn"])
    return made


def kept():
    return dict(Report.objects.order_by("pk").values_list("state", "email"))


def test_addresses_and_spam_go_after_thirty_days(closed, clock):
    before = {
        "received": "open@example.org",
        "not_changed": "left@example.org",
        "spam": "spam@example.org",
        "withdrawn": "",
    }
    clock.forward(days=30, seconds=-1)
    erasure.erase_due()
    assert kept() == before
    clock.forward(seconds=1)
    for _ in range(2):
        erasure.erase_due()
    assert kept() == {"received": "open@example.org", "not_changed": ""}
    assert set(ReportEvent.objects.values_list("what", flat=True)) == {"not_changed", "spam", "withdrawn"}


def test_what_was_reopened_keeps_its_address(closed, clock, editor):
    clock.forward(days=29)
    reports.reopen(closed["spam"], by=editor)
    clock.forward(days=2)
    erasure.erase_due()
    assert kept()["looked_at"] == "spam@example.org"
