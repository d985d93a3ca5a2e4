"""An exported corpus is changed outside while editors change drafts: both are kept, or the import is refused."""

import pytest
import yaml
from django.core.management import CommandError, call_command

from exchange import loading
from exchange.exporting import export
from exchange.loading import load
from exchange.reading import Refused
from history import timeline
from history.models import Draft
from patterns import families
from reviews import workflow
from sources import composition as sources
from tests.exchange.small_corpus import PARTNERSHIP_FILE, PATTERN_FILE, write_corpus
from tests.factories import approve, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, editor):
    """A corpus as it was exported, on the way to somebody who changes it outside."""
    load(write_corpus(tmp_path / "corpus"), by=editor)
    export(tmp_path / "out")
    return tmp_path / "out"


def now(code="STC"):
    return Draft.objects.get(code=code)


def change(by, code="STC", **texts):
    """What an editor saves meanwhile."""
    draft = now(code)
    return timeline.save(draft.kind, code, {**draft.read(), **texts}, by=by, note="Meanwhile")


def edit(folder, name, old, new):
    path = folder / name
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new))
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if new.split("\n")[0] in line)


def refused(folder, editor):
    versions = dict(Draft.objects.values_list("code", "version"))
    with pytest.raises(Refused) as told:
        load(folder, by=editor)
    assert dict(Draft.objects.values_list("code", "version")) == versions
    return [str(problem) for problem in told.value.problems]


def verdicts(loaded):
    return {step.code: step.verdict for step in loaded.steps}


def test_an_export_says_which_versions_it_holds(folder):
    entries = yaml.safe_load((folder / "exported.yaml").read_text())
    assert entries == [
        {"kind": draft.kind, "code": draft.code, "version": draft.version, "digest": draft.digest}
        for draft in Draft.objects.all()
    ]


def test_an_unchanged_export_leaves_what_editors_changed(folder, editor, other_editor):
    change(other_editor, title="Meanwhile")
    change(other_editor, "stargate", summary="Meanwhile [@jones-2025].")
    change(other_editor, "jones-2025", title="Meanwhile")
    change(other_editor, "sovereign", name="States")
    before = dict(Draft.objects.values_list("code", "version"))
    assert set(verdicts(load(folder, by=editor)).values()) == {"unchanged"}
    assert dict(Draft.objects.values_list("code", "version")) == before


def test_changes_of_different_places_are_both_kept_and_importing_again_changes_nothing(folder, editor, other_editor):
    rows = now().read()["kill_list"]
    change(other_editor, title="Meanwhile", kill_list=[{**rows[0], "mitigation": "Theirs."}, *rows[1:]])
    edit(folder, PATTERN_FILE, "move: Trust the promise.", "move: Trust nobody.")
    edit(folder, PATTERN_FILE, "subtitle: A subtitle", "subtitle: A better one")
    assert verdicts(load(folder, by=editor))["STC"] == "changed"
    document = now().read()
    assert (document["title"], document["subtitle"]) == ("Meanwhile", "A better one")
    first = document["kill_list"][0]
    assert (first["move"], first["mitigation"]) == ("Trust nobody.", "Theirs.")
    assert timeline.contributors("pattern", "STC", 2, 3) == {editor.pk: "Edda Editor"}
    assert set(verdicts(load(folder, by=editor)).values()) == {"unchanged"}
    assert now().version == 3 and timeline.verify() == []


def test_the_same_place_is_refused_with_its_line_and_nothing_is_written(folder, editor, other_editor):
    rows = now().read()["kill_list"]
    change(other_editor, kill_list=[{**rows[0], "move": "Theirs."}, *rows[1:]])
    change(other_editor, "stargate", summary="Theirs.")
    line = edit(folder, PATTERN_FILE, "move: Trust the promise.", "move: Trust nobody.")
    edit(folder, PARTNERSHIP_FILE, "summary: What was announced", "summary: What was said")
    edit(folder, PARTNERSHIP_FILE, "status: active", "status: ended")
    [stargate, pattern] = refused(folder, editor)
    assert pattern.startswith(f"{folder / PATTERN_FILE}:{line}: Kill list, STC-K1, move of STC was changed here and")
    assert "version 2 by Otto Editor" in pattern and "Summary of stargate" in stargate


