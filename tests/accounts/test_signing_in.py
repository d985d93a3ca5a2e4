"""Where people land after signing in: a page that is there for them."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts import roles
from accounts.models import User
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

PHRASE = "a long enough phrase"
SIGN_IN = reverse("account_login")


def landed(client, person, **typed):
    person.set_password(PHRASE)
    person.save()
    return client.post(SIGN_IN, {"username": person.username, "password": PHRASE, **typed}, follow=True)


@pytest.mark.parametrize("role", [*roles.ROLES, ""])
@pytest.mark.parametrize("wanted", ["", "/desk/"])
def test_everybody_lands_on_a_page_of_their_own(client, db, role, wanted):
    page = landed(client, make_person("pia", "Pia", "Person", *filter(None, [role])), next=wanted)
    home = {"": "/", roles.ADMINISTRATOR: "/admin/"}.get(role, "/desk/")
    assert (page.status_code, page.request["PATH_INFO"]) == (200, home)


def test_a_chief_editor_who_is_administrator_too_lands_at_the_desk(client, chief):
    chief.groups.add(Group.objects.get(name=roles.ADMINISTRATOR))
    assert landed(client, chief).request["PATH_INFO"] == "/desk/"
    assert landed(client, User.objects.create_superuser("root")).request["PATH_INFO"] == "/desk/"


def test_who_is_signed_in_already_is_led_on(client, db):
    client.force_login(make_person("ada", "Ada", "Administrator", roles.ADMINISTRATOR))
    assert client.get(SIGN_IN, follow=True).request["PATH_INFO"] == "/admin/"


def test_the_page_that_was_asked_for_comes_first(client, editor):
    asked = reverse("admin:patterns_pattern_changelist")
    assert landed(client, editor, next=asked).request["PATH_INFO"] == asked


def test_nobody_is_led_to_another_house(client, editor):
    assert landed(client, editor, next="https://example.org/").request["PATH_INFO"] == "/desk/"
