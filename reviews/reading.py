"""What a reviewer reads of one submission: each change with the sources it cites, or the whole first edition."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe

from history.differences import Told, tell
from history.words import field_name, sentence_case, shown
from library import documents
from library.comparison import Path, as_text, compare
from library.documents import Document
from library.models import Edition
from library.prose import References, plain, render
from reviews import rules
from reviews.cited import CitedSource, cited_in
from reviews.models import Submission

# Fields whose text is Markdown with citations; all other texts are shown as they are.
PROSE = frozenset(
    (
        *("in_brief", "fits_when", "does_not_fit_when", "structure", "description", "text", "negotiate"),
        *("move", "mechanism", "mitigation", "relevance", "finding"),
        *("summary", "status_note", "note", "evidence", "wording"),
    )
)
HEADINGS = ("move", "name", "title", "pattern_title", "wording")


@dataclass(frozen=True)
class Claim:
    """The changes of one field or one row, and the sources that it cites now."""

    changes: list[Told]
    sources: list[CitedSource]


@dataclass(frozen=True)
class Part:
    """One field or one row of a first edition as it will be read, and the sources that it cites.

    `is_facts`: short values, shown beside their names.
    """

    anchor: str
    code: str
    title: str
    texts: list[tuple[str, SafeString]]
    sources: list[CitedSource]
    is_facts: bool = False


@dataclass(frozen=True)
class Section:
    """The parts of one section of a first edition."""

    anchor: str
    title: str
    parts: list[Part]


SECTION_TITLES = {
    "brief": "In brief",
    "structure": "Structure and sub-variants",
    "clauses": "Example clauses",
    "kill_list": "Kill list",
    "precedents": "Precedents",
    "anchors": "Scholarly anchors",
    "evidence": "Evidence and confidence",
    "exhibits": "Patterns shown",
    "sources": "Cited sources",
}


def base_of(submission: Submission) -> Edition | None:
    """Return the edition that the submission was compared with when it was put up, None for a first one."""
    named = {"kind": submission.kind, "code": submission.code, "number": submission.base_edition}
    return Edition.objects.filter(**named).first() if submission.base_edition else None


def claims(old: Document, new: Document) -> list[Claim]:
    """Return what changed from `old` to `new`, the changes of one row together, in the order of `new`."""
    grouped: dict[Path, list[Told]] = {}
    for told in tell(compare(old, new), old, new):
        grouped.setdefault(_place(told), []).append(told)
    return [Claim(changes, _sources_of(place, old, new)) for place, changes in grouped.items()]


def _place(told: Told) -> Path:
    return told.path[:-1] if told.row and told.field else told.path


def _sources_of(place: Path, old: Document, new: Document) -> list[CitedSource]:
    """The sources of what stands at `place` now; of what stood there when it is gone."""
    if place[0] == "bibliography":
        return []  # the change is the source itself
    document = new if _at(new, place) is not None else old
    return cited_in([_at(document, place)], document["bibliography"])


def _at(document: Document, place: Path) -> Any:
    """Return what stands at `place` (names of fields and identities of rows), None if nothing does."""
    found, rows = document, ""
    for name in place:
        if isinstance(found, dict):
            found, rows = found.get(name), name
        else:
            key = documents.ROW_KEYS[rows]
            found = next((row for row in found if row[key] == name), None)
    return found


def whole(document: Document) -> list[Section]:
    """Return all of `document` as it will be read, section by section, its sources last."""
    references = References({record["key"]: record for record in document["bibliography"]})
    fields = {**documents.SECTIONS[document["kind"]], "sources": ("bibliography",)}
    fields["brief"] = (*fields["brief"], "slug")
    in_order = sorted(fields.items(), key=lambda section: documents.READING_ORDER[section[1][0]])
    return [_section(name, names, document, references) for name, names in in_order]


def _section(name: str, fields: tuple[str, ...], document: Document, references: References) -> Section:
    short = [field for field in fields if field not in PROSE and field not in documents.ROW_KEYS]
    texts = [text for field in short for text in _texts(field, document[field], references)]
    parts = [Part(f"facts-{name}", "", "", texts, [], is_facts=True)] if texts else []
    for field in fields:
        if field not in short and document[field]:
            parts += _parts(field, document[field], document, references)
    return Section(f"section-{name}", SECTION_TITLES[name], parts)


def _parts(field: str, value: Any, document: Document, references: References) -> Iterator[Part]:
    if field == "parties":
        yield Part("part-parties", "", sentence_case(field_name(field)), _people(value), [], is_facts=True)
    elif field in documents.ROW_KEYS:
        for row in value:
            yield _row(field, row, document, references)
            yield from _parts("scores", row.get("scores", []), document, references)
    else:
        sources = cited_in([value], document["bibliography"])
        yield Part(f"part-{field}", "", "", _texts(field, value, references), sources)


def _row(rows: str, row: dict, document: Document, references: References) -> Part:
    """The row without its identity and the name that head it, and without its scores, which follow it."""
    key = documents.ROW_KEYS[rows]
    heading = next((field for field in HEADINGS if row.get(field) and field != key), "")
    title = plain(row[heading]) if heading in PROSE else row.get(heading, "")
    told = {field: value for field, value in row.items() if field not in (key, "scores")}
    if title == row.get(heading):
        del told[heading]
    is_source = rows == "bibliography"
    return Part(
        anchor=f"{'source' if is_source else rows}-{row[key]}".replace(" ", "_"),
        code=row[key],
        title=title,
        texts=[text for field, value in told.items() for text in _texts(field, value, references)],
        sources=[] if is_source else cited_in([told, {"source": row.get("source", "")}], document["bibliography"]),
        is_facts=is_source,
    )


def _people(parties: list[dict]) -> list[tuple[str, SafeString]]:
    """Name every party once, with country and role beside it."""
    about = {party["name"]: ", ".join(filter(None, (party["country"], party["role"]))) for party in parties}
    return [(name, format_html("<p>{}</p>", told or "–")) for name, told in about.items()]


def _texts(name: str, value: Any, references: References, where: str = "") -> list[tuple[str, SafeString]]:
    """Return name and HTML of every text in `value`; texts of rows inside it are named after their row."""
    if isinstance(value, dict):
        return [text for inner, v in value.items() for text in _texts(inner, v, references, f"{field_name(name)}, ")]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        key = documents.ROW_KEYS[name]
        return [
            text
            for row in value
            for inner, v in row.items()
            if inner != key or len(row) == 1
            for text in _texts(inner, v, references, f"{row[key]}, ")
        ]
    if value in ("", []):
        return []
    label = sentence_case(f"{where}{field_name(name)}")
    if name in PROSE:
        return [(label, mark_safe(render(value, references)))]
    return [(label, mark_safe(linebreaks(escape(shown(name, as_text(value))))))]


def declaration(submission: Submission, changes: int, section: str = documents.WHOLE) -> str:
    """Return the one sentence that stands above the button: what exactly is signed."""
    outcome = "the next edition" if submission.base_edition else "its first edition"
    if section != documents.WHOLE:
        digest = documents.digest(documents.section(submission.read(), section))
        return (
            f"I have read {rules.name_of(section)} of this text of {submission.code} and the sources cited there,"
            f" digest {digest[:12]}…, and approve exactly these bytes for publication in {outcome}. I say nothing"
            " of the rest."
        )
    if submission.base_edition:
        told = f"{changes} change{'' if changes == 1 else 's'} against edition {submission.base_edition}"
    else:
        told, outcome = "its whole first edition", "that edition"
    return (
        f"I have read this text of {submission.code}, {told}, digest {submission.digest[:12]}…, "
        f"and approve exactly these bytes for publication as {outcome}."
    )
