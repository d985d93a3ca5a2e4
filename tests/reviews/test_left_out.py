"""What a correction left out because something was in review opens by itself when that is decided."""

from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from history import saving
from history.models import Draft
from library.models import Edition, Standing
from mailroom.models import Letter
from reviews import acts, archive, corrections, notices, schedules, workflow
from reviews.live import live
from reviews.models import Correction, Event, LeftOut, Submission
from sources import composition as sources
from tests.factories import (
    approve,
    make_edition,
    make_source,
    make_submission,
    partnership_document,
    pattern_document,
)
from tests.reviews.desk import as_, text_of
from tests.reviews.test_corrections import TITLE, correct_source, opened, paths, rename_family

pytestmark = pytest.mark.django_db
SOURCE = {("bibliography", "smith-2026", "title")}


@pytest.fixture
def up(editor, reviewer):
    """A live pattern, and a newer text of it in review with the old record."""
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    return make_submission({**Draft.objects.get(code="STC").read(), "title": "Newer"}, editor)


@pytest.fixture
def waiting(up, other_editor):
    correct_source(other_editor, title=TITLE)
    assert opened() == {}
    return LeftOut.objects.get()


def by_itself():
    """What a tick opens, by code."""
    before = set(Submission.objects.values_list("pk", flat=True))
    corrections.open_left_out()
    return {one.code: one for one in Submission.objects.exclude(pk__in=before)}


def test_it_waits_as_long_as_something_is_in_review(waiting):
    assert str(waiting) == f"STC waits for correction {Correction.objects.get().pk}"
    assert by_itself() == {} and LeftOut.objects.count() == 1


def test_a_withdrawal_opens_it_in_the_name_of_who_made_the_correction(waiting, up, editor, other_editor):
    workflow.withdraw(up, by=editor)
    made = by_itself()["STC"]
    assert (made.submitted_by_id, made.correction) == (other_editor.pk, waiting.correction_id)
    assert made.contributors == [{"id": person.pk, "name": person.name} for person in (editor, other_editor)]
    assert paths(made) == SOURCE and made.note == "Correction: Le titre exact"
    assert not LeftOut.objects.exists()
    assert by_itself() == {}


def test_a_text_that_was_sent_back_opens_it(waiting, up, reviewer):
    workflow.request_changes(up, by=reviewer, reason="Not yet")
    assert paths(by_itself()["STC"]) == SOURCE


def test_a_publication_with_the_old_record_opens_it_on_top(waiting, up, reviewer):
    edition = approve(up, reviewer)
    made = by_itself()["STC"]
    assert (made.base_edition, made.title, paths(made)) == (edition.number, "Newer", SOURCE)


def test_a_publication_with_the_new_record_needs_nothing(waiting, up, editor, reviewer):
    newer = workflow.replace(up, by=editor, note="With the new record")
    assert by_itself() == {} and LeftOut.objects.exists()
    approve(newer, reviewer)
    assert by_itself() == {} and not LeftOut.objects.exists()


def test_a_text_with_the_new_record_holds_it_up_until_it_is_withdrawn(up, editor, other_editor):
    workflow.withdraw(up, by=editor)
    correct_source(other_editor, title=TITLE)
    newer = workflow.submit("pattern", "STC", by=editor, note="With the new record")
    assert opened() == {}
    workflow.withdraw(newer, by=editor)
    assert paths(by_itself()["STC"]) == SOURCE


def test_a_first_edition_with_the_old_record_opens_it(editor, reviewer):
    make_source(editor)
    first = make_submission(pattern_document("NEW"), editor)
    correct_source(editor, title=TITLE)
    assert opened() == {}
    assert Event.objects.filter(what="corrected").count() == 1
    approve(first, reviewer)
    assert paths(by_itself()["NEW"]) == SOURCE


def test_a_first_text_that_is_withdrawn_needs_nothing(editor):
    make_source(editor)
    first = make_submission(pattern_document("NEW"), editor)
    correct_source(editor, title=TITLE)
    opened()
    workflow.withdraw(first, by=editor)
    assert by_itself() == {} and not LeftOut.objects.exists()


