"""A small published library, and a clock that only moves when it is told to."""

import pytest

from tests.library.factories import partnership, pattern, publish
from tests.mailroom.conftest import clock  # noqa: F401 a fixture

MOVE = "/corrections/new?about=STC-K1"


@pytest.fixture
def library(db):
    """A pattern with three moves, a partnership that shows it; both of January 2026."""
    publish(pattern())
    publish(partnership(), "2026-01-06")
