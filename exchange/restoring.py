"""Putting a backup back: checked before anything is touched, in one transaction, verified afterwards."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from exchange import backup
from exchange.backup import CannotBackUp
from history import timeline
from library import ledger
from library.models import LedgerEntry

# Rows that `migrate` makes in every new database.
MADE_BY_MIGRATE = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
}
# Tables that the code of another day made, too; the sequences and triggers go with them.
EMPTY_THE_DATABASE = """
DO $$ DECLARE each text; BEGIN
  FOR each IN SELECT format('DROP TABLE IF EXISTS public.%I CASCADE', tablename)
    FROM pg_tables WHERE schemaname = 'public' LOOP EXECUTE each; END LOOP;
  FOR each IN SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure) FROM pg_proc AS routine
    WHERE pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = routine.oid AND deptype = 'e') LOOP EXECUTE each; END LOOP;
END $$;
"""


def restore(directory: Path, replace: bool = False) -> tuple[dict, Path | None]:
    """Make the database what the backup in `directory` holds; return its manifest and what was kept of before.

    The backup is checked first; a database with content is refused, or with `replace` backed up and replaced.
    All of it is one transaction. Raises CannotBackUp with a sentence; then the database is as it was.
    """
    manifest = backup.check(directory)
    _refuse_newer(manifest)
    kept = None
    if content := _content():
        if not replace:
            raise CannotBackUp(
                f"this database is not empty ({_most(content)}); nothing was touched. Restore into an empty one, or"
                " add --replace, which backs up what is here and then replaces it"
            )
        kept = settings.HOME / "backups" / f"before-restore-{timezone.now():%Y%m%dT%H%M%S%fZ}"
        backup.make(kept)
    _load(directory)
    _compare(manifest)
    call_command("migrate", interactive=False, verbosity=0)
    _keep_heads(directory)
    return manifest, kept


def _refuse_newer(manifest: dict) -> None:
    ours = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := sorted(set(manifest["migrations"]) - ours):
        raise CannotBackUp(f"the backup is of a newer Anteroom (it has {unknown[0]}); update this one first")


def _content() -> dict[str, int]:
    return {table: rows for table, rows in backup.counts().items() if rows and table not in MADE_BY_MIGRATE}


def _most(content: dict[str, int]) -> str:
    largest = sorted(content, key=lambda table: -content[table])[:3]
    return ", ".join(f"{content[table]} rows in {table}" for table in largest)


def _load(directory: Path) -> None:
    """By way of a script: `pg_restore --clean` would leave the tables that the backup does not have."""
    with tempfile.TemporaryDirectory() as place:
        script = Path(place) / "restore.sql"
        words = ["--no-owner", "--no-acl", f"--file={script}", str(directory / backup.DUMP)]
        backup.run("pg_restore", *words, connects=False)
        connection.close()
        quiet = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--output=/dev/null"]
        backup.run("psql", *quiet, f"--command={EMPTY_THE_DATABASE}", f"--file={script}")


def _compare(manifest: dict) -> None:
    found = backup.counts()
    for table, rows in manifest["counts"].items():
        if found.get(table) != rows:
            raise CannotBackUp(
                f"{table} has {found.get(table, 'no')} rows, the backup {rows}; do not use this database"
            )


def _keep_heads(directory: Path) -> None:
    """A machine that has no heads yet takes those of the backup; its own are never overwritten."""
    file = settings.LEDGER_HEAD_FILE
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes((directory / backup.HEADS).read_bytes())


def problems_after(directory: Path) -> list[str]:
    """Return what verifying finds wrong with the restored record, and its history.

    The record is held against the backup's heads and against those that this machine kept of the same positions.
    """
    heads = ledger.read_anchors(directory / backup.HEADS)
    return [*ledger.verify(heads), *_contradictions(heads), *timeline.verify()]


def _contradictions(heads: list[dict]) -> list[str]:
    """A machine that saw the ledger grow knows more than a backup that agrees with itself."""
    file = settings.LEDGER_HEAD_FILE
    end = max((head["position"] for head in heads), default=0)
    kept = [anchor for anchor in ledger.read_anchors(file) if anchor["position"] <= end]
    found = dict(LedgerEntry.objects.filter(position__lte=end).values_list("position", "hash"))
    return [
        f"{file} knows the ledger's position {anchor['position']} by the hash {anchor['hash']}, the backup holds"
        f" {found.get(anchor['position'], 'no such entry')}: it is the backup of another ledger or an altered one"
        for anchor in kept
        if anchor["hash"] != found.get(anchor["position"])
    ]


def lost_acts(manifest: dict) -> str:
    """Return a sentence when the heads kept on this machine tell of public acts that the backup does not have."""
    file = settings.LEDGER_HEAD_FILE
    known = max((anchor["position"] for anchor in ledger.read_anchors(file)), default=0)
    if known <= manifest["position"]:
        return ""
    return (
        f"{file} knows the ledger up to position {known}, the backup ends at {manifest['position']}: the public acts"
        " in between are lost, and verify_ledger will say so. Keep that file as evidence under another name."
    )