def test_a_renamed_family_opens_by_itself_too(up, editor):
    rename_family(editor, "Souveraineté")
    assert opened() == {}
    workflow.withdraw(up, by=editor)
    assert paths(by_itself()["STC"]) == {("family", "name")}


def test_a_publication_that_falls_due_opens_it_in_the_same_tick(waiting, up, chief, reviewer, settings):
    schedules.schedule(up, due_at=timezone.now() + timedelta(hours=1), by=chief)
    approve(up, reviewer)
    assert by_itself() == {}
    ticks = settings.TICKS
    assert ticks.index("reviews.schedules.publish_due") < ticks.index("reviews.corrections.open_left_out")
    with mock.patch.object(timezone, "now", return_value=timezone.now() + timedelta(hours=2)):
        schedules.publish_due()
        assert paths(by_itself()["STC"]) == SOURCE


def test_two_corrections_of_one_text_open_one_after_the_other(up, editor, other_editor, reviewer):
    make_source(editor, key="jones-2025")
    workflow.withdraw(up, by=editor)
    newer = {**Draft.objects.get(code="STC").read(), "in_brief": "[@jones-2025], [@smith-2026]"}
    approve(make_submission(newer, editor), reviewer)
    again = make_submission({**Draft.objects.get(code="STC").read(), "title": "Again"}, editor)
    correct_source(editor, title=TITLE)
    correct_source(other_editor, "jones-2025", title="Autre titre")
    assert opened() == {}
    workflow.withdraw(again, by=editor)
    first = by_itself()["STC"]
    assert paths(first) == SOURCE and by_itself() == {}
    approve(first, reviewer)
    second = by_itself()["STC"]
    assert paths(second) == {("bibliography", "jones-2025", "title")}
    approve(second, reviewer)
    assert not LeftOut.objects.exists() and by_itself() == {}


def test_what_was_taken_back_on_purpose_does_not_come_again(waiting, up, editor, other_editor):
    workflow.withdraw(up, by=editor)
    workflow.withdraw(by_itself()["STC"], by=other_editor)
    assert by_itself() == {}
    assert [one.code for one in corrections.open_rest(Correction.objects.get(), by=editor)] == ["STC"]


def test_nothing_opens_for_what_was_corrected_once_more(waiting, up, editor):
    correct_source(editor, title="Encore")
    assert opened() == {}
    assert LeftOut.objects.count() == 2
    workflow.withdraw(up, by=editor)
    made = by_itself()["STC"]
    assert made.read()["bibliography"][0]["title"] == "Encore" and made.submitted_by_id == editor.pk
    assert not LeftOut.objects.exists()


def test_a_correction_that_was_overtaken_before_it_opened_notes_nothing(up, editor):
    correct_source(editor, title=TITLE)
    correct_source(editor, title="Encore")
    opened()
    assert LeftOut.objects.get().correction == Correction.objects.first()


def test_nothing_opens_where_an_import_has_changed_the_record_since(waiting, up, editor):
    sources.correct({**Draft.objects.get(code="smith-2026").read(), "title": "Imported"}, by=editor, note="Import")
    workflow.withdraw(up, by=editor)
    assert by_itself() == {} and not LeftOut.objects.exists()


def test_nothing_opens_for_what_is_retired_and_archived(waiting, up, editor, chief):
    workflow.withdraw(up, by=editor)
    stands = live("pattern", "STC").standing
    shown = {"digest": stands.edition.digest, "position": stands.from_position}
    acts.retire("pattern", "STC", **shown, by=chief, reason="Nobody structures deals this way any more.")
    archive.archive("pattern", "STC", by=chief, reason="Out of use")
    assert by_itself() == {} and not LeftOut.objects.exists()
    assert Standing.objects.latest().get(code="STC").state == "retired"


