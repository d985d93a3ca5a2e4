"""A form is saved on top of what it was opened with, or refused with everything that was typed."""

import pytest
from django.db import IntegrityError

from history import saving, timeline
from history.models import Code, Contribution, Draft, RefusedSave
from history.saving import Base, Taken, WrongBase
from library.documents import digest
from patterns import families
from tests.factories import make_draft, make_family, make_source, partnership_document, pattern_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(editor):
    make_source(editor)
    return make_draft(pattern_document(), editor)


def draft_now(code="STC"):
    return Draft.objects.get(code=code)


def save(mine, base, by, note="Why", **more):
    return saving.save(mine["kind"], mine["code"], mine, base, by=by, note=note, **more)


def test_saving_makes_one_version(draft, other_editor):
    outcome = save({**draft.read(), "title": "Better"}, Base.of(draft), other_editor)
    assert (outcome.draft.version, outcome.draft.title, outcome.refused) == (2, "Better", None)
    assert timeline.versions(outcome.draft)[0].note == "Why"


def test_saving_untouched_makes_none(draft, other_editor):
    assert save(draft.read(), Base.of(draft), other_editor) == saving.Outcome()
    assert draft_now().version == 1


def test_saving_untouched_after_somebody_else_is_no_conflict(draft, editor, other_editor):
    save({**draft.read(), "title": "Theirs"}, Base.of(draft), other_editor)
    assert save(draft.read(), Base.of(draft), editor) == saving.Outcome()
    assert draft_now().title == "Theirs"


def test_typing_what_somebody_else_saved_is_no_conflict(draft, editor, other_editor):
    same = {**draft.read(), "title": "The same"}
    save(same, Base.of(draft), other_editor)
    assert save(same, Base.of(draft), editor) == saving.Outcome()


def test_different_fields_are_both_kept(draft, editor, other_editor):
    save({**draft.read(), "title": "Theirs"}, Base.of(draft), other_editor)
    outcome = save({**draft.read(), "subtitle": "Mine"}, Base.of(draft), editor, note="My reason")
    assert (outcome.draft.version, outcome.refused, outcome.kept) == (3, None, 2)
    assert (draft_now().title, draft_now().read()["subtitle"]) == ("Theirs", "Mine")
    assert timeline.versions(outcome.draft)[0].note == "My reason"
    # What Otto wrote is his contribution of version 2 alone.
    assert timeline.contributors("pattern", "STC", 2, 3) == {editor.pk: "Edda Editor"}


def test_what_both_removed_is_no_version(draft, editor, other_editor):
    gone = {**draft.read(), "clauses": []}
    save({**gone, "title": "Theirs"}, Base.of(draft), other_editor)
    assert save(gone, Base.of(draft), editor) == saving.Outcome()


def test_new_rows_of_both_are_both_kept(draft, editor, other_editor):
    new = {**draft.read()["clauses"][0], "code": ""}
    for title, by in (("Theirs", other_editor), ("Mine", editor)):
        save({**draft.read(), "clauses": [*draft.read()["clauses"], {**new, "title": title}]}, Base.of(draft), by)
    assert [(row["code"], row["title"]) for row in draft_now().read()["clauses"]] == [
        ("STC-C1", "A clause"),
        ("STC-C2", "Theirs"),
        ("STC-C3", "Mine"),
    ]


def test_a_merged_text_cites_what_both_cite_even_if_it_was_corrected_meanwhile(draft, editor, other_editor):
    make_source(editor, "jones-2026")
    save({**draft.read(), "structure": "Theirs [@jones-2026]."}, Base.of(draft), other_editor)
    make_source(other_editor, "jones-2026", title="Corrected")
    save({**draft.read(), "subtitle": "Mine"}, Base.of(draft), editor)
    titles = {source["key"]: source["title"] for source in draft_now().read()["bibliography"]}
    assert titles["jones-2026"] == "Corrected"
    assert timeline.verify() == []


