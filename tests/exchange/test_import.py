"""A corpus becomes drafts: as written, once, and whole or not at all."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.loading import load
from exchange.reading import Refused
from history import timeline
from history.models import Code, Contribution, Draft
from library.models import Edition
from reviews import workflow
from tests.exchange.small_corpus import FILES, PARTNERSHIP_FILE, PATTERN_FILE, edited, write_corpus
from tests.factories import approve

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus(tmp_path):
    return write_corpus(tmp_path / "corpus")


def draft(code):
    return Draft.objects.get(code=code).read()


def versions():
    return dict(Draft.objects.values_list("code", "version"))


def test_a_corpus_becomes_drafts(corpus, editor):
    load(corpus, by=editor)
    assert versions() == {"sovereign": 1, "smith-2026": 1, "jones-2025": 1, "STC": 1, "stargate": 1}
    assert timeline.verify() == []
    pattern = draft("STC")
    assert pattern["slug"] == "sovereign-trade-capacity"
    assert pattern["family"] == {"slug": "sovereign", "name": "Sovereign"}
    assert pattern["in_brief"] == (
        "What it is [@smith-2026, p. 3].\n\nA second paragraph\nthat cites two [@smith-2026; @jones-2025]."
    )
    assert [row["code"] for row in pattern["kill_list"]] == ["STC-K1", "STC-K2", "STC-K3"]
    assert [source["key"] for source in pattern["bibliography"]] == ["jones-2025", "smith-2026"]


def test_norway_is_a_country(corpus, editor):
    load(corpus, by=editor)
    assert draft("stargate")["parties"][0] == {"name": "Host", "country": "NO", "role": "host"}


@pytest.mark.parametrize(
    "word", ["NO", "off", "1.10", "0777", "1_000", "null", "~", "2025-05-22 10:00", "0x1F", "1e3"]
)
def test_every_scalar_is_text(tmp_path, editor, word):
    write_corpus(tmp_path, **edited(PARTNERSHIP_FILE, "role: host", f"role: {word}"))
    load(tmp_path, by=editor)
    assert draft("stargate")["parties"][0]["role"] == word


@pytest.mark.parametrize("known", ["2025", "2025-05", "2025-05-22", ""])
def test_dates_keep_the_precision_they_have(tmp_path, editor, known):
    write_corpus(tmp_path, **edited(PARTNERSHIP_FILE, "announced: 2025-05\n", f"announced: {known}\n"))
    load(tmp_path, by=editor)
    assert draft("stargate")["announced"] == known


def test_versions_tell_who_and_from_where(corpus, editor):
    load(corpus, by=editor)
    [version] = timeline.versions(Draft.objects.get(code="STC"))
    assert (version.by, version.note) == ("Edda Editor", "Imported from corpus")
    assert set(Contribution.objects.values_list("user_id", flat=True)) == {editor.pk}


def test_a_second_import_makes_no_version(corpus, editor):
    load(corpus, by=editor)
    before = versions()
    again = load(corpus, by=editor)
    assert versions() == before
    assert {step.verdict for step in again.steps} == {"unchanged"}


def test_an_unchanged_corpus_is_skipped_quickly(corpus, editor):
    load(corpus, by=editor)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        load(corpus, by=editor)
    assert len(queries) <= 20


def test_only_what_changed_gets_a_version(corpus, editor):
    load(corpus, by=editor)
    write_corpus(corpus, **edited(PATTERN_FILE, "A subtitle", "Another subtitle"))
    load(corpus, by=editor)
    assert {code: number for code, number in versions().items() if number > 1} == {"STC": 2}


def test_a_corrected_source_reaches_what_cites_it_in_one_version(corpus, editor):
    load(corpus, by=editor)
    both = FILES["sources.yaml"].replace("A release", "The release").replace("An article", "The article")
    write_corpus(corpus, **{"sources.yaml": both})
    loaded = load(corpus, by=editor)
    assert loaded.recomposed == ["partnership stargate", "pattern STC"]
    assert versions() == {"sovereign": 1, "smith-2026": 2, "jones-2025": 2, "STC": 2, "stargate": 2}
    assert timeline.verify() == []


def test_a_renamed_family_reaches_its_patterns(corpus, editor):
    load(corpus, by=editor)
    write_corpus(corpus, **edited("families.yaml", "name: Sovereign", "name: Sovereigns"))
    (corpus / PATTERN_FILE).unlink()
    loaded = load(corpus, by=editor)
    assert loaded.recomposed == ["pattern STC"]
    assert draft("STC")["family"]["name"] == "Sovereigns"
    assert timeline.verify() == []


def test_items_absent_from_the_folder_are_left_alone_and_named(corpus, editor):
    load(corpus, by=editor)
    (corpus / PARTNERSHIP_FILE).unlink()
    write_corpus(corpus, **{PARTNERSHIP_FILE: None})
    (corpus / "sources.yaml").unlink()
    loaded = load(corpus, by=editor)
    assert loaded.left == {"partnership": ["stargate"], "source": ["jones-2025", "smith-2026"]}
    assert len(versions()) == 5


def test_rows_absent_from_an_item_leave_its_draft(corpus, editor):
    load(corpus, by=editor)
    clauses = "clauses:\n  - {code: STC-C1, title: A clause, text: Its text., negotiate: Its limits.}\n"
    write_corpus(corpus, **edited(PATTERN_FILE, clauses, ""))
    load(corpus, by=editor)
    assert draft("STC")["clauses"] == []
    assert Code.objects.filter(code="STC-C1").exists()


def test_retired_codes_are_taken_for_ever(corpus, editor):
    load(corpus, by=editor)
    retired = Code.objects.get(code="STC-K9")
    assert (retired.what, retired.owner) == ("move", "STC")
    from history.codes import next_code

    assert next_code("STC", "kill_list") == "STC-K10"
    load(corpus, by=editor)


def test_a_score_of_a_retired_move_is_kept(tmp_path, editor):
    scored = edited(PARTNERSHIP_FILE, "move: STC-K2", "move: STC-K9")
    write_corpus(tmp_path, **scored)
    load(tmp_path, by=editor)
    assert draft("stargate")["exhibits"][0]["scores"][1]["move"] == "STC-K9"


def test_sources_nobody_cites_are_allowed(tmp_path, editor):
    text = FILES["sources.yaml"] + "- {key: lonely-2024, kind: book, title: Alone}\n"
    write_corpus(tmp_path, **{"sources.yaml": text})
    load(tmp_path, by=editor)
    assert draft("lonely-2024")["source_kind"] == "book"


def test_sources_of_the_library_may_be_cited(corpus, editor):
    load(corpus, by=editor)
    (corpus / "sources.yaml").unlink()
    write_corpus(corpus, **{**edited(PATTERN_FILE, "A subtitle", "Another"), "sources.yaml": None})
    load(corpus, by=editor)
    assert len(draft("STC")["bibliography"]) == 2


def test_a_first_text_may_be_left_open_on_purpose(tmp_path, editor):
    write_corpus(tmp_path, **edited(PATTERN_FILE, "move: Trust the promise.", 'move: ""'))
    load(tmp_path, by=editor)
    assert draft("STC")["kill_list"][0]["move"] == ""


def test_a_file_with_other_line_ends_gives_the_same(corpus, editor):
    load(corpus, by=editor)
    for name, text in FILES.items():
        (corpus / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert {step.verdict for step in load(corpus, by=editor).steps} == {"unchanged"}


def test_decomposed_letters_are_composed(tmp_path, editor):
    write_corpus(tmp_path, **edited(PATTERN_FILE, "A subtitle", "Socie\u0301te\u0301"))
    load(tmp_path, by=editor)
    assert draft("STC")["subtitle"] == "Société"


# Editions


@pytest.fixture
def published(corpus, editor, reviewer):
    load(corpus, by=editor)
    for kind, code in (("pattern", "STC"), ("partnership", "stargate")):
        approve(workflow.submit(kind, code, by=editor, note="First"), reviewer)
    return corpus


def test_importing_again_after_publication_makes_no_version(published, editor):
    before = versions()
    load(published, by=editor)
    assert versions() == before


def test_an_unchanged_entry_waits_for_its_submission_to_be_tied(corpus, editor, reviewer):
    load(corpus, by=editor)
    approve(workflow.submit("pattern", "STC", by=editor, note="First"), reviewer)
    load(corpus, by=editor)
    assert versions()["stargate"] == 1


def test_a_new_judgement_is_tied_to_the_live_wording(published, editor):
    number = Edition.objects.get(code="STC").number
    write_corpus(published, **edited(PARTNERSHIP_FILE, "score: unknown", "score: mitigated"))
    load(published, by=editor)
    [exhibit] = draft("stargate")["exhibits"]
    assert exhibit["edition"] == number
    assert exhibit["sub_variants"] == [{"code": "STC-V1", "name": "First form"}]
    assert [score["wording"] for score in exhibit["scores"]] == ["Trust the promise.", "Localise everything."]


def test_an_edition_that_is_given_is_taken_as_given(tmp_path, editor):
    told = edited(PARTNERSHIP_FILE, "score: unknown", "score: unknown, edition: 2024.03, wording: Old")
    write_corpus(tmp_path, **told)
    load(tmp_path, by=editor)
    score = draft("stargate")["exhibits"][0]["scores"][1]
    assert (score["edition"], score["wording"]) == ("2024.03", "Old")


# The command


def test_the_command_says_what_it_did(corpus, editor, capsys):
    call_command("import_corpus", str(corpus), "--by", "edda")
    assert capsys.readouterr().out.splitlines() == [
        "families: 1 new, 0 changed, 0 unchanged",
        "sources: 2 new, 0 changed, 0 unchanged",
        "patterns: 1 new, 0 changed, 0 unchanged",
        "partnerships: 1 new, 0 changed, 0 unchanged",
    ]
    (corpus / PARTNERSHIP_FILE).unlink()
    call_command("import_corpus", str(corpus))
    assert "not in this folder, left alone: partnerships stargate" in capsys.readouterr().out


def test_the_command_names_drafts_composed_again(corpus, editor, capsys):
    load(corpus, by=editor)
    write_corpus(corpus, **edited("sources.yaml", "An article", "The article"))
    call_command("import_corpus", str(corpus))
    assert "composed again because they cite what changed: pattern STC\n" in capsys.readouterr().out


def test_a_trial_run_writes_nothing(corpus, capsys):
    call_command("import_corpus", str(corpus), "--dry-run")
    assert "patterns: 1 new" in capsys.readouterr().out
    assert not Draft.objects.exists() and not Code.objects.exists()


def test_all_problems_are_listed_and_nothing_is_written(corpus, editor, capsys):
    wrong_date = edited(PATTERN_FILE, "date: 2025-01-15", "date: 2025-02-30")
    wrong_key = edited("families.yaml", "Deals of states.", "'Deals [@nobody].'")
    write_corpus(corpus, **wrong_date, **wrong_key, **edited(PARTNERSHIP_FILE, "status: active", "status: alive"))
    with pytest.raises(CommandError, match="3 problems; nothing was written"):
        call_command("import_corpus", str(corpus), "--by", "edda")
    assert capsys.readouterr().err.splitlines() == [
        f"{corpus}/families.yaml:3: nobody is cited, but there is no such source; add it to sources.yaml or mend the"
        " key",
        f"{corpus}/{PARTNERSHIP_FILE}:5: “alive” is not possible for “status”; choose announced, active, amended,"
        " ended or unknown",
        f"{corpus}/{PATTERN_FILE}:33: “2025-02-30” is not a date; write what is known as 2025-05-22, 2025-05 or 2025",
    ]
    assert not Draft.objects.exists()


def test_the_first_fifty_problems_are_shown(tmp_path, editor, capsys):
    text = "".join(f"- {{key: k{n}, kind: none, title: T}}\n" for n in range(60))
    write_corpus(tmp_path, **{"sources.yaml": FILES["sources.yaml"] + text})
    with pytest.raises(CommandError, match="60 problems"):
        call_command("import_corpus", str(tmp_path))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 51 and lines[-1] == "... and 10 more"


@pytest.mark.parametrize("username", ["nobody", "sam"])
def test_only_editors_import(corpus, editor, stranger, username):
    with pytest.raises(CommandError, match=f"{username} is no editor"):
        call_command("import_corpus", str(corpus), "--by", username)


def test_who_imports_must_be_said_when_there_is_a_choice(corpus, editor, other_editor):
    with pytest.raises(CommandError, match="say who imports"):
        call_command("import_corpus", str(corpus))


def test_signing_off_at_once_is_for_demos(corpus, editor):
    with pytest.raises(CommandError, match="for demos"):
        call_command("import_corpus", str(corpus), "--sign-off")
    assert not Draft.objects.exists()


def test_a_refusal_in_the_middle_leaves_nothing(corpus, editor, monkeypatch):
    real = timeline.save

    def refuse_partnerships(kind, code, document, **options):
        if kind == "partnership":
            raise ValueError("somebody took the code a moment ago")
        return real(kind, code, document, **options)

    monkeypatch.setattr(timeline, "save", refuse_partnerships)
    with pytest.raises(Refused) as refused:
        load(corpus, by=editor)
    assert str(refused.value.problems[0]) == f"{corpus}:1: partnership stargate: somebody took the code a moment ago"
    assert not Draft.objects.exists()
