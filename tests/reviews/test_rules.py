"""The sign-off rule: right for every set of approvals, with a history, and never lower for what is in review."""

from itertools import chain, combinations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts import roles
from reviews import cases, rules, workflow
from reviews.models import Event, Rule, SignOff
from tests.conftest import make_person
from tests.factories import approve, make_draft, make_source, pattern_document
from tests.reviews.desk import as_, text_of

pytestmark = pytest.mark.django_db
RULES = [
    {"people": 1, "sections": {"all": "editorial"}},
    {"people": 2, "sections": {"all": "editorial"}},
    {"people": 3, "sections": {"all": "editorial"}},
    {"people": 1, "sections": {"all": "editorial", "clauses": "legal"}},
    {"people": 2, "sections": {"all": "editorial", "clauses": "legal"}},
    {"people": 2, "sections": {"all": "editorial", "clauses": "legal", "precedents": "legal"}},
    {"people": 4, "sections": {"all": "editorial", "clauses": "legal"}},
]
# Who could sign what: two reviewers, a chief editor and two legal reviewers, wholly or a section.
POSSIBLE = [
    (1, roles.REVIEWER, "all"),
    (2, roles.REVIEWER, "all"),
    (3, roles.CHIEF_EDITOR, "all"),
    (4, roles.LEGAL_REVIEWER, "all"),
    (4, roles.LEGAL_REVIEWER, "clauses"),
    (5, roles.LEGAL_REVIEWER, "clauses"),
    (5, roles.LEGAL_REVIEWER, "precedents"),
    (2, roles.REVIEWER, "clauses"),
]
SETS = list(chain.from_iterable(combinations(POSSIBLE, size) for size in range(len(POSSIBLE) + 1)))


def is_met(needs, signed):
    """The rule as product.md words it, spelled out another way than in the code."""
    if len({person for person, _, section in signed if section == "all"}) < needs["people"]:
        return False
    legal = {section for _, role, section in signed if role == "Legal reviewer"}
    wanted = {section for section, who in needs["sections"].items() if who == "legal"}
    return "all" in legal or wanted <= legal


@pytest.mark.parametrize("needs", RULES, ids=rules.told)
def test_state_is_right_for_every_set_of_approvals(needs):
    assert len(SETS) == 2 ** len(POSSIBLE)
    for signed in SETS:
        given = [SignOff(user_id=person, role=role, section=section) for person, role, section in signed]
        assert (not rules.missing(needs, given)) == is_met(needs, signed), signed


def test_missing_says_what_is_open():
    needs = {"people": 3, "sections": {"all": "editorial", "clauses": "legal"}}
    assert rules.missing(needs, []) == [
        "a reviewer for the whole text",
        "a legal reviewer for the example clauses",
        "2 more people",
    ]
    whole = [SignOff(user_id=1, role="Legal reviewer", section="all")]
    assert rules.missing(needs, whole) == ["2 more people"]
    assert rules.missing({**needs, "people": 2}, whole) == ["one more person"]


@pytest.mark.parametrize("one", RULES)
@pytest.mark.parametrize("other", RULES)
def test_the_stricter_rule_is_met_only_when_both_are(one, other):
    both = rules.stricter(one, other)
    assert both == rules.stricter(other, one)
    for signed in SETS:
        given = [SignOff(user_id=person, role=role, section=section) for person, role, section in signed]
        met = not rules.missing(one, given) and not rules.missing(other, given)
        assert (not rules.missing(both, given)) == met


def test_editorial_demands_do_not_weaken_legal_ones():
    legal = {"people": 1, "sections": {"all": "legal"}}
    assert rules.stricter(legal, RULES[0]) == rules.stricter(RULES[0], legal) == legal


@pytest.fixture
def legal(db):
    return make_person("lena", "Lena", "Légal", roles.LEGAL_REVIEWER)


def change(chief, people=1, legal=(), kind="pattern", note="Counsel asked for it"):
    return rules.change(kind, people=people, legal=legal, by=chief, note=note)


def test_a_changed_rule_stands_with_its_history(chief, reviewer, legal, submission):
    assert rules.current("pattern") == rules.default()
    change(chief, people=2, legal=["clauses"])
    change(chief, people=1, legal=["clauses"], note="Two were too many")
    assert rules.current("pattern") == {"people": 1, "sections": {"all": "editorial", "clauses": "legal"}}
    assert rules.current("partnership") == rules.default()
    assert [(rule.people, rule.note, rule.by) for rule in rules.history("pattern")] == [
        (1, "Two were too many", "Cleo Chief"),
        (2, "Counsel asked for it", "Cleo Chief"),
    ]
    told = Event.objects.filter(what="rule_changed").values_list("kind", "name", "reason")
    assert list(told) == [
        (
            "pattern",
            "Cleo Chief",
            "Needs the whole text signed off by 2 different people; the example clauses by a legal reviewer. Counsel"
            " asked for it",
        ),
        (
            "pattern",
            "Cleo Chief",
            "Needs the whole text signed off by one person; the example clauses by a legal reviewer. Two were too"
            " many",
        ),
    ]


