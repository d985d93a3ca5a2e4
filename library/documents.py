"""The shape of a published document: clean text, canonical bytes, digest, sections.

A document is plain JSON, complete in itself: strings, integers, booleans, lists and objects, nothing else.
Its bytes follow RFC 8785 (JSON Canonicalization Scheme), its digest is SHA-256 of those bytes in hex.
Rows carry their identity in one named field (`ROW_KEYS`), never a position or a database id.
"""

import hashlib
import json
import re
import unicodedata
from typing import Any

import rfc8785

FORMAT = 1
Document = dict[str, Any]

# Every list of rows, by its path from the document's root, and the field that identifies a row in it.
ROW_KEYS = {
    "sub_variants": "code",
    "clauses": "code",
    "kill_list": "code",
    "precedents": "code",
    "anchors": "code",
    "parties": "name",
    "sources": "source",
    "exhibits": "pattern",
    "scores": "move",
    "bibliography": "key",
}

# Fields of a pattern by section; what a section says together with the sources cited there.
PATTERN_SECTIONS = {
    "brief": ("title", "subtitle", "family", "tags", "in_brief", "fits_when", "does_not_fit_when"),
    "structure": ("structure", "sub_variants"),
    "clauses": ("clauses",),
    "kill_list": ("kill_list",),
    "precedents": ("precedents",),
    "anchors": ("anchors",),
}
PARTNERSHIP_SECTIONS = {
    "brief": ("name", "aliases", "announced", "status", "status_note", "summary", "parties"),
    "evidence": ("sources", "confidence"),
    "exhibits": ("exhibits",),
}
SECTIONS = {"pattern": PATTERN_SECTIONS, "partnership": PARTNERSHIP_SECTIONS}
WHOLE = "all"

# The order in which people read fields; canonical bytes have them in that of the alphabet.
_FIELDS = (
    *("format", "kind", "code", "key", "pattern", "pattern_title", "pattern_slug", "edition", "source", "pinpoint"),
    *("title", "name", "subtitle", "aliases", "family", "tags", "slug", "announced", "status", "status_note"),
    *("country", "role", "in_brief", "fits_when", "does_not_fit_when", "summary", "parties"),
    *("structure", "sub_variants", "move", "wording", "mechanism", "mitigation", "grounding", "kill_list", "clauses"),
    *("description", "text", "negotiate", "score", "evidence", "supports", "first_party", "forum", "date"),
    *("relevance", "finding", "authors", "publisher", "published", "url", "archived_url", "doi", "accessed"),
    *("origin", "note", "scores", "exhibits", "precedents", "anchors", "confidence", "sources", "bibliography"),
)
READING_ORDER = {field: place for place, field in enumerate(_FIELDS)}

# Characters no document may hold, with the reason an editor is told. Private-use characters have no meaning a
# reader could check, and the renderer uses two of them as marks.
REFUSED = (
    ("a hidden change of text direction", "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"),
    ("an invisible character", "\u00ad\u180e\u200b\u2060-\u2064\ufeff\ufff9-\ufffb"),
    ("a control character", "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"),
    ("half of a broken character pair", "\ud800-\udfff"),
    ("a line separator that browsers and editors show differently", "\u2028\u2029"),
    ("a private-use character that fonts draw differently", "\ue000-\uf8ff\U000f0000-\U0010ffff"),
)
_refused = re.compile("[" + "".join(characters for _, characters in REFUSED) + "]")
_reasons = [(reason, re.compile(f"[{characters}]")) for reason, characters in REFUSED]


class NotClean(ValueError):
    """Text that cannot enter a document; the message names position and character for people."""


def clean_text(text: str) -> str:
    """Return `text` as documents store it: LF ends, NFC, no trailing blanks, no blank lines at the ends.

    Raises NotClean for NUL, other control characters, lone surrogates and bidi controls (Unicode TR 36
    names the last as a spoofing risk), with the position counted from 1.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if bad := _refused.search(text):
        reason = next(reason for reason, characters in _reasons if characters.match(bad[0]))
        raise NotClean(f"character {bad.start() + 1} is {reason} (U+{ord(bad[0]):04X}); remove it")
    lines = [line.rstrip() for line in unicodedata.normalize("NFC", text).split("\n")]
    return "\n".join(lines).strip("\n")


def clean_line(text: str) -> str:
    """Return `text` as one line: cleaned, every run of white space one blank. Raises NotClean."""
    return re.sub(r"\s+", " ", clean_text(text)).strip()


def canonical_bytes(document: Document) -> bytes:
    """Return the RFC 8785 bytes of `document`. Raises ValueError on floats, None or other types."""
    _refuse_other_types(document, "document")
    return rfc8785.dumps(document)


def _refuse_other_types(value: Any, path: str) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_other_types(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _refuse_other_types(inner, f"{path}[{index}]")
    elif not isinstance(value, (str, bool, int)):
        raise ValueError(f"{path} is a {type(value).__name__}; documents hold text, integers, booleans, lists")


def digest(document: Document) -> str:
    """Return the SHA-256 of the canonical bytes, 64 hex digits."""
    return digest_bytes(canonical_bytes(document))


def digest_bytes(body: bytes) -> str:
    """Return the SHA-256 of `body`, 64 hex digits."""
    return hashlib.sha256(body).hexdigest()


def parse(body: bytes) -> Document:
    """Return the document whose canonical bytes are `body`, its fields in the order in which people read them."""
    return json.loads(body, object_pairs_hook=_in_reading_order)


def _in_reading_order(pairs: list[tuple[str, Any]]) -> Document:
    return dict(sorted(pairs, key=lambda pair: READING_ORDER.get(pair[0], len(READING_ORDER))))


def section(document: Document, name: str) -> Document:
    """Return the part of `document` that section `name` covers, with the sources cited in that part.

    `all` is the whole document. Raises KeyError for a section that the kind does not have.
    """
    if name == WHOLE:
        return document
    fields = SECTIONS[document["kind"]][name]
    part = {field: document[field] for field in fields}
    cited = cited_keys(part)
    part["bibliography"] = [source for source in document["bibliography"] if source["key"] in cited]
    return part


def section_digests(document: Document) -> dict[str, str]:
    """Return the digest of every section of `document`, `all` included."""
    names = [*SECTIONS[document["kind"]], WHOLE]
    return {name: digest(section(document, name)) for name in names}


def cited_keys(part: Any) -> set[str]:
    """Return the keys of all sources cited in `part`: in prose as `[@key]` and in `source` fields."""
    from library.prose import citation_keys  # prose needs clean text only; documents stay importable alone

    if isinstance(part, str):
        return citation_keys(part)
    if isinstance(part, list):
        return set().union(*(cited_keys(inner) for inner in part))
    if isinstance(part, dict):
        keys = {part["source"]} if part.get("source") else set()
        return keys.union(*(cited_keys(inner) for name, inner in part.items() if name != "bibliography"))
    return set()
