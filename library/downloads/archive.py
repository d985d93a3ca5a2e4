"""The files of a snapshot, built once and kept on disk: each by itself, and all of them in one zip file.

The same snapshot gives the same bytes: nothing in them depends on the day, the machine or the order of rows that the
database happens to choose. (How tightly a zip packs may change with the compression library; what it holds does not.)
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from library import frame, spreadsheets
from library.documents import digest_bytes
from library.downloads import lines, shapes, snapshot, tables, texts
from library.downloads.snapshot import Snapshot
from library.models import LedgerEntry
from library.moments import NOW

KEPT = 8  # snapshots on disk, the newest among them; each past day that somebody asks for is one
ZIP = "anteroom.zip"
SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
ASIDE = "building-"  # how the names of folders begin that are not whole, or no longer
PAGE = 1 << 20  # bytes that are copied at once
CSV = "text/csv; charset=utf-8; header=present"
LINES = "application/jsonl; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Kind:
    """What a file is: its media type, and a sentence about it."""

    media_type: str
    about: str


# Every file but the zip, in the order in which the page lists them.
FILES = {
    "library.jsonl": Kind(LINES, "What stands of every item, one line each, the document included"),
    "editions.jsonl": Kind(LINES, "Every edition ever published, one line each"),
    "ledger.jsonl": Kind(LINES, "Every entry of the ledger, as it was hashed"),
    **{f"{name}.csv": Kind(CSV, table.about) for name, table in tables.FROM_DOCUMENTS.items()},
    "sources.csv": Kind(CSV, "Every source that is cited, in the copy of the newest edition"),
    "ledger.csv": Kind(CSV, "The ledger as a table"),
    shapes.NAME: Kind("application/schema+json", "JSON Schema (2020-12) of documents, lines and ledger entries"),
    "verify.py": Kind("text/x-python; charset=utf-8", "Checks a copy; needs Python 3.8 and nothing else"),
    "README.txt": Kind(PLAIN, "What is in the files, how to check, read and cite them"),
    "LICENCE.txt": Kind(PLAIN, "Under what terms you may use them"),
    SUMS: Kind(PLAIN, "The SHA-256 of each of these files"),
}
MEDIA_TYPES = {name: kind.media_type for name, kind in FILES.items()} | {ZIP: "application/zip"}


class Busy(RuntimeError):
    """Files are being built already; who asks for others need not be kept waiting."""


class NoPlace(RuntimeError):
    """The folder of the files cannot be read or written; the message says which and why."""


def opened(asked: Snapshot, name: str) -> tuple[Snapshot, BinaryIO]:
    """Return the file `name` of a snapshot, open to be read, and the snapshot that it is of.

    It is built if it is not there yet, one at a time. When something is withheld meanwhile, the file is of what may
    be told now. Raises Busy while others are built, NoPlace when they cannot be kept.
    """
    try:
        return _opened(asked, name)
    except OSError as error:
        raise NoPlace(f"{settings.DOWNLOADS_DIR} cannot be used ({error})") from error


def _opened(asked: Snapshot, name: str) -> tuple[Snapshot, BinaryIO]:
    try:
        return asked, _used(_folder(asked), name)
    except FileNotFoundError:
        with _alone():
            built = _build_what_is_told(asked)
            return built, _used(_folder(built), name)


def _used(folder: Path, name: str) -> BinaryIO:
    """Open a file, and note on its folder that it is in use: what nobody asks for is forgotten first."""
    file = (folder / name).open("rb")
    now = time.time_ns()  # what the kernel takes by itself is as coarse as its tick
    with suppress(PermissionError):  # of somebody else's folder, which can be read
        os.utime(folder, ns=(now, now))
    return file


def manifest(asked: Snapshot) -> dict[str, dict[str, Any]]:
    """Return `size` in bytes and `sha256` of every file of a snapshot, by name. Raises as `opened` does."""
    with opened(asked, MANIFEST)[1] as file:
        return json.load(file)


def folder_in_zip(head: LedgerEntry) -> str:
    """Return the name of the folder that the zip file unpacks into; `head` is its newest entry."""
    return f"anteroom-{head.time.date().isoformat()}"


def state(asked: Snapshot) -> list[str]:
    """Return all that the files of a snapshot depend on."""
    acts = LedgerEntry.objects.filter(position__in=[asked.position, asked.withheld]).order_by("position")
    licence = repr(sorted(settings.LIBRARY_LICENCE.items()))
    return [*acts.values_list("hash", flat=True), frame.origin(), licence, _version()]


@cache
def _version() -> str:
    """The digest of the code that writes the files."""
    own = Path(__file__).parent
    hashed = hashlib.sha256()
    for path in [*sorted(own.glob("*.py")), own.parent / "spreadsheets.py", own.parent / "definitions.py"]:
        hashed.update(path.name.encode() + b"\0" + path.read_bytes())
    return hashed.hexdigest()


def _folder(asked: Snapshot) -> Path:
    key = digest_bytes(repr(state(asked)).encode())[:32]
    return settings.DOWNLOADS_DIR / f"{asked.position}-{asked.withheld}-{key}"


@contextmanager
def _alone() -> Iterator[None]:
    """One build at a time on this machine: it takes a processor, and two of the same would be one too many.

    Nobody waits for it: those who did would take the threads that serve every other page.
    """
    settings.DOWNLOADS_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DOWNLOADS_DIR / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise Busy("files of the library are being built") from held
        yield


def _build_what_is_told(asked: Snapshot) -> Snapshot:
    """Build the snapshot of this position as it may be told once it is built; return it."""
    while True:
        now = snapshot.at(asked.position)
        target = _folder(now)
        if not _is_whole(target):
            _build(now, target)
        if snapshot.at(asked.position) == now:
            return now
        _forget()


def _is_whole(folder: Path) -> bool:
    """Say whether every file is there: what cleans a disk may take some of them."""
    return all((folder / name).is_file() for name in (*MEDIA_TYPES, MANIFEST))


def _build(asked: Snapshot, target: Path) -> None:
    """Write all files beside their place and move them there whole; forget what is not needed any longer."""
    for left_behind in settings.DOWNLOADS_DIR.glob(f"{ASIDE}*"):
        shutil.rmtree(left_behind)
    folder = _aside()
    with transaction.atomic():  # rows are read as they are needed, which takes a transaction
        write(asked, folder)
    if target.exists():
        _take_away(target)
    folder.rename(target)
    _forget()


def _aside() -> Path:
    return Path(tempfile.mkdtemp(prefix=ASIDE, dir=settings.DOWNLOADS_DIR))


def _take_away(folder: Path) -> None:
    """Move a folder out of its place before it is deleted: whoever is stopped midway leaves no half of it there."""
    aside = _aside()
    folder.rename(aside / folder.name)
    shutil.rmtree(aside)


def _forget() -> None:
    """Take away what holds text that was withheld since, and of the rest what was not asked for longest.

    The newest position stays: most ask for it, and who walks through past days must not make it be built again.
    """
    told, untold = [], []
    for path in settings.DOWNLOADS_DIR.glob("*-*-*"):
        position, withheld, _ = path.name.split("-")
        (told if snapshot.at(int(position)).withheld == int(withheld) else untold).append(path)
    newest = _folder(snapshot.of(NOW))
    told.sort(key=lambda path: (path == newest, path.stat().st_mtime_ns), reverse=True)
    for path in [*untold, *told[KEPT:]]:
        _take_away(path)


def write(asked: Snapshot, folder: Path) -> None:
    """Write every file of a snapshot into `folder`, and at last its manifest."""
    head = asked.head()
    for name, written in _contents(asked, head):
        with (folder / name).open("wb") as file:
            file.writelines(written)
    _write_from_documents(asked, folder)
    told = {name: _measured(folder / name) for name in FILES if name != SUMS}
    sums = "".join(f"{told[name]['sha256']}  {name}\n" for name in sorted(told))
    (folder / SUMS).write_text(sums)
    _zip(folder, head)
    told |= {name: _measured(folder / name) for name in (SUMS, ZIP)}
    (folder / MANIFEST).write_text(json.dumps(told))


def _contents(asked: Snapshot, head: LedgerEntry) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield every file that is written by itself."""
    yield "editions.jsonl", lines.editions(asked)
    yield "ledger.jsonl", lines.ledger(asked)
    yield "sources.csv", spreadsheets.as_csv(tables.SOURCE_COLUMNS, tables.sources(asked))
    yield "ledger.csv", spreadsheets.as_csv(tables.LEDGER_COLUMNS, tables.ledger(asked))
    yield shapes.NAME, [json.dumps(shapes.schema(), indent=2).encode() + b"\n"]
    yield "verify.py", [Path(__file__).with_name("verify.py").read_bytes()]
    yield "README.txt", [texts.readme(head)]
    yield "LICENCE.txt", [texts.licence()]


