"""The JSON Schema (2020-12) of documents, of the lines of every file, and of ledger entries."""

from typing import Any

from library import frame
from library.addresses import LATEST
from library.definitions import SCORES, SOURCE_KINDS, STATUSES
from library.documents import FORMAT
from library.models import Kind, LedgerEntry, Standing

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAME = "anteroom.schema.json"
Shape = dict[str, Any]

TEXT: Shape = {"type": "string"}
SAID: Shape = {"type": "string", "minLength": 1}
PROSE: Shape = {"type": "string", "description": "Markdown with citations: [@key, p. 12], several as [@a; @b]."}
PART_OF_DAY: Shape = {
    "type": "string",
    "pattern": r"^(\d{4}(-\d{2}(-\d{2})?)?)?$",
    "description": "A date as precise as it is known: 2025-05-22, 2025-05 or 2025; empty if unknown.",
}
DAY: Shape = {"type": "string", "format": "date"}
TIME: Shape = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$"}
CODE: Shape = {"type": "string", "pattern": r"^[A-Za-z0-9.-]{1,60}$"}
SLUG: Shape = {"type": "string", "pattern": r"^[a-z0-9-]{1,80}$"}
KEY: Shape = {"type": "string", "pattern": r"^[A-Za-z0-9_.:-]{1,80}$"}
NUMBER: Shape = {
    "type": "string",
    "pattern": r"^\d{4}\.\d{2}(\.\d{1,9})?$",
    "description": "Year and month, and from the second of a month its number: 2026.06, 2026.06.2.",
}
DIGEST: Shape = {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256 in hex."}
POSITION: Shape = {"type": "integer", "minimum": 1}


def _object(optional: dict[str, Shape] | None = None, **fields: Shape) -> Shape:
    properties = {**fields, **(optional or {})}
    return {"type": "object", "properties": properties, "required": [*fields], "additionalProperties": False}


def _list(of: Shape) -> Shape:
    return {"type": "array", "items": of}


def _one_of(values: Any) -> Shape:
    return {"enum": [str(value) for value in values]}


def _is(value: str | int) -> Shape:
    return {"const": value}


def _to(name: str) -> Shape:
    return {"$ref": f"#/$defs/{name}"}


IDENTITY = {"format": _is(FORMAT), "code": CODE, "slug": SLUG}
PATTERN = _object(
    **IDENTITY,
    kind=_is(Kind.PATTERN.value),
    family=_object(slug=SLUG, name=SAID),
    tags=_list(SAID),
    title=SAID,
    subtitle=TEXT,
    in_brief=PROSE,
    fits_when=PROSE,
    does_not_fit_when=PROSE,
    structure=PROSE,
    sub_variants=_list(_object(code=CODE, name=SAID, description=PROSE)),
    clauses=_list(_object(code=CODE, title=SAID, text=PROSE, negotiate=PROSE)),
    kill_list=_list(
        _object(
            code=CODE, move=PROSE, mechanism=PROSE, mitigation=PROSE, grounding=_one_of(("documented", "inferred"))
        )
    ),
    precedents=_list(
        _object(code=CODE, title=SAID, forum=TEXT, date=PART_OF_DAY, status=TEXT, source=TEXT, relevance=PROSE)
    ),
    anchors=_list(_object(code=CODE, source=KEY, finding=PROSE)),
    bibliography=_list(_to("source")),
)
SCORE = _object(
    move=CODE,
    wording={**PROSE, "description": "The move as it was worded when it was judged."},
    edition=NUMBER,
    score=_one_of(SCORES),
    evidence=PROSE,
    sources=_list(_object(source=KEY, pinpoint=TEXT)),
)
PARTNERSHIP = _object(
    **IDENTITY,
    kind=_is(Kind.PARTNERSHIP.value),
    name=SAID,
    aliases=_list(SAID),
    announced=PART_OF_DAY,
    status=_one_of(STATUSES),
    status_note=PROSE,
    summary=PROSE,
    parties=_list(_object(name=SAID, country=TEXT, role=TEXT)),
    sources=_list(_object(source=KEY, supports=TEXT, first_party={"type": "boolean"})),
    confidence=_one_of(("primary_source", "corroborated", "single_source")),
    exhibits=_list(
        _object(
            pattern=CODE,
            pattern_slug=SLUG,
            pattern_title=SAID,
            edition=NUMBER,
            sub_variants=_list(_object(code=CODE, name=SAID)),
            note=PROSE,
            scores=_list(_to("score")),
        )
    ),
    bibliography=_list(_to("source")),
)
SOURCE = _object(
    key=KEY,
    kind=_one_of(SOURCE_KINDS),
    title=SAID,
    authors=_list(SAID),
    publisher=TEXT,
    published=PART_OF_DAY,
    url=TEXT,
    archived_url=TEXT,
    doi=TEXT,
    accessed=PART_OF_DAY,
    origin=TEXT,
    note=TEXT,
)
SIGNATURE = _object(name=SAID, role=TEXT, section=SAID, digest=DIGEST, time=TIME, override_reason=TEXT)
ENTRY = _object(
    {"successor": CODE},
    format=_is(1),
    position=POSITION,
    previous=DIGEST,
    time=TIME,
    act=_one_of(LedgerEntry.Act.values),
    kind=_one_of(Kind.values),
    code=CODE,
    edition=NUMBER,
    digest=DIGEST,
    review_by={"type": "string", "pattern": r"^(\d{4}-\d{2}-\d{2})?$"},
    people=_list(SIGNATURE),
    note=TEXT,
)
FACTS = {
    "kind": _one_of(Kind.values),
    "code": CODE,
    "edition": NUMBER,
    "digest": DIGEST,
    "position": POSITION,
    "published": TIME,
}
STANDING_LINE = _object(
    line=_is("standing"),
    **FACTS,
    state=_one_of((Standing.State.VERIFIED.value, Standing.State.RETIRED.value)),
    reviewed_on=DAY,
    reviewed_by=TEXT,
    review_by=DAY,
    successor=TEXT,
    document=_to("document"),
)
EDITION_LINE = _object(line=_is("edition"), **FACTS, document=_to("document"))
WITHHELD_LINE = _object(line=_is("withheld"), **FACTS, withheld=_object(position=POSITION, on=DAY, ground=SAID))
DESCRIBED = {
    "pattern": (PATTERN, "The document of a pattern, as its edition was signed."),
    "partnership": (PARTNERSHIP, "The document of a partnership, as its edition was signed."),
    "source": (SOURCE, "The record of a source, complete inside every document that cites it."),
    "score": (SCORE, "One judgement: a partnership against one kill-list move as worded in a named edition."),
    "ledger-entry": (ENTRY, "A line of ledger.jsonl. Its SHA-256, without the line's end, is the entry's hash."),
    "standing-line": (STANDING_LINE, "A line of library.jsonl: what stands of one item."),
    "edition-line": (EDITION_LINE, "A line of editions.jsonl: one edition."),
    "withheld-line": (WITHHELD_LINE, "A line of either file in the place of an edition whose text is withheld."),
}


def schema() -> Shape:
    """Return the schema. A line of any file fits its root; documents and lines have names under `$defs`."""
    named = {name: {"description": about, **shape} for name, (shape, about) in DESCRIBED.items()}
    named["document"] = {"oneOf": [_to("pattern"), _to("partnership")]}
    lines = ("standing-line", "edition-line", "withheld-line", "ledger-entry")
    return {
        "$schema": DIALECT,
        "$id": frame.origin() + LATEST.to("download", NAME),
        "title": "Anteroom: documents, lines and ledger entries, format 1",
        "description": "Canonical bytes follow RFC 8785; the digest of a document is the SHA-256 of these bytes.",
        "oneOf": [_to(name) for name in lines],
        "$defs": named,
    }