def test_a_row_removed_here_and_changed_there_is_refused_at_its_list(folder, editor, other_editor):
    anchors = now().read()["anchors"]
    change(other_editor, anchors=[{**anchors[0], "finding": "Theirs."}])
    text = (folder / PATTERN_FILE).read_text()
    head, _, rest = text.partition("anchors:")
    (folder / PATTERN_FILE).write_text(head + "anchors: []\nretired_codes:" + rest.partition("retired_codes:")[2])
    [problem] = refused(folder, editor)
    assert problem.startswith(f"{folder / PATTERN_FILE}:{head.count(chr(10)) + 1}: Scholarly anchors, STC-A1 of STC")


def test_two_orders_are_refused(folder, editor, other_editor):
    rows = now().read()["kill_list"]
    change(other_editor, kill_list=[rows[1], rows[0], rows[2]])
    told = yaml.load((folder / PATTERN_FILE).read_text(), Loader=yaml.BaseLoader)
    told["kill_list"] = [told["kill_list"][place] for place in (2, 0, 1)]
    (folder / PATTERN_FILE).write_text(yaml.safe_dump(told, sort_keys=False))
    [problem] = refused(folder, editor)
    assert "the order of Kill list of STC was changed here" in problem


def test_sources_are_merged_by_field_too(folder, editor, other_editor):
    change(other_editor, "smith-2026", source_kind="filing")
    edit(folder, "sources.yaml", "title: A release", "title: Another title")
    load(folder, by=editor)
    source = now("smith-2026").read()
    assert (source["title"], source["source_kind"]) == ("Another title", "filing")
    line = edit(folder, "sources.yaml", "kind: press_release", "kind: government")
    assert refused(folder, editor)[0].startswith(f"{folder / 'sources.yaml'}:{line}: Kind of smith-2026")


def test_a_first_party_mark_is_refused_at_its_row(folder, editor, other_editor):
    """A mark has no line of its own."""
    row = now("stargate").read()["sources"][0]
    change(other_editor, "stargate", sources=[{**row, "first_party": False, "supports": "Theirs"}])
    edit(folder, PARTNERSHIP_FILE, "supports: the announcement", "supports: Mine")
    assert "Sources, smith-2026, what it supports of stargate" in refused(folder, editor)[0]


# A folder that does not say which texts it rests on


@pytest.fixture
def by_hand(folder):
    """The same folder, as if somebody had written it."""
    (folder / "exported.yaml").unlink()
    return folder


def test_what_an_import_wrote_is_replaced(by_hand, editor):
    edit(by_hand, PATTERN_FILE, "subtitle: A subtitle", "subtitle: A better one")
    for old, new in (("A better one", "The best"), ("The best", "A subtitle")):
        load(by_hand, by=editor)
        edit(by_hand, PATTERN_FILE, f"subtitle: {old}", f"subtitle: {new}")
    load(by_hand, by=editor)
    assert (now().read()["subtitle"], now().version) == ("A subtitle", 4)


def test_what_editors_changed_is_refused_by_name_and_nothing_is_written(by_hand, editor, other_editor):
    change(other_editor, title="Meanwhile")
    change(other_editor, "stargate", summary="Meanwhile.")
    change(other_editor, "jones-2025", title="Meanwhile")
    change(other_editor, "sovereign", name="States")
    edit(by_hand, "sources.yaml", "title: A release", "title: Another title")
    problems = refused(by_hand, editor)
    assert [
        problem.partition(" was changed in the library since it was last imported (version ")[0]
        for problem in problems
    ] == [
        f"{by_hand}/families.yaml:1: sovereign",
        f"{by_hand}/{PARTNERSHIP_FILE}:1: stargate",
        f"{by_hand}/{PATTERN_FILE}:1: STC",
        f"{by_hand}/sources.yaml:1: jones-2025",
    ]
    assert problems[1].endswith(
        "(version 2 by Otto Editor), and this folder does not say on which text it rests; export and make your"
        " changes in that folder, which keeps both, or import with --replace-edited to put this text in its place"
    )


