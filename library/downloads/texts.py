"""What goes along with the data: README.txt, LICENCE.txt, and how to cite the whole."""

from datetime import date

from django.conf import settings

from library import frame
from library.addresses import LATEST, Links
from library.citations import LIBRARY
from library.downloads.tables import FROM_DOCUMENTS
from library.ledger import as_utc
from library.models import LedgerEntry

README = """Anteroom, a library of deal patterns: the whole library
As of ledger position {position}, {time}
From {address}

WHAT IS HERE

library.jsonl         what stands of every item: facts and document, one line each
editions.jsonl        every edition ever published, one line each
ledger.jsonl          every entry of the ledger, one line each, as it was hashed
{tables}
sources.csv           every source that is cited, in the copy of the newest edition
ledger.csv            the ledger as a table
anteroom.schema.json  JSON Schema (2020-12) of documents, lines and entries
verify.py             checks this copy; needs Python 3.8 and nothing else
SHA256SUMS            the SHA-256 of each of these files
LICENCE.txt           under what terms you may use them

HOW TO CHECK

In the folder of this file:

    sha256sum -c SHA256SUMS     the files are whole
    python3 verify.py           ledger, editions and what stands agree, byte for byte

It ends with 0 when all is sound, with 1 when something is not, and with 3 when something cannot be known from this
copy alone; it names each. A copy of a past day leaves out what was withheld since, on a ground that only a later
ledger has.

Head of the ledger: {position}:{hash}
Whoever rewrites the past can make a copy agree with itself, but not with a head that you kept. Give verify.py a head
from another day or from somebody else: python3 verify.py --head POSITION:SHA256

HOW TO READ

The lines are canonical JSON (RFC 8785). The SHA-256 of the canonical bytes of `document` is the line's `digest`,
which the reviewers named in the ledger approved. The bytes stand in the line after "document":. In Python:

    json.dumps(line["document"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

The tables are for spreadsheets. An apostrophe stands before what a spreadsheet could take for a formula; the exact
text is in the JSON Lines files. Where an edition is withheld, a line names its digest and the ground instead of its
text, and the tables are without it. Nothing here depends on the day of reading: whether a review is overdue follows
from `review_by`.

HOW TO CITE

{citation}
"""

LICENCE = """Text and data of Anteroom are licensed under {name}: {url}

You may share and adapt them, also commercially, if you name Anteroom, link to the licence and say what you changed.
Name the edition or the date that you used; "How to cite" in README.txt does both.

Example clauses are hypothetical. Nothing here is legal advice. Titles of and quotations from the sources that are
cited belong to their authors. verify.py may be used for anything (CC0 1.0).
"""


def readme(head: LedgerEntry) -> bytes:
    """Return README.txt of the files whose last entry is `head`."""
    tables = "\n".join(f"{name + '.csv':<22}{_small(table.about)}" for name, table in FROM_DOCUMENTS.items())
    day = head.time.date()
    told = {"position": head.position, "time": as_utc(head.time), "hash": head.hash, "tables": tables}
    return README.format(**told, address=_address(day), citation=citation(head, day)).encode()


def licence() -> bytes:
    """Return LICENCE.txt."""
    return LICENCE.format(**settings.LIBRARY_LICENCE).encode()


def citation(head: LedgerEntry, day: date) -> str:
    """Return how to cite the whole library as of `day`, on which the ledger ended with `head`."""
    named = f"{LIBRARY} ({day.year}). {LIBRARY}, a library of deal patterns. As of {day.isoformat()}"
    return f"{named}, ledger position {head.position}, head {head.hash[:16]}. {_licence_name()}. {_address(day)}"


def _licence_name() -> str:
    return settings.LIBRARY_LICENCE["name"]


def _address(day: date) -> str:
    return frame.origin() + LATEST.to("downloads") + Links(day.isoformat()).query


def _small(about: str) -> str:
    return about[0].lower() + about[1:]