def _write_from_documents(asked: Snapshot, folder: Path) -> None:
    """Write the lines and the tables of what stood, reading every document once."""
    with ExitStack() as stack:
        library = stack.enter_context((folder / "library.jsonl").open("wb"))
        files = {name: stack.enter_context((folder / f"{name}.csv").open("wb")) for name in tables.FROM_DOCUMENTS}
        for name, table in tables.FROM_DOCUMENTS.items():
            files[name].write(spreadsheets.head(table.columns))
        for one in asked.standing():
            library.write(lines.line(one, "standing"))
            if not one.withheld:
                document = one.document
                for name, table in tables.FROM_DOCUMENTS.items():
                    files[name].writelines(map(spreadsheets.line, table.rows(one, document)))


def _measured(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"size": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _zip(folder: Path, head: LedgerEntry) -> None:
    """Pack every file into a folder of its own, with the time of the last entry."""
    inside = folder_in_zip(head)
    with zipfile.ZipFile(folder / ZIP, "w") as packed:
        for name in FILES:
            member = zipfile.ZipInfo(f"{inside}/{name}", head.time.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            member.file_size = (folder / name).stat().st_size  # above 2 GB the format needs to know
            member.create_system, member.external_attr = 3, 0o100644 << 16  # a plain file, whatever packs it
            with (folder / name).open("rb") as file, packed.open(member, "w") as place:
                shutil.copyfileobj(file, place, PAGE)
