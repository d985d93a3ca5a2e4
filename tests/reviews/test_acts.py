"""Acts after publication: every role in every state, two at once, what was shown and what stands, all or nothing."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import roles
from library import ledger, reading_rows
from library.models import Edition, LedgerEntry, Standing, Withheld
from reviews import acts, permissions
from reviews.live import live
from reviews.models import Event, Withholding
from reviews.refusals import NotAllowed, Stale, Unworded
from tests.conftest import make_person
from tests.factories import make_edition, make_source, partnership_document, pattern_document
from tests.reviews.acting import GROUND, REASON, confirm, propose, reaffirm, retire, shown, standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db):
    return make_person("adam", "Adam", "Admin", roles.ADMINISTRATOR)


@pytest.fixture
def edition(editor, reviewer):
    make_source(editor)
    return make_edition(pattern_document(), editor, reviewer)


@pytest.fixture
def people(editor, other_editor, reviewer, other_reviewer, chief, admin, stranger):
    root = make_person("root", "Ruth", "Root")
    root.is_superuser = True
    root.save()
    return {
        "editor": editor,
        "other editor": other_editor,
        "reviewer": reviewer,
        "other reviewer": other_reviewer,
        "legal": make_person("lena", "Lena", "Legal", roles.LEGAL_REVIEWER),
        "chief": chief,
        "admin": admin,
        "stranger": stranger,
        "superuser": root,
        "both": make_person("bo", "Bo", "Both", roles.CHIEF_EDITOR, roles.ADMINISTRATOR),
    }


# Verb against who may: STC was written by the editor and signed off by the reviewer, the proposal is the chief's.
MAY = {
    "reaffirm": {"other reviewer", "legal", "chief", "superuser", "both"},
    "retire": {"chief", "superuser", "both"},
    "propose": {"chief", "superuser", "both"},
    "confirm": {"admin", "superuser", "both"},
    "refuse": {"admin", "superuser", "both", "chief"},
}
# Verb against the states in which it is done.
WHEN = {
    "reaffirm": {"verified"},
    "retire": {"verified"},
    "propose": {"verified", "retired"},
    "confirm": {"verified", "retired"},
    "refuse": {"verified", "retired"},
}


def try_verb(verb, by, people):
    """Do it in a transaction that is rolled back: done, or the kind of refusal."""
    try:
        with transaction.atomic():
            if verb in ("confirm", "refuse"):
                proposed = Withholding.objects.open().first() or propose(people["chief"])
            entries, events = LedgerEntry.objects.count(), Event.objects.count()
            VERBS[verb](by, locals().get("proposed"))
            assert Event.objects.count() == events + 1
            made = LedgerEntry.objects.count() - entries
            assert made == (0 if verb in ("propose", "refuse") else 1)
            assert ledger.verify() == [] and reading_rows.verify() == []
            transaction.set_rollback(True)
    except PermissionDenied:
        return "denied"
    except NotAllowed:
        return "wrong moment"
    return "done"


VERBS = {
    "reaffirm": lambda by, proposed: reaffirm(by),
    "retire": lambda by, proposed: retire(by),
    "propose": lambda by, proposed: propose(by),
    "confirm": lambda by, proposed: confirm(proposed, by),
    "refuse": lambda by, proposed: acts.refuse_withholding(proposed, by=by, reason="No."),
}


def bring_to(state, people):
    if state == "retired":
        retire(people["chief"])
    if state == "withheld":
        confirm(propose(people["chief"]), people["admin"])


@pytest.mark.parametrize("state", ["verified", "retired", "withheld"])
@pytest.mark.parametrize("verb", sorted(MAY))
def test_verb_by_role_and_state(edition, people, verb, state):
    bring_to(state, people)
    for role, by in people.items():
        answer = try_verb(verb, by, people)
        if state == "withheld" and verb in ("confirm", "refuse"):
            assert answer == "wrong moment"  # nothing is left to be proposed
        elif role not in MAY[verb]:
            assert answer == "denied", role
        else:
            assert answer == ("done" if state in WHEN[verb] else "wrong moment"), role


@pytest.mark.parametrize(
    ("verb", "typed"),
    [
        (acts.reaffirm, {}),
        (acts.retire, {"reason": REASON}),
        (acts.propose_withholding, {"editions": ["2026.01"], "ground": GROUND}),
    ],
)
def test_nothing_is_done_to_what_was_never_published(chief, verb, typed):
    with pytest.raises(NotAllowed, match="Nothing of STC has been published"):
        verb("pattern", "STC", digest="0" * 64, position=1, by=chief, **typed)


# Reaffirm


def test_reaffirming_renews_the_review_and_nothing_else(edition, other_reviewer, settings):
    settings.REVIEW_EVERY_DAYS = 90
    before = standing()
    entry = reaffirm(other_reviewer, note="Read again.\r\n")
    now = standing()
    assert (entry.act, entry.edition, entry.digest) == ("reaffirmation", edition.number, edition.digest)
    assert entry.read()["note"] == "Read again."
    assert [(one["name"], one["role"], one["digest"]) for one in entry.read()["people"]] == [
        ("Rolf Reviewer", "Reviewer", edition.digest)
    ]
    assert (now.edition_id, now.state, now.reviewed_by) == (before.edition_id, "verified", "Rolf Reviewer")
    assert now.review_by == timezone.now().date() + timedelta(days=90)
    event = Event.objects.last()
    assert (event.what, event.reason, event.digest_after) == ("reaffirmed", "Read again.", edition.digest)


def test_reviewers_reaffirm_by_turns(edition, reviewer, other_reviewer):
    with pytest.raises(PermissionDenied, match="You reviewed this edition last"):
        reaffirm(reviewer)
    reaffirm(other_reviewer)
    with pytest.raises(PermissionDenied, match="You reviewed this edition last"):
        reaffirm(other_reviewer)
    reaffirm(reviewer)
    assert Edition.objects.count() == 1 and LedgerEntry.objects.count() == 3


def test_who_wrote_an_earlier_edition_wrote_what_stands(edition, editor, chief, reviewer, other_reviewer):
    make_edition(pattern_document(title="By the chief"), chief, reviewer)
    make_edition(pattern_document(title="By the editor"), editor, reviewer)
    with pytest.raises(PermissionDenied, match="You contributed to this text"):
        reaffirm(chief)
    reaffirm(other_reviewer)


def test_superusers_are_no_second_person_beside_themselves(edition, editor, reviewer):
    for person in (editor, reviewer):
        person.is_superuser = True
        person.save()
        with pytest.raises(PermissionDenied):
            reaffirm(person)


def test_people_of_many_items_take_five_statements(edition, editor, reviewer, django_assert_num_queries):
    from reviews.live import lives

    for code in ("AAA", "BBB"):
        make_edition(pattern_document(code), editor, reviewer)
    with django_assert_num_queries(5):
        found = lives(Standing.objects.latest())
    assert {(one.submitter, *one.reviewers) for one in found} == {(editor.pk, reviewer.pk)}
    with django_assert_num_queries(5):
        assert live("pattern", "STC").writers == {editor.pk}


# Retire


def test_retiring_says_why_and_points_to_a_successor(edition, editor, reviewer, chief):
    make_edition(pattern_document("NEW"), editor, reviewer)
    entry = retire(chief, successor="NEW")
    assert (entry.act, entry.read()["note"], entry.read()["successor"]) == ("retirement", REASON, "NEW")
    assert (standing().state, standing().successor) == ("retired", "NEW")
    assert Event.objects.last().what == "retired"


@pytest.mark.parametrize("successor", ["STC", "NOPE", "stargate", "OLD"])
def test_a_successor_is_another_verified_item_of_the_kind(edition, editor, reviewer, chief, successor):
    make_edition(partnership_document(), editor, reviewer)
    make_edition(pattern_document("OLD"), editor, reviewer)
    retire(chief, code="OLD")
    with pytest.raises(NotAllowed, match=f"{successor} cannot be the successor"):
        retire(chief, successor=successor)
    assert standing().state == "verified"


@pytest.mark.parametrize("reason", ["", "  \n ", "Too short.", "x" * 2001])
def test_retiring_needs_a_reason_that_says_something(edition, chief, reason):
    with pytest.raises(Unworded):
        retire(chief, reason=reason)
    assert standing().state == "verified" and LedgerEntry.objects.count() == 1


def test_a_retired_pattern_is_published_again(edition, editor, reviewer, chief):
    retire(chief)
    make_edition(pattern_document(title="Mended"), editor, reviewer)
    assert (standing().state, standing().successor, standing().title) == ("verified", "", "Mended")


# Withhold


def test_withholding_takes_two_people(edition, editor, reviewer, chief, admin):
    second = make_edition(pattern_document(title="Second"), editor, reviewer)
    proposed = propose(chief)
    assert proposed.editions == sorted([edition.number, second.number])
    assert not Withheld.objects.exists() and LedgerEntry.objects.count() == 2
    entries = confirm(proposed, admin)
    assert [entry.edition for entry in entries] == [edition.number, second.number]
    assert [(one["name"], one["role"]) for one in entries[0].read()["people"]] == [
        ("Cleo Chief", "Chief editor"),
        ("Adam Admin", "Administrator"),
    ]
    assert entries[0].read()["note"] == GROUND
    assert b"File 12" not in b"".join(bytes(entry.body) for entry in LedgerEntry.objects.all())
    assert standing().state == "withheld" and Withheld.objects.count() == 2
    proposed.refresh_from_db()
    assert (proposed.state, proposed.decided_by) == ("confirmed", "Adam Admin")
    events = Event.objects.filter(what__startswith="withh").values_list("what", "name", "other", "reason")
    assert list(events) == [
        ("withholding_proposed", "Cleo Chief", "", GROUND),
        ("withheld", "Adam Admin", "Cleo Chief", GROUND),
    ]
    assert ledger.verify() == []


@pytest.mark.parametrize("typed", ["", "stc", "NEW"])
def test_who_confirms_says_of_which_item(edition, chief, admin, typed):
    proposed = propose(chief)
    with pytest.raises(Unworded, match="Type the code of this item, STC, to confirm"):
        confirm(proposed, admin, typed_code=typed)
    with pytest.raises(PermissionDenied):
        confirm(proposed, chief, typed_code=typed)
    assert not Withheld.objects.exists() and Withholding.objects.open().exists()
    confirm(proposed, admin, typed_code=" STC ")


def test_nobody_does_both_halves(edition, people):
    proposed = propose(people["both"])
    for by in (people["both"], people["chief"]):
        with pytest.raises(PermissionDenied):
            confirm(proposed, by)
    assert not Withheld.objects.exists()
    confirm(proposed, people["admin"])


def test_each_half_shows_the_role_it_was_done_in(edition, people):
    entries = confirm(propose(people["chief"]), people["both"])
    assert [one["role"] for one in entries[0].read()["people"]] == ["Chief editor", "Administrator"]


def test_a_proposal_is_refused_with_a_reason(edition, chief, admin):
    proposed = propose(chief)
    with pytest.raises(Unworded):
        acts.refuse_withholding(proposed, by=admin, reason=" ")
    acts.refuse_withholding(proposed, by=admin, reason="No ground in law.")
    assert (proposed.state, proposed.reason) == ("refused", "No ground in law.")
    assert Event.objects.last().what == "withholding_refused" and Event.objects.last().other == "Cleo Chief"
    for again in (lambda: confirm(proposed, admin), lambda: acts.refuse_withholding(proposed, by=admin, reason="x")):
        with pytest.raises(NotAllowed, match="Somebody else decided"):
            again()
    assert LedgerEntry.objects.count() == 1
    propose(chief)


@pytest.mark.parametrize("editions", [[], ["2020.01"], None])
def test_only_published_editions_are_withheld_and_once(edition, chief, admin, editions):
    if editions is None:
        confirm(propose(chief), admin)
        editions = [edition.number]
    with pytest.raises(NotAllowed, match="Choose one edition"):
        propose(chief, editions=editions)


def test_a_second_proposal_waits_for_the_first(edition, chief):
    propose(chief)
    with pytest.raises(NotAllowed, match="proposed already"):
        propose(chief)


def test_a_withheld_item_is_published_anew(edition, editor, reviewer, chief, admin):
    confirm(propose(chief), admin)
    corrected = make_edition(pattern_document(title="Corrected"), editor, reviewer)
    assert (standing().state, standing().number) == ("verified", corrected.number)
    assert list(acts.withholdable("pattern", "STC")) == [corrected]


# What was shown


@pytest.mark.parametrize("verb", ["reaffirm", "retire", "propose", "confirm"])
@pytest.mark.parametrize("between", ["edition", "reaffirmation", "forged digest", "forged position"])
def test_what_was_not_shown_is_not_acted_on(edition, editor, reviewer, people, verb, between):
    proposed = propose(people["chief"]) if verb == "confirm" else None
    about = shown()
    if between == "edition":
        make_edition(pattern_document(title="Second"), editor, reviewer)
    elif between == "reaffirmation":
        reaffirm(people["legal"])
    else:
        about |= {"digest": "0" * 64} if between == "forged digest" else {"position": None}
    entries = LedgerEntry.objects.count()
    by = people["superuser" if verb == "confirm" else "chief"]
    doing = {"reaffirm": reaffirm, "retire": retire, "propose": propose}.get(verb)
    with pytest.raises(Stale, match="Something changed after you opened this page"):
        doing(by, **about) if doing else confirm(proposed, by, **about)
    assert LedgerEntry.objects.count() == entries


# All or nothing, and two at once


@pytest.mark.parametrize("verb", ["reaffirm", "retire", "confirm"])
@pytest.mark.parametrize(
    "where", ["library.standing.Standing.objects.create", "library.pages.redraw", "reviews.events.tell"]
)
def test_an_act_that_fails_leaves_nothing(edition, people, monkeypatch, verb, where):
    proposed = propose(people["chief"])
    kept = (LedgerEntry.objects.count(), Event.objects.count(), standing().pk)
    monkeypatch.setattr(where, None)
    with pytest.raises(TypeError), transaction.atomic():
        VERBS[verb](people["superuser"], proposed)
    monkeypatch.undo()
    assert (LedgerEntry.objects.count(), Event.objects.count(), standing().pk) == kept
    assert Withholding.objects.get().state == "proposed"
    assert ledger.verify() == [] and reading_rows.verify() == []


@pytest.mark.django_db(transaction=True)
def test_two_who_act_at_once_leave_one_act(edition, people):
    about, answers = shown(), []
    gate = threading.Barrier(2)

    def act(by):
        gate.wait()
        try:
            acts.reaffirm("pattern", "STC", by=by, **about)
            answers.append("done")
        except Stale:
            answers.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[people[name]]) for name in ("legal", "other reviewer")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["done", "stale"]
    assert LedgerEntry.objects.count() == 2 and ledger.verify() == []


# What the database keeps


def fields(chief, **changed):
    return {
        "kind": "pattern",
        "code": "STC",
        "editions": ["2026.01"],
        "ground": GROUND,
        "proposed_at": timezone.now(),
        "proposed_by_id": chief.pk,
        "proposed_by": chief.name,
        "proposed_role": "Chief editor",
        **changed,
    }


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        (
            {"state": "odd", "decided_at": "now", "decided_by_id": 0, "decided_by": "Somebody"},
            "withholding_state_is_known",
        ),
        ({"state": "confirmed"}, "a_withholding_is_decided_by_somebody"),
        ({"decided_at": "now"}, "a_withholding_is_decided_by_somebody"),
        ({"state": "confirmed", "decided_at": "now", "decided_by_id": "own"}, "withholding_takes_two_people"),
    ],
)
def test_the_database_refuses_half_a_decision(chief, changed, name):
    values = {"now": timezone.now(), "own": chief.pk}
    changed = {field: values.get(value, value) for field, value in changed.items()}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Withholding.objects.create(**fields(chief, **changed))


def test_the_database_keeps_one_open_proposal_per_item(chief):
    Withholding.objects.create(**fields(chief))
    with pytest.raises(IntegrityError, match="one_open_withholding_per_item"), transaction.atomic():
        Withholding.objects.create(**fields(chief))


def test_the_database_keeps_what_was_proposed_and_decided(edition, chief, admin):
    proposed = propose(chief)
    decision = {"state": "refused", "decided_at": timezone.now(), "decided_by_id": admin.pk, "decided_by": "Adam"}
    for wrong, words in (
        (lambda rows: rows.update(ground="Another"), "only the decision"),
        (lambda rows: rows.delete(), "never deleted"),
        (lambda rows: (rows.update(**decision), rows.update(reason="Else")), "never changes"),
    ):
        with pytest.raises(IntegrityError, match=words), transaction.atomic():
            wrong(Withholding.objects.filter(pk=proposed.pk))


def test_permissions_and_sentences_agree(edition, people):
    stands = live("pattern", "STC")
    for by in people.values():
        assert permissions.may_reaffirm(by, stands) == (acts.why_not_reaffirm(stands, by) == "")
