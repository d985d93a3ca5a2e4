"""What still blocks an item from going to review: findings with row, field and a sentence for people.

One set of rules, two uses: the item's page lists the findings, submitting refuses on those that block.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.db.models import Count

from history import archive
from history.models import Archived, Draft
from library.documents import Document
from library.prose import broken_citations, citation_keys, plain
from library.sorting import fold
from partnerships.composition import Judged, Published, bind, live_patterns, published_editions, release
from partnerships.models import Party, Score
from patterns import families
from sources import composition as sources
from sources.models import Source


@dataclass(frozen=True)
class Finding:
    """One thing to mend. `row` is the row's code (empty for the item itself), `field` a field's name."""

    row: str
    field: str
    sentence: str
    blocks: bool = True


@dataclass(frozen=True)
class Known:
    """What the rules ask the library: live patterns, all published wordings, the parties of all partnerships.

    `scored` counts, by move, the drafts of partnerships that score it; `archived` holds the names of shared records
    (citation keys, `family/<slug>`) that are set aside. Archived partnerships name no party and score nothing.
    """

    live: dict[str, tuple[str, Document]]
    published: Published
    organisations: frozenset[str]
    scored: dict[str, int]
    archived: frozenset[str] = frozenset()


def known_for(documents: Iterable[Document]) -> Known:
    """Return what the rules need to know about `documents`; five statements however many there are."""
    shown = {exhibit["pattern"] for document in documents for exhibit in document.get("exhibits", ())}
    own = {document["code"] for document in documents if document["kind"] == "pattern"}
    set_aside = archive.codes("partnership")
    names = (
        Party.objects.exclude(partnership__code__in=set_aside).order_by().values_list("name", flat=True).distinct()
    )
    organisations = frozenset(name for name in names if len(name) >= SHORTEST_NAME)
    scores = Score.objects.filter(exhibit__pattern__in=own).exclude(exhibit__partnership__code__in=set_aside)
    counts = dict(scores.order_by().values_list("move").annotate(Count("pk")))
    return Known(live_patterns(shown | own), published_editions(shown), organisations, counts, _archived())


def _archived() -> frozenset[str]:
    names = {"source": sources.shared_as, "family": families.shared_as}
    rows = Archived.objects.filter(kind__in=names).values_list("kind", "code")
    return frozenset(names[kind](code) for kind, code in rows)


def findings(document: Document, known: Known | None = None) -> list[Finding]:
    """Return what blocks or deserves a look in `document`, in the order of the page.

    Whoever asks about many documents gives `known`, what `known_for` returned for all of them.
    """
    known = known or known_for([document])
    if document["kind"] == "pattern":
        found = chain(_pattern_findings(document), _reworded_moves(document, known))
    else:
        found = _partnership_findings(document, known.published)
    rest = (
        _empty_items(document),
        _citation_findings(document),
        _archived_findings(document, known),
        _uncited_organisations(document, known),
    )
    return [*found, *chain(*rest)]


def blockers(document: Document) -> list[Finding]:
    """Return the findings that refuse a submission."""
    return [finding for finding in findings(document) if finding.blocks]


# A word at the start of a line is drawn whatever follows; anything else has to be drawn to be sure.
SAYS_SOMETHING = re.compile(r"^\w", re.MULTILINE)

# What an organisation may be named in only beside a citation. Clauses are hypothetical and name nobody's deal.
PROSE = frozenset(
    {
        *("in_brief", "fits_when", "does_not_fit_when", "structure", "description", "mechanism", "mitigation"),
        *("relevance", "finding", "summary", "status_note", "note"),
    }
)

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
        if says_nothing(document[field]):
            yield Finding("", field, f"The pattern needs {name}.")
    for rows, texts in ROW_TEXTS.items():
        for row in document[rows]:
            for field, name in texts:
                if says_nothing(row[field]):
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


def _reworded_moves(document: Document, known: Known) -> Iterator[Finding]:
    """Warn that scores will judge an older wording once the move is published in other words."""
    number, live = known.live.get(document["code"], ("", {"kill_list": []}))
    wordings = {move["code"]: move["move"] for move in live["kill_list"]}
    for move in document["kill_list"]:
        scores = known.scored.get(move["code"], 0)
        if scores and wordings.get(move["code"], move["move"]) != move["move"]:
            sentence = f"{move['code']} has other words than in edition {number}, which {_scores_judge(scores)}."
            yield Finding(move["code"], "move", sentence, blocks=False)


def _scores_judge(count: int) -> str:
    return (
        f"{count} scores judge; look at them again after publication"
        if count > 1
        else ("one score judges; look at it again after publication")
    )


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


def _partnership_findings(document: Document, published: Published) -> Iterator[Finding]:
    if says_nothing(document["summary"]):
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
    origins = {fold(source["origin"] or source["publisher"]).strip(" .") for _, source in rows} - {""}
    if grade == "corroborated" and len(origins) < 2:
        yield Finding("", "confidence", "The grade corroborated needs two sources of different origin.")


def _exhibit_findings(exhibit: dict, editions: dict[str, Judged]) -> Iterator[Finding]:
    pattern = exhibit["pattern"]
    if not editions or not exhibit["edition"]:
        yield Finding(pattern, "pattern", f"{pattern} has no published edition yet; publish the pattern first.")
        return
    yield from _identity_findings(exhibit, editions.get(exhibit["edition"]))
    for score in exhibit["scores"]:
        yield from _score_findings(pattern, score, editions)


def _identity_findings(exhibit: dict, judged: Judged | None) -> Iterator[Finding]:
    """What an exhibit says of the edition it names is what that edition says."""
    pattern, number = exhibit["pattern"], exhibit["edition"]
    if judged is None:
        yield Finding(
            pattern, "pattern", f"This library has no edition {number} of {pattern}; save the scorecard again."
        )
        return
    if (exhibit["pattern_slug"], exhibit["pattern_title"]) != (judged.slug, judged.title):
        yield Finding(
            pattern, "pattern", f"Edition {number} of {pattern} has another title or address than is told here."
        )
    for variant in exhibit["sub_variants"]:
        if judged.sub_variants.get(variant["code"]) != variant["name"]:
            sentence = f"Edition {number} of {pattern} has no sub-variant {variant['code']} of that name."
            yield Finding(pattern, "sub_variants", sentence)


def _score_findings(pattern: str, score: dict, editions: dict[str, Judged]) -> Iterator[Finding]:
    move = score["move"]
    if not any(move in judged.moves for judged in editions.values()):
        sentence = f"{move} is scored, but no published edition of {pattern} has that move."
        yield Finding(pattern, move, sentence)
    elif score["edition"] not in editions or editions[score["edition"]].moves.get(move) != score["wording"]:
        wrong = f"is scored against a wording that no edition of {pattern} has; score it again."
        yield Finding(pattern, move, f"{move} {wrong}")
    if says_nothing(score["evidence"]):
        yield Finding(pattern, move, f"The score of {move} needs its evidence.")
    elif score["score"] != "unknown" and not score["sources"] and not citation_keys(score["evidence"]):
        yield Finding(pattern, move, f"The score of {move} needs a source for its evidence.")


def says_nothing(text: str) -> bool:
    """Whether nothing of `text` would stand on the page: it is empty, or nothing but marks and citations."""
    if SAYS_SOMETHING.search(text):
        return False
    return not plain(text).strip("\u200c\u200d ")


def _empty_items(document: Document) -> Iterator[Finding]:
    for field in ("tags", "aliases"):
        if "" in document.get(field, ()):
            yield Finding("", field, f"One of the {field} is empty; take the empty line out.")


def _citation_findings(document: Document) -> Iterator[Finding]:
    known = {source["key"] for source in document["bibliography"]}
    for row, field, text in _texts(document, ""):
        for key in sorted(_cited(field, text) - known - {""}):
            yield Finding(row, field, f"{_where(row)}cites {key}, which is not among the sources.")
        for start in broken_citations(text):
            yield Finding(row, field, f"{_where(row)}has a citation that cannot be read: {start}")


def _cited(field: str, text: str) -> set[str]:
    return {text} if field == "source" else citation_keys(text)


def _archived_findings(document: Document, known: Known) -> Iterator[Finding]:
    """What is archived does not go to review inside something else."""
    family = document.get("family")
    if family and families.shared_as(family["slug"]) in known.archived:
        yield Finding("", "family", f"The family {family['name']} is archived; recover it or choose another.")
    for row, field, text in _texts(document, "") if known.archived else ():
        for key in sorted(_cited(field, text) & known.archived):
            sentence = f"{_where(row)}cites {key}, which is archived; recover it or cite another source."
            yield Finding(row, field, sentence)


SHORTEST_NAME = 3


def _uncited_organisations(document: Document, known: Known) -> Iterator[Finding]:
    """Warn where a paragraph of prose names an organisation of the library and cites nothing."""
    if not known.organisations:
        return
    names = "|".join(re.escape(name) for name in sorted(known.organisations, key=len, reverse=True))
    named = re.compile(rf"(?<!\w)(?:{names})(?!\w)")
    for row, field, text in _texts(document, ""):
        if field not in PROSE:
            continue
        for paragraph in text.split("\n\n"):
            found = named.search(paragraph)
            if found and not citation_keys(paragraph):
                sentence = f"{_where(row)}names {found[0]} in a paragraph without a citation."
                yield Finding(row, field, sentence, blocks=False)


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
    """Return the findings of each draft by its primary key; five statements however many there are."""
    documents = {draft.pk: draft.read() for draft in drafts}
    known = known_for(documents.values())
    return {pk: findings(as_submitted(document, known), known) for pk, document in documents.items()}


def as_submitted(document: Document, known: Known | None = None) -> Document:
    """Return the document that submitting `document` would freeze: open scores tied to the live wordings."""
    if document["kind"] != "partnership":
        return document
    known = known or known_for([document])
    return bind(release(document, known.published, known.live), known.live)
