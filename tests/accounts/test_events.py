"""The record of what happened to accounts: never changed, naming who did it."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts import events
from accounts.models import AccountEvent, User
from library.frozen import NeverChanges

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(editor, administrator):
    return events.tell(editor, "details_changed", by=administrator, reason="Name: none → Edda Editor")


def test_an_event_says_who_did_what_to_whose_account(event, editor, administrator):
    row = AccountEvent.objects.values().get()
    assert row.pop("at") == event.at and row.pop("id") == event.pk
    assert row == {
        "what": "details_changed",
        "user_id": administrator.pk,
        "name": "Ada Administrator",
        "role": "Administrator",
        "other_id": editor.pk,
        "other": "Edda Editor",
        "reason": "Name: none → Edda Editor",
    }


@pytest.mark.parametrize(
    "change",
    ["UPDATE accounts_accountevent SET reason = 'x'", "DELETE FROM accounts_accountevent"],
)
def test_the_database_refuses_to_change_it(event, change):
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_the_code_refuses_to_change_it(event):
    for change in (AccountEvent.objects.all().delete, event.delete, lambda: AccountEvent.objects.update(reason="")):
        with pytest.raises(NeverChanges):
            change()


@pytest.mark.parametrize("missing", ["name", "other"])
def test_an_event_names_both_people(editor, missing):
    event = events.tell(editor, "created")
    values = {**AccountEvent.objects.values().get(pk=event.pk), missing: "", "id": None}
    with pytest.raises(IntegrityError, match="an_account_event_names_both_people"), transaction.atomic():
        AccountEvent(**values).save()


def test_a_superuser_made_by_a_command_is_recorded(db):
    User.objects.create_superuser("root")
    event = AccountEvent.objects.get()
    assert (event.what, event.user_id, event.name, event.other) == ("created", None, "A command", "root")
