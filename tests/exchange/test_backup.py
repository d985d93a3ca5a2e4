"""A backup is whole or none, and what is restored is proved."""

import json
import shutil
import stat

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from exchange import backup, restoring
from history.models import Draft
from library import ledger
from library.models import Edition, LedgerEntry, Page
from tests.factories import make_edition, make_source, partnership_document, pattern_document

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.LEDGER_HEAD_FILE = settings.HOME / "ledger-head.jsonl"
    return settings.HOME


@pytest.fixture
def library(editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    return make_edition(partnership_document(), editor, reviewer)


def empty_database():
    """As `migrate` leaves it, and nothing else."""
    with connection.cursor() as cursor:
        tables = [name for name in backup.counts() if name not in restoring.MADE_BY_MIGRATE]
        cursor.execute(f"TRUNCATE {', '.join(tables)}")


def everything():
    return {
        "drafts": list(Draft.objects.order_by("pk").values()),
        "editions": [(row.code, bytes(row.document)) for row in Edition.objects.order_by("pk")],
        "entries": [(row.hash, bytes(row.body)) for row in LedgerEntry.objects.all()],
        "pages": list(Page.objects.order_by("pk").values()),
        "people": list(User.objects.order_by("pk").values()),
        "counts": backup.counts(),
    }


def test_a_restored_library_is_the_same(library, tmp_path, capsys, home):
    call_command("backup", str(tmp_path / "b"))
    before = everything()
    empty_database()
    (home / "ledger-head.jsonl").unlink()
    call_command("restore", str(tmp_path / "b"))
    assert everything() == before
    said = capsys.readouterr().out
    assert "verify_ledger: sound up to position 2, as the backup's head says. verify_history: sound." in said
    assert ledger.read_anchors(home / "ledger-head.jsonl")[-1]["hash"] == ledger.head().hash


def test_a_backup_from_before_an_upgrade_is_restored_with_what_to_do_next(library, tmp_path, capsys):
    Page.objects.update(drawn_by="0" * 64)
    call_command("backup", str(tmp_path / "b"))
    call_command("restore", str(tmp_path / "b"), "--replace")
    assert capsys.readouterr().err == (
        "What readers see: 2 pages were drawn by other code and cannot be checked; run catch_up, then verify again.\n"
    )
    call_command("catch_up")
    call_command("verify_ledger")


def test_evidence_is_frozen_again_after_restoring(library, tmp_path):
    backup.make(tmp_path / "b")
    restoring.restore(tmp_path / "b", replace=True)
    with pytest.raises(Exception, match="never changed"), connection.cursor() as cursor:
        cursor.execute("UPDATE library_edition SET title = 'x'")


def test_the_manifest_tells_what_is_inside(library, tmp_path):
    manifest = backup.make(tmp_path / "b")
    assert (manifest["position"], manifest["head"]) == (2, ledger.head().hash)
    assert manifest["counts"]["library_edition"] == 2
    assert json.loads((tmp_path / "b" / backup.MANIFEST).read_text()) == manifest
    assert backup.check(tmp_path / "b") == manifest


def test_a_backup_is_for_its_owner_only(library, tmp_path):
    backup.make(tmp_path / "b")
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "b").iterdir()} == {0o600}


