"""Whatever is wrong with a corpus: a line, a sentence, and nothing written."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from exchange.loading import load
from exchange.reading import Refused
from history.models import Code, Draft
from reviews import workflow
from tests.exchange.broken_corpora import variants
from tests.exchange.small_corpus import FILES, PARTNERSHIP_FILE, PATTERN_FILE, edited, write_corpus
from tests.factories import approve, make_draft, make_edition, make_source, pattern_document

pytestmark = pytest.mark.django_db
VARIANTS = list(variants())
LINE = re.compile(r"(?P<place>.+?:\d+): (?P<sentence>.+)")
ROOT = Path(__file__).resolve().parents[2]


def refusal(folder, capsys):
    """What the command prints when it refuses; fails when it does not, or writes anything."""
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("import_corpus", str(folder), "--by", "edda")
    lines = capsys.readouterr().err.splitlines()
    assert lines and all(LINE.fullmatch(line) or line.startswith("... and ") for line in lines), lines
    assert not Draft.objects.exists() and not Code.objects.exists()
    return lines


def test_there_are_enough_of_them():
    assert len({name for name, *_ in VARIANTS}) == len(VARIANTS) >= 200


def case(place, variant):
    """Every fourth is asked each time, all of them in the drill."""
    return pytest.param(*variant[1:], id=variant[0], marks=[pytest.mark.drill] if place % 4 else [])


@pytest.mark.parametrize(("files", "file", "sentence"), [case(*one) for one in enumerate(VARIANTS)])
def test_a_broken_corpus_is_refused_with_line_and_sentence(tmp_path, editor, capsys, files, file, sentence):
    write_corpus(tmp_path, **files)
    lines = refusal(tmp_path, capsys)
    wanted = re.compile(re.escape(f"{tmp_path}/{file}") + (": " if ":" in file else r":\d+: ") + f".*({sentence})")
    assert any(wanted.match(line) for line in lines), lines[:5]


# Folders


def make_folder(path, kind):
    if kind == "a file":
        path.write_text("x")
    elif kind == "an empty folder":
        path.mkdir()
    elif kind == "another folder":
        path.mkdir()
        (path / "letter.txt").write_text("Dear")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("a file", "this is a file, not a folder"),
        ("nothing", "this does not exist"),
        ("an empty folder", "is not a corpus: it has no families.yaml"),
        ("another folder", "is not a corpus"),
    ],
)
def test_what_is_no_corpus_is_named(tmp_path, editor, capsys, kind, sentence):
    make_folder(tmp_path / "corpus", kind)
    [line] = refusal(tmp_path / "corpus", capsys)
    assert line.startswith(f"{tmp_path}/corpus:1: ") and sentence in line


@pytest.mark.parametrize(
    "name", ["sources.yml", "source.yaml", "patterns/x.yml", "pattern/x.yaml", "patterns/deep/x.yaml", "x.YAML"]
)
def test_a_stray_file_is_named(tmp_path, editor, capsys, name):
    write_corpus(tmp_path, **{name: "x: y\n"})
    [line] = refusal(tmp_path, capsys)
    assert "this is no part of a corpus" in line


@pytest.mark.parametrize("name", ["README.md", ".git/config.yaml", "patterns/.hidden.yaml", "LICENSE"])
def test_other_files_are_nobodys_business(tmp_path, editor, name):
    write_corpus(tmp_path, **{name: "x: y\n"})
    load(tmp_path, by=editor)


def test_odd_things_in_place_of_files_are_named(tmp_path, editor, capsys):
    write_corpus(tmp_path)
    (tmp_path / "sources.yaml").unlink()
    (tmp_path / "sources.yaml").symlink_to("nowhere")
    (tmp_path / "patterns" / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "patterns" / "pipe.yaml")
    lines = refusal(tmp_path, capsys)
    assert [line.split(": ", 1)[0].removeprefix(f"{tmp_path}/") for line in lines] == [
        "patterns/folder.yaml:1",
        "patterns/pipe.yaml:1",
        "sources.yaml:1",
    ]


def test_a_part_that_must_be_a_folder_is_named(tmp_path, editor, capsys):
    write_corpus(tmp_path, **{PATTERN_FILE: None})
    (tmp_path / "patterns").rmdir() if (tmp_path / "patterns").exists() else None
    (tmp_path / "patterns").write_text("x")
    assert "this must be a folder" in refusal(tmp_path, capsys)[0]


# What belongs to something else in the library


def refused(folder, by):
    with pytest.raises(Refused) as caught:
        load(folder, by=by)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def other_pattern(**fields):
    return pattern_document("OLD", **fields)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("OLD", "the code OLD already belongs to the pattern OLD"),
        ("OLD-K1", "the code OLD-K1 already belongs to the move OLD-K1 of OLD"),
        ("old-k1", "the code old-k1 already belongs to the move OLD-K1 of OLD"),
    ],
)
def test_a_code_of_the_library_is_not_taken(tmp_path, editor, code, sentence):
    make_draft(other_pattern(), editor)
    write_corpus(tmp_path, **edited(PATTERN_FILE, "code: STC-P1", f"code: {code}"))
    assert refused(tmp_path, editor) == [f"{PATTERN_FILE}:30: {sentence}; give this one a new code"]


def test_a_code_never_changes_what_it_names(tmp_path, editor):
    load(write_corpus(tmp_path), by=editor)
    swapped = (
        FILES[PATTERN_FILE].replace("STC-P1", "x").replace("STC-A1", "STC-P1").replace("code: x", "code: STC-A1")
    )
    write_corpus(tmp_path, **{PATTERN_FILE: swapped})
    assert [problem.split(": ", 1)[1] for problem in refused(tmp_path, editor)] == [
        "the code STC-A1 already belongs to the anchor STC-A1 of STC; give this one a new code",
        "the code STC-P1 already belongs to the precedent STC-P1 of STC; give this one a new code",
    ]


def test_a_retired_code_of_another_item_is_named(tmp_path, editor):
    make_draft(other_pattern(), editor)
    write_corpus(tmp_path, **edited(PATTERN_FILE, "[STC-K9]", "[OLD-K1]"))
    assert "already belongs to the move OLD-K1 of OLD" in refused(tmp_path, editor)[0]


def test_a_working_address_is_not_taken(tmp_path, editor):
    make_draft(other_pattern(slug="sovereign-trade-capacity"), editor)
    write_corpus(tmp_path)
    assert refused(tmp_path, editor) == [
        f"{PATTERN_FILE}:1: the address “sovereign-trade-capacity” belongs to OLD; give the file another name"
    ]


def test_an_address_that_was_public_is_not_taken(tmp_path, editor, reviewer):
    make_source(editor)
    make_edition(other_pattern(slug="sovereign-trade-capacity"), editor, reviewer)
    make_draft(other_pattern(slug="moved"), editor)
    write_corpus(tmp_path)
    assert "belongs to OLD" in refused(tmp_path, editor)[0]


def test_a_key_of_the_library_in_other_letters_is_named(tmp_path, editor):
    make_source(editor, "Smith-2026")
    write_corpus(tmp_path)
    assert (
        "the key smith-2026 differs from Smith-2026 in the library only in capitals" in refused(tmp_path, editor)[0]
    )


def test_no_words_are_put_into_an_edition(tmp_path, editor, reviewer):
    load(write_corpus(tmp_path), by=editor)
    number = approve(workflow.submit("pattern", "STC", by=editor, note="First"), reviewer).number
    told = f"score: visible\n        edition: {number}\n        wording: Trust no promise."
    write_corpus(tmp_path, **edited(PARTNERSHIP_FILE, "score: visible", told))
    assert refused(tmp_path, editor) == [
        f"{PARTNERSHIP_FILE}:23: edition {number} of STC words STC-K1 otherwise;"
        " leave out edition and wording, submitting fills them in"
    ]
    write_corpus(tmp_path, **edited(PARTNERSHIP_FILE, "score: visible", told.replace("no", "the")))
    load(tmp_path, by=editor)


SHOWN = "pattern: STC\n    edition: {number}\n    pattern_slug: {slug}\n    pattern_title: {title}"


@pytest.fixture
def exhibit(tmp_path, editor, reviewer):
    """The exhibit of the small corpus, told of the published edition; write(...) writes it otherwise."""
    load(write_corpus(tmp_path), by=editor)
    number = approve(workflow.submit("pattern", "STC", by=editor, note="First"), reviewer).number
    true = {"number": number, "slug": "sovereign-trade-capacity", "title": "Sovereign Trade Capacity"}

    def write(variants="[{code: STC-V1, name: First form}]", **told):
        text = FILES[PARTNERSHIP_FILE].replace("pattern: STC", SHOWN.format(**true | told))
        write_corpus(tmp_path, **{PARTNERSHIP_FILE: text.replace("[STC-V1]", variants)})
        return number

    return write


def test_what_is_told_of_a_published_edition_is_taken_as_it_is(tmp_path, editor, exhibit):
    number = exhibit()
    load(tmp_path, by=editor)
    [shown] = Draft.objects.get(code="stargate").read()["exhibits"]
    assert (shown["edition"], shown["sub_variants"]) == (number, [{"code": "STC-V1", "name": "First form"}])


@pytest.mark.parametrize(
    ("told", "line", "sentence"),
    [
        ({"title": "Never"}, 20, "edition {} of STC has the title “Sovereign Trade Capacity”; write that, or leave"),
        ({"title": ""}, 17, "edition {} of STC has the title “Sovereign Trade Capacity”"),
        ({"slug": "no-such"}, 19, "edition {} of STC has the address “sovereign-trade-capacity”; write that"),
        ({"variants": "[{code: STC-V1, name: Never}]"}, 21, "edition {} of STC calls STC-V1 “First form”; write"),
        ({"variants": "[STC-V1]"}, 21, "edition {} of STC calls STC-V1 “First form”"),
        ({"variants": "[{code: STC-K2, name: Localise everything.}]"}, 21, "STC has no sub-variant STC-K2; mend"),
    ],
)
def test_nothing_invented_is_told_of_a_published_edition(tmp_path, editor, exhibit, told, line, sentence):
    number = exhibit(**told)
    [problem] = refused(tmp_path, editor)
    assert problem.startswith(f"{PARTNERSHIP_FILE}:{line}: {sentence.format(number)}")


def test_a_published_edition_gets_no_later_sub_variant(tmp_path, editor, exhibit):
    number = exhibit(variants="[{code: STC-V1, name: First form}, {code: STC-V2, name: Second}]")
    later = edited(PATTERN_FILE, "clauses:\n", "  - {code: STC-V2, name: Second}\nclauses:\n")
    (tmp_path / PATTERN_FILE).write_text(later[PATTERN_FILE])
    assert refused(tmp_path, editor) == [
        f"{PARTNERSHIP_FILE}:21: edition {number} of STC has no sub-variant STC-V2; drop it or leave out the edition"
    ]


def test_an_edition_of_another_library_may_say_otherwise(tmp_path, editor, exhibit):
    exhibit(number="2001.01", title="An older title", slug="older", variants="[{code: STC-V1, name: Older}]")
    load(tmp_path, by=editor)
    [shown] = Draft.objects.get(code="stargate").read()["exhibits"]
    assert (shown["edition"], shown["pattern_title"]) == ("2001.01", "An older title")


# The program


def test_the_program_ends_with_a_status_and_no_traceback(tmp_path):
    write_corpus(tmp_path, **edited(PATTERN_FILE, "2025-01-15", "a: b"))
    words = [sys.executable, "manage.py", "import_corpus", str(tmp_path), "--dry-run"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].startswith(f"{tmp_path}/{PATTERN_FILE}:33: ")
    assert "Traceback" not in done.stderr
