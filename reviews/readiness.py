"""What still blocks an item from going to review: findings with row, field and a sentence for people.

One set of rules, two uses: the item's page lists the findings, submitting refuses on those that block.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from history.models import Draft
from library.documents import Document
from library.models import Edition
from library.prose import broken_citations, citation_keys
from partnerships.composition import bind, live_patterns
from sources.models import Source


@dataclass(frozen=True)
class Finding:
    """One thing to mend. `row` is the row's code (empty for the item itself), `field` a field's name."""

    row: str
    field: str
    sentence: str
    blocks: bool = True


Moves = dict[str, set[str]]  # by pattern, the codes of all moves that any of its editions has or had


def findings(document: Document, published: Moves | None = None) -> list[Finding]:
    """Return what blocks or deserves a look in `document`, in the order of the page.

    Whoever asks about many documents gives `published`, the moves of all patterns that they show.
    """
    if document["kind"] == "pattern":
        found = _pattern_findings(document)
    else:
        found = _partnership_findings(document, _published_moves([document]) if published is None else published)
    return [*found, *_citation_findings(document)]


def blockers(document: Document) -> list[Finding]:
    """Return the findings that refuse a submission."""
    return [finding for finding in findings(document) if finding.blocks]


# Every text that a row must have before review, with the words its finding uses.
ROW_TEXTS = {
    "sub_variants": (("name", "a name"), ("description", "a description")),
    "clauses": (("title", "a title"), ("text", "a text")),
    "kill_list": (
        ("move", "the move"),
        ("mechanism", "why it fails"),
        ("mitigation", "a mitigation"),
        ("grounding", "its grounding"),
    ),
    "precedents": (("title", "a title"), ("source", "a source"), ("relevance", "its relevance")),
    "anchors": (("source", "a source"), ("finding", "the finding")),
}
LEAST = (
    ("sub_variants", 1, "A pattern needs at least one sub-variant."),
    ("kill_list", 3, "A pattern needs at least three kill-list moves."),
    ("anchors", 1, "A pattern needs at least one scholarly anchor."),
)


def _pattern_findings(document: Document) -> Iterator[Finding]:
    for field, name in (
        ("title", "a title"),
        ("subtitle", "a subtitle"),
        ("in_brief", "the text In brief"),
        ("structure", "a text on structure"),
    ):
        if not document[field]:
            yield Finding("", field, f"The pattern needs {name}.")
    for rows, texts in ROW_TEXTS.items():
        for row in document[rows]:
            for field, name in texts:
                if not row[field]:
                    yield Finding(row["code"], field, f"{row['code']} needs {name}.")
    for rows, least, sentence in LEAST:
        if len(document[rows]) < least:
            yield Finding("", rows, sentence)
    for move in document["kill_list"]:
        if move["grounding"] == "inferred" and not _is_hedged(move["mechanism"]):
            sentence = (
                f"{move['code']} is inferred but its mechanism reads as a known failure; write it as a warning."
            )
            yield Finding(move["code"], "mechanism", sentence, blocks=False)


HEDGES = (
    "likely",
    "may ",
    "might",
    "could",
    "can ",
    "analogy",
    "tends",
    "would",
    "risk",
    "suggest",
    "expect",
    "inference",
    "warning",
)


def _is_hedged(text: str) -> bool:
    return not text or any(word in text.casefold() for word in HEDGES)


def _partnership_findings(document: Document, published: Moves) -> Iterator[Finding]:
    if not document["summary"]:
        yield Finding("", "summary", "The partnership needs a summary.")
    if len(document["parties"]) < 2:
        yield Finding("", "parties", "A partnership has at least two parties.")
    if not document["sources"]:
        yield Finding("", "sources", "A partnership needs at least one source.")
    if not document["exhibits"]:
        yield Finding("", "exhibits", "Say which pattern the partnership shows.")
    yield from _grade_findings(document)
    for exhibit in document["exhibits"]:
        yield from _exhibit_findings(exhibit, published.get(exhibit["pattern"], {}))


def _grade_findings(document: Document) -> Iterator[Finding]:
    grade = document["confidence"]
    kinds = {source["key"]: source for source in document["bibliography"]}
    rows = [(row, kinds[row["source"]]) for row in document["sources"] if row["source"] in kinds]
    if grade == "rumored":
        yield Finding(
            "", "confidence", "A rumored partnership is never published; find a source or keep it as a draft."
        )
    if grade == "primary_source" and not any(
        row["first_party"] and source["kind"] in Source.FIRST_HAND for row, source in rows
    ):
        sentence = (
            "The grade primary source needs a filing, court text, statute, regulation, government text or press"
            " release among the sources, marked first-party."
        )
        yield Finding("", "confidence", sentence)
    origins = {source["origin"] or source["publisher"] or source["key"] for _, source in rows}
    if grade == "corroborated" and len(origins) < 2:
        yield Finding("", "confidence", "The grade corroborated needs two sources of different origin.")


def _published_moves(documents: Iterable[Document]) -> Moves:
    moves: Moves = {}
    for edition in Edition.objects.filter(kind="pattern", code__in=_patterns_shown(documents)).iterator():
        moves.setdefault(edition.code, set()).update(move["code"] for move in edition.read()["kill_list"])
    return moves


def _patterns_shown(documents: Iterable[Document]) -> set[str]:
    return {exhibit["pattern"] for document in documents for exhibit in document.get("exhibits", ())}


def _exhibit_findings(exhibit: dict, published: set[str]) -> Iterator[Finding]:
    pattern = exhibit["pattern"]
    if not exhibit["edition"]:
        yield Finding(pattern, "pattern", f"{pattern} has no published edition yet; publish the pattern first.")
        return
    for score in exhibit["scores"]:
        if score["move"] not in published or not score["edition"]:
            sentence = f"{score['move']} is scored, but no published edition of {pattern} has that move."
            yield Finding(pattern, score["move"], sentence)
        if not score["evidence"]:
            yield Finding(pattern, score["move"], f"The score of {score['move']} needs its evidence.")


def _citation_findings(document: Document) -> Iterator[Finding]:
    known = {source["key"] for source in document["bibliography"]}
    for row, field, text in _texts(document, ""):
        missing = {text} if field == "source" else citation_keys(text)
        for key in sorted(missing - known - {""}):
            yield Finding(row, field, f"{_where(row)}cites {key}, which is not among the sources.")
        for start in broken_citations(text):
            yield Finding(row, field, f"{_where(row)}has a citation that cannot be read: {start}")


def _where(row: str) -> str:
    return f"{row} " if row else "The text "


def _texts(part: dict, row: str) -> Iterator[tuple[str, str, str]]:
    """Yield every text of a document with the code of its row and its field."""
    for field, value in part.items():
        if field == "bibliography":
            continue
        if isinstance(value, str):
            yield row, field, value
        for inner in value if isinstance(value, list) else ():
            if isinstance(inner, dict):
                name = inner.get("code") or inner.get("move") or inner.get("pattern") or row
                yield from _texts(inner, name)


def draft_findings(draft: Draft) -> list[Finding]:
    """Return the findings of a draft as it stands, scores tied to live wordings as submitting would."""
    return findings(as_submitted(draft.read()))


def findings_of_drafts(drafts: Iterable[Draft]) -> dict[int, list[Finding]]:
    """Return the findings of each draft by its primary key; two statements however many there are."""
    documents = {draft.pk: draft.read() for draft in drafts}
    live = live_patterns(_patterns_shown(documents.values()))
    published = _published_moves(documents.values())
    return {pk: findings(as_submitted(document, live), published) for pk, document in documents.items()}


def as_submitted(document: Document, live: dict[str, tuple[str, Document]] | None = None) -> Document:
    """Return the document that submitting `document` would freeze: open scores tied to the live wordings."""
    return bind(document, live) if document["kind"] == "partnership" else document