def test_a_used_directory_is_refused(library, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", str(tmp_path))
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", str(tmp_path / "letter.txt"))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("backup", str(tmp_path / "letter.txt" / "below"))


def test_a_failed_backup_leaves_nothing_behind(library, tmp_path, monkeypatch):
    def fail(*words, **options):
        raise backup.CannotBackUp("pg_dump failed: the disk is full")

    monkeypatch.setattr(backup, "run", fail)
    with pytest.raises(CommandError, match="the disk is full"):
        call_command("backup", str(tmp_path / "b"))
    assert list((tmp_path / "b").iterdir()) == []


@pytest.mark.parametrize("name", [backup.DUMP, backup.HEADS, backup.MANIFEST])
def test_a_damaged_backup_is_named_and_nothing_touched(library, tmp_path, name):
    backup.make(tmp_path / "b")
    body = bytearray((tmp_path / "b" / name).read_bytes())
    body[len(body) // 2] ^= 1
    (tmp_path / "b" / name).write_bytes(body)
    before = everything()
    with pytest.raises(CommandError, match=f"{name} is damaged"):
        call_command("restore", str(tmp_path / "b"), "--replace")
    assert everything() == before


@pytest.mark.parametrize("name", [backup.DUMP, backup.HEADS, backup.MANIFEST, backup.SUMS])
def test_an_incomplete_backup_is_named(library, tmp_path, name):
    backup.make(tmp_path / "b")
    (tmp_path / "b" / name).unlink()
    with pytest.raises(CommandError, match=f"no complete backup: {name} is missing"):
        call_command("restore", str(tmp_path / "b"), "--replace")


def test_what_is_no_backup_is_named(library, tmp_path):
    (tmp_path / backup.SUMS).write_text("nonsense\n")
    with pytest.raises(CommandError, match="cannot be read as a backup"):
        call_command("restore", str(tmp_path), "--replace")
    with pytest.raises(CommandError, match="SHA256SUMS is missing"):
        call_command("restore", str(tmp_path / "nowhere"), "--replace")


def rewrite(directory, **changes):
    """A manifest with other facts and matching checksums, as another Anteroom would have written it."""
    manifest = json.loads((directory / backup.MANIFEST).read_text()) | changes
    (directory / backup.MANIFEST).write_text(json.dumps(manifest))
    names = (backup.DUMP, backup.HEADS, backup.MANIFEST)
    sums = [f"{backup.checksum(directory / name)}  {name}\n" for name in names]
    (directory / backup.SUMS).write_text("".join(sums))


@pytest.mark.parametrize("changes", [{"format": 2}, {"migrations": ["library.9999_later"]}])
def test_a_backup_of_a_newer_anteroom_is_refused(library, tmp_path, changes):
    backup.make(tmp_path / "b")
    rewrite(tmp_path / "b", **changes)
    with pytest.raises(CommandError, match="newer Anteroom"):
        call_command("restore", str(tmp_path / "b"), "--replace")


def test_rows_that_did_not_arrive_are_named(library, tmp_path):
    manifest = backup.make(tmp_path / "b")
    rewrite(tmp_path / "b", counts=manifest["counts"] | {"library_edition": 3})
    with pytest.raises(CommandError, match="library_edition has 2 rows, the backup 3"):
        call_command("restore", str(tmp_path / "b"), "--replace")


def test_a_database_with_content_is_not_replaced_by_accident(library, tmp_path):
    backup.make(tmp_path / "b")
    before = everything()
    with pytest.raises(CommandError, match=r"not empty .*nothing was touched.*--replace"):
        call_command("restore", str(tmp_path / "b"))
    assert everything() == before


def test_replacing_keeps_what_was_there(library, editor, reviewer, tmp_path, home, capsys):
    backup.make(tmp_path / "b")
    make_edition(pattern_document("NEW"), editor, reviewer)
    later = everything()
    call_command("restore", str(tmp_path / "b"), "--replace")
    assert ledger.head().position == 2
    told = capsys.readouterr()
    assert "knows the ledger up to position 3, the backup ends at 2" in told.err
    [kept] = (home / "backups").iterdir()
    assert str(kept) in told.out
    shutil.rmtree(tmp_path / "b")
    restoring.restore(kept, replace=True)
    assert everything() == later


@pytest.mark.drill
def test_tables_of_another_day_go(library, tmp_path):
    backup.make(tmp_path / "b")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later (id int)")
        cursor.execute("CREATE FUNCTION later() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    restoring.restore(tmp_path / "b", replace=True)
    assert "later" not in backup.counts()


def test_a_refused_load_leaves_the_database_as_it_was(library, tmp_path, monkeypatch):
    backup.make(tmp_path / "b")
    before = everything()
    monkeypatch.setattr(restoring, "EMPTY_THE_DATABASE", restoring.EMPTY_THE_DATABASE + "SELECT 1 / 0;")
    with pytest.raises(CommandError, match="division by zero"):
        call_command("restore", str(tmp_path / "b"), "--replace")
    assert everything() == before


@pytest.mark.drill
def test_an_altered_record_is_backed_up_and_named(library, tmp_path, capsys):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE library_edition SET title = 'Altered' WHERE code = 'STC'")
        cursor.execute("SET session_replication_role = DEFAULT")
    with pytest.raises(CommandError, match="the ledger it holds was altered"):
        call_command("backup", str(tmp_path / "b"))
    with pytest.raises(CommandError, match="the restored record is not sound"):
        call_command("restore", str(tmp_path / "b"), "--replace")
    assert "title: the column says Altered" in capsys.readouterr().err


@pytest.mark.drill
def test_a_backup_that_this_machines_heads_contradict_is_not_called_sound(library, tmp_path, capsys, home):
    file = home / "ledger-head.jsonl"
    backup.make(tmp_path / "b")
    second = file.read_text().splitlines()[1]
    file.write_text(json.dumps({"position": 1, "hash": "a" * 64}) + f"\n{second}\n")
    with pytest.raises(CommandError, match="the restored record is not sound"):
        call_command("restore", str(tmp_path / "b"), "--replace")
    told = capsys.readouterr()
    assert f"{file} knows the ledger's position 1 by the hash {'a' * 64}, the backup holds " in told.err
    assert "position 2" not in told.err and "sound up to" not in told.out


@pytest.mark.drill
def test_an_empty_library_is_backed_up_too(tmp_path):
    manifest = backup.make(tmp_path / "b")
    assert (manifest["position"], manifest["head"]) == (0, "")
    restoring.restore(tmp_path / "b")
    assert restoring.problems_after(tmp_path / "b") == []


def test_a_missing_program_is_named(monkeypatch):
    monkeypatch.setattr(backup, "installed", list)
    monkeypatch.setattr(backup.shutil, "which", lambda name: None)
    with pytest.raises(backup.CannotBackUp, match=r"pg_dump of PostgreSQL .* is missing"):
        backup.program("pg_dump")


def test_a_client_without_a_server_is_enough(monkeypatch, tmp_path):
    (tmp_path / "pg_dump").touch(mode=0o755)
    monkeypatch.setattr(backup, "installed", list)
    monkeypatch.setattr(backup.shutil, "which", lambda name: str(tmp_path / name))
    assert backup.program("pg_dump") == tmp_path / "pg_dump"
