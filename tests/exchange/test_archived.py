"""Archived items and corpora: an export leaves them out and says so, an import changes none of them."""

import pytest
from django.core.management import CommandError, call_command

from exchange.loading import load
from history import timeline
from history.models import Draft
from reviews import archive
from tests.exchange.small_corpus import FILES, PARTNERSHIP_FILE, edited, write_corpus

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus(tmp_path, editor):
    folder = write_corpus(tmp_path / "corpus")
    load(folder, by=editor)
    archive.archive("partnership", "stargate", by=editor, reason="Because")
    return folder


def test_an_export_leaves_archived_items_out_and_says_so(corpus, tmp_path, capsys):
    call_command("export_corpus", str(tmp_path / "out"))
    assert "left out because they are archived: partnership stargate" in capsys.readouterr().out
    assert not (tmp_path / "out" / PARTNERSHIP_FILE).exists()
    assert (tmp_path / "out" / "patterns").exists()


def test_an_export_over_a_corpus_takes_the_archived_item_out_of_it(corpus, capsys):
    call_command("export_corpus", str(corpus))
    assert not (corpus / PARTNERSHIP_FILE).exists()


def test_an_import_names_the_line_of_an_entry_that_would_change_an_archived_item(corpus, editor, capsys):
    write_corpus(corpus, **edited(PARTNERSHIP_FILE, "country: US", "country: CA"))
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("import_corpus", str(corpus), "--by", "edda")
    told = capsys.readouterr().err
    assert f"{corpus}/{PARTNERSHIP_FILE}:1: stargate was archived by Edda Editor on " in told
    assert "recover it first, or take it out of this folder" in told
    assert Draft.objects.get(code="stargate").version == 1


@pytest.mark.parametrize(
    ("kind", "code", "file", "old", "new", "line"),
    [
        ("source", "lone", "sources.yaml", "title: Lone", "title: Other", 14),
        ("family", "lone", "families.yaml", "name: Lone", "name: Other", 4),
    ],
)
def test_archived_sources_and_families_are_refused_at_their_lines(
    tmp_path, editor, capsys, kind, code, file, old, new, line
):
    entry = "- {key: lone, kind: other, title: Lone}\n" if kind == "source" else "- {slug: lone, name: Lone}\n"
    text = FILES[file] + entry
    folder = write_corpus(tmp_path / "corpus", **{file: text})
    load(folder, by=editor)
    archive.archive(kind, code, by=editor, reason="Because")
    write_corpus(folder, **{file: text.replace(old, new)})
    with pytest.raises(CommandError):
        call_command("import_corpus", str(folder), "--by", "edda")
    assert f"{folder}/{file}:{line}: lone was archived by Edda Editor" in capsys.readouterr().err


def test_an_import_that_changes_nothing_of_it_goes_through(corpus, editor):
    write_corpus(corpus, **edited("sources.yaml", "title: An article", "title: Another article"))
    loaded = load(corpus, by=editor)
    assert [step.code for step in loaded.steps if step.verdict == "changed"] == ["jones-2025"]
    assert timeline.verify() == []


def test_an_archived_item_that_a_folder_lacks_is_not_named(corpus, editor):
    (corpus / PARTNERSHIP_FILE).unlink()
    assert load(corpus, by=editor).left == {}
