"""The append-only hash chain of public acts: append, verify, name what is wrong, keep the head outside.

Entry, format 1: a JSON object with `format, position, previous, time, act, kind, code, edition, digest,
review_by, people, note`, and `successor` (a code) where a retirement names one. Its hash is the SHA-256 of its
RFC 8785 bytes; `previous` is the hash of the entry before it, 64 zeros for the first. Digests only, never text of
documents.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from library import documents
from library.models import Edition, LedgerEntry

FORMAT = 1
FIRST_PREVIOUS = "0" * 64
LIBRARY_LOCK = 0x414E5445  # "ANTE": one publication at a time, whatever the item
# An act takes its time before it commits: just after midnight, one of the day before may still be under way.
STILL_COMMITTING = timedelta(minutes=5)
COLUMNS = ("act", "kind", "code", "edition", "digest")


def lock_library(shared: bool = False) -> None:
    """Take the library's lock until the end of the transaction; the first statement of every public act.

    `shared` waits for the act under way and holds up the next, for a reader who must see what is done.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the library is locked inside a transaction")
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [LIBRARY_LOCK])


def head() -> LedgerEntry | None:
    """Return the newest entry, None for an empty ledger."""
    return LedgerEntry.objects.order_by("-position").first()


def position_at_end_of(day: date) -> int:
    """Return the last position up to the end of `day`, UTC; 0 when nothing had been published."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    if timezone.now() - midnight < STILL_COMMITTING:
        with transaction.atomic():
            lock_library(shared=True)
    entry = LedgerEntry.objects.filter(time__lt=midnight).order_by("-position").only("position").first()
    return entry.position if entry else 0


def append(
    act: str,
    kind: str,
    code: str,
    edition: str,
    digest: str,
    review_by: date | None,
    people: list,
    note: str,
    successor: str = "",
) -> LedgerEntry:
    """Write the next entry and return it; the caller holds `lock_library()`.

    `people` holds one object per person who signed (name, role, section, digest, time, override reason). The
    head is written outside the database after the commit. Times never go back: an entry is never older than
    the last.
    """
    last = head()
    now = timezone.now().replace(microsecond=0)
    time = max(now, last.time) if last else now
    signed = {
        "format": FORMAT,
        "position": last.position + 1 if last else 1,
        "previous": last.hash if last else FIRST_PREVIOUS,
        "time": as_utc(time),
        "act": str(act),
        "kind": str(kind),
        "code": code,
        "edition": edition,
        "digest": digest,
        "review_by": review_by.isoformat() if review_by else "",
        "people": people,
        "note": note,
        **({"successor": successor} if successor else {}),
    }
    entry = from_body(documents.canonical_bytes(signed))
    entry.save()
    transaction.on_commit(write_head, robust=True)  # caught up at the next start if the disk refuses
    return entry


def from_body(body: bytes) -> LedgerEntry:
    """Return the unsaved entry whose canonical bytes are `body`."""
    entry = documents.parse(body)
    columns = {name: entry[name] for name in ("position", "previous", *COLUMNS)}
    return LedgerEntry(hash=documents.digest_bytes(body), body=body, time=from_utc(entry["time"]), **columns)


def as_utc(time: datetime) -> str:
    """Return `time` as the ledger writes it: `2026-06-29T14:03:00Z`."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_utc(text: str) -> datetime:
    """Return the time that `as_utc` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def verify(anchors: list[dict] | None = None) -> list[str]:
    """Return a sentence for everything wrong with ledger and editions; an empty list is a sound record.

    Checks bytes, chain, columns, editions against their entries, acts against the editions that they name, and
    that the chain reaches every anchor (`{"position", "hash"}` lines kept outside the database).
    """
    hashes: dict[int, str] = {}
    problems = list(_verify_chain(hashes))
    problems += _verify_editions()
    problems += _verify_acts()
    for anchor in anchors or []:
        problems += _verify_anchor(anchor, hashes)
    return problems


def _verify_chain(hashes: dict[int, str]) -> Iterator[str]:
    previous, position, time = FIRST_PREVIOUS, 0, ""
    for row in LedgerEntry.objects.order_by("position").iterator():
        where = f"library_ledgerentry position {row.position}"
        body = bytes(row.body)
        hashes[row.position] = documents.digest_bytes(body)
        try:
            entry = documents.parse(body)
            yield from _verify_columns(row, entry, where)
        except (ValueError, KeyError, TypeError, AttributeError):
            yield f"{where}, body: these bytes are not a ledger entry"
            entry = {}
        if hashes[row.position] != row.hash:
            yield f"{where}, body or hash: the SHA-256 of the body is {hashes[row.position]}, not {row.hash}"
        if row.position != position + 1:
            yield f"{where}: the entry before it is {position}; positions follow one another without a gap"
        if entry.get("previous") != previous:
            yield f"{where}, previous: names {entry.get('previous')}, the entry before it has {previous}"
        if str(entry.get("time", "")) < time:
            yield f"{where}, time: {entry.get('time')} is earlier than the entry before it, {time}"
        previous, position, time = hashes[row.position], row.position, str(entry.get("time", time))


def _verify_columns(row: LedgerEntry, entry: dict, where: str) -> Iterator[str]:
    for name in ("position", "previous", *COLUMNS):
        if getattr(row, name) != entry[name]:
            yield f"{where}, {name}: the column says {getattr(row, name)}, the signed body {entry[name]}"
    if row.time != from_utc(entry["time"]):
        yield f"{where}, time: the column says {row.time.isoformat()}, the signed body {entry['time']}"


def _verify_editions() -> Iterator[str]:
    entries = {row.position: row for row in LedgerEntry.objects.filter(act=LedgerEntry.Act.PUBLICATION).iterator()}
    for edition in Edition.objects.order_by("position").iterator():
        where = f"library_edition {edition.code} {edition.number}"
        entry = entries.pop(edition.position, None)
        if entry is None:
            yield f"{where}: no publication stands at ledger position {edition.position}"
            continue
        yield from _verify_edition(edition, entry, where)
    for position, entry in entries.items():
        yield f"library_ledgerentry position {position}: its edition {entry.code} {entry.edition} is missing"


def _verify_edition(edition: Edition, entry: LedgerEntry, where: str) -> Iterator[str]:
    actual = documents.digest_bytes(bytes(edition.document))
    if actual != entry.digest:
        yield f"{where}, document: its SHA-256 is {actual}, the ledger says {entry.digest}"
        return
    try:
        expected = _signed_columns(edition.read(), entry)
    except (ValueError, KeyError, TypeError, AttributeError):
        yield f"{where}: its document or its ledger entry cannot be read"
        return
    for name, value in expected.items():
        if getattr(edition, name) != value:
            yield f"{where}, {name}: the column says {getattr(edition, name)}, the record {value}"


def _signed_columns(document: dict, entry: LedgerEntry) -> dict:
    signed = entry.read()
    return {
        "digest": entry.digest,
        "kind": entry.kind,
        "code": entry.code,
        "number": entry.edition,
        "slug": document["slug"],
        "title": title_of(document),
        "note": signed["note"],
        "reviewed_by": names(signed["people"]),
        "published_at": from_utc(signed["time"]),
    }


def _verify_acts() -> Iterator[str]:
    """What is no publication is about an edition published before it, and a successor about a published item."""
    editions = Edition.objects.values_list("kind", "code", "number", "position", "digest")
    published = {(kind, code, number): (position, digest) for kind, code, number, position, digest in editions}
    first: dict[tuple[str, str], int] = {}
    for (kind, code, _), (position, _) in published.items():
        first[kind, code] = min(position, first.get((kind, code), position))
    for row in LedgerEntry.objects.exclude(act=LedgerEntry.Act.PUBLICATION).order_by("position").iterator():
        where = f"library_ledgerentry position {row.position}"
        at, digest = published.get((row.kind, row.code, row.edition), (row.position, ""))
        if at >= row.position:
            yield f"{where}, edition: {row.code} {row.edition} was not published before this {row.act}"
        elif digest != row.digest:
            yield f"{where}, digest: names {row.digest}, edition {row.code} {row.edition} has {digest}"
        successor = _successor(row)
        if successor and first.get((row.kind, successor), row.position) >= row.position:
            yield f"{where}, successor: no {row.kind} {successor} was published before this {row.act}"


def _successor(row: LedgerEntry) -> str:
    """The successor that an entry names; a body that cannot be read has been named with the chain."""
    try:
        return str(row.read().get("successor", ""))
    except (ValueError, AttributeError):
        return ""


def title_of(document: dict) -> str:
    """Return the title of a pattern's or the name of a partnership's document."""
    return document["title"] if document["kind"] == "pattern" else document["name"]


def names(people: list[dict]) -> str:
    """Return the reviewers of an entry as one text, in the order of their sign-offs, each once."""
    return ", ".join(dict.fromkeys(person["name"] for person in people))


def _verify_anchor(anchor: dict, hashes: dict[int, str]) -> Iterator[str]:
    position, expected = anchor["position"], anchor["hash"]
    found = hashes.get(position)
    if found is None:
        yield f"the ledger ends at {max(hashes, default=0)}, but a head at position {position} was kept outside"
    elif found != expected:
        yield f"library_ledgerentry position {position}: its hash is {found}, the head kept outside {expected}"


def write_head(path: Path | None = None) -> None:
    """Add the ledger's head to the file outside the database, with fsync; nothing if it is there already."""
    newest = head()
    path = path or settings.LEDGER_HEAD_FILE
    if newest is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        whole = _cut_torn_line(file)
        if _last_position(whole) >= newest.position:
            return
        line = {"position": newest.position, "hash": newest.hash, "time": as_utc(newest.time)}
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _cut_torn_line(file: TextIO) -> str:
    """Take off a last line that a crash tore in two, and return the whole lines."""
    kept = file.read()
    whole = kept[: kept.rfind("\n") + 1]
    if whole != kept:
        file.truncate(len(whole.encode()))
    return whole


def _last_position(whole: str) -> int:
    """The position of the last line that is a head; what is none, `read_anchors` names."""
    for line in reversed(whole.splitlines()):
        try:
            return int(json.loads(line)["position"])
        except (ValueError, KeyError, TypeError):
            continue
    return 0


def read_anchors(path: Path) -> list[dict]:
    """Return the heads kept in `path`; an empty list when there is no such file.

    Raises ValueError naming the line that is not a head.
    """
    anchors = []
    if not path.exists():
        return anchors
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        try:
            anchor = json.loads(line)
            anchors.append({"position": int(anchor["position"]), "hash": str(anchor["hash"])})
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}:{number}: this line is not a ledger head") from error
    return anchors