@pytest.fixture
def unready(editor, other_editor, reviewer):
    """A partnership that waits for a correction with which it would not be ready."""
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    make_edition(partnership_document(), editor, reviewer)
    newer = make_submission({**Draft.objects.get(code="stargate").read(), "summary": "Newer [@smith-2026]"}, editor)
    correct_source(other_editor, source_kind="article")
    assert set(opened()) == {"STC"}
    workflow.withdraw(newer, by=editor)
    Letter.objects.all().delete()


def test_what_would_not_be_ready_waits_and_is_told_once(unready, chief):
    assert by_itself() == {} and by_itself() == {}
    [text] = [one for one in corrections.affected(Correction.objects.get()) if one.live.code == "stargate"]
    assert text.why_left_out.endswith("Mend the draft and submit that. The correction waits until then.")
    assert LeftOut.objects.get().told_at is not None
    told = Event.objects.get(what="correction_waits")
    assert (told.kind, told.code, told.name, told.reason) == (
        "partnership",
        "stargate",
        "Otto Editor",
        text.why_left_out,
    )
    subject = "A correction waits: Partnership stargate"
    assert set(Letter.objects.values_list("person__username", "subject")) == {("otto", subject), ("cleo", subject)}
    [letter, _] = Letter.objects.all()
    assert "The correction that Otto Editor made cannot go to review" in letter.text


def test_the_mended_text_ends_the_wait(unready, editor, reviewer):
    assert by_itself() == {}
    draft = Draft.objects.get(code="stargate").read()
    make_edition({**draft, "confidence": "single_source"}, editor, reviewer)
    assert by_itself() == {} and not LeftOut.objects.exists()


def test_who_saves_is_told_what_waits_in_review_and_what_is_not_ready(unready):
    saved = Draft.objects.get(code="smith-2026")
    assert notices.what_is_put_right(saved).endswith("; 1 left out because it would not be ready.")


# People decide that the correction is wrong.


@pytest.mark.parametrize("how", ["withdraw", "request_changes"])
def test_a_correction_that_is_decided_wrong_opens_by_itself_no_longer(up, editor, other_editor, reviewer, how):
    make_edition(pattern_document("ABC"), editor, reviewer)
    correct_source(other_editor, title="Wrong")
    assert set(opened()) == {"ABC"}
    Letter.objects.all().delete()
    correction = Correction.objects.get()
    by = other_editor if how == "withdraw" else reviewer
    decided = getattr(corrections, how)(correction, by=by, reason="The old title is right")
    assert ([one.refused for one in decided.outcomes], decided.stopped) == ([""], 1)
    told = Event.objects.get(what="correction_stopped")
    assert (told.kind, told.code, told.name, told.reason) == (
        "source",
        "smith-2026",
        by.name,
        "The old title is right",
    )
    subjects = Letter.objects.filter(person=other_editor).values_list("subject", flat=True)
    assert ("A correction was stopped: Wrong" in subjects) == (how == "request_changes")  # not who did it
    workflow.withdraw(up, by=editor)
    assert by_itself() == {}
    assert {one.code for one in corrections.open_rest(correction, by=other_editor)} == {"ABC", "STC"}


def test_a_correction_that_only_waits_can_be_stopped(waiting, up, editor, chief):
    decided = corrections.withdraw(waiting.correction, by=chief)
    assert (decided.outcomes, decided.stopped) == ([], 1)
    workflow.withdraw(up, by=editor)
    assert by_itself() == {}
    with pytest.raises(workflow.NotAllowed, match="in review or waits"):
        corrections.withdraw(waiting.correction, by=chief)


def test_what_waits_is_stopped_by_nobody_else(waiting, editor, reviewer):
    with pytest.raises(workflow.PermissionDenied, match="Only who made a correction"):
        corrections.withdraw(waiting.correction, by=editor)
    with pytest.raises(workflow.PermissionDenied, match="Only reviewers"):
        corrections.request_changes(waiting.correction, by=editor, reason="Wrong")
    with pytest.raises(workflow.NotAllowed, match="Say what should change"):
        corrections.request_changes(waiting.correction, by=reviewer, reason=" ")
    assert LeftOut.objects.exists()


