"""A backup: a directory with the dump, the ledger heads, a manifest and their checksums; complete, or no backup."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from anteroom.postgres import installed, programs_in
from library import ledger

FORMAT = 1
DUMP, HEADS, MANIFEST, SUMS = "database.dump", "ledger-head.jsonl", "manifest.json", "SHA256SUMS"


class CannotBackUp(Exception):
    """A backup that cannot be made, read or restored; the message says why and what to do."""


def make(directory: Path) -> dict:
    """Write a backup of the database into `directory`, new or empty, and return its manifest.

    Dump, heads and counts are of one moment. The checksums come last: without them it is no backup. Raises
    CannotBackUp; then nothing of it is left.
    """
    _make_directory(directory)
    try:
        manifest = _dump(directory)
        _write(directory / MANIFEST, json.dumps(manifest, indent=2, sort_keys=True) + "\n")
        sums = [f"{checksum(directory / name)}  {name}\n" for name in (DUMP, HEADS, MANIFEST)]
        _write(directory / SUMS, "".join(sums))
    except BaseException:
        for name in (DUMP, HEADS, MANIFEST, SUMS):
            (directory / name).unlink(missing_ok=True)
        raise
    return manifest


def _make_directory(directory: Path) -> None:
    """For its owner only: a dump holds the accounts."""
    try:
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise CannotBackUp(f"{directory} is not empty; give a new directory, one per backup")
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o700)
    except OSError as error:
        raise CannotBackUp(f"{error.filename} cannot be written ({error.strerror})") from error


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _dump(directory: Path) -> dict:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
        head = ledger.head()
        _write(directory / HEADS, _heads(head))
        words = ["--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}"]
        run("pg_dump", *words, f"--file={directory / DUMP}")
        (directory / DUMP).chmod(0o600)
        return {
            "format": FORMAT,
            "made_at": ledger.as_utc(timezone.now()),
            "position": head.position if head else 0,
            "head": head.hash if head else "",
            "counts": counts(),
            "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
            "postgresql": connection.pg_version,
        }


def _heads(head) -> str:
    """The heads kept outside the database up to the moment of the dump, and that of the dump itself."""
    if head is None:
        return ""
    kept = [anchor for anchor in ledger.read_anchors(settings.LEDGER_HEAD_FILE) if anchor["position"] < head.position]
    own = {"position": head.position, "hash": head.hash, "time": ledger.as_utc(head.time)}
    return "".join(json.dumps(anchor) + "\n" for anchor in [*kept, own])


def counts() -> dict[str, int]:
    """Return the number of rows of every table of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            [found[table]] = cursor.fetchone()
    return found


def check(directory: Path) -> dict:
    """Return the manifest of the backup in `directory`. Raises CannotBackUp naming what is damaged or missing."""
    try:
        lines = (directory / SUMS).read_text().splitlines()
        sums = dict(reversed(line.split("  ", 1)) for line in lines)
        for name in (DUMP, HEADS, MANIFEST):
            if checksum(directory / name) != sums.get(name):
                raise CannotBackUp(f"{directory / name} is damaged: its SHA-256 is not the one in {SUMS}")
        manifest = json.loads((directory / MANIFEST).read_text())
        if manifest["format"] != FORMAT:
            raise CannotBackUp(f"{directory} was made by a newer Anteroom; update this one first")
    except FileNotFoundError as error:
        raise CannotBackUp(f"{directory} is no complete backup: {Path(error.filename).name} is missing") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotBackUp(f"{directory} cannot be read as a backup ({error})") from error
    run("pg_restore", "--list", str(directory / DUMP), connects=False)
    return manifest


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run(name: str, *words: str, connects: bool = True) -> None:
    """Run one of PostgreSQL's client programs, on the configured database when it `connects`.

    Raises CannotBackUp with what the program said last.
    """
    command, env = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    *where, database = command[1:]
    target = [*where, f"--dbname={database}"] if connects else []
    # A program that uses the database makes us fail with its lock instead of waiting for ever.
    env = {**os.environ, **(env or {}), "PGOPTIONS": "-c lock_timeout=30s"}
    done = subprocess.run([program(name), *target, *words], env=env, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise CannotBackUp(f"{name} failed: {said}")


def program(name: str) -> Path:
    """Return the client program `name`, of the server's major version or the next newer one there is."""
    major = connection.pg_version // 10_000
    on_path = shutil.which(name)
    beside = programs_in(Path(on_path).resolve().parent) if on_path else None
    found = [each for each in [*installed(), beside] if each and (each.directory / name).exists()]
    if fitting := [each for each in found if each.major >= major]:
        return min(fitting, key=lambda each: each.major).directory / name
    if on_path and not beside:
        return Path(on_path)  # a client's machine without a server; pg_dump itself refuses a newer server
    raise CannotBackUp(f"{name} of PostgreSQL {major} is missing; on Debian install postgresql-client-{major}")
