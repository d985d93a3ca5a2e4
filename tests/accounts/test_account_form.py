"""The form of an account, and setting somebody's password: in words, with reasons, after proving who one is."""

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.models import AccountEvent, User
from mailroom.models import Letter
from tests.accounts.factors import code_now, give_app, give_password, grow_old, prove, sign_in
from tests.conftest import make_person
from tests.forms_of_page import find_form, send

pytestmark = pytest.mark.django_db
LIST, ADD = reverse("admin:accounts_user_changelist"), reverse("admin:accounts_user_add")
NEW = "another long enough phrase"
ASKED = "it is a while since you proved who you are"


def change(account):
    return reverse("admin:accounts_user_change", args=[account.pk])


def password(account):
    return reverse("admin:auth_user_password_change", args=[account.pk])


def saved(client, account, **changes):
    page = client.get(change(account))
    return send(client, page, find_form(page, having="username"), **changes)


def group(role):
    return str(Group.objects.get(name=role).pk)


def told(account):
    rows = AccountEvent.objects.filter(other_id=account.pk).exclude(what="signed_in").order_by("pk")
    return list(rows.values_list("what", "reason"))


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def late(client, administrator):
    """The client of an administrator with a second factor that was proved an hour ago."""
    sign_in(client, give_app(give_password(administrator)))
    prove(client, code_now(steps=-1))
    grow_old(client)
    return client


def test_roles_are_boxes_that_say_what_a_role_may_do(admin, editor):
    page = admin.get(change(editor)).content.decode()
    boxes = re.findall(r'<input type="checkbox" name="groups"[^>]*>', page)
    assert len(boxes) == 5 and [("checked" in box) for box in boxes] == [True, False, False, False, False]
    shown = re.findall(r'<strong>([^<]+)</strong> <span class="may">([^<]+)</span>', page)
    assert shown == list(roles.MAY.items())


def test_every_role_has_its_sentence():
    assert set(roles.MAY) == set(roles.ROLES) == set(roles.ADMIN_RIGHTS)


def test_nothing_of_a_password_is_shown(admin, person):
    page = admin.get(change(person)).content.decode()
    kept = User.objects.get(pk=person.pk).password.split("$")
    assert not [part for part in ("pbkdf2", "salt", "iterations", *kept) if part in page]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
@pytest.mark.parametrize("changes", [{"groups": []}, {"is_active": []}, {"groups": [], "is_active": []}])
def test_roles_and_signing_in_are_not_changed_without_a_reason(admin, editor, changes, reason):
    answer = saved(admin, editor, reason=reason, first_name="Édith", **changes)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert ("Say why you change the roles, or who may sign in." in text) == (not reason.strip())
    assert 'value="Édith"' in text  # what was typed is still there
    editor.refresh_from_db()
    assert (editor.is_active, editor.role, editor.first_name, told(editor)) == (True, roles.EDITOR, "Edda", [])


def test_names_and_addresses_are_changed_without_one(admin, editor):
    assert saved(admin, editor, last_name="Éditeur").status_code == 302
    assert told(editor) == [("details_changed", "Name: Edda Editor → Edda Éditeur")]


def test_a_superuser_is_made_by_a_superuser_with_a_reason(client, editor):
    client.force_login(User.objects.create_superuser("root"))
    assert saved(client, editor, is_superuser="on").status_code == 200
    assert saved(client, editor, is_superuser="on", reason="Runs the server").status_code == 302
    assert told(editor) == [("roles_changed", "Editor → Editor, superuser. Runs the server")]


def test_a_reason_stands_in_the_history_of_the_account(admin, editor):
    saved(admin, editor, is_active=[], reason="Left the house <b>in May</b>")
    history = admin.get(reverse("admin:accounts_user_history", args=[editor.pk]), follow=True).content.decode()
    assert "What happened to Edda Editor" in history
    assert "Left the house &lt;b&gt;in May&lt;/b&gt;" in history


@pytest.mark.parametrize("asked", ["x", "", "9" * 30, "-1", "0"])
def test_the_history_of_nobody_is_no_failure(admin, editor, asked):
    page = admin.get("/admin/accounts/accountevent/", {"other_id": asked}, follow=True)
    assert (page.status_code, "What happened to accounts" in page.content.decode()) == (200, True)


def test_who_gets_a_role_has_work_in_the_admin_and_who_loses_the_last_has_none(admin, editor):
    saved(admin, editor, groups=[], reason="Reads only")
    editor.refresh_from_db()
    assert not editor.is_staff
    saved(admin, editor, groups=[group(roles.REVIEWER)], reason="Reviews now")
    editor.refresh_from_db()
    assert editor.is_staff


def test_staff_without_a_role_stay_so_when_nothing_is_changed(admin):
    staff = User.objects.create_user("staff", is_staff=True)
    saved(admin, staff, email="staff@example.org")
    staff.refresh_from_db()
    assert staff.is_staff and told(staff) == [("details_changed", "E-mail address")]


@pytest.fixture
def press():
    return Group.objects.create(name="Press")


