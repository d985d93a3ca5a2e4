"""What is written is what is read: the same documents, the same digests, the same files."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.exporting import export
from exchange.loading import load
from exchange.reading import plain, read_file
from exchange.writing import write_file
from history.models import Code, Draft
from library.documents import NotClean, clean_text
from reviews import workflow
from tests.exchange.small_corpus import FILES, PARTNERSHIP_FILE, PATTERN_FILE, edited, write_corpus
from tests.factories import approve, make_draft, pattern_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(tmp_path, editor, reviewer):
    """Published once, then moved on, with a code retired on the way."""
    folder = write_corpus(tmp_path / "corpus")
    load(folder, by=editor)
    approve(workflow.submit("pattern", "STC", by=editor, note="First"), reviewer)
    approve(workflow.submit("partnership", "stargate", by=editor, note="First"), reviewer)
    document = Draft.objects.get(code="STC").read()
    make_draft({**document, "clauses": [], "subtitle": "Yes: no, “maybe” # not"}, editor)


def digests():
    return dict(Draft.objects.values_list("code", "digest"))


def files(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.yaml")}


def without_versions(text):
    return [line for line in text.splitlines() if "version:" not in line]


def empty_the_library():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT string_agg(tablename, ', ') FROM pg_tables WHERE schemaname = 'public' AND"
            " split_part(tablename, '_', 1) IN"
            " ('library', 'history', 'sources', 'patterns', 'partnerships', 'reviews', 'reversion')"
        )
        cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} CASCADE")


def test_an_exported_corpus_changes_nothing(library, editor, tmp_path):
    before = dict(Draft.objects.values_list("code", "version"))
    assert export(tmp_path / "out") == []
    load(tmp_path / "out", by=editor)
    assert dict(Draft.objects.values_list("code", "version")) == before


def test_an_empty_library_gets_the_same_digests(library, editor, tmp_path):
    before = digests()
    export(tmp_path / "out")
    empty_the_library()
    assert not Draft.objects.exists()
    load(tmp_path / "out", by=editor)
    assert digests() == before
    assert Code.objects.get(code="STC-C1").what == "clause"
    again = load(tmp_path / "out", by=editor)
    assert {step.verdict for step in again.steps} == {"unchanged"}


def test_the_same_library_gives_the_same_files(library, editor, tmp_path):
    export(tmp_path / "one")
    empty_the_library()
    load(tmp_path / "one", by=editor)
    export(tmp_path / "two")
    one, two = files(tmp_path / "one"), files(tmp_path / "two")
    # A new library counts its versions from one; the digests are the same.
    assert without_versions(one.pop("exported.yaml")) == without_versions(two.pop("exported.yaml"))
    assert one == two


def test_the_files_read_well(library, tmp_path):
    export(tmp_path / "out")
    partnership = (tmp_path / "out" / PARTNERSHIP_FILE).read_text()
    assert "  - name: Host\n    country: 'NO'\n    role: host\n" in partnership
    assert "announced: 2025-05\n" in partnership
    pattern = (tmp_path / "out" / PATTERN_FILE).read_text()
    assert "in_brief: |\n  What it is [@smith-2026, p. 3].\n\n  A second paragraph\n" in pattern
    assert pattern.startswith("code: STC\nfamily: sovereign\ntags:\n  - compute\n  - residency\ntitle: Sovereign")
    assert pattern.endswith("retired_codes:\n  - STC-C1\n  - STC-K9\n")
    assert "clauses" not in pattern


def test_editions_that_were_judged_are_written(library, tmp_path):
    export(tmp_path / "out")
    text = (tmp_path / "out" / PARTNERSHIP_FILE).read_text()
    assert "pattern_slug: sovereign-trade-capacity\n" in text
    assert "wording: Trust the promise.\n" in text
    assert "- code: STC-V1\n        name: First form\n" in text


def test_an_empty_library_is_exported_too(editor, tmp_path):
    export(tmp_path / "out")
    assert files(tmp_path / "out") == dict.fromkeys(("families.yaml", "sources.yaml", "exported.yaml"), "[]\n")
    assert load(tmp_path / "out", by=editor).steps == []


def test_an_unfinished_draft_is_exported_and_named(editor, tmp_path, capsys):
    make_draft(pattern_document(), editor)
    call_command("export_corpus", str(tmp_path / "out"))
    told = capsys.readouterr()
    assert "smith-2026 is cited, but there is no such source" in told.err
    assert (tmp_path / "out" / "patterns" / "pattern-stc.yaml").exists()


def test_open_first_texts_come_back(tmp_path, editor):
    write_corpus(tmp_path / "c", **edited(PATTERN_FILE, "move: Trust the promise.", 'move: ""'))
    load(tmp_path / "c", by=editor)
    before = digests()
    export(tmp_path / "out")
    empty_the_library()
    load(tmp_path / "out", by=editor)
    assert digests() == before


# Where it may write


def test_a_corpus_is_renewed(library, tmp_path):
    (tmp_path / "corpus" / "README.md").write_text("Ours")
    export(tmp_path / "corpus")
    assert "Yes: no" in (tmp_path / "corpus" / PATTERN_FILE).read_text()
    assert (tmp_path / "corpus" / "README.md").read_text() == "Ours"


def test_a_renamed_item_leaves_no_second_file(library, tmp_path, editor):
    make_draft({**Draft.objects.get(code="STC").read(), "slug": "capacity"}, editor)
    export(tmp_path / "corpus")
    assert [path.name for path in (tmp_path / "corpus" / "patterns").iterdir()] == ["capacity.yaml"]
    assert {step.verdict for step in load(tmp_path / "corpus", by=editor).steps} == {"unchanged"}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("letter.txt", "Dear", "not empty and not a corpus"),
        ("sources.yaml", FILES["sources.yaml"], "the library does not have .source smith-2026, source jones-2025"),
        ("sources.yaml", "- [", "a corpus that cannot be read"),
    ],
)
def test_other_peoples_files_are_not_overwritten(tmp_path, editor, name, text, sentence):
    (tmp_path / name).write_text(text)
    with pytest.raises(CommandError, match=sentence):
        call_command("export_corpus", str(tmp_path))
    assert files(tmp_path) in ({}, {name: text})
    assert (tmp_path / name).read_text() == text


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CommandError, match="is a file"):
        call_command("export_corpus", str(tmp_path / "file"))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_corpus", str(tmp_path / "file" / "below"))


# Any text


def clean(text):
    try:
        return clean_text(text)
    except NotClean:
        return ""


texts = st.text(st.characters(exclude_categories=["Cs", "Co"]), max_size=60).map(clean)
ODD = """NO ~ null 1.10 2025-05-22 - # ' " *a &a !a %a @a | > [a {a \\ ? --- ... << y = a: #b a#"""
LINES = [
    "- a",
    "a: b",
    "a #b",
    "? a",
    "\ta",
    "a\tb",
    "a\n  b\n c",
    "  a\nb",
    "a\n\n\nb",
    "#\n#",
    "a\n---\nb",
    "\ufeff",
    "\ufffe",
]
odd = st.sampled_from([*ODD.split(), *LINES, "a" * 300, "a b " * 60 + "end", "\U0001f600"]).map(clean)


@given(st.lists(texts | odd, max_size=8))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_clean_text_is_read_as_it_was_written(tmp_path, words):
    told = [{"key": word, "more": {"deep": [word]}} for word in words]
    write_file(tmp_path / "x.yaml", told or ["x"])
    problems = []
    read = read_file(tmp_path / "x.yaml", problems)
    assert problems == []
    again = plain(read) if told else []
    assert [(clean(e["key"]), clean(e["more"]["deep"][0])) for e in again] == [(word, word) for word in words]
