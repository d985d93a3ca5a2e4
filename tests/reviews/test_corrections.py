"""A corrected source or family puts every published text that holds it up for review, and nothing else of it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts import roles
from history import saving, timeline
from history.models import Draft
from history.saving import Base
from library import ledger
from library.comparison import compare
from library.models import Edition, LedgerEntry, Standing
from mailroom.models import Letter
from patterns import families
from reviews import cases, corrections, workflow
from reviews.corrections import Shown
from reviews.models import Correction, Event, LeftOut, Submission
from sources import composition as sources
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
TITLE = "Décision relative à l’accès : « Conseil d’État »"


def correct_source(by, key="smith-2026", note="Le titre exact", **fields):
    """Save the source's form as the admin does; what follows its commit is done by `open_due`."""
    draft = Draft.objects.get(kind="source", code=key)
    return saving.save("source", key, {**draft.read(), **fields}, Base.of(draft), by=by, note=note).draft


def rename_family(by, name, note="Plainer"):
    draft = Draft.objects.get(kind="family", code="sovereign")
    return saving.save("family", "sovereign", {**draft.read(), "name": name}, Base.of(draft), by=by, note=note).draft


def opened():
    """What `manage.py tick` opens now: the corrections' submissions in review, by code."""
    corrections.open_due()
    return {one.code: one for one in Submission.objects.open().filter(change_class="correction")}


def shown(*submissions):
    return [Shown(one.pk, one.digest, one.base_edition) for one in submissions]


def paths(submission):
    base = Edition.objects.get(kind=submission.kind, code=submission.code, number=submission.base_edition)
    return {change.path for change in compare(base.read(), submission.read())}


@pytest.fixture
def library(editor, reviewer):
    """Two patterns and a partnership that cite smith-2026, live."""
    make_source(editor)
    make_edition(pattern_document("STC"), editor, reviewer)
    make_edition(pattern_document("CAP"), editor, reviewer)
    make_edition(partnership_document(), editor, reviewer)


# What is opened.


def test_every_published_text_that_cites_the_source_gets_one_submission(library, other_editor):
    saved = correct_source(other_editor, title=TITLE)
    correction = Correction.objects.get()
    assert (correction.kind, correction.code, correction.title) == ("source", "smith-2026", TITLE)
    assert (correction.from_version, correction.to_version, correction.at) == (1, 2, saved.changed_at)
    assert (correction.by_id, correction.by, correction.note) == (other_editor.pk, "Otto Editor", "Le titre exact")
    assert correction.opened_at is None
    found = opened()
    assert set(found) == {"STC", "CAP", "stargate"}
    for submission in found.values():
        assert paths(submission) == {("bibliography", "smith-2026", "title")}
        assert submission.read()["bibliography"][0]["title"] == TITLE
        assert submission.note == "Correction: Le titre exact"
        assert (submission.change_class, submission.correction) == ("correction", correction.pk)
        assert (submission.submitted_by_id, submission.rule) == (
            other_editor.pk,
            {"people": 1, "sections": {"all": "editorial"}},
        )
    assert Correction.objects.get().opened_at is not None


def test_the_correction_is_one_event_and_each_submission_one(library, other_editor):
    correct_source(other_editor, title=TITLE)
    before = Event.objects.last().pk
    opened()
    told = Event.objects.filter(pk__gt=before).order_by("kind", "code").values_list("what", "kind", "code", "name")
    assert list(told) == [
        ("submitted", "partnership", "stargate", "Otto Editor"),
        ("submitted", "pattern", "CAP", "Otto Editor"),
        ("submitted", "pattern", "STC", "Otto Editor"),
        ("corrected", "source", "smith-2026", "Otto Editor"),
    ]


def test_reviewers_get_one_letter_for_all_texts(library, other_editor, reviewer, other_reviewer):
    Letter.objects.all().delete()
    correct_source(other_editor, title=TITLE)
    opened()
    told = Letter.objects.order_by("person__username").values_list("person__username", "subject", "link")
    subject, link = f"A correction to review: {TITLE}", "/desk/corrections/"
    assert list(told) == [("rhea", subject, link), ("rolf", subject, link)]


def test_a_renamed_family_opens_its_patterns(library, other_editor):
    rename_family(other_editor, "Souveraineté")
    found = opened()
    assert set(found) == {"STC", "CAP"}
    assert {path for one in found.values() for path in paths(one)} == {("family", "name")}
    assert found["STC"].contributors[-1] == {"id": other_editor.pk, "name": "Otto Editor"}