def test_who_put_some_of_it_up_takes_back_that_alone(up, editor, other_editor, reviewer):
    make_edition(pattern_document("ABC"), editor, reviewer)
    correct_source(other_editor, title=TITLE)
    workflow.withdraw(opened()["ABC"], by=other_editor)
    correction = Correction.objects.get()
    corrections.open_rest(correction, by=editor)
    decided = corrections.withdraw(correction, by=editor)
    assert ([one.refused for one in decided.outcomes], decided.stopped) == ([""], 0)
    assert LeftOut.objects.exists()


def test_what_is_refused_for_all_stops_nothing(up, editor, other_editor, reviewer):
    make_edition(pattern_document("ABC"), editor, reviewer)
    correct_source(other_editor, title=TITLE)
    opened()
    decided = corrections.request_changes(Correction.objects.get(), by=editor, reason="No")
    assert [one.refused for one in decided.outcomes] == ["Only reviewers request changes."] and not decided.stopped
    assert LeftOut.objects.exists()


def test_the_page_says_for_how_many_it_is_stopped(client, waiting, chief, reviewer):
    at = waiting.correction.get_absolute_url()
    page = text_of(as_(client, chief).get(at))
    assert page.count("For 1 text that waits, it then opens by itself no longer.") == 2
    assert "Or withdraw all" in page and "Or ask for changes" in page
    assert "Or withdraw all" not in text_of(as_(client, reviewer).get(at))
    answer = client.post(f"{at}request-changes/", {"reason": "The old title is right"}, follow=True)
    assert "For 1 text that waited, the correction opens by itself no longer." in text_of(answer)
    assert "0 texts" not in text_of(answer)


@pytest.mark.parametrize("how", ["deactivated", "without a role"])
def test_it_opens_when_who_made_the_correction_has_left(waiting, up, editor, other_editor, chief, how):
    if how == "deactivated":
        other_editor.is_active = False
        other_editor.save()
    else:
        other_editor.groups.clear()
    workflow.withdraw(up, by=editor)
    made = by_itself()["STC"]
    assert made.submitted_by == "Otto Editor"
    with pytest.raises(workflow.PermissionDenied):
        workflow.withdraw(made, by=type(other_editor).objects.get(pk=other_editor.pk))
    assert workflow.withdraw(made, by=chief).state == "withdrawn"


def test_reviewers_are_told_of_each_that_opens_later(waiting, up, editor, reviewer):
    workflow.withdraw(up, by=editor)
    Letter.objects.all().delete()
    by_itself()
    assert set(Letter.objects.values_list("person__username", "subject")) == {
        ("rhea", "For your review: Pattern STC")
    }


def test_what_breaks_keeps_nobody_waiting_and_is_tried_again(up, editor, reviewer):
    make_edition(pattern_document("CAP"), editor, reviewer)
    other = make_submission({**Draft.objects.get(code="CAP").read(), "title": "Newer"}, editor)
    correct_source(editor, title=TITLE)
    assert opened() == {}
    workflow.withdraw(up, by=editor)
    workflow.withdraw(other, by=editor)
    submit = workflow.submit_correction

    def breaking(document, *rest, **more):
        if document["code"] == "CAP":
            raise RuntimeError("out of memory")
        return submit(document, *rest, **more)

    with mock.patch.object(workflow, "submit_correction", breaking), pytest.raises(ExceptionGroup):
        corrections.open_left_out()
    assert Submission.objects.open().get().code == "STC"
    assert set(by_itself()) == {"CAP"}


def test_a_tick_that_comes_late_finds_nothing_to_do(waiting, up, editor):
    workflow.withdraw(up, by=editor)
    assert corrections._open_left_out(waiting.pk) is not None
    assert corrections._open_left_out(waiting.pk) is None


def test_the_record_corrected_back_needs_nothing(waiting, up, editor):
    saving.restore("source", "smith-2026", 1, by=editor, note="It was right", shown=2)
    opened()
    workflow.withdraw(up, by=editor)
    assert by_itself() == {} and not LeftOut.objects.exists()
    assert Edition.objects.count() == 1
