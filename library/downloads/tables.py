"""The tables: what stood, taken apart for spreadsheets. The exact text is in the JSON Lines files."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from library import frame
from library.addresses import LATEST
from library.definitions import SOURCE_GRADES
from library.documents import ROW_KEYS, Document
from library.downloads.snapshot import Published, Snapshot
from library.ledger import names
from library.models import LedgerEntry
from library.prose import citations

Cells = Iterator[list[Any]]
STOOD = ("edition", "published", "state", "reviewed_on", "reviewed_by", "review_by", "successor", "digest")
SAID = ("in_brief", "fits_when", "does_not_fit_when", "structure")
SOURCE = ("publisher", "published", "url", "archived_url", "doi", "accessed", "origin", "note")
SIGNED = ("position", "time", "act", "kind", "code", "edition", "digest", "review_by")
IDENTIFIED = ("sub_variants", "clauses", "kill_list", "precedents", "anchors", "exhibits", "scores")


@dataclass(frozen=True)
class Table:
    """One table of what stood: its columns, and the rows that one document gives."""

    about: str
    columns: tuple[str, ...]
    rows: Callable[[Published, Document], Cells]


def _stood(one: Published) -> list[Any]:
    told = one.facts | one.stood
    return [told[name] for name in STOOD]


def _address(one: Published, document: Document) -> str:
    return frame.origin() + LATEST.edition(one.facts["kind"], document["slug"], one.facts["edition"])


def _patterns(one: Published, document: Document) -> Cells:
    if document["kind"] == "pattern":
        family = document["family"]
        named = [document["code"], document["title"], document["subtitle"], family["slug"], family["name"]]
        said = [document[name] for name in SAID]
        yield [*named, "; ".join(document["tags"]), *said, *_stood(one), _address(one, document)]


def _partnerships(one: Published, document: Document) -> Cells:
    if document["kind"] == "partnership":
        said = [document[name] for name in ("announced", "status", "status_note", "summary", "confidence")]
        named = [document["code"], document["name"], "; ".join(document["aliases"])]
        yield [*named, *said, *_stood(one), _address(one, document)]


def _rows_of(part: str, *fields: str) -> Callable[[Published, Document], Cells]:
    """Return what gives the rows of one list of a document, each with the item's code and its place from 1."""

    def rows(one: Published, document: Document) -> Cells:
        for place, row in enumerate(document.get(part, []), start=1):
            yield [document["code"], place, *(row[field] for field in fields)]

    return rows


def _exhibits(one: Published, document: Document) -> Cells:
    for row in document.get("exhibits", []):
        shown = "; ".join(variant["code"] for variant in row["sub_variants"])
        yield [document["code"], row["pattern"], row["edition"], shown, row["note"]]


def _scores(one: Published, document: Document) -> Cells:
    for exhibit in document.get("exhibits", []):
        for row in exhibit["scores"]:
            cited = "; ".join(", ".join(filter(None, (at["source"], at["pinpoint"]))) for at in row["sources"])
            judged = [row["move"], row["score"], row["evidence"], cited, row["edition"], row["wording"]]
            yield [document["code"], exhibit["pattern"], *judged]


def _citations(one: Published, document: Document) -> Cells:
    item = [document["kind"], document["code"], one.facts["edition"]]
    yield from ([*item, *cited] for cited in _cited(document, "", ""))


def _cited(value: Any, row: str, field: str) -> Cells:
    """Yield row, field, source, pinpoint of all that `value` cites, and what a partnership's evidence says of it."""
    if isinstance(value, str):
        yield from ([row, field, one.key, one.pinpoint, "", ""] for one in citations(value))
    elif isinstance(value, list):
        for inner in value:
            own = inner[ROW_KEYS[field]] if field in IDENTIFIED else row
            yield from _cited(inner, own, field)
    elif isinstance(value, dict):
        if value.get("source"):
            of_it = [value.get("supports", ""), {True: "yes", False: "no"}.get(value.get("first_party"), "")]
            yield [row, field, value["source"], value.get("pinpoint", ""), *of_it]
        for name, inner in value.items():
            if name != "bibliography":
                yield from _cited(inner, row, name)


FROM_DOCUMENTS = {
    "patterns": Table(
        "Every pattern: titles, family, prose, edition and review",
        ("code", "title", "subtitle", "family_slug", "family", "tags", *SAID, *STOOD, "address"),
        _patterns,
    ),
    "kill_list": Table(
        "Every kill-list move with mechanism, mitigation and grounding",
        ("pattern", "place", "code", "move", "mechanism", "mitigation", "grounding"),
        _rows_of("kill_list", "code", "move", "mechanism", "mitigation", "grounding"),
    ),
    "sub_variants": Table(
        "The forms that each pattern takes",
        ("pattern", "place", "code", "name", "description"),
        _rows_of("sub_variants", "code", "name", "description"),
    ),
    "clauses": Table(
        "Example clauses; hypothetical, and not to be used verbatim",
        ("pattern", "place", "code", "title", "text", "negotiate"),
        _rows_of("clauses", "code", "title", "text", "negotiate"),
    ),
    "precedents": Table(
        "Precedents to consider; no legal advice",
        ("pattern", "place", "code", "title", "forum", "date", "status", "source", "relevance"),
        _rows_of("precedents", "code", "title", "forum", "date", "status", "source", "relevance"),
    ),
    "anchors": Table(
        "Scholarly anchors and what they found",
        ("pattern", "place", "code", "source", "finding"),
        _rows_of("anchors", "code", "source", "finding"),
    ),
    "partnerships": Table(
        "Every partnership: status, summary, confidence, edition and review",
        ("code", "name", "aliases", "announced", "status", "status_note", "summary", "confidence", *STOOD, "address"),
        _partnerships,
    ),
    "parties": Table(
        "The parties of each partnership",
        ("partnership", "place", "name", "country", "role"),
        _rows_of("parties", "name", "country", "role"),
    ),
    "exhibits": Table(
        "Which partnership shows which pattern, and in which sub-variants",
        ("partnership", "pattern", "pattern_edition", "sub_variants", "note"),
        _exhibits,
    ),
    "scores": Table(
        "Every score with its evidence and the wording that was judged",
        ("partnership", "pattern", "move", "score", "evidence", "sources", "scored_in_edition", "wording"),
        _scores,
    ),
    "citations": Table(
        "Every place that cites a source",
        ("kind", "item", "edition", "row", "field", "source", "pinpoint", "supports", "first_party"),
        _citations,
    ),
}
SOURCE_COLUMNS = ("key", "kind", "grade", "title", "authors", *SOURCE, "cited_by")
LEDGER_COLUMNS = (*SIGNED, "successor", "people", "note", "hash", "previous")


def sources(snapshot: Snapshot) -> Cells:
    """Yield one row for every source that what stood cites, in the newest copy."""
    for record, citing in snapshot.sources():
        named = [record["key"], record["kind"], SOURCE_GRADES[record["kind"]], record["title"]]
        yield [*named, "; ".join(record["authors"]), *(record[name] for name in SOURCE), "; ".join(citing)]


def ledger(snapshot: Snapshot) -> Cells:
    """Yield one row for every entry; of a withheld edition no note is told but the ground."""
    hidden = snapshot.withheld_editions()
    for entry in snapshot.entries():
        signed = entry.read()
        is_told = entry.act == LedgerEntry.Act.WITHHOLDING or (entry.kind, entry.code, entry.edition) not in hidden
        rest = [signed.get("successor", ""), names(signed["people"]), signed["note"] if is_told else ""]
        yield [*(signed[name] for name in SIGNED), *rest, entry.hash, entry.previous]