def test_a_group_that_is_no_role_stays_and_asks_for_no_reason(admin, editor, press):
    editor.groups.add(press)
    assert saved(admin, editor, email="edda@example.org").status_code == 302
    assert saved(admin, editor, groups=[group(roles.REVIEWER)], reason="Reviews now").status_code == 302
    assert set(editor.groups.values_list("name", flat=True)) == {"Press", roles.REVIEWER}
    assert told(editor) == [
        ("details_changed", "E-mail address"),
        ("roles_changed", "Editor → Reviewer. Reviews now"),
    ]


def test_a_group_that_is_no_role_gives_no_work_in_the_admin_and_is_not_given(admin, editor, press):
    assert saved(admin, editor, groups=[str(press.pk)], reason="Why not").status_code == 200
    editor.groups.add(press)
    saved(admin, editor, groups=[], reason="Reads only")
    editor.refresh_from_db()
    assert (editor.is_staff, list(editor.groups.all())) == (False, [press])


NORA = {"username": "nora", "first_name": "Nora", "last_name": "Né", "password1": NEW, "password2": NEW}


def test_a_new_account_has_its_roles_at_once(admin):
    sent = {**NORA, "groups": [group(roles.EDITOR), group(roles.REVIEWER)], "reason": "Joined in May"}
    assert admin.post(ADD, {**sent, "is_superuser": "on"}).status_code == 302
    nora = User.objects.get(username="nora")
    assert (nora.is_staff, nora.is_superuser, nora.check_password(NEW)) == (True, False, True)
    assert told(nora) == [("created", "With Reviewer, Editor. Joined in May")]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
def test_a_new_account_gets_no_role_without_a_reason(admin, chief, reason):
    answer = admin.post(ADD, {**NORA, "groups": [group(roles.CHIEF_EDITOR)], "reason": reason})
    assert answer.status_code == 200
    assert ("Say why you give a role." in answer.content.decode()) == (not reason.strip())
    assert not User.objects.filter(username="nora").exists() and not Letter.objects.exists()


def test_a_new_account_without_a_role_needs_no_reason_and_tells_nobody(admin, chief):
    assert admin.post(ADD, NORA).status_code == 302
    assert told(User.objects.get(username="nora")) == [("created", "With no role")]
    assert not Letter.objects.exists()


# Letters about roles.


@pytest.fixture
def answering(chief):
    """Who is told: a chief editor who is a reviewer, another administrator, a superuser; not one who has left."""
    chief.groups.add(Group.objects.get(name=roles.REVIEWER))
    other = make_person("abe", "Abe", "Administrator", roles.ADMINISTRATOR)
    left = make_person("lea", "Lea", "Left", roles.CHIEF_EDITOR, roles.ADMINISTRATOR)
    User.objects.filter(pk=left.pk).update(is_active=False)
    return [chief, other, User.objects.create_superuser("root")]


def letters():
    return list(Letter.objects.order_by("person__pk").values_list("person__username", "subject", "is_urgent"))


def test_chief_editors_and_other_administrators_are_told_of_a_new_account_with_roles(admin, answering, editor):
    given = [group(roles.CHIEF_EDITOR), group(roles.ADMINISTRATOR)]
    admin.post(ADD, {**NORA, "groups": given, "reason": "Joined in May\r\nfrom the Paris office"})
    subject = "Roles given or taken: Nora Né"
    assert letters() == [("cleo", subject, True), ("abe", subject, True), ("root", subject, True)]
    event = AccountEvent.objects.get(what="created", other="Nora Né")
    letter = Letter.objects.get(person=answering[0])
    assert letter.about == f"account-event/{event.pk}"
    assert letter.text.startswith(
        "Ada Administrator made an account for Nora Né, with: Chief editor, Administrator.\n\n"
        "> Joined in May\n> from the Paris office\n\nYou get this letter because"
    )


def test_they_are_told_of_roles_that_are_given_or_taken(client, admin, answering, editor):
    saved(admin, editor, groups=[], reason="Reads only")
    saved(admin, editor, groups=[group(roles.CHIEF_EDITOR)], reason="Takes over")
    texts = Letter.objects.filter(person=answering[0]).order_by("pk").values_list("text", flat=True)
    assert [text.splitlines()[0] for text in texts] == [
        "Ada Administrator changed what Edda Editor may do: Editor → no role.",
        "Ada Administrator changed what Edda Editor may do: no role → Chief editor.",
    ]
    assert not Letter.objects.filter(person__username__in=["edda", "ada", "lea"]).exists()
    client.force_login(answering[0])
    page = client.get(Letter.objects.filter(person=answering[0]).first().link)
    assert page.status_code == 200 and "Takes over" in page.content.decode()


def test_nobody_is_told_of_what_is_no_role(admin, answering, editor):
    saved(admin, editor, first_name="Édith")
    saved(admin, editor, is_active=[], reason="Left")
    assert letters() == []


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"username": "EDDA"}, "already exists"),
        ({"username": "two words"}, "Enter a valid username"),
        ({"password2": "something else"}, "didn’t match"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"first_name": ""}, "Type first and last name before you give a role"),
        ({"reason": ""}, "Say why you give a role."),
    ],
)
def test_a_new_account_is_refused_with_what_is_wrong(admin, editor, typed, said):
    answer = admin.post(ADD, {**NORA, "groups": [group(roles.EDITOR)], "reason": "Joined in May", **typed})
    assert (answer.status_code, said in answer.content.decode()) == (200, True)
    assert NEW not in answer.content.decode()
    assert User.objects.count() == 2


