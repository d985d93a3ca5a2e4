"""Fixtures for all tests."""

import pytest
from django.contrib.auth.models import Group
from hypothesis import HealthCheck
from hypothesis import settings as examples

from accounts import roles
from accounts.models import User
from tests.chromium import browser_type_launch_args  # noqa: F401 pytest-playwright asks for it by this name

# A busy machine is no reason for a property to fail.
examples.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("patient")


@pytest.fixture(autouse=True)
def own_ledger_head(settings, tmp_path):
    """Each test has ledger heads and downloads of its own: workers run at once, its entries are rolled back."""
    settings.LEDGER_HEAD_FILE = tmp_path / "own-ledger-head.jsonl"
    settings.DOWNLOADS_DIR = tmp_path / "own-downloads"


def make_person(username, first, last, *groups):
    """A member of the cast: signs in with `client.force_login`."""
    person = User.objects.create_user(username, first_name=first, last_name=last, is_staff=bool(groups))
    person.groups.set(Group.objects.filter(name__in=groups))
    return person


@pytest.fixture
def editor(db):
    return make_person("edda", "Edda", "Editor", roles.EDITOR)


@pytest.fixture
def other_editor(db):
    return make_person("otto", "Otto", "Editor", roles.EDITOR)


@pytest.fixture
def reviewer(db):
    return make_person("rhea", "Rhea", "Reviewer", roles.REVIEWER)


@pytest.fixture
def other_reviewer(db):
    return make_person("rolf", "Rolf", "Reviewer", roles.REVIEWER)


@pytest.fixture
def chief(db):
    return make_person("cleo", "Cleo", "Chief", roles.CHIEF_EDITOR)


@pytest.fixture
def stranger(db):
    return make_person("sam", "Sam", "Stranger")
