"""The corpus format as data: which keys an entry has, which it must have, and what each may hold."""

from dataclasses import dataclass, field

from history.fields import LONGEST_NAME, LONGEST_PATTERN_CODE
from partnerships.models import Partnership, Score
from patterns.models import Move
from sources.models import Source


@dataclass(frozen=True)
class Field:
    """One key of an entry.

    `holds` names a reader in `checking.py`. A required field must be written; with `may_be_open` an explicit
    `""` leaves it open in the draft. `default` stands for a field that is absent.
    """

    holds: str
    required: bool = False
    may_be_open: bool = False
    choices: tuple[str, ...] = ()
    longest: int = 0
    default: str = ""
    rows: "Shape | None" = None


@dataclass(frozen=True)
class Shape:
    """An entry: what people call it, and its fields in the order in which they are written."""

    noun: str
    fields: dict[str, Field] = field(default_factory=dict)


def choice(words, **options) -> Field:
    return Field("choice", choices=tuple(words), **options)


def rows(shape: Shape) -> Field:
    return Field("rows", rows=shape)


LINE, PROSE, DATE, LINES = Field("line"), Field("prose"), Field("date"), Field("lines")
CODE = Field("code", required=True)
KEY = Field("key", required=True)
# The first text of a row must be written; "" says on purpose that it is still open.
FIRST_LINE = Field("line", required=True, may_be_open=True, longest=LONGEST_NAME)
FIRST_PROSE = Field("prose", required=True, may_be_open=True)
TITLE = Field("line", required=True, longest=LONGEST_NAME)

FAMILY = Shape(
    "family",
    {
        "slug": Field("slug", required=True),
        "name": TITLE,
        "description": PROSE,
    },
)

SOURCE = Shape(
    "source",
    {
        "key": Field("new_key", required=True),
        "kind": choice(Source.Kind.values, required=True),
        "title": TITLE,
        "authors": LINES,
        "publisher": LINE,
        "published": DATE,
        "url": Field("url"),
        "archived_url": Field("url"),
        "doi": Field("line", longest=200),
        "accessed": DATE,
        "origin": LINE,
        "note": PROSE,
    },
)

SUB_VARIANT = Shape("sub-variant", {"code": CODE, "name": FIRST_LINE, "description": PROSE})
CLAUSE = Shape("clause", {"code": CODE, "title": FIRST_LINE, "text": PROSE, "negotiate": PROSE})
MOVE = Shape(
    "kill-list move",
    {
        "code": CODE,
        "move": FIRST_PROSE,
        "mechanism": PROSE,
        "mitigation": PROSE,
        "grounding": choice(Move.Grounding.values),
    },
)
PRECEDENT = Shape(
    "precedent",
    {
        "code": CODE,
        "title": FIRST_LINE,
        "forum": LINE,
        "date": DATE,
        "status": LINE,
        "source": Field("key"),
        "relevance": PROSE,
    },
)
ANCHOR = Shape("anchor", {"code": CODE, "source": Field("key", required=True, may_be_open=True), "finding": PROSE})

PATTERN = Shape(
    "pattern",
    {
        "code": Field("code", required=True, longest=LONGEST_PATTERN_CODE),
        "family": Field("slug", required=True),
        "tags": LINES,
        "title": TITLE,
        "subtitle": LINE,
        "in_brief": FIRST_PROSE,
        "fits_when": PROSE,
        "does_not_fit_when": PROSE,
        "structure": PROSE,
        "sub_variants": rows(SUB_VARIANT),
        "clauses": rows(CLAUSE),
        "kill_list": rows(MOVE),
        "precedents": rows(PRECEDENT),
        "anchors": rows(ANCHOR),
        "retired_codes": Field("codes"),
    },
)

PARTY = Shape("party", {"name": TITLE, "country": Field("line", longest=60), "role": LINE})
SUPPORT = Shape("source of the partnership", {"source": KEY, "supports": PROSE, "first_party": Field("flag")})
CITED = Shape("source of the score", {"source": KEY, "pinpoint": LINE})
SCORE = Shape(
    "score",
    {
        "move": CODE,
        "score": choice(Score.Value.values, required=True),
        "evidence": PROSE,
        "sources": rows(CITED),
        "edition": Field("edition"),
        "wording": PROSE,
    },
)
SHOWN_VARIANT = Shape("sub-variant of the exhibit", {"code": CODE, "name": LINE})
EXHIBIT = Shape(
    "exhibit",
    {
        "pattern": CODE,
        "edition": Field("edition"),
        "pattern_slug": Field("slug"),
        "pattern_title": LINE,
        "sub_variants": Field("variants", rows=SHOWN_VARIANT),
        "note": PROSE,
        "scores": rows(SCORE),
    },
)

PARTNERSHIP = Shape(
    "partnership",
    {
        "code": CODE,
        "name": TITLE,
        "aliases": LINES,
        "announced": DATE,
        "status": choice(Partnership.Status.values, default=Partnership.Status.UNKNOWN.value),
        "status_note": PROSE,
        "summary": FIRST_PROSE,
        "parties": rows(PARTY),
        "sources": rows(SUPPORT),
        "confidence": choice(Partnership.Confidence.values, required=True),
        "exhibits": rows(EXHIBIT),
    },
)

# What an export says of itself: which version of each item it holds.
EXPORTED = Shape(
    "exported item",
    {
        "kind": choice(("family", "source", "pattern", "partnership"), required=True),
        "code": Field("line", required=True, longest=80),
        "version": Field("number", required=True),
        "digest": Field("digest", required=True),
    },
)

# Every list of rows in which two rows may not have the same identity: the field, and what people call it.
IDENTITIES = {
    "parties": ("name", "party"),
    "sources": ("source", "source"),
    "exhibits": ("pattern", "pattern"),
    "scores": ("move", "move"),
    "sub_variants": ("code", "sub-variant"),
}
