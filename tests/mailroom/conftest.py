"""People with addresses, and a clock that only moves when it is told to."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from mailroom import letters


class Clock:
    """What `timezone.now()` says; 24 November 2026, noon, at first."""

    def __init__(self):
        self.now = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def forward(self, **by):
        self.now += timedelta(**by)

    def set(self, day, hour, minute=0):
        self.now = datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(timezone, "now", lambda: made.now)
    return made


def addressed(person):
    person.email = f"{person.username}@example.org"
    person.save()
    return person


@pytest.fixture
def rhea(reviewer):
    return addressed(reviewer)


@pytest.fixture
def edda(editor):
    return addressed(editor)


def write(person, about="event/1", **fields):
    """Write a letter about `about` and return it."""
    said = {"subject": f"Subject of {about}", "text": f"Text of {about}", "link": "/desk/", **fields}
    letters.write(person, about=about, **said)
    return person.letters.get(about=about)
