"""What administrators do to accounts, what is written down of it, and who may not."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from accounts.models import AccountEvent, User
from tests.accounts.factors import code_now, give_app, prove, sign_in
from tests.conftest import make_person
from tests.forms_of_page import find_form, read_forms, send

pytestmark = pytest.mark.django_db
LIST, ADD = reverse("admin:accounts_user_changelist"), reverse("admin:accounts_user_add")
ACTS = ["end-sessions", "remove-second-factor", "lift-lock"]
NEW = "another long enough phrase"


def change(account):
    return reverse("admin:accounts_user_change", args=[account.pk])


def password(account):
    return reverse("admin:auth_user_password_change", args=[account.pk])


def act(account, name):
    return reverse("admin:accounts_user_act", args=[account.pk, name])


def saved(client, account, **changes):
    page = client.get(change(account))
    return send(client, page, find_form(page, having="username"), **changes)


def told(account):
    rows = AccountEvent.objects.filter(other_id=account.pk).exclude(what="signed_in").order_by("pk")
    return list(rows.values_list("what", "name", "reason"))


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


def group(role):
    return str(Group.objects.get(name=role).pk)


def test_every_change_is_written_down_with_before_and_after(admin, editor):
    she = {"first_name": "Édith", "email": "edith@example.org"}
    saved(admin, editor, groups=[group(roles.REVIEWER)], reason="Elle relit dès mai", **she)
    saved(admin, editor, is_active=[], reason="Away until June")
    saved(admin, editor, is_active="on", reason="Back")
    by = "Ada Administrator"
    assert told(editor) == [
        ("details_changed", by, "Name: Edda Editor → Édith Editor. E-mail address"),
        ("roles_changed", by, "Editor → Reviewer. Elle relit dès mai"),
        ("deactivated", by, "Away until June"),
        ("reactivated", by, "Back"),
    ]


def test_a_form_saved_untouched_writes_nothing(admin, editor):
    saved(admin, editor)
    assert told(editor) == []


def test_a_new_account_is_written_down(admin):
    admin.post(ADD, {"username": "nora", "password1": NEW, "password2": NEW})
    nora = User.objects.get(username="nora")
    assert (told(nora), nora.role, nora.is_staff) == ([("created", "Ada Administrator", "With no role")], "", False)


def test_deactivation_ends_sessions_and_reactivation_revives_none(admin, person):
    theirs = Client()
    sign_in(theirs, person)
    assert theirs.get("/desk/").status_code == 200
    saved(admin, person, is_active=[], reason="Gone")
    assert theirs.get("/desk/").status_code == 302
    theirs = Client()
    assert sign_in(theirs, person).status_code == 200
    saved(admin, person, is_active="on", reason="Back")
    assert theirs.get("/desk/").status_code == 302


def test_a_session_does_not_come_back_with_its_account(admin, person):
    theirs = Client()
    sign_in(theirs, person)
    saved(admin, person, is_active=[], reason="Gone")
    saved(admin, person, is_active="on", reason="Back")
    assert theirs.get("/desk/").status_code == 302


def test_a_password_that_is_set_ends_sessions_and_is_written_down(admin, person):
    theirs = Client()
    sign_in(theirs, person)
    answer = admin.post(password(person), {"password1": NEW, "password2": NEW})
    assert answer.status_code == 302
    assert theirs.get("/desk/").status_code == 302
    assert sign_in(theirs, person, NEW).status_code == 302
    assert told(person)[0] == ("password_set", "Ada Administrator", "")
    assert NEW not in str(list(AccountEvent.objects.values()))


def test_ones_own_password_is_changed_with_the_old_one(admin, administrator):
    sent = {"password1": NEW, "password2": NEW}
    assert admin.post(password(administrator), sent).url == reverse("account_change_password")
    administrator.refresh_from_db()
    assert not administrator.check_password(NEW)


def test_a_lost_second_factor_is_removed_with_a_reason(admin, person):
    give_app(person)
    theirs = Client()
    sign_in(theirs, person)
    prove(theirs, code_now())
    page = admin.get(act(person, "remove-second-factor"))
    assert admin.post(act(person, "remove-second-factor"), {"reason": " "}).status_code == 200
    assert Authenticator.objects.exists()
    send(admin, page, read_forms(page.content.decode())[-1], reason="Phone lost, she came by")
    assert not Authenticator.objects.exists()
    assert theirs.get("/desk/").status_code == 302
    assert told(person)[-1] == (
        "factor_removed",
        "Ada Administrator",
        "Authenticator app, Recovery codes. Phone lost, she came by",
    )


def test_sessions_of_somebody_are_ended_with_a_reason(admin, person):
    theirs = Client()
    sign_in(theirs, person)
    admin.post(act(person, "end-sessions"), {"reason": "Laptop stolen"})
    assert theirs.get("/desk/").status_code == 302
    assert told(person) == [("sessions_ended", "Ada Administrator", "Laptop stolen")]


def test_a_lock_is_seen_and_lifted(admin, person):
    theirs = Client()
    for _ in range(5):
        sign_in(theirs, person, "wrong")
    assert ">Locked<" in admin.get(LIST).content.decode()
    page = admin.get(change(person)).content.decode()
    assert "Locked after wrong passwords from 127.0.0.1 until" in page and "Lift the lock" in page
    admin.post(act(person, "lift-lock"), {"reason": "She called"})
    assert ">Locked<" not in admin.get(LIST).content.decode()
    assert sign_in(theirs, person).status_code == 302


def test_the_list_costs_the_same_for_one_and_for_three(admin, editor):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(LIST).status_code == 200
        return len(queries)

    cost()  # the first page of a process learns what it keeps
    before = cost()
    for name in ("one", "two"):
        give_app(make_person(name, name, name, roles.EDITOR))
    assert cost() == before


# Who may not.

PEOPLE = ["editor", "reviewer", "chief", "stranger", "legal"]


@pytest.fixture
def legal(db):
    return make_person("lea", "Lea", "Legal", roles.LEGAL_REVIEWER)


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_but_administrators_touches_an_account(client, request, who, other_editor):
    give_app(other_editor)
    client.force_login(request.getfixturevalue(who))
    before = User.objects.values().get(pk=other_editor.pk)
    forged = {
        LIST: {"action": "delete_selected", "_selected_action": other_editor.pk},
        ADD: {"username": "forged", "password1": NEW, "password2": NEW},
        change(other_editor): {"username": "forged", "groups": group(roles.ADMINISTRATOR)},
        password(other_editor): {"password1": NEW, "password2": NEW},
        reverse("admin:accounts_user_delete", args=[other_editor.pk]): {"post": "yes"},
        reverse("admin:accounts_accountevent_changelist"): {},
        **{act(other_editor, name): {"reason": "forged"} for name in ACTS},
    }
    for address, sent in forged.items():
        for answer in (client.get(address), client.post(address, sent)):
            assert answer.status_code in (302, 403)
            assert answer.status_code == 403 or answer.url.startswith("/admin/login/"), address
    assert User.objects.values().get(pk=other_editor.pk) == before
    assert not User.objects.filter(username="forged").exists()
    assert Authenticator.objects.count() == 2 and told(other_editor) == []


@pytest.mark.parametrize("model", ["auth/group", "auth/permission", "account/emailaddress", "mfa/authenticator"])
@pytest.mark.parametrize("model_of_axes", ["axes/accessattempt"])
def test_there_is_no_side_door(admin_client, model, model_of_axes):
    assert admin_client.get(f"/admin/{model}/").status_code == 404
    assert admin_client.get(f"/admin/{model_of_axes}/").status_code == 404


def test_nobody_deletes_an_account_in_any_way(admin, admin_client, editor):
    for client in (admin, admin_client):
        delete = reverse("admin:accounts_user_delete", args=[editor.pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403
        sent = {"action": "delete_selected", "_selected_action": editor.pk, "post": "yes"}
        client.post(LIST, sent)
        assert client.post(change(editor), {"_delete": "1", "username": ""}).status_code == 200
    assert User.objects.filter(pk=editor.pk).exists()


def test_an_administrator_touches_no_superuser(admin):
    root = give_app(User.objects.create_superuser("root"))
    for address in [change(root), password(root), *(act(root, name) for name in ACTS)]:
        assert admin.post(address, {"reason": "x", "password1": NEW, "password2": NEW}).status_code == 403
    assert Authenticator.objects.count() == 2


def test_nobody_does_these_things_to_themselves(admin, administrator):
    give_app(administrator)
    for name in ACTS:
        assert admin.post(act(administrator, name), {"reason": "x"}).status_code == 403
    saved(admin, administrator, is_active=[], groups=[group(roles.CHIEF_EDITOR)], is_superuser="on")
    administrator.refresh_from_db()
    assert (administrator.is_active, administrator.role) == (True, roles.ADMINISTRATOR)
    assert not administrator.is_superuser


@pytest.mark.parametrize("name, pk", [("forge", None), ("end-sessions", 99999), ("end-sessions", "x")])
def test_what_is_not_there_is_not_there(admin, editor, name, pk):
    address = f"/admin/accounts/user/{pk or editor.pk}/do/{name}/"
    assert admin.post(address, {"reason": "x"}).status_code == 404


@pytest.mark.parametrize("changes", [{"is_active": []}, {"groups": []}])
def test_the_last_administrator_stays(client, administrator, changes):
    """Only somebody whose right to change accounts comes from no role could come so far."""
    other = make_person("abe", "Abe", "Administrator", roles.ADMINISTRATOR)
    client.force_login(other)
    page = client.get(change(administrator))
    other.groups.clear()
    other.user_permissions.set(Group.objects.get(name=roles.ADMINISTRATOR).permissions.all())
    answer = send(client, page, find_form(page, having="username"), **changes)
    assert "This is the last active administrator." in answer.content.decode()
    administrator.refresh_from_db()
    assert (administrator.is_active, administrator.role) == (True, roles.ADMINISTRATOR)


def test_with_another_administrator_one_may_go(admin, administrator):
    other = make_person("abe", "Abe", "Administrator", roles.ADMINISTRATOR)
    saved(admin, other, is_active=[], reason="Gone")
    other.refresh_from_db()
    assert not other.is_active


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("changes", [{"is_active": []}, {"groups": []}])
def test_of_two_who_dismiss_each_other_at_once_one_stays(administrator, changes):
    other = make_person("abe", "Abe", "Administrator", roles.ADMINISTRATOR)
    start = Barrier(2)

    def dismiss(pair):
        client = Client()
        client.force_login(pair[0])
        page = client.get(change(pair[1]))
        try:
            start.wait()
            return send(client, page, find_form(page, having="username"), reason="Gone", **changes).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        list(both.map(dismiss, [(administrator, other), (other, administrator)]))
    keepers = User.objects.filter(is_active=True, groups__name=roles.ADMINISTRATOR)
    assert keepers.count() == 1


def test_evidence_of_accounts_is_read_and_not_written(admin, editor):
    saved(admin, editor, is_active=[], reason="Gone")
    base = "/admin/accounts/accountevent/"
    assert "Edda Editor" in admin.get(f"{base}?other_id={editor.pk}").content.decode()
    pk = AccountEvent.objects.filter(what="deactivated").get().pk
    assert admin.get(f"{base}{pk}/change/").status_code == 200
    for address in (f"{base}add/", f"{base}{pk}/delete/", f"{base}{pk}/change/"):
        assert admin.post(address, {"what": "created"}).status_code == 403


def test_a_role_that_is_none_cannot_be_given(admin, editor):
    secret = Group.objects.create(name="Backdoor")
    answer = saved(admin, editor, groups=[str(secret.pk)])
    assert answer.status_code == 200 and not editor.groups.filter(name="Backdoor").exists()
