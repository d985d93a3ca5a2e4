"""Accounts are managed by administrators, who cannot raise themselves or touch a superuser."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts import roles
from accounts.models import User
from tests.forms_of_page import find_form, send

pytestmark = pytest.mark.django_db

LIST = "admin:accounts_user_changelist"


def form_address(account):
    return reverse("admin:accounts_user_change", args=[account.pk])


def saved(client, account, **changes):
    page = client.get(form_address(account))
    return send(client, page, find_form(page, having="username"), **changes)


def test_an_administrator_gives_roles_and_deactivates(client, administrator, editor):
    client.force_login(administrator)
    reviewer = Group.objects.get(name=roles.REVIEWER)
    saved(client, editor, groups=[str(reviewer.pk)], is_active=[], reason="On leave")
    editor.refresh_from_db()
    assert (editor.is_active, editor.role) == (False, roles.REVIEWER)


def test_nobody_raises_themselves(client, administrator):
    client.force_login(administrator)
    chief = Group.objects.get(name=roles.CHIEF_EDITOR)
    saved(client, administrator, groups=[str(chief.pk)], is_superuser="on", first_name="Adele")
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_superuser) == (roles.ADMINISTRATOR, False)
    assert administrator.first_name == "Adele"


def test_an_administrator_makes_no_superuser_and_touches_none(client, administrator, editor):
    root = User.objects.create_superuser("root")
    client.force_login(administrator)
    saved(client, editor, is_superuser="on")
    editor.refresh_from_db()
    assert not editor.is_superuser
    assert client.post(form_address(root), {"username": "mine"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    assert client.post(password, {"password1": "x", "password2": "x"}).status_code == 403


def test_accounts_are_never_deleted(client, editor):
    client.force_login(User.objects.create_superuser("root"))
    address = reverse("admin:accounts_user_delete", args=[editor.pk])
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=editor.pk).exists()


@pytest.mark.parametrize("person, status", [("editor", 403), ("reviewer", 403), ("chief", 403), ("stranger", 302)])
def test_nobody_else_sees_accounts(client, request, person, status, editor):
    client.force_login(request.getfixturevalue(person))
    assert client.get(reverse(LIST)).status_code == status
    assert client.get(form_address(editor)).status_code == status


def test_signing_in_says_what_is_wrong(client, db):
    User.objects.create_user("edda", password="a long enough phrase")
    address = reverse("account_login")
    page = client.post(address, {"username": "edda", "password": "wrong"}).content.decode()
    assert "Please enter a correct username and password" in page
    page = client.post(address, {"username": "", "password": ""}).content.decode()
    assert "Type your name and your password." in page
    answer = client.post(address, {"username": "edda", "password": "a long enough phrase", "next": "/admin/"})
    assert answer.url == "/admin/"