def test_ones_own_form_offers_no_rights(admin, administrator):
    page = admin.get(change(administrator)).content.decode()
    assert "This is your own account." in page
    for name in ("groups", "is_active", "is_superuser", "reason"):
        assert f'name="{name}"' not in page
    assert saved(admin, administrator, first_name="Adèle", groups=[], is_active=[]).status_code == 302
    administrator.refresh_from_db()
    assert (administrator.first_name, administrator.role) == ("Adèle", roles.ADMINISTRATOR)


def test_the_account_of_a_superuser_is_read_and_not_changed(admin):
    page = admin.get(change(User.objects.create_superuser("root"))).content.decode()
    assert 'name="username"' not in page.split('class="item account-form"')[1]
    assert "Set a new password" not in page and ">Save<" not in page


def test_the_list_says_everything_in_words_names_first(admin, editor, other_editor):
    User.objects.filter(pk=other_editor.pk).update(is_active=False)
    give_app(editor)
    page = admin.get(LIST).content.decode()
    assert "<img" not in page.split('id="result_list"')[1].split("</table>")[0]
    rows = [re.findall(r'class="field-(\w+)', row) for row in page.split("<tr")[2:]]
    assert rows[0] == ["full_name", "user_name", "held", "state", "second_factor", "last_here"]
    for words in ("May sign in", "Deactivated", "Second factor set up", "No second factor", "Never signed in"):
        assert words in page


@pytest.mark.parametrize(
    "asked, names",
    [
        ("role=Editor", {"Edda Editor", "Otto Editor"}),
        ("role=Administrator", {"Ada Administrator"}),
        ("role=Nobody", {"Ada Administrator", "Edda Editor", "Otto Editor"}),
        ("may-sign-in=no", {"Otto Editor"}),
        ("may-sign-in=yes&role=Editor", {"Edda Editor"}),
    ],
)
def test_the_list_is_filtered_by_role_and_state(admin, editor, other_editor, asked, names):
    User.objects.filter(pk=other_editor.pk).update(is_active=False)
    found = admin.get(f"{LIST}?{asked}").context["cl"].queryset
    assert {account.name for account in found} == names


def test_deleting_is_refused_with_what_to_do_instead(admin, editor):
    answer = admin.get(reverse("admin:accounts_user_delete", args=[editor.pk]))
    assert answer.status_code == 403
    assert "Accounts are never deleted" in answer.content.decode()
    assert "Deactivate the account instead." in answer.content.decode()


# Proving again who one is.


def test_setting_a_password_asks_for_the_second_factor_again(late, person):
    theirs = Client()
    sign_in(theirs, person)
    page = late.get(password(person))
    asked = send(late, page, find_form(page, having="password1"), password1=NEW, password2=NEW)
    assert asked.status_code == 403 and ASKED in asked.content.decode()
    assert "no-store" in asked.headers["Cache-Control"]
    assert told(person) == [] and theirs.get("/desk/").status_code == 200
    wrong = send(late, asked, find_form(asked), ("confirming", "1"), code="000000")
    assert wrong.status_code == 403 and told(person) == []
    done = send(late, wrong, find_form(wrong), ("confirming", "1"), code=code_now())
    assert done.url == change(person)
    assert theirs.get("/desk/").status_code == 302
    assert told(person) == [("password_set", "")]
    assert NEW not in str(list(AccountEvent.objects.values()))
    assert sign_in(Client(), person, NEW).status_code == 302


def test_a_new_account_asks_for_it_too(late):
    sent = {"username": "nora", "password1": NEW, "password2": NEW}
    asked = late.post(ADD, sent)
    assert asked.status_code == 403 and not User.objects.filter(username="nora").exists()
    assert send(late, asked, find_form(asked), ("confirming", "1"), code=code_now()).status_code == 302
    assert User.objects.filter(username="nora").exists()


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"password2": "something else entirely"}, "didn’t match"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "", "password2": ""}, "This field is required."),
    ],
)
def test_a_weak_password_is_not_set(admin, person, typed, said):
    answer = admin.post(password(person), {"password1": NEW, "password2": NEW, **typed})
    assert (answer.status_code, said in answer.content.decode()) == (200, True)
    assert told(person) == [] and sign_in(Client(), person).status_code == 302


def test_a_password_of_nobody_is_not_set(admin):
    assert admin.post("/admin/accounts/user/99999/password/", {"password1": NEW, "password2": NEW}).status_code == 404


def test_another_administrator_may_do_all_this(late, administrator):
    other = make_person("abe", "Abe", "Administrator", roles.ADMINISTRATOR)
    asked = late.post(password(other), {"password1": NEW, "password2": NEW})
    send(late, asked, find_form(asked), ("confirming", "1"), code=code_now())
    assert told(other) == [("password_set", "")]