def test_a_second_save_of_one_field_is_refused_and_kept(draft, editor, other_editor):
    save({**draft.read(), "title": "Theirs"}, Base.of(draft), other_editor)
    mine = {**draft.read(), "subtitle": "Mine", "title": "My title"}
    outcome = save(mine, Base.of(draft), editor, note="My reason", part="x")
    assert (outcome.draft, draft_now().version) == (None, 2)
    kept = RefusedSave.objects.get()
    assert kept == outcome.refused
    assert (kept.author, kept.base_version, kept.theirs_version) == (editor, 1, 2)
    assert (kept.read(), kept.note, kept.part) == (mine, "My reason", "x")


def test_a_change_and_back_is_no_conflict(draft, editor, other_editor):
    save({**draft.read(), "title": "Else"}, Base.of(draft), other_editor)
    timeline.restore("pattern", "STC", 1, by=other_editor, note="Back", shown=2)
    assert save({**draft.read(), "title": "Mine"}, Base.of(draft), editor).draft.version == 4


def test_a_source_corrected_meanwhile_is_no_conflict(draft, editor, other_editor):
    make_source(other_editor, title="Corrected")
    saved = save({**draft.read(), "title": "Mine"}, Base.of(draft), editor).draft
    assert (saved.title, saved.read()["bibliography"][0]["title"]) == ("Mine", "Corrected")


def test_a_family_renamed_meanwhile_is_no_conflict(draft, editor, other_editor):
    family = families.compose("sovereign")
    families.correct({**family, "name": "States"}, by=other_editor, note="Plainer")
    assert save(draft.read(), Base.of(draft), editor) == saving.Outcome()
    saved = save({**draft.read(), "title": "Mine"}, Base.of(draft), editor).draft
    assert (saved.version, saved.read()["family"]["name"]) == (3, "States")


def test_new_rows_get_the_next_code(draft, editor):
    mine = draft.read()
    mine["kill_list"].insert(0, {**mine["kill_list"][0], "code": "", "move": "New"})
    saved = save(mine, Base.of(draft), editor).draft
    assert [row["code"] for row in saved.read()["kill_list"]] == ["STC-K4", "STC-K1", "STC-K2", "STC-K3"]


def test_a_refused_new_row_takes_no_code(draft, editor, other_editor):
    save({**draft.read(), "title": "Theirs"}, Base.of(draft), other_editor)
    mine = {**draft.read(), "title": "Mine"}
    mine["kill_list"].append({**mine["kill_list"][0], "code": "", "move": "New"})
    assert save(mine, Base.of(draft), editor).refused.read()["kill_list"][3]["code"] == ""
    assert not Code.objects.filter(code="STC-K4").exists()


def test_new_rows_are_named_for_comparing():
    document = pattern_document()
    document["tags"] = ["a"]
    document["clauses"] = [{**document["clauses"][0], "code": ""}, {**document["clauses"][0], "code": ""}]
    named = saving.name_new_rows(document)
    assert [row["code"] for row in named["clauses"]] == ["new row 1", "new row 2"]
    assert (named["tags"], named["kill_list"]) == (["a"], document["kill_list"])


@pytest.mark.parametrize(
    "version, digest", [("", "x"), ("1", ""), ("one", "x"), ("-1", "x"), ("²", "x"), ("9" * 30, "x")]
)
def test_a_form_without_its_base_is_refused(version, digest):
    with pytest.raises(WrongBase, match="does not say"):
        Base.typed(version, digest)


def test_a_base_that_never_was_is_refused(draft, editor):
    assert Base.typed("1", draft.digest) == Base.of(draft)
    for wrong in (Base(2, draft.digest), Base(1, "0" * 64), Base(0, draft.digest)):
        with pytest.raises(WrongBase, match="never had the version"):
            save({**draft.read(), "title": "Mine"}, wrong, editor)
    assert not RefusedSave.objects.exists()


