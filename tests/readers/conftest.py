"""A small published library, and a clock that only moves when it is told to."""

import pytest

from tests.library.factories import partnership, pattern, publish
from tests.mailroom.conftest import clock  # noqa: F401 a fixture

MOVE = "/corrections/new?about=STC-K1"


@pytest.fixture
def published(db):
    """A pattern with two moves, of January 2026."""
    publish(pattern(moves=2))


@pytest.fixture
def library(published):
    """The same with a partnership that shows it."""
    publish(partnership(), "2026-01-06")
