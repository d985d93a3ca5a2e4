"""The script that checks a copy: it passes what the library published and names whatever a forger touches."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import rfc8785
from django.db import transaction
from django.test import Client, override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from library.downloads import archive, verify
from library.models import Edition, LedgerEntry
from tests.library.copies import fetch, objects, put, unpacked, written
from tests.library.factories import act
from tests.library.reading import full_library
from tests.library.test_withheld import withhold

SCRIPT = Path(verify.__file__)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
LEAVES = TEXTS | st.booleans() | st.integers(-verify.LARGEST, verify.LARGEST)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20)


@pytest.fixture(scope="module")
def packed(django_db_setup, django_db_blocker, tmp_path_factory):
    """A library of two items in four editions, one retired, an older edition withheld; fetched once, then gone."""
    own = {
        "LEDGER_HEAD_FILE": tmp_path_factory.mktemp("head") / "head",
        "DOWNLOADS_DIR": tmp_path_factory.mktemp("own"),
    }
    with django_db_blocker.unblock(), override_settings(**own), transaction.atomic():
        full_library()
        newest = Edition.objects.get(code="stargate", number="2026.02").read()
        act(LedgerEntry.Act.RETIREMENT, newest, "2026-02-08", edition="2026.02")
        withhold("stargate", "2026.01")
        fetched = fetch(Client(), "anteroom.zip")
        transaction.set_rollback(True)
    return fetched


@pytest.fixture(scope="module")
def files(packed):
    return unpacked(packed)


def head_at(files, position):
    """The hash of an entry."""
    return verify.sha256(files["ledger.jsonl"].splitlines()[position - 1])


@settings(max_examples=40)
@given(VALUES)
def test_canonical_bytes_are_those_of_rfc_8785(value):
    assert verify.canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [1.5, None, 2**53, {"a": [None]}])
def test_what_no_document_holds_has_no_bytes(value):
    with pytest.raises(ValueError, match="of a kind that no document holds"):
        verify.canonical(value)


def test_a_whole_copy_is_sound_by_itself(files, tmp_path):
    put(files, tmp_path / "copy")
    run = subprocess.run(
        [sys.executable, "-I", SCRIPT, tmp_path / "copy"], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == (
        f"Sound: 7 ledger entries, 4 editions, 1 of them withheld.\nHead, to keep: 7:{head_at(files, 7)}\n"
    )


def test_a_zip_is_checked_as_it_is(packed, tmp_path):
    path = tmp_path / "anteroom.zip"
    path.write_bytes(packed)
    assert verify.main([str(path)]) == 0
    path.write_bytes(b"no zip")
    assert verify.main([str(path)]) == 2


def test_a_copy_that_lacks_a_file_cannot_be_checked(files, tmp_path, capsys):
    folder = put(files, tmp_path / "copy")
    (folder / "ledger.jsonl").unlink()
    assert verify.main([str(folder)]) == 2
    assert capsys.readouterr().err == f"{folder}/ledger.jsonl cannot be read\n"
    assert verify.main([str(tmp_path / "nowhere")]) == 2
    packed = tmp_path / "other.zip"
    with verify.zipfile.ZipFile(packed, "w") as empty:
        empty.writestr("other.txt", "")
    assert verify.main([str(packed)]) == 2
    assert capsys.readouterr().err.endswith("has no ledger.jsonl\n")


def test_a_head_that_was_kept_is_compared(files, tmp_path, capsys):
    folder = str(put(files, tmp_path / "copy"))
    second = head_at(files, 2)
    assert verify.main([folder, "--head", f"2:{second.upper()}"]) == 0
    assert verify.main([folder, "--head", f"2:{'0' * 64}"]) == 1
    assert verify.main([folder, "--head", f"9:{'0' * 64}"]) == 1
    told = capsys.readouterr().err
    assert f"entry 2 has the hash {second}; you kept {'0' * 64}" in told
    assert "the ledger ends at 7; you kept a head at position 9" in told
    with pytest.raises(SystemExit):
        verify.main([folder, "--head", "2:short"])


def problems(files, tmp_path):
    """What the script says of these files, the sums left out: whoever forges files forges those."""
    files = {name: text for name, text in files.items() if name != "SHA256SUMS"}
    return verify.Check(verify.copy_at(put(files, tmp_path / "forged"))).run()


def change(files, name, number, **changed):
    """The files with one line changed; a value None takes the field away."""
    lines = objects(files[name])
    lines[number] = {key: value for key, value in {**lines[number], **changed}.items() if value is not None}
    return {**files, name: written(lines)}


def line(files, name, number):
    return objects(files[name])[number]


def drop(files, name, number):
    lines = files[name].splitlines(keepends=True)
    return {**files, name: b"".join(lines[:number] + lines[number + 1 :])}


def swapped(files, name):
    lines = files[name].splitlines(keepends=True)
    return {**files, name: b"".join([lines[1], lines[0], *lines[2:]])}


def reworded(files, name, number):
    """One word of a document changed, and its digest with it."""
    document = line(files, name, number)["document"] | {"slug": "elsewhere"}
    return change(files, name, number, document=document, digest=verify.sha256(verify.canonical(document)))


def silent(files):
    """A copy in which the ledger goes back to a moment before the withholding, whose ground the lines still name."""
    return drop(files, "ledger.jsonl", 6)


# What a forger does, and what the script says of it. Editions: STC 2026.01, stargate 2026.01 (withheld), STC 2026.02,
# stargate 2026.02. Lines of what stands: STC 2026.01 (reaffirmed), stargate 2026.02 (retired).
FORGED = {
    "a note": (lambda f: change(f, "ledger.jsonl", 0, note="Other."), "it names "),
    "an entry taken out": (lambda f: drop(f, "ledger.jsonl", 2), "position 4 follows 2"),
    "entries swapped": (lambda f: swapped(f, "ledger.jsonl"), "position 2 follows 0"),
    "a time": (
        lambda f: change(f, "ledger.jsonl", 2, time="2020-01-01T00:00:00Z"),
        "is earlier than the entry before",
    ),
    "an act": (lambda f: change(f, "ledger.jsonl", 6, act="deletion"), "deletion is no act"),
    "no position": (lambda f: change(f, "ledger.jsonl", 6, position=None), "it is no ledger entry ('position')"),
    "a second publication": (
        lambda f: change(f, "ledger.jsonl", 2, edition="2026.01"),
        "edition 2026.01 of pattern STC was published before",
    ),
    "an act on nothing": (
        lambda f: change(f, "ledger.jsonl", 4, edition="2020.01"),
        "edition 2020.01 of pattern STC was not published before this reaffirmation",
    ),
    "an act on other bytes": (
        lambda f: change(f, "ledger.jsonl", 4, digest="0" * 64),
        "its digest is not that of edition 2026.01 of pattern STC",
    ),
    "a document": (
        lambda f: change(f, "editions.jsonl", 0, document=line(f, "editions.jsonl", 0)["document"] | {"title": "X"}),
        "the SHA-256 of the document is",
    ),
    "a document with its digest": (lambda f: reworded(f, "editions.jsonl", 0), "are not those of the ledger"),
    "what stands": (lambda f: reworded(f, "library.jsonl", 0), "the ledger says"),
    "an edition taken out": (
        lambda f: drop(f, "editions.jsonl", 2),
        "editions.jsonl: edition 2026.02 of pattern STC is missing",
    ),
    "an edition made up": (
        lambda f: change(f, "editions.jsonl", 2, edition="2026.07"),
        "the ledger knows no edition 2026.07 of pattern STC",
    ),
    "an edition twice": (
        lambda f: {**f, "editions.jsonl": f["editions.jsonl"] + f["editions.jsonl"].splitlines(keepends=True)[0]},
        "or it stands here twice",
    ),
    "a text called withheld": (
        lambda f: change(f, "editions.jsonl", 0, line="withheld", withheld={"position": 7, "on": "", "ground": "x"}),
        "is called withheld, but its text stands here",
    ),
    "a withheld text": (
        lambda f: change(f, "editions.jsonl", 1, line="edition", document={}, withheld=None),
        "edition 2026.01 of partnership stargate is withheld, but its text stands here",
    ),
    "a text left out": (
        lambda f: change(
            f, "editions.jsonl", 2, line="withheld", document=None, withheld={"position": 7, "ground": "x"}
        ),
        "the ledger does not withhold edition 2026.02 of pattern STC at 7",
    ),
    "another ground": (
        lambda f: change(f, "editions.jsonl", 1, withheld={"position": 7, "on": "2026-02-10", "ground": "x"}),
        "on this ground",
    ),
    "a line of another file": (lambda f: change(f, "editions.jsonl", 0, line="standing"), "no line of this file"),
    "a line without a kind": (lambda f: change(f, "editions.jsonl", 0, kind=None), "no line of this file ('kind')"),
    "an item taken out": (lambda f: drop(f, "library.jsonl", 0), "library.jsonl: pattern STC is missing"),
    "an item without a code": (lambda f: change(f, "library.jsonl", 0, code=None), "no line of this file ('code')"),
    "an old edition": (
        lambda f: change(f, "library.jsonl", 0, edition="2026.02"),
        "by the ledger, edition 2026.02 of pattern STC does not stand",
    ),
    "a state": (
        lambda f: change(f, "library.jsonl", 1, state="verified"),
        "by the ledger, state should be otherwise",
    ),
    "a reviewer": (lambda f: change(f, "library.jsonl", 0, reviewed_by="X"), "reviewed_by should be otherwise"),
    "a cut file": (lambda f: {**f, "ledger.jsonl": f["ledger.jsonl"][:-1]}, "the line has no end"),
    "blanks": (
        lambda f: {**f, "ledger.jsonl": f["ledger.jsonl"].replace(b":", b": ", 1)},
        "it is not in canonical form",
    ),
    "a field twice": (
        lambda f: {**f, "ledger.jsonl": f["ledger.jsonl"].replace(b'{"act"', b'{"act":"publication","act"', 1)},
        "it names a field twice",
    ),
    "a list": (lambda f: {**f, "ledger.jsonl": b"[]\n" + f["ledger.jsonl"]}, "it is no object"),
    "depths": (lambda f: {**f, "ledger.jsonl": b"[" * 100_000 + b"\n"}, "ledger.jsonl line 1: "),
}


@pytest.mark.parametrize("how", FORGED)
def test_what_was_forged_is_named(files, tmp_path, how):
    forge, sentence = FORGED[how]
    assert problems(files, tmp_path / "first") == []
    found = problems(forge(files), tmp_path / "then")
    assert any(sentence in one for one in found), found


def test_the_document_of_another_item_is_named(files, tmp_path):
    """Even when somebody has rewritten the ledger around it."""
    other = line(files, "editions.jsonl", 0)["document"] | {"code": "OTHER"}
    digest = verify.sha256(verify.canonical(other))
    forged = change(files, "editions.jsonl", 0, document=other, digest=digest)
    forged = change(forged, "ledger.jsonl", 0, digest=digest)
    assert "editions.jsonl line 1: its document is that of pattern OTHER" in problems(forged, tmp_path)


def test_sums_name_what_differs_and_what_is_missing(files, tmp_path, capsys):
    folder = put({**files, "scores.csv": b"other"}, tmp_path / "copy")
    (folder / "README.txt").unlink()
    assert verify.main([str(folder)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "README.txt: SHA256SUMS names it, but it is missing",
        "scores.csv: its SHA-256 is not the one in SHA256SUMS",
        "2 problems: this copy is not what the library published.",
    ]


def told(folder, capsys, status):
    """What the script prints of a copy: its answer, and the sentences before it."""
    assert verify.main([str(folder)]) == status
    said = capsys.readouterr()
    return said.out.splitlines()[0], said.err.splitlines()


def summed(files):
    """The files with sums that fit them."""
    rest = {name: text for name, text in files.items() if name != "SHA256SUMS"}
    return {**rest, "SHA256SUMS": "".join(f"{verify.sha256(text)}  {name}\n" for name, text in rest.items()).encode()}


def test_a_later_withholding_is_named_and_not_called_sound(files, tmp_path, capsys):
    """A copy of a past day names what was withheld after its ledger ended: so could a copy that hides a text."""
    answer, sentences = told(put(summed(silent(files)), tmp_path / "copy"), capsys, 3)
    assert answer == "Sound but for these points: 6 ledger entries, 4 editions, 1 of them withheld."
    assert sentences == [
        "editions.jsonl line 2: the text of edition 2026.01 of partnership stargate is left out on the ground of the "
        "withholding at 7; the ledger of this copy ends at 6",
        "Points that cannot be known from this copy alone: 1. Ask the library, or somebody who has another copy.",
    ]


def test_a_copy_of_which_every_text_was_taken_is_not_called_sound(files, tmp_path, capsys):
    taken = {
        "line": "withheld",
        "document": None,
        "withheld": {"position": 999_999, "on": "2026-02-10", "ground": "x"},
    }
    forged = silent(files)
    for name, many in (("editions.jsonl", 4), ("library.jsonl", 2)):
        for number in range(many):
            forged = change(forged, name, number, **taken)
    del forged["SHA256SUMS"], forged["scores.csv"]
    answer, sentences = told(put(forged, tmp_path / "copy"), capsys, 3)
    assert answer == "Sound but for these points: 6 ledger entries, 4 editions, 4 of them withheld."
    assert sentences[:2] == [
        "SHA256SUMS: it is missing or empty, so that tables and texts are not checked",
        "scores.csv: it is missing",
    ]
    assert sum("the withholding at 999999" in sentence for sentence in sentences) == 6


def test_sums_that_leave_out_a_file_are_named(files, tmp_path, capsys):
    sums = files["SHA256SUMS"].splitlines(keepends=True)
    fewer = b"".join(line for line in sums if not line.endswith((b"  scores.csv\n", b"  ledger.csv\n")))
    folder = put({**files, "SHA256SUMS": fewer}, tmp_path / "copy")
    (folder / "ledger.csv").unlink()
    assert told(folder, capsys, 3)[1][:2] == [
        "scores.csv: SHA256SUMS does not name it",
        "ledger.csv: it is missing",
    ]


def test_the_script_knows_every_file_of_a_copy():
    assert set(verify.FILES) == set(archive.FILES) - {"SHA256SUMS"}


def test_an_empty_ledger_has_nothing_wrong(tmp_path, capsys):
    empty = summed(dict.fromkeys(verify.FILES, b""))
    assert told(put(empty, tmp_path / "copy"), capsys, 0)[0] == (
        "Sound: 0 ledger entries, 0 editions, 0 of them withheld."
    )


def test_the_script_is_read_by_every_python_that_it_names():

    ast.parse(SCRIPT.read_text(), feature_version=(3, 8))
