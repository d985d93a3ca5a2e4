"""What a reviewer reads of one submission: each change with the sources it cites, or the whole first edition."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe

from history.differences import Told, tell
from history.words import field_name, sentence_case, shown
from library import documents
from library.comparison import Change, Path, as_text, compare
from library.documents import Document
from library.prose import References, plain, render
from reviews import places, rules
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
    """The changes of one field or one row, and the sources that it cites now.

    `holds` are the places that remarks here can be about, `digest` covers what was shown: the place with its text.
    """

    place: Path
    changes: list[Told]
    sources: list[CitedSource]
    holds: list[Path]
    digest: str

    @property
    def anchor(self) -> str:
        """The fragment id of the claim on its page."""
        return _anchor("claim", *self.place)

    @property
    def label(self) -> str:
        """The place in words."""
        return places.name_of(self.place)


@dataclass(frozen=True)
class Part:
    """One field or one row of a text read whole, and the sources that it cites.

    `is_facts`: short values, shown beside their names. `holds` and `digest`: see Claim.
    """

    anchor: str
    code: str
    title: str
    texts: list[tuple[str, SafeString]]
    sources: list[CitedSource]
    holds: list[Path]
    digest: str
    is_facts: bool = False

    @property
    def place(self) -> Path:
        """The first place in it, by which it is told from others."""
        return self.holds[0]

    @property
    def label(self) -> str:
        """The part in words."""
        has_name = self.title or self.code or not self.is_facts
        return places.name_of(self.place) if has_name else "Facts"


@dataclass(frozen=True)
class Section:
    """The parts of one section of a text read whole."""

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


def claims(old: Document, new: Document) -> list[Claim]:
    """Return what changed from `old` to `new`, the changes of one row together, in the order of `new`."""
    changes = compare(old, new)
    grouped: dict[Path, list[tuple[Change, Told]]] = {}
    for change, told in zip(changes, tell(changes, old, new), strict=True):
        grouped.setdefault(_place(told), []).append((change, told))
    return [_claim(place, *zip(*group, strict=True), old, new) for place, group in grouped.items()]


def _claim(place: Path, changes: tuple[Change, ...], told: tuple[Told, ...], old: Document, new: Document) -> Claim:
    return Claim(
        place=place,
        changes=list(told),
        sources=_sources_of(place, old, new),
        holds=_holds(place, told, new if places.at(new, place) is not None else old),
        digest=_digest_of_change(place, changes, old, new),
    )


def _holds(place: Path, told: tuple[Told, ...], document: Document) -> list[Path]:
    """The places in a claim, that of an only change first: a remark is most likely about it."""
    found = places.within(document, place)
    return found if len(told) > 1 else sorted(found, key=lambda one: one != told[0].path)


def _place(told: Told) -> Path:
    return told.path[:-1] if told.row and told.field else told.path


def _digest_of_change(place: Path, changes: tuple[Change, ...], old: Document, new: Document) -> str:
    """The text at `place` without rows in it, which are claims of their own, unless the whole row came or went."""
    now, what = places.at(new, place), {change.what for change in changes}
    if now is None:
        return _digest(place, {"removed": places.at(old, place)})
    if "added" not in what and isinstance(now, dict):
        now = {field: value for field, value in now.items() if field not in documents.ROW_KEYS}
    moved = next((change.after for change in changes if change.what == "moved"), None)
    return _digest(place, now) if moved is None else _digest(place, {"moved_to": moved, "text": now})


def _digest(place: Path, text: Any) -> str:
    return documents.digest({"place": list(place), "text": text})


def _anchor(*names: str) -> str:
    return "-".join(names).replace(" ", "_")


def _sources_of(place: Path, old: Document, new: Document) -> list[CitedSource]:
    """The sources of what stands at `place` now, of what stood there when it is gone; a changed source itself."""
    document = new if places.at(new, place) is not None else old
    changed = {"source": place[1]} if place[0] == "bibliography" else places.at(document, place)
    return cited_in([changed], document["bibliography"])


def whole(document: Document) -> list[Section]:
    """Return all of `document` as it will be read, section by section, its sources last."""
    references = References({record["key"]: record for record in document["bibliography"]})
    fields = {**documents.SECTIONS[document["kind"]], "sources": ("bibliography",)}
    fields["brief"] = (*fields["brief"], "slug")
    in_order = sorted(fields.items(), key=lambda section: documents.READING_ORDER[section[1][0]])
    return [_section(name, names, document, references) for name, names in in_order]


def _section(name: str, fields: tuple[str, ...], document: Document, references: References) -> Section:
    short = [field for field in fields if field not in PROSE and field not in documents.ROW_KEYS]
    parts = _facts(name, [field for field in short if document[field] not in ("", [])], document, references)
    for field in fields:
        if field not in short and document[field]:
            parts += _parts((field,), document, references)
    return Section(f"section-{name}", SECTION_TITLES[name], parts)


def _facts(name: str, fields: list[str], document: Document, references: References) -> list[Part]:
    if not fields:
        return []
    texts = [text for field in fields for text in _texts(field, document[field], references)]
    holds = [(field,) for field in fields]
    digest = _digest(holds[0], {field: document[field] for field in fields})
    return [Part(f"facts-{name}", "", "", texts, [], holds, digest, is_facts=True)]


def _parts(place: Path, document: Document, references: References) -> Iterator[Part]:
    field, value = place[-1], places.at(document, place)
    if field == "parties":
        title, holds = sentence_case(field_name(field)), [place, *((*place, party["name"]) for party in value)]
        yield Part("part-parties", "", title, _people(value), [], holds, _digest(place, value), is_facts=True)
    elif field in documents.ROW_KEYS:
        for row in value:
            here = (*place, row[documents.ROW_KEYS[field]])
            yield _row(here, row, document, references)
            if row.get("scores"):
                yield from _parts((*here, "scores"), document, references)
    else:
        sources = cited_in([value], document["bibliography"])
        yield Part(f"part-{field}", "", "", _texts(field, value, references), sources, [place], _digest(place, value))


def _row(place: Path, row: dict, document: Document, references: References) -> Part:
    """The row without its identity and the name that head it, and without its scores, which follow it."""
    rows, identity = place[-2:]
    key = documents.ROW_KEYS[rows]
    heading = next((field for field in HEADINGS if row.get(field) and field != key), "")
    title = plain(row[heading]) if heading in PROSE else row.get(heading, "")
    own = {field: value for field, value in row.items() if field != "scores"}
    told = {field: value for field, value in own.items() if field != key}
    if title == row.get(heading):
        del told[heading]
    is_source = rows == "bibliography"
    return Part(
        anchor=_anchor("source" if is_source else rows, identity),
        code=identity,
        title=title,
        texts=[text for field, value in told.items() for text in _texts(field, value, references)],
        sources=[] if is_source else cited_in([told, {"source": row.get("source", "")}], document["bibliography"]),
        holds=places.within(document, place),
        digest=_digest(place, own),
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