def test_creating_gives_the_first_version(editor):
    make_family(editor)
    mine = pattern_document(clauses=[])
    assert saving.create("pattern", "STC", mine, by=editor, note="New").version == 1


def test_creating_what_exists_is_refused(draft, editor):
    with pytest.raises(Taken, match="already a pattern STC"):
        saving.create("pattern", "STC", pattern_document(), by=editor, note="New")
    with pytest.raises(Taken, match="already a source smith-2026"):
        saving.create("source", "smith-2026", {}, by=editor, note="New")


def test_two_who_take_one_address_at_once_are_told(draft, editor, monkeypatch):
    monkeypatch.setattr("patterns.composition.check_address", lambda *what: None)
    other = {**pattern_document("OTH"), "slug": draft.read()["slug"]}
    with pytest.raises(Taken, match="a moment ago"):
        saving.create("pattern", "OTH", other, by=editor, note="New")


def test_what_the_database_refuses_for_another_reason_is_not_hidden(draft, editor, monkeypatch):
    wrong = draft.read()
    wrong["kill_list"][0]["grounding"] = "guessed"
    with pytest.raises(IntegrityError):
        save(wrong, Base.of(draft), editor)


def test_a_source_is_saved_into_what_cites_it(draft, editor, other_editor):
    source = Draft.objects.get(kind="source")
    outcome = save({**source.read(), "title": "Corrected"}, Base.of(source), other_editor)
    assert outcome.draft.version == 2
    assert draft_now().read()["bibliography"][0]["title"] == "Corrected"


def test_a_restored_source_reaches_what_cites_it(draft, editor, other_editor, chief):
    first = Draft.objects.get(kind="source").read()
    make_source(other_editor, title="Corrected")
    assert saving.restore("source", "smith-2026", 1, by=chief, note="Back", shown=2).version == 3
    # Who wrote the old record has written the pattern again, and cannot sign it off.
    assert set(timeline.contributors("pattern", "STC", 2, 3).values()) == {"Cleo Chief", "Edda Editor"}
    assert draft_now().read()["bibliography"][0]["title"] == first["title"]


def test_a_restored_pattern_brings_its_contributors(draft, editor, other_editor):
    save({**draft.read(), "title": "Else"}, Base.of(draft), other_editor)
    restored = saving.restore("pattern", "STC", 1, by=other_editor, note="Back", shown=2)
    assert digest(restored.read()) == draft.digest
    assert Contribution.objects.get(version=3, user_id=editor.pk).inherited


def test_a_restored_version_keeps_what_somebody_saved_meanwhile(draft, editor, other_editor):
    save({**draft.read(), "title": "Else"}, Base.of(draft), other_editor)
    save({**draft_now().read(), "subtitle": "Meanwhile"}, Base.of(draft_now()), other_editor)
    restored = saving.restore("pattern", "STC", 1, by=editor, note="Back", shown=2)
    assert (restored.version, restored.title, restored.read()["subtitle"]) == (4, draft.title, "Meanwhile")


def test_a_restored_source_keeps_what_somebody_saved_meanwhile(draft, editor, other_editor):
    make_source(other_editor, title="Corrected")
    make_source(other_editor, title="Corrected", publisher="Meanwhile")
    saving.restore("source", "smith-2026", 1, by=editor, note="Back", shown=2)
    source = Draft.objects.get(kind="source").read()
    assert (source["title"], source["publisher"]) == ("Title of smith-2026", "Meanwhile")
    make_source(editor, title="Else")
    with pytest.raises(timeline.MovedOn, match="Edda Editor saved version 5"):
        saving.restore("source", "smith-2026", 1, by=editor, note="Back", shown=3)


def test_a_saved_partnership_ties_its_new_scores(draft, editor):
    mine = make_draft(partnership_document(), editor)
    changed = {**mine.read(), "summary": "Else"}
    assert save(changed, Base.of(mine), editor).draft.read()["exhibits"] == changed["exhibits"]
