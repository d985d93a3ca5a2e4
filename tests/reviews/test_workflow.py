"""From draft to edition: who may do what, and what is refused."""

import itertools

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts import roles
from history import timeline
from history.models import Draft
from library import ledger
from library.documents import canonical_bytes
from library.models import Edition, LedgerEntry
from library.publication import publish
from reviews import acts, cases, workflow
from reviews.models import Event, SignOff, Submission
from tests.conftest import make_person
from tests.factories import (
    approve,
    make_draft,
    make_edition,
    make_source,
    make_submission,
    partnership_document,
    pattern_document,
)

pytestmark = pytest.mark.django_db


def test_sign_off_publishes_exactly_the_signed_bytes(submission, reviewer):
    edition = approve(submission, reviewer)
    assert bytes(edition.document) == bytes(submission.document)
    assert edition.digest == submission.digest
    assert edition.reviewed_by == "Rhea Reviewer"
    assert ledger.verify() == []
    assert list(Event.objects.values_list("what", flat=True)) == ["submitted", "signed_off", "published"]


def test_contributors_never_sign_off(submission, editor, chief):
    with pytest.raises(PermissionDenied):
        approve(submission, editor)
    editor.is_superuser = True
    with pytest.raises(PermissionDenied, match="contributed"):
        approve(submission, editor)
    assert not SignOff.objects.exists()


def test_the_same_text_as_the_live_edition_is_not_submitted(submission, editor, reviewer):
    edition = approve(submission, reviewer)
    with pytest.raises(workflow.NotAllowed, match=f"Nothing differs from edition {edition.number}"):
        workflow.submit("pattern", "STC", by=editor, note="Again")


def test_a_digest_that_was_not_shown_is_refused(submission, reviewer):
    with pytest.raises(workflow.Stale, match="changed after you opened"):
        workflow.sign_off(submission, digest="0" * 64, base_edition="", by=reviewer)
    assert not SignOff.objects.exists() and not Edition.objects.exists()


def test_a_second_open_submission_is_refused(submission, editor):
    make_draft({**Draft.objects.get(code="STC").read(), "title": "Other"}, editor)
    with pytest.raises(workflow.NotAllowed, match="already in review"):
        workflow.submit("pattern", "STC", by=editor, note="Again")


def test_what_blocks_is_listed(editor):
    make_draft(pattern_document(moves=2), editor)
    with pytest.raises(workflow.NotReady) as refused:
        workflow.submit("pattern", "STC", by=editor, note="Too early")
    assert "A pattern needs at least three kill-list moves." in [f.sentence for f in refused.value.findings]
    assert not Submission.objects.exists()


def test_next_edition_of_a_month_is_numbered(submission, editor, reviewer):
    first = approve(submission, reviewer)
    document = {**Draft.objects.get(code="STC").read(), "title": "Second"}
    second = make_edition(document, editor, reviewer)
    assert second.number == f"{first.number}.2"


# The whole matrix: from each state, each verb, by each role. The submission was written and submitted by an editor.
STATES = list(Submission.State)
ROLES = [
    roles.EDITOR,
    roles.REVIEWER,
    roles.LEGAL_REVIEWER,
    roles.CHIEF_EDITOR,
    roles.ADMINISTRATOR,
    "none",
    "writer",
]
REVIEWING = {roles.REVIEWER, roles.LEGAL_REVIEWER, roles.CHIEF_EDITOR}
MAY = {"sign_off": REVIEWING, "request_changes": REVIEWING, "withdraw": {roles.CHIEF_EDITOR, "writer"}}
LEADS_TO = {"sign_off": "published", "request_changes": "changes_requested", "withdraw": "withdrawn"}
VERBS = {
    "sign_off": approve,
    "request_changes": lambda submission, by: workflow.request_changes(submission, by=by, reason="Because"),
    "withdraw": lambda submission, by: workflow.withdraw(submission, by=by),
}