def test_what_no_document_holds_is_no_correction(library, editor):
    draft = Draft.objects.get(kind="family", code="sovereign")
    document = {**draft.read(), "description": "Said for editors"}
    assert (
        saving.save("family", "sovereign", document, Base.of(draft), by=editor, note="Described").draft.version == 2
    )
    new = sources.blank("new-2026", "paper", "New")
    saving.create("source", "new-2026", new, by=editor, note="A new source")
    saving.save("source", "new-2026", new, Base.of(Draft.objects.get(code="new-2026")), by=editor, note="Untouched")
    assert not Correction.objects.exists()


def test_a_correction_of_what_no_published_text_holds_opens_nothing(editor):
    make_source(editor)
    correct_source(editor, title=TITLE)
    assert opened() == {}
    assert Correction.objects.get().opened_at is not None
    assert not Event.objects.filter(what="corrected").exists()


def test_an_import_opens_nothing(library, editor):
    """It brings whole corpora: whoever imports submits what should be reviewed."""
    with transaction.atomic():
        sources.correct({**Draft.objects.get(code="smith-2026").read(), "title": TITLE}, by=editor, note="Imported")
    assert not Correction.objects.exists()


def test_a_restored_source_is_a_correction(library, editor, other_editor, reviewer):
    correct_source(other_editor, title=TITLE)
    approve(opened()["STC"], reviewer)
    saving.restore("source", "smith-2026", 1, by=editor, note="It was right", shown=2)
    [(code, submission)] = opened().items()  # the others still hold what is restored
    assert (code, submission.read()["bibliography"][0]["title"]) == ("STC", "Title of smith-2026")


def test_a_restored_version_that_changes_nothing_is_none(library, editor):
    assert saving.restore("source", "smith-2026", 1, by=editor, note="The same", shown=1) is None
    assert not Correction.objects.exists()


def test_a_correction_that_another_process_opens_is_left_to_it(library, editor):
    correct_source(editor, title=TITLE)
    corrections.open_due()
    corrections._open_one(Correction.objects.get().pk)
    assert Submission.objects.open().count() == 3