def test_what_was_never_imported_is_refused(by_hand, editor, other_editor):
    make_source(other_editor, "wren-2026")
    with (by_hand / "sources.yaml").open("a") as file:
        file.write("- {key: wren-2026, kind: other, title: Wren}\n")
    [problem] = refused(by_hand, editor)
    assert "wren-2026 was written in the library (version 1 by Otto Editor)" in problem


def test_told_so_the_folder_wins_and_the_history_keeps_the_edit(by_hand, editor, other_editor, capsys):
    change(other_editor, title="Meanwhile")
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("import_corpus", str(by_hand), "--by", "edda")
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("import_corpus", str(by_hand), "--dry-run")
    call_command("import_corpus", str(by_hand), "--dry-run", "--replace-edited")
    assert now().title == "Meanwhile"
    call_command("import_corpus", str(by_hand), "--by", "edda", "--replace-edited")
    said = "replaced although it was edited: pattern STC; its history keeps version 2 by Otto Editor\n"
    assert capsys.readouterr().out.count(said) == 2
    assert (now().title, timeline.document_of(now(), 2)["title"]) == ("Sovereign Trade Capacity", "Meanwhile")
    edit(by_hand, PATTERN_FILE, "subtitle: A subtitle", "subtitle: A better one")
    assert verdicts(load(by_hand, by=editor))["STC"] == "changed"  # an import wrote it last


def test_an_edit_that_was_taken_back_or_taken_over_is_none(by_hand, editor, other_editor):
    for title in ("Meanwhile", "Sovereign Trade Capacity"):
        change(other_editor, title=title)
    change(other_editor, "stargate", summary="Theirs.")
    edit(by_hand, PATTERN_FILE, "subtitle: A subtitle", "subtitle: A better one")
    text = yaml.safe_load((by_hand / PARTNERSHIP_FILE).read_text())
    (by_hand / PARTNERSHIP_FILE).write_text(yaml.safe_dump({**text, "summary": "Theirs."}, default_flow_style=False))
    told = verdicts(load(by_hand, by=editor))
    assert (told["STC"], told["stargate"]) == ("changed", "unchanged")
    edit(by_hand, PARTNERSHIP_FILE, "summary: Theirs.", "summary: Mine.")
    load(by_hand, by=editor)
    assert now("stargate").read()["summary"] == "Mine."


def test_what_comes_from_elsewhere_is_no_edit(by_hand, editor, other_editor, reviewer):
    """A version by a corrected source, a renamed family or an edition that scores were tied to."""
    sources.correct({**now("jones-2025").read(), "title": "Corrected"}, by=other_editor, note="x")
    families.correct({**now("sovereign").read(), "name": "States"}, by=other_editor, note="x")
    for kind, code in (("pattern", "STC"), ("partnership", "stargate")):
        approve(workflow.submit(kind, code, by=other_editor, note="First"), reviewer)
    assert now().version > 1
    for name in ("sources.yaml", "families.yaml"):
        (by_hand / name).unlink()
    edit(by_hand, PATTERN_FILE, "subtitle: A subtitle", "subtitle: A better one")
    edit(by_hand, PARTNERSHIP_FILE, "country: US", "country: CA")
    assert verdicts(load(by_hand, by=editor)) == {"STC": "changed", "stargate": "changed"}


def test_a_merge_is_no_import_of_what_the_library_added(folder, editor, other_editor):
    change(other_editor, title="Meanwhile")
    edit(folder, PATTERN_FILE, "subtitle: A subtitle", "subtitle: A better one")
    load(folder, by=editor)
    (folder / "exported.yaml").unlink()
    assert "STC was changed in the library" in refused(folder, editor)[0]