def brought_to(state, submission, reviewer, editor):
    if state == Submission.State.PUBLISHED:
        approve(submission, reviewer)
    elif state == Submission.State.CHANGES_REQUESTED:
        workflow.request_changes(submission, by=reviewer, reason="Because")
    elif state == Submission.State.WITHDRAWN:
        workflow.withdraw(submission, by=editor)
    return Submission.objects.get(pk=submission.pk)


@pytest.mark.parametrize(("state", "verb", "role"), list(itertools.product(STATES, VERBS, ROLES)))
def test_every_verb_from_every_state_by_every_role(state, verb, role, submission, editor, reviewer):
    person = editor if role == "writer" else make_person("pat", "Pat", "Person", role)
    submission = brought_to(state, submission, reviewer, editor)
    events = Event.objects.count()
    if role in MAY[verb] and state == Submission.State.OPEN:
        VERBS[verb](submission, person)
        assert Submission.objects.get().state == LEADS_TO[verb]
        assert Event.objects.last().what == LEADS_TO[verb]
        return
    with pytest.raises(PermissionDenied if role not in MAY[verb] else workflow.NotAllowed):
        VERBS[verb](submission, person)
    assert Submission.objects.get().state == state
    assert Event.objects.count() == events


@pytest.mark.parametrize("role", ROLES)
def test_who_submits(role, editor):
    make_source(editor)
    make_draft(pattern_document(), editor)
    person = editor if role == "writer" else make_person("pat", "Pat", "Person", role)
    if role in {roles.EDITOR, roles.CHIEF_EDITOR, "writer"}:
        assert workflow.submit("pattern", "STC", by=person, note="For review").submitted_by == person.name
        return
    with pytest.raises(PermissionDenied, match="Only editors"):
        workflow.submit("pattern", "STC", by=person, note="For review")


def test_a_submission_needs_a_note(editor):
    make_source(editor)
    make_draft(pattern_document(), editor)
    with pytest.raises(workflow.NotAllowed, match="change note"):
        workflow.submit("pattern", "STC", by=editor, note=" \n ")


def test_what_is_not_there_is_not_submitted(editor):
    with pytest.raises(workflow.NotAllowed, match="There is no draft NIX"):
        workflow.submit("pattern", "NIX", by=editor, note="For review")


def test_changes_are_requested_with_a_reason(submission, reviewer):
    with pytest.raises(workflow.NotAllowed, match="Say what should change"):
        workflow.request_changes(submission, by=reviewer, reason="  ")
    workflow.request_changes(submission, by=reviewer, reason="The second move  \r\nis vague")
    event = Event.objects.last()
    assert (event.what, event.reason, event.name) == (
        "changes_requested",
        "The second move\nis vague",
        "Rhea Reviewer",
    )


def test_one_thing_to_mend_is_told_in_the_singular():
    assert str(workflow.NotReady([None])) == "1 thing must be mended before review."
    assert str(workflow.NotReady([None, None])) == "2 things must be mended before review."


def test_only_one_of_two_decisions_counts(submission, reviewer, other_reviewer):
    seen_by_the_second = Submission.objects.get(pk=submission.pk)
    workflow.request_changes(submission, by=reviewer, reason="First")
    with pytest.raises(workflow.NotAllowed, match="a moment ago"):
        workflow.request_changes(seen_by_the_second, by=other_reviewer, reason="Second")
    assert Event.objects.filter(what="changes_requested").count() == 1


def test_a_base_that_was_not_shown_is_refused(submission, reviewer):
    with pytest.raises(workflow.Stale, match="out of date"):
        workflow.sign_off(submission, digest=submission.digest, base_edition="2020.01", by=reviewer)
    assert not SignOff.objects.exists() and not Edition.objects.exists()


def test_scores_are_tied_to_the_live_wording_when_submitted(editor, reviewer):
    make_source(editor)
    edition = make_edition(pattern_document(), editor, reviewer)
    submission = make_submission(partnership_document(), editor)
    scores = submission.read()["exhibits"][0]["scores"]
    assert [score["edition"] for score in scores] == [edition.number] * 3
    draft = Draft.objects.get(code="stargate")
    assert (draft.version, draft.digest) == (2, submission.digest)