def test_a_lower_rule_does_not_lower_the_bar_for_what_is_in_review(
    chief, editor, reviewer, other_reviewer, legal, draft
):
    change(chief, people=2)
    submission = workflow.submit("pattern", "STC", by=editor, note="Under the higher rule")
    change(chief, people=1, note="One is enough from now on")
    assert approve(submission, reviewer) is None
    assert cases.case_of(submission).missing == ["one more person"]
    assert approve(submission, other_reviewer).number


def test_a_higher_rule_counts_at_once_for_what_is_in_review(chief, reviewer, other_reviewer, legal, submission):
    change(chief, people=2)
    assert approve(submission, reviewer) is None
    assert approve(submission, other_reviewer)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"people": 0}, "Choose between 1 and 2 people"),
        ({"people": 3}, "a rule that asks for more could never be met"),
        ({"legal": ["clauses"]}, "no active legal reviewer"),
        ({"people": 2, "legal": ["secrets"]}, "A pattern has no section “secrets”"),
        ({}, "This is the rule already"),
        ({"people": 2, "note": " "}, "Say why the rule changes"),
    ],
)
def test_a_rule_that_cannot_stand_is_refused(chief, reviewer, asked, sentence):
    with pytest.raises(workflow.NotAllowed, match=sentence):
        change(chief, **asked)
    assert not Rule.objects.exists() and not Event.objects.exists()


@pytest.mark.parametrize("who", ["editor", "reviewer", "stranger"])
def test_only_chief_editors_change_the_rule(who, request, client):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        change(person)
    answer = as_(client, person).post("/desk/rules/pattern/", {"people": 1, "legal": ["clauses"], "note": "Mine"})
    assert answer.status_code == (404 if who == "stranger" else 403)
    assert not Rule.objects.exists()


def test_the_rules_page_shows_and_changes(client, chief, reviewer, legal):
    as_(client, chief)
    assert "It has never been changed" in text_of(client.get("/desk/rules/"))
    typed = {"people": "2", "legal": ["clauses"], "note": "Two pairs of eyes"}
    answer = client.post("/desk/rules/pattern/", typed, follow=True)
    assert "Nothing in review needs less than before" in text_of(answer)
    assert "the example clauses by a legal reviewer" in text_of(answer) and "Two pairs of eyes" in text_of(answer)
    again = client.post("/desk/rules/pattern/", {**typed, "people": "9", "note": "Kept words"})
    assert again.status_code == 409 and "Kept words" in text_of(again)
    assert client.post("/desk/rules/pattern/", {**typed, "people": "many"}).status_code == 409
    assert Rule.objects.count() == 1


def test_reviewers_read_the_rules_without_a_form(client, reviewer):
    told = text_of(as_(client, reviewer).get("/desk/rules/"))
    assert "Needs the whole text signed off by one person." in told and "<form" not in told.split("<main")[1]


@pytest.mark.parametrize(
    ("broken", "name"),
    [
        ({"kind": "family"}, "rule_kind_is_known"),
        ({"people": 0}, "a_rule_needs_somebody"),
        ({"sections": {"clauses": "legal"}}, "a_rule_covers_the_whole_text"),
    ],
)
def test_the_database_refuses_what_is_no_rule(chief, reviewer, broken, name):
    rule = change(chief, people=2)
    fields = {field.name: getattr(rule, field.name) for field in Rule._meta.concrete_fields if field.name != "id"}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Rule(**{**fields, **broken}).save()


def test_a_rule_never_changes(chief, reviewer):
    change(chief, people=2)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        connection.cursor().execute("UPDATE reviews_rule SET people = 1")


def test_a_text_is_submitted_under_the_rule_of_the_day(chief, editor, reviewer, submission):
    assert submission.rule == rules.default()
    make_source(editor, "other-2026")
    change(chief, people=2)
    workflow.withdraw(submission, by=editor)
    make_draft(pattern_document(title="Reworded"), editor)
    assert workflow.submit("pattern", "STC", by=editor, note="Again").rule["people"] == 2


def test_the_rules_stand_in_the_navigation_of_a_chief_editor(client, chief, reviewer):
    entry = '<a href="/desk/rules/" aria-current="page">Rules</a>'
    for person, is_there in ((chief, True), (reviewer, False)):
        client.force_login(person)
        assert (entry in client.get("/desk/rules/").content.decode()) is is_there
