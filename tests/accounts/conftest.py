"""Fixtures for the tests of accounts."""

import pytest

from accounts import roles
from tests.accounts.factors import give_password
from tests.conftest import make_person


@pytest.fixture
def needed(settings):
    settings.SECOND_FACTOR_NEEDED = True


@pytest.fixture
def person(editor):
    """An editor with a password."""
    return give_password(editor)


@pytest.fixture
def administrator(db):
    return make_person("ada", "Ada", "Administrator", roles.ADMINISTRATOR)