def test_a_refused_submission_leaves_the_draft_as_it_was(editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    make_draft(partnership_document(summary=""), editor)
    with pytest.raises(workflow.NotReady):
        workflow.submit("partnership", "stargate", by=editor, note="Too early")
    assert Draft.objects.get(code="stargate").version == 1


@pytest.fixture
def two_needed(settings):
    settings.SIGN_OFFS_NEEDED = 2


def test_two_people_sign_when_two_are_needed(two_needed, submission, reviewer, other_reviewer):
    assert approve(submission, reviewer) is None
    assert Submission.objects.get().state == "open" and not Edition.objects.exists()
    assert workflow.why_not_sign_off(cases.case_of(submission), reviewer) == "You have signed this text off already."
    with pytest.raises(workflow.NotAllowed, match="already"):
        approve(submission, reviewer)
    assert approve(submission, other_reviewer).reviewed_by == "Rhea Reviewer, Rolf Reviewer"


def test_an_approval_stands_when_the_same_text_comes_back(two_needed, submission, editor, reviewer, other_reviewer):
    approve(submission, reviewer)
    workflow.withdraw(submission, by=editor)
    make_draft(pattern_document(title="Other"), editor)
    again = make_submission(pattern_document(), editor)
    assert again.digest == submission.digest
    assert approve(again, other_reviewer).reviewed_by == "Rhea Reviewer, Rolf Reviewer"


def test_an_old_approval_counts_for_nothing_after_another_edition(
    two_needed, editor, reviewer, other_reviewer, chief
):
    make_source(editor)
    first = make_submission(pattern_document(), editor)
    approve(first, reviewer)
    e1 = approve(first, other_reviewer)
    text_a = pattern_document(title="Text A")
    on_e1 = make_submission(text_a, editor)
    assert on_e1.base_edition == e1.number
    approve(on_e1, reviewer)
    workflow.withdraw(on_e1, by=editor)
    other = make_submission(pattern_document(title="Another text"), editor)
    approve(other, reviewer)
    e2 = approve(other, other_reviewer)
    on_e2 = make_submission(text_a, editor)
    assert (on_e2.digest, on_e2.base_edition) == (on_e1.digest, e2.number)
    assert cases.case_of(on_e2).given == []
    assert approve(on_e2, chief) is None
    assert approve(on_e2, reviewer).reviewed_by == "Cleo Chief, Rhea Reviewer"


def test_an_approval_of_who_wrote_in_it_since_counts_for_nothing(
    two_needed, submission, editor, reviewer, other_reviewer
):
    approve(submission, reviewer)
    workflow.withdraw(submission, by=editor)
    make_draft(pattern_document(title="Other"), reviewer)
    again = make_submission(pattern_document(), editor)
    assert again.digest == submission.digest
    assert cases.case_of(again).given == []
    assert approve(again, other_reviewer) is None


def test_why_somebody_does_not_sign_is_the_sentence_of_the_refusal(submission, editor, reviewer, chief):
    assert workflow.why_not_sign_off(cases.case_of(submission), reviewer) == ""
    assert workflow.why_not_sign_off(cases.case_of(submission), editor) == "Only reviewers sign off."
    writer = make_person("wim", "Wim", "Writer", roles.EDITOR, roles.REVIEWER)
    workflow.withdraw(submission, by=editor)
    again = make_submission(pattern_document(title="By Wim"), writer)
    assert workflow.why_not_sign_off(cases.case_of(again), writer).startswith("You contributed to this text")
    assert (
        workflow.why_not_sign_off(cases.case_of(submission), chief)
        == "This submission is withdrawn. Nothing was recorded."
    )


def test_versions_of_editions_are_remembered(submission, editor, reviewer):
    assert cases.version_of_live("pattern", "STC") == 0
    approve(submission, reviewer)
    make_edition(pattern_document(title="Second"), editor, reviewer)
    assert cases.version_of_live("pattern", "STC") == 2


def test_contributors_are_those_since_the_live_edition(submission, editor, other_editor, reviewer):
    assert submission.contributors == [{"id": editor.pk, "name": "Edda Editor"}]
    approve(submission, reviewer)
    second = make_submission(pattern_document(title="Second"), other_editor)
    assert second.contributors == [{"id": other_editor.pk, "name": "Otto Editor"}]


# Evidence refuses change in the database, whoever writes the SQL.
FROZEN = [
    "reviews_signoff",
    "reviews_event",
    "history_contribution",
    "history_code",
    "library_edition",
    "library_ledgerentry",
]


def refused(sql):
    with pytest.raises(IntegrityError) as problem, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return str(problem.value)


@pytest.mark.parametrize("table", FROZEN)
def test_rows_of_evidence_refuse_change(table, submission, reviewer):
    approve(submission, reviewer)
    assert LedgerEntry.objects.count() == 1
    column = "at" if table in FROZEN[:3] else {"history_code": "given_at"}.get(table, "code")
    assert f"rows of {table} are never changed" in refused(f"UPDATE {table} SET {column} = {column}")
    assert f"rows of {table} are never changed" in refused(f"DELETE FROM {table}")


COLUMNS = [field.column for field in Submission._meta.concrete_fields if field.column != "state"]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_submission_changes_nothing_but_its_state(column, submission):
    new = {
        "document": "'x'::bytea",
        "digest": "reverse(digest)",
        "contributors": "'[]'::jsonb",
        "correction": "17",
        "rule": """'{"people": 0}'::jsonb""",
        "submitted_at": "now() + interval '1 day'",
    }
    value = new.get(column, f"{column} || 'x'" if column not in NUMBERS else f"{column} + 1")
    assert "only the state of a submission changes" in refused(f"UPDATE reviews_submission SET {column} = {value}")


NUMBERS = {"id", "draft_version", "submitted_by_id"}


def test_submissions_are_never_deleted_or_reopened(submission, editor):
    assert "submissions are never deleted" in refused("DELETE FROM reviews_submission")
    workflow.withdraw(submission, by=editor)
    assert "a closed submission never changes" in refused("UPDATE reviews_submission SET state = 'open'")


def test_evidence_is_told_by_its_names(submission, reviewer):
    approve(submission, reviewer)
    assert str(Submission.objects.get()) == "STC version 1, published"
    assert str(SignOff.objects.get()) == f"Rhea Reviewer on STC {submission.digest[:12]}"
    assert str(Event.objects.last()) == "Rhea Reviewer published STC"


def test_a_draft_saved_a_moment_ago_is_looked_at_again(submission, editor, other_editor, monkeypatch):
    workflow.withdraw(submission, by=editor)
    hold = workflow.timeline.hold

    def somebody_saves_first(names):
        monkeypatch.undo()
        make_draft(pattern_document(title="Saved in between"), other_editor)
        hold(names)

    monkeypatch.setattr(workflow.timeline, "hold", somebody_saves_first)
    with pytest.raises(workflow.NotAllowed, match="Otto Editor saved STC a moment ago"):
        workflow.submit("pattern", "STC", by=editor, note="For review")


def test_an_address_in_review_is_not_put_up_twice(editor):
    make_source(editor)
    make_submission(pattern_document("AAA", slug="same"), editor)
    make_draft({**Draft.objects.get(code="AAA").read(), "slug": "renamed"}, editor)
    with pytest.raises(workflow.NotAllowed, match="The address “same” belongs to AAA; give BBB another one"):
        make_submission(pattern_document("BBB", slug="same"), editor)


def test_an_address_that_became_public_meanwhile_is_not_published_again(editor, reviewer):
    make_source(editor)
    first = make_submission(pattern_document("AAA", slug="same"), editor)
    make_draft({**Draft.objects.get(code="AAA").read(), "slug": "renamed"}, editor)
    workflow.withdraw(first, by=editor)
    second = make_submission(pattern_document("BBB", slug="same"), editor)
    taken = second.read() | {"code": "CCC"}
    publish(canonical_bytes(taken), [], "Elsewhere")
    with pytest.raises(workflow.NotAllowed, match="The address “same” belongs to CCC; give BBB another one"):
        approve(second, reviewer)
    assert not SignOff.objects.filter(code="BBB").exists()


def test_a_restored_text_brings_all_who_ever_wrote_it(editor, other_editor, chief, reviewer):
    make_source(editor)
    make_edition(pattern_document(in_brief="The chief's words [@smith-2026]."), chief, reviewer)
    make_edition(
        {**Draft.objects.get(code="STC").read(), "in_brief": "Otto's [@smith-2026]."}, other_editor, reviewer
    )
    timeline.restore("pattern", "STC", 1, by=editor, note="Back", shown=2)
    submission = workflow.submit("pattern", "STC", by=editor, note="Back")
    assert {person["name"] for person in submission.contributors} == {"Edda Editor", "Cleo Chief"}
    with pytest.raises(PermissionDenied, match="You contributed"):
        approve(submission, chief)


def test_who_wrote_a_newly_cited_source_does_not_sign_it(editor, chief, reviewer):
    make_source(chief, note="The chief's words")
    submission = make_submission(pattern_document(), editor)
    with pytest.raises(PermissionDenied, match="You contributed"):
        approve(submission, chief)
    approve(submission, reviewer)
    again = make_submission({**Draft.objects.get(code="STC").read(), "title": "Other"}, editor)
    assert [person["name"] for person in again.contributors] == ["Edda Editor"]


@pytest.mark.parametrize("note", ["x" * 2_001, "é" * 9_000])
def test_a_note_that_would_fill_the_ledger_is_refused(note, editor):
    make_source(editor)
    make_draft(pattern_document(), editor)
    with pytest.raises(workflow.NotAllowed, match="use at most 2,000"):
        workflow.submit("pattern", "STC", by=editor, note=note)


def test_a_withheld_text_does_not_come_back_under_another_number(submission, editor, reviewer, chief):
    first = approve(submission, reviewer)
    again = make_submission(pattern_document(title="Second"), editor)
    admin = make_person("ada", "Ada", "Admin", roles.ADMINISTRATOR)
    stands = {"digest": first.digest, "position": first.position}
    proposed = acts.propose_withholding(
        "pattern", "STC", **stands, editions=[first.number], by=chief, ground="It names a private person."
    )
    acts.confirm_withholding(proposed, **stands, typed_code=proposed.code, by=admin)
    second = approve(again, reviewer)
    make_draft(pattern_document(), editor, note="The first text again")
    with pytest.raises(workflow.NotAllowed, match=f"the very text of edition {first.number}, which is withheld"):
        workflow.submit("pattern", "STC", by=editor, note="Again")
    make_draft(pattern_document(title="Third"), editor, note="Other words")
    assert make_edition(pattern_document(title="Third"), editor, reviewer).number > second.number


def test_a_text_withheld_while_in_review_is_not_published(settings, submission, editor, reviewer, chief):
    first = approve(submission, reviewer)
    make_edition(pattern_document(title="Second"), editor, reviewer)
    make_draft(pattern_document(), editor, note="The first text again")
    again = workflow.submit("pattern", "STC", by=editor, note="Back to the first")
    admin = make_person("ada", "Ada", "Admin", roles.ADMINISTRATOR)
    live = cases.live_edition("pattern", "STC")
    stands = {"digest": live.digest, "position": live.position}
    proposed = acts.propose_withholding(
        "pattern", "STC", **stands, editions=[first.number], by=chief, ground="It names a private person."
    )
    acts.confirm_withholding(proposed, **stands, typed_code=proposed.code, by=admin)
    with pytest.raises(workflow.NotAllowed, match="withheld"):
        approve(again, reviewer)
    assert not SignOff.objects.filter(digest=again.digest, base_edition=live.number).exists()
