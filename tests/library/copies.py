"""A copy of the library as its readers have it: fetched, unpacked, changed by a forger, made into a library again."""

import io
import json
import zipfile

from django.db import connection

from library import documents, ledger, publication
from library.models import Edition, LedgerEntry, Standing
from tests.library.factories import partnership, pattern
from tests.library.reading import get


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def fetch(client, name, day="2026-03-01"):
    """The bytes of one file."""
    answer = get(client, f"/downloads/{name}", day)
    assert answer.status_code == 200, name
    return body(answer)


def unpacked(packed):
    """The files of a zip, by name."""
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        return {name.partition("/")[2]: files.read(name) for name in files.namelist()}


def put(files, folder):
    """Write `files` into `folder` and return it."""
    folder.mkdir(parents=True)
    for name, written in files.items():
        (folder / name).write_bytes(written)
    return folder


def objects(written):
    """The lines of a file as objects."""
    return [json.loads(line) for line in written.splitlines()]


def written(lines):
    """The file that has these objects as lines."""
    return b"".join(documents.canonical_bytes(line) + b"\n" for line in lines)


def make_library(files):
    """Fill an empty database with what the files of a copy say, and nothing else."""
    assert not Edition.objects.exists() and not LedgerEntry.objects.exists()
    signed = [ledger.from_body(line) for line in files["ledger.jsonl"].splitlines()]
    for entry in signed:
        entry.save()
    entries = {entry.position: entry.read() for entry in signed}
    for line in objects(files["editions.jsonl"]):
        edition_of(line, entries[line["position"]]).save()
    return publication.rebuild()


def edition_of(line, entry):
    """The edition that a line tells; for a withheld one a blank, because nobody may have its text."""
    document = line.get("document") or blank(line)
    return Edition(
        kind=line["kind"],
        code=line["code"],
        number=line["edition"],
        position=line["position"],
        slug=document["slug"],
        title=ledger.title_of(document),
        document=documents.canonical_bytes(document),
        digest=line["digest"],
        note=entry["note"],
        reviewed_by=ledger.names(entry["people"]),
        published_at=ledger.from_utc(entry["time"]),
    )


def blank(line):
    """A document with nothing in it but what the ledger tells anyway."""
    whole = (pattern if line["kind"] == "pattern" else partnership)(line["code"], slug=line["code"].lower())
    named = {name: whole[name] for name in ("kind", "code", "slug")} | {"title": line["code"], "name": line["code"]}
    empty = {list: [], str: "", dict: {"slug": "", "name": ""}, int: 1}
    return {name: empty[type(value)] for name, value in whole.items()} | named


def empty_library():
    """Take away everything that readers see and all that it rests on, the frozen rows too."""
    tables = ", ".join(model._meta.db_table for model in (Edition, LedgerEntry, Standing))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {tables}, library_page, library_word CASCADE")
