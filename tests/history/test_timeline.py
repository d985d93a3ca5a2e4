"""Every change is one version, and nothing else is."""

import pytest
import reversion

from history import timeline
from history.models import Contribution, Draft
from library.comparison import compare
from tests.factories import make_draft, make_source, pattern_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(editor):
    make_source(editor)
    return make_draft(pattern_document(), editor)


def test_saving_twice_the_same_makes_one_version(draft, editor):
    assert timeline.save("pattern", "STC", draft.read(), by=editor, note="Again") is None
    assert Draft.objects.get(code="STC").version == 1


def test_a_version_tells_who_when_and_why(draft, other_editor):
    changed = {**draft.read(), "title": "Renamed"}
    timeline.save("pattern", "STC", changed, by=other_editor, note="A better title")
    newest, first = timeline.versions(Draft.objects.get(code="STC"))
    assert (newest.version, newest.by, newest.note) == (2, "Otto Editor", "A better title")
    assert (first.version, first.by, first.note, first.digest) == (1, "Edda Editor", "First draft", draft.digest)


def test_an_open_revision_is_refused(draft, editor):
    with reversion.create_revision(), pytest.raises(RuntimeError, match="open revision"):
        timeline.record("pattern", "STC", by=editor, note="x")


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused(editor):
    with pytest.raises(RuntimeError, match="transaction"):
        timeline.record("pattern", "STC", by=editor, note="x")


def test_restoring_brings_the_text_and_its_contributors_back(draft, editor, other_editor, chief):
    first = draft.read()
    timeline.save("pattern", "STC", {**first, "title": "Second"}, by=other_editor, note="Rename")
    restored = timeline.restore("pattern", "STC", 1, by=chief, note="Back", shown=2)
    assert (restored.version, restored.digest) == (3, draft.digest)
    assert timeline.contributors("pattern", "STC", after=2, up_to=3) == {
        chief.pk: "Cleo Chief",
        editor.pk: "Edda Editor",
    }
    assert Contribution.objects.get(version=3, user_id=editor.pk).inherited


def test_restoring_a_deleted_row_gives_it_its_code_again(draft, editor):
    document = draft.read()
    timeline.save("pattern", "STC", {**document, "clauses": []}, by=editor, note="Drop the clause")
    timeline.restore("pattern", "STC", 1, by=editor, note="Back", shown=2)
    assert Draft.objects.get(code="STC").read() == document


def test_a_version_that_never_was_is_named(draft):
    for version in (0, 2, -1):
        with pytest.raises(LookupError, match=f"no version {version}"):
            timeline.document_of(draft, version)


def test_old_versions_are_read_back(draft, editor):
    timeline.save("pattern", "STC", {**draft.read(), "title": "Second"}, by=editor, note="Rename")
    now = Draft.objects.get(code="STC")
    assert timeline.document_of(now, 1) == draft.read()
    [change] = compare(timeline.document_of(now, 1), timeline.document_of(now, 2))
    assert (change.what, change.path, change.after) == ("reworded", ("title",), "Second")


def test_a_corrected_source_recomposes_what_cites_it(draft, editor, other_editor):
    make_source(other_editor, title="Corrected title")
    now = Draft.objects.get(code="STC")
    assert now.version == 2
    assert now.read()["bibliography"][0]["title"] == "Corrected title"
    assert now.changed_by == "Otto Editor"


def test_a_source_made_after_it_was_cited_arrives_in_the_draft(editor):
    draft = make_draft(pattern_document(), editor)
    assert draft.read()["bibliography"] == []
    make_source(editor)
    assert [s["key"] for s in Draft.objects.get(code="STC").read()["bibliography"]] == ["smith-2026"]


def test_verify_names_rows_that_went_another_way(draft):
    assert timeline.verify() == []
    from patterns.models import Pattern

    Pattern.objects.update(title="Smuggled")
    assert timeline.verify() == ["pattern STC: the working rows do not give the kept document"]
    Pattern.objects.all().delete()
    assert timeline.verify() == ["pattern STC: its working rows are missing"]


def test_verify_names_rows_without_a_version(draft):
    from patterns.models import Family, Pattern

    Pattern.objects.create(code="NEW", slug="new", title="New", family=Family.objects.get())
    assert timeline.verify() == ["pattern NEW: has rows but no version"]


def test_verify_names_a_document_that_lost_its_digest(draft):
    Draft.objects.filter(code="STC").update(document="{}")
    assert timeline.verify() == ["pattern STC: the kept document does not have the kept digest"]


def test_a_large_import_holds_all_its_names():
    timeline.hold({f"source-{number}" for number in range(50_000)}, exclusive=True)


def test_a_save_after_the_page_was_opened_is_not_restored_over(draft, editor, other_editor):
    for title in ("Second", "Third"):
        timeline.save("pattern", "STC", {**draft.read(), "title": title}, by=other_editor, note="Rename")
    for shown in (2, 0, 9):
        with pytest.raises(timeline.MovedOn, match="Otto Editor saved version 3 after you opened this page"):
            timeline.restore("pattern", "STC", 1, by=editor, note="Back", shown=shown)
    assert Draft.objects.get(code="STC").version == 3