@pytest.mark.parametrize("subtitle", ["A better one", "A subtitle"])
def test_an_export_that_comes_back_makes_no_import_of_an_edit(tmp_path, editor, other_editor, subtitle):
    """The way out that the refusal names: the next import from the old folder is refused as before."""
    by_hand = write_corpus(tmp_path / "corpus")
    load(by_hand, by=editor)
    change(other_editor, title="Mended by an editor")
    make_source(other_editor, "wren-2026")
    export(tmp_path / "out")
    for name in ("out", "corpus"):
        edit(tmp_path / name, PATTERN_FILE, "subtitle: A subtitle", f"subtitle: {subtitle}")
    with (by_hand / "sources.yaml").open("a") as file:
        file.write("- {key: wren-2026, kind: other, title: Wren}\n")
    for _ in range(2):
        load(tmp_path / "out", by=editor)
        pattern, wren = refused(by_hand, editor)
        assert "STC was changed in the library since it was last imported" in pattern
        assert "wren-2026 was written in the library" in wren
    assert (now().title, now().read()["subtitle"]) == ("Mended by an editor", subtitle)


def test_what_an_export_changed_of_an_import_is_imported(folder, editor):
    edit(folder, PATTERN_FILE, "subtitle: A subtitle", "subtitle: A better one")
    load(folder, by=editor)
    (folder / "exported.yaml").unlink()
    edit(folder, PATTERN_FILE, "subtitle: A better one", "subtitle: The best")
    assert verdicts(load(folder, by=editor))["STC"] == "changed"


def test_another_number_of_the_same_text_is_found_by_its_digest(folder, editor, other_editor):
    """As in another library, or in one that was put back from a backup."""
    entries = yaml.safe_load((folder / "exported.yaml").read_text())
    numbers = [{**entry, "version": entry["version"] + 40} for entry in entries]
    (folder / "exported.yaml").write_text(yaml.safe_dump(numbers))
    change(other_editor, title="Meanwhile")
    edit(folder, PATTERN_FILE, "subtitle: A subtitle", "subtitle: A better one")
    load(folder, by=editor)
    assert (now().title, now().read()["subtitle"]) == ("Meanwhile", "A better one")


def test_a_text_that_this_library_never_had_is_refused(folder, editor):
    text = (folder / "exported.yaml").read_text()
    (folder / "exported.yaml").write_text(text.replace(now().digest, "0" * 64))
    assert set(verdicts(load(folder, by=editor)).values()) == {"unchanged"}  # the same text needs no base
    edit(folder, PATTERN_FILE, "subtitle: A subtitle", "subtitle: A better one")
    [problem] = refused(folder, editor)
    line = next(n for n, line in enumerate(text.splitlines(), 1) if line == "- kind: pattern")
    assert problem.startswith(f"{folder / 'exported.yaml'}:{line}: this library never had the pattern STC as it was")
    assert problem.endswith("take this entry out and import with --replace-edited")


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("- {kind: pattern, code: STC, version: x, digest: y}", "“x” is not the number of a version"),
        ("- {kind: pattern, code: STC, version: 1, digest: y}", "“y” is not a digest"),
        ("- {kind: letter, code: STC, version: 1, digest: y}", "“letter” is not possible for “kind”"),
        ("- {kind: pattern, code: STC}", "this exported item has no “version”"),
        ("kind: pattern", "this file must be a list of exported"),
        ("- &one {kind: pattern}", "is an anchor"),
    ],
)
def test_what_cannot_be_an_export_is_refused(folder, editor, text, sentence):
    (folder / "exported.yaml").write_text(text)
    assert any(sentence in problem for problem in refused(folder, editor))


def test_an_item_exported_twice_is_refused(folder, editor):
    path = folder / "exported.yaml"
    path.write_text(path.read_text() * 2)
    assert len(refused(folder, editor)) == 5
    assert "keep one of the two" in refused(folder, editor)[0]


def test_who_begins_to_cite_while_locks_are_taken_is_waited_for(folder, editor, other_editor, monkeypatch):
    """The merged text cites what the corpus does not: its locks are taken before any draft is locked."""
    make_source(other_editor, "wren-2026")
    edit(folder, PATTERN_FILE, "subtitle: A subtitle", "subtitle: A better one")
    held, hold = [], loading._hold_records

    def holding(corpus):
        names = hold(corpus)
        held.append(names)
        return names - {"wren-2026"} if len(held) == 1 else names

    monkeypatch.setattr(loading, "_hold_records", holding)
    change(other_editor, structure="Theirs [@wren-2026].")
    load(folder, by=editor)
    assert len(held) == 2 and all("wren-2026" in names for names in held)
    assert "wren-2026" in now().cites