def test_it_is_opened_after_the_commit_of_the_change(library, editor, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        correct_source(editor, title=TITLE)
    assert Submission.objects.open().count() == 3
    assert opened().keys() == {"STC", "CAP", "stargate"}
    assert Submission.objects.filter(change_class="correction").count() == 3  # tick found nothing left


def test_a_correction_that_is_rolled_back_never_was(library, editor):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        correct_source(editor, title=TITLE)
        raise ZeroDivisionError
    assert not Correction.objects.exists()


# What the text of a correction is, and who counts as its writer.


def test_what_else_the_draft_says_stays_out(library, editor, other_editor, reviewer):
    make_draft({**Draft.objects.get(code="STC").read(), "in_brief": "Pending [@smith-2026]."}, other_editor)
    correct_source(editor, title=TITLE)
    found = opened()["STC"]
    assert paths(found) == {("bibliography", "smith-2026", "title")}
    assert found.draft_version == cases.version_of_live("pattern", "STC") == 1
    assert found.contributors == [{"id": editor.pk, "name": "Edda Editor"}]
    approve(found, reviewer)
    later = workflow.submit("pattern", "STC", by=editor, note="What was pending")
    assert {person["name"] for person in later.contributors} == {"Edda Editor", "Otto Editor"}


def test_a_pending_writer_stays_a_contributor_of_what_is_submitted_later(library, editor, chief, reviewer):
    make_draft({**Draft.objects.get(code="STC").read(), "in_brief": "The chief's [@smith-2026]."}, chief)
    correct_source(editor, title=TITLE)
    approve(opened()["STC"], chief)  # not a word of the chief's is in it
    later = workflow.submit("pattern", "STC", by=editor, note="What was pending")
    with pytest.raises(PermissionDenied, match="You contributed"):
        approve(later, chief)
    approve(later, reviewer)


def test_a_draft_that_says_the_same_is_published_with_it(library, editor, other_editor, reviewer):
    correct_source(editor, title=TITLE)
    draft, found = Draft.objects.get(code="STC"), opened()["STC"]
    assert (found.digest, found.draft_version) == (draft.digest, draft.version) == (draft.digest, 2)
    approve(found, reviewer)
    with pytest.raises(workflow.NotAllowed, match="Nothing differs"):
        workflow.submit("pattern", "STC", by=editor, note="Again")
    make_draft({**draft.read(), "in_brief": "Otto's [@smith-2026]."}, other_editor)
    later = workflow.submit("pattern", "STC", by=other_editor, note="Later")
    assert [person["name"] for person in later.contributors] == ["Otto Editor"]


def test_an_item_without_a_draft_is_put_right_all_the_same(library, editor, reviewer):
    correct_source(editor, title=TITLE)
    Draft.objects.filter(code="CAP").delete()
    assert opened()["CAP"].draft_version == 1


def test_the_corrector_and_whoever_wrote_the_record_before_do_not_sign(library, reviewer, chief):
    correct_source(chief, title=TITLE)
    found = opened()["STC"]
    assert [person["name"] for person in found.contributors] == ["Edda Editor", "Cleo Chief"]
    chief.is_superuser = True
    with pytest.raises(PermissionDenied, match="You contributed"):
        approve(found, chief)
    approve(found, reviewer)


def test_a_restored_record_brings_its_writers(library, editor, chief, other_editor, reviewer):
    correct_source(chief, title="The chief's title")
    correct_source(editor, title="Another")
    saving.restore("source", "smith-2026", 2, by=other_editor, note="Back", shown=3)
    with pytest.raises(PermissionDenied, match="You contributed"):
        approve(opened()["STC"], chief)


# What is left out, and opened later.


def why_left_out(code="STC"):
    texts = corrections.affected(Correction.objects.first())
    return next(text.why_left_out for text in texts if text.live.code == code)


def test_what_is_in_review_already_is_left_out_and_can_be_opened_when_it_is_free(library, editor, other_editor):
    up = make_submission({**Draft.objects.get(code="STC").read(), "title": "In review"}, editor)
    correct_source(editor, title=TITLE)
    assert set(opened()) == {"CAP", "stargate"}
    assert why_left_out() == (
        "In review with the old wording. When that is decided, this one opens for it by itself."
    )
    correction = Correction.objects.get()
    with pytest.raises(workflow.NotAllowed, match="nothing to open"):
        corrections.open_rest(correction, by=other_editor)
    workflow.withdraw(up, by=editor)
    assert why_left_out() == ""
    [made] = corrections.open_rest(correction, by=other_editor)
    assert (made.code, made.submitted_by, made.correction) == ("STC", "Otto Editor", correction.pk)
    assert made.contributors == [{"id": editor.pk, "name": "Edda Editor"}]
    assert paths(made) == {("bibliography", "smith-2026", "title")}
    assert not LeftOut.objects.exists()


def test_what_came_into_review_later_is_opened_by_hand(library, editor, other_editor):
    """Its submission was withdrawn: nobody said that it should come back by itself."""
    correct_source(editor, title=TITLE)
    workflow.withdraw(opened()["STC"], by=editor)
    old = Edition.objects.get(code="STC").read()
    workflow._freeze(old, cases.live_edition("pattern", "STC"), by=editor, note="x", draft_version=1, contributors=[])
    assert why_left_out() == (
        "In review with the old wording. Sign that off or withdraw it, then open this one for it."
    )


def test_a_submission_that_has_the_new_wording_needs_nothing(library, editor):
    correct_source(editor, title=TITLE)
    make_submission({**Draft.objects.get(code="STC").read(), "title": "Newer"}, editor)
    assert set(opened()) == {"CAP", "stargate"}
    assert why_left_out() == "In review already, and the old wording is not in it; there is nothing to do."


def test_two_corrected_sources_of_one_text_wait_for_one_another(library, editor, reviewer):
    make_source(editor, key="jones-2025")
    make_edition(
        {**Draft.objects.get(code="CAP").read(), "in_brief": "[@jones-2025], [@smith-2026]"}, editor, reviewer
    )
    correct_source(editor, title=TITLE)
    first = opened()["CAP"]
    correct_source(editor, "jones-2025", title="Autre titre")
    second = Correction.objects.first()
    assert opened()["CAP"] == first
    assert why_left_out("CAP").startswith("In review for another correction.")
    approve(first, reviewer)
    [made] = corrections.open_rest(second, by=editor)
    assert (made.code, made.digest) == ("CAP", Draft.objects.get(code="CAP").digest)


def test_what_would_not_be_ready_is_left_out_with_what_blocks(library, editor):
    correct_source(editor, source_kind="article")
    assert set(opened()) == {"STC", "CAP"}
    assert "The grade primary source needs a filing" in why_left_out("stargate")
    assert why_left_out("stargate").endswith("Mend the draft and submit that.")


@pytest.mark.parametrize("state", ["retired", "withheld"])
def test_what_is_retired_or_withheld_is_left_as_it_is(state, library, editor):
    Standing.objects.latest().filter(code="STC").update(state=state)
    correct_source(editor, title=TITLE)
    assert set(opened()) == {"CAP", "stargate"}
    assert why_left_out() == "Retired or withheld, so it stays as it is."


@pytest.mark.parametrize("role", [*roles.ROLES, "none"])
def test_who_opens_what_was_left_out(role, library, editor):
    correct_source(editor, title=TITLE)
    workflow.withdraw(opened()["STC"], by=editor)
    person = make_person("pat", "Pat", "Person", role)
    correction = Correction.objects.get()
    if role in (roles.EDITOR, roles.CHIEF_EDITOR):
        assert [one.code for one in corrections.open_rest(correction, by=person)] == ["STC"]
        return
    with pytest.raises(PermissionDenied, match="Only editors"):
        corrections.open_rest(correction, by=person)
    assert not Submission.objects.open().filter(code="STC").exists()


# Corrected once more while the first correction is in review.


def test_a_second_correction_takes_the_place_of_the_first(library, editor, other_editor):
    correct_source(editor, title="Almost right")
    first = opened()
    correct_source(other_editor, title=TITLE)
    second = opened()
    assert set(second) == {"STC", "CAP", "stargate"}
    for code, submission in first.items():
        submission.refresh_from_db()
        assert (submission.state, second[code].correction) == ("withdrawn", Correction.objects.first().pk)
        assert second[code].read()["bibliography"][0]["title"] == TITLE
        assert {person["name"] for person in second[code].contributors} == {"Edda Editor", "Otto Editor"}
    withdrawn = Event.objects.filter(what="withdrawn").first()
    assert (withdrawn.name, withdrawn.reason) == ("Otto Editor", "Corrected once more; see the newer correction")


def test_nobody_signs_the_first_before_the_second_is_opened(library, editor, reviewer, chief):
    correct_source(editor, title="Almost right")
    first = opened()["STC"]
    correct_source(editor, title=TITLE)
    with pytest.raises(workflow.Stale, match="corrected once more"):
        approve(first, reviewer)
    with pytest.raises(workflow.Stale, match="corrected once more"):
        reason = "Because nobody else is here today"
        workflow.override(first, digest=first.digest, base_edition=first.base_edition, reason=reason, by=chief)
    assert workflow.why_not_sign_off(cases.case_of(first), reviewer).startswith("This was corrected once more")


def test_corrected_back_leaves_nothing_to_review(library, editor):
    correct_source(editor, title="Wrong")
    assert len(opened()) == 3
    saving.restore("source", "smith-2026", 1, by=editor, note="It was right", shown=2)
    assert opened() == {}
    assert not Submission.objects.open().exists()


def test_two_corrections_before_the_first_was_opened_open_the_second_alone(library, editor):
    correct_source(editor, title="Almost right")
    correct_source(editor, title=TITLE)
    assert {one.correction for one in opened().values()} == {Correction.objects.first().pk}
    assert Submission.objects.filter(change_class="correction").count() == 3
    assert not Correction.objects.due().exists()


def test_only_an_overtaken_correction_is_taken_back_by_itself(library, editor):
    correct_source(editor, title=TITLE)
    found = opened()["STC"]
    with pytest.raises(workflow.NotAllowed, match="no correction that has been corrected since"):
        workflow.take_back_overtaken(found, by=editor)


# One decision on all of them.


def test_one_form_signs_and_publishes_each(library, editor, reviewer):
    correct_source(editor, title=TITLE)
    found = opened()
    outcomes = corrections.sign_off(Correction.objects.get(), shown(*found.values()), by=reviewer)
    assert {one.submission.code: bytes(one.edition.document) for one in outcomes} == {
        code: bytes(submission.document) for code, submission in found.items()
    }
    assert [edition.note for edition in Edition.objects.filter(position__gt=3)] == ["Correction: Le titre exact"] * 3
    assert ledger.verify() == [] and LedgerEntry.objects.count() == 6
    assert corrections.affected(Correction.objects.get()) == []


def test_what_is_stale_or_refused_stands_beside_what_was_recorded(library, editor, reviewer):
    correct_source(editor, title=TITLE)
    found = opened()
    workflow.withdraw(found["CAP"], by=editor)
    wrong = Shown(found["stargate"].pk, "0" * 64, found["stargate"].base_edition)
    ticks = [*shown(found["STC"], found["CAP"]), wrong, Shown(10**17, "0" * 64, "")]
    outcomes = corrections.sign_off(Correction.objects.get(), ticks, by=reviewer)
    told = {one.submission.code: one.refused for one in outcomes}
    assert told["STC"] == ""
    assert told["CAP"] == "This submission is withdrawn. Nothing was recorded."
    assert told["stargate"].startswith("The text changed after you opened this page.")
    assert Edition.objects.filter(position__gt=3).count() == 1


def test_a_contributor_is_refused_text_by_text_and_others_at_once(library, editor, chief):
    correct_source(chief, title=TITLE)
    found = opened()
    outcomes = corrections.sign_off(Correction.objects.get(), shown(*found.values()), by=chief)
    assert all(one.refused.startswith("You contributed") for one in outcomes)
    with pytest.raises(PermissionDenied, match="Only reviewers"):
        corrections.sign_off(Correction.objects.get(), shown(*found.values()), by=editor)
    with pytest.raises(workflow.NotAllowed, match="Tick at least one"):
        corrections.sign_off(Correction.objects.get(), [], by=make_person("r", "R", "R", roles.REVIEWER))


def test_submissions_of_something_else_are_not_signed_here(library, editor, reviewer):
    other = make_submission({**Draft.objects.get(code="STC").read(), "title": "Other"}, editor)
    correct_source(editor, title=TITLE)
    opened()
    with pytest.raises(workflow.NotAllowed, match="Tick at least one"):
        corrections.sign_off(Correction.objects.get(), shown(other), by=reviewer)


def test_all_are_sent_back_or_withdrawn_with_one_reason(library, editor, other_editor, reviewer):
    correct_source(editor, title=TITLE)
    opened()
    correction = Correction.objects.get()
    refused = corrections.withdraw(correction, by=other_editor).outcomes
    assert {one.refused for one in refused} == {"Only its submitter or a chief editor withdraws a submission."}
    with pytest.raises(workflow.NotAllowed, match="Say what should change"):
        corrections.request_changes(correction, by=reviewer, reason=" ")
    sent = corrections.request_changes(correction, by=reviewer, reason="C’est le mauvais titre").outcomes
    assert [(one.submission.code, one.edition, one.refused) for one in sent] == [
        ("stargate", None, ""),
        ("CAP", None, ""),
        ("STC", None, ""),
    ]
    assert Event.objects.filter(what="changes_requested", reason="C’est le mauvais titre").count() == 3
    with pytest.raises(workflow.NotAllowed, match="Nothing of this correction is in review"):
        corrections.withdraw(correction, by=editor)
    corrections.open_rest(correction, by=editor)
    assert not any(one.refused for one in corrections.withdraw(correction, by=editor, reason="Not yet").outcomes)


def test_sign_offs_of_a_second_person_complete_two_needed(library, editor, reviewer, other_reviewer, settings):
    settings.SIGN_OFFS_NEEDED = 2
    correct_source(editor, title=TITLE)
    found = opened()
    first = corrections.sign_off(Correction.objects.get(), shown(*found.values()), by=reviewer)
    assert [(one.edition, one.refused) for one in first] == [(None, "")] * 3
    second = corrections.sign_off(Correction.objects.get(), shown(*found.values()), by=other_reviewer)
    assert {one.edition.reviewed_by for one in second} == {"Rhea Reviewer, Rolf Reviewer"}


# The rows.


def refused(sql):
    with pytest.raises(IntegrityError) as problem, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return str(problem.value)


def test_a_correction_is_kept_as_it_was(library, editor):
    correct_source(editor, title=TITLE)
    assert str(Correction.objects.get()) == "source smith-2026, version 1 to 2"
    assert "opened once and never changes" in refused("UPDATE reviews_correction SET note = 'x'")
    opened()
    assert "opened once and never changes" in refused("UPDATE reviews_correction SET opened_at = NULL")
    assert "corrections are never deleted" in refused("DELETE FROM reviews_correction")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"kind": "pattern"}, "correction_kind_is_known"),
        ({"from_version": 0}, "a_correction_leads_to_a_later_version"),
        ({"to_version": 1}, "a_correction_leads_to_a_later_version"),
        ({"code": "smith-2026"}, "one_correction_per_version"),
    ],
)
def test_a_correction_that_could_not_be_is_refused(fields, name, library, editor):
    correct_source(editor, title=TITLE)
    row = {"kind": "source", "code": "x", "title": "", "from_version": 1, "to_version": 2, "note": "", "by": "Me"}
    row |= {"by_id": 1, "at": Correction.objects.get().at, **fields}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Correction.objects.create(**row)


def test_copies_are_those_that_documents_hold(library):
    pattern = Draft.objects.get(code="STC").read()
    source = timeline.document_of(Draft.objects.get(kind="source"), 1)
    assert sources.copy_of(source) == pattern["bibliography"][0]
    assert sources.with_copy(pattern, {**sources.copy_of(source), "key": "other"}) == pattern
    family = timeline.document_of(Draft.objects.get(kind="family"), 1)
    assert families.copy_of(family) == pattern["family"]
    assert families.with_copy(pattern, {"slug": "other", "name": "Other"}) == pattern
