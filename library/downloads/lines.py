"""The files in JSON Lines: one object a line in canonical form (RFC 8785), so that every document keeps its bytes."""

from collections.abc import Iterator

from library.documents import canonical_bytes
from library.downloads.snapshot import Published, Snapshot


def editions(snapshot: Snapshot) -> Iterator[bytes]:
    """Yield one line for every edition ever published, the withheld ones without their text."""
    yield from (line(one, "edition") for one in snapshot.editions())


def ledger(snapshot: Snapshot) -> Iterator[bytes]:
    """Yield the canonical bytes of every entry; the SHA-256 of a line without its end is the entry's hash."""
    yield from (bytes(entry.body) + b"\n" for entry in snapshot.entries())


def line(one: Published, name: str) -> bytes:
    """Return the line of an edition: facts, how it stood, and its document with the bytes that were signed.

    The document's bytes are set in as they are: reading and writing a hundred thousand characters again would give
    the same ones.
    """
    if one.withheld:
        return canonical_bytes({"line": "withheld", **one.facts, "withheld": one.withheld}) + b"\n"
    told = {"line": name, **one.facts, **one.stood}
    before = canonical_bytes({key: value for key, value in told.items() if key < "document"})
    after = canonical_bytes({key: value for key, value in told.items() if key > "document"})
    return before[:-1] + b',"document":' + one.body + b"," + after[1:] + b"\n"
