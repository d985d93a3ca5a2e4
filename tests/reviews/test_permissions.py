"""Who may do what: every role against every rule, written out."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import roles
from reviews import permissions
from reviews.models import Assignment, Submission
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

# Role against rule. Columns: see_desk, edit, submit, review, request_changes, sign_off, withdraw another's, evidence.
MATRIX = {
    roles.EDITOR: (True, True, True, False, False, False, False, False),
    roles.REVIEWER: (True, False, False, True, True, True, False, False),
    roles.LEGAL_REVIEWER: (True, False, False, True, True, True, False, False),
    roles.CHIEF_EDITOR: (True, True, True, True, True, True, True, True),
    roles.ADMINISTRATOR: (False, False, False, False, False, False, False, True),
    "none": (False,) * 8,
    "superuser": (True,) * 8,
}
OTHERS = Submission(contributors=[{"id": 0, "name": "Nobody"}], submitted_by_id=0)


def person(role):
    made = make_person("pat", "Pat", "Person", role)
    made.is_superuser = role == "superuser"
    made.save()
    return made


def answers(user, submission=OTHERS):
    return (
        permissions.may_see_desk(user),
        permissions.may_edit(user),
        permissions.may_submit(user),
        permissions.may_review(user),
        permissions.may_request_changes(user, submission),
        permissions.may_sign_off(user, submission),
        permissions.may_withdraw(user, submission),
        permissions.may_read_evidence(user),
    )


@pytest.mark.parametrize("role", MATRIX)
def test_every_role_has_exactly_its_rights(role):
    assert answers(person(role)) == MATRIX[role]


@pytest.mark.parametrize("role", MATRIX)
def test_inactive_accounts_have_no_rights(role):
    gone = person(role)
    gone.is_active = False
    own = Submission(contributors=[], submitted_by_id=gone.pk)
    assert answers(gone) == (False,) * 8
    assert answers(gone, own) == (False,) * 8


def test_nobody_signed_in_has_no_rights():
    assert answers(AnonymousUser()) == (False,) * 8


@pytest.mark.parametrize("role", MATRIX)
def test_contributors_never_sign(role):
    writer = person(role)
    own = Submission(contributors=[{"id": writer.pk, "name": writer.name}], submitted_by_id=0)
    assert permissions.is_contributor(writer, own)
    assert not permissions.may_sign_off(writer, own)


@pytest.mark.parametrize(
    ("role", "may"), [(roles.EDITOR, True), (roles.REVIEWER, False), (roles.CHIEF_EDITOR, True), ("none", False)]
)
def test_who_submitted_it_takes_it_back(role, may):
    submitter = person(role)
    assert permissions.may_withdraw(submitter, Submission(contributors=[], submitted_by_id=submitter.pk)) is may


@pytest.mark.parametrize("role", MATRIX)
def test_only_chief_editors_hand_out_reviews(role):
    assert permissions.may_assign(person(role)) is (role in (roles.CHIEF_EDITOR, "superuser"))


@pytest.mark.parametrize("role", MATRIX)
def test_who_may_sign_takes_a_review(role):
    user = person(role)
    assert permissions.may_claim(user, OTHERS) is permissions.may_sign_off(user, OTHERS)


@pytest.mark.parametrize("role", MATRIX)
def test_an_absence_is_ones_own_or_a_chief_editors_matter(role, reviewer):
    user = person(role)
    assert permissions.may_set_absence(user, user) is permissions.may_see_desk(user)
    assert permissions.may_set_absence(user, reviewer) is permissions.may_assign(user)


def test_only_who_was_asked_answers(reviewer, other_reviewer):
    asked = Assignment(person=reviewer)
    assert permissions.may_answer(reviewer, asked) and not permissions.may_answer(other_reviewer, asked)


def test_people_of_the_desk_are_those_who_see_it_with_their_roles_known(django_assert_num_queries):
    everybody = [make_person(f"p{n}", f"P{n}", role, role) for n, role in enumerate(roles.ROLES)]
    both = make_person("both", "Béa", "Both", roles.EDITOR, roles.REVIEWER)
    gone = make_person("gone", "Gone", "Reviewer", roles.REVIEWER)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    root = type(gone).objects.create_superuser("root")
    seen = {user.pk for user in [*everybody, both, root] if permissions.may_see_desk(user)}
    people = permissions.desk_people()
    assert {user.pk for user in people} == seen and gone.pk not in seen
    with django_assert_num_queries(0):
        known = {user.pk: (permissions.may_review(user), permissions.may_edit(user)) for user in people}
    assert known == {
        user.pk: (permissions.may_review(user), permissions.may_edit(user)) for user in [*everybody[:4], both, root]
    }
