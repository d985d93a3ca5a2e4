"""What search finds: the sections of a document with the anchors, titles and words of its page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import add

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.db.models.expressions import RawSQL

from library.definitions import SCORES, STATUSES
from library.documents import Document
from library.models import Edition, Kind, Passage, Standing, Word
from library.prose import plain
from library.sorting import words
from library.spelling import is_learnt, traces
from library.typography import curly

# Of a longer section the beginning is shown and searched; a tsvector holds no more than a megabyte.
MOST = 100_000
AT_ONCE = 40  # rows in one statement
KEPT_WORDS = "SELECT word FROM ts_stat('SELECT written FROM library_passage')"


@dataclass(frozen=True)
class Section:
    """One place of a page: what is shown of it, and what else it is found by.

    `weights` are those of title and text: A where the section is about what its title says. `names` weigh as much as
    a title that only repeats another, `around` least of all.
    """

    anchor: str
    place: str
    title: str
    text: str
    code: str = ""
    weights: str = "AC"
    names: str = ""
    around: str = ""
    grounding: str = ""


def sections(document: Document) -> list[Section]:
    """Return the sections of `document` in the order of its page, the item itself first, without an anchor.

    The item is found by every word of its sections too, so that words that stand apart still find it.
    """
    inner = list(_pattern(document) if document["kind"] == Kind.PATTERN else _partnership(document))
    inner += [_source(record) for record in document["bibliography"]]
    return [_item(document, inner), *inner]


def _item(document: Document, inner: list[Section]) -> Section:
    whole = " ".join(f"{section.title} {section.text}" for section in inner)[:MOST]
    if document["kind"] == Kind.PATTERN:
        names = _joined(document["subtitle"], document["family"]["name"], *document["tags"])
        title, text = document["title"], document["subtitle"]
    else:
        names = _joined(*document["aliases"], document["announced"])
        title, text = document["name"], _about(document)
    return Section("", "", curly(title), curly(text), document["code"], names=names, around=whole)


def _about(document: Document) -> str:
    """One line for a partnership, which has no subtitle: what else it is called, and who takes part."""
    aliases = f"Also {', '.join(document['aliases'])}. " if document["aliases"] else ""
    return aliases + ", ".join(party["name"] for party in document["parties"])


def _pattern(document: Document) -> Iterator[Section]:
    around = _joined(document["code"], document["title"])
    brief = (document[name] for name in ("in_brief", "fits_when", "does_not_fit_when"))
    yield Section("in-brief", "", "In brief", _prose(*brief), weights="CC", around=around)
    yield Section("structure", "", "Structure", _prose(document["structure"]), weights="CC", around=around)
    for row in document["sub_variants"]:
        yield _row("Sub-variant", row, curly(row["name"]), _prose(row["description"]), around)
    for row in document["kill_list"]:
        text = _prose(row["mechanism"], row["mitigation"])
        yield _row("Kill-list move", row, _prose(row["move"]), text, around, row["grounding"])
    for row in document["clauses"]:
        yield _row("Example clause", row, curly(row["title"]), _prose(row["text"], row["negotiate"]), around)
    for row in document["precedents"]:
        about = ". ".join(row[name] for name in ("forum", "date", "status") if row[name])
        yield _row("Precedent", row, curly(row["title"]), _joined(curly(about), _prose(row["relevance"])), around)
    records = {record["key"]: record for record in document["bibliography"]}
    for row in document["anchors"]:
        record = records.get(row["source"], {"title": "", "authors": []})
        text = _joined(_people(record), _prose(row["finding"]))
        yield _row("Scholarly anchor", row, curly(record["title"]), text, around)


def _row(place: str, row: dict, title: str, text: str, around: str, grounding: str = "") -> Section:
    return Section(row["code"], place, title, text, row["code"], around=around, grounding=grounding)


def _partnership(document: Document) -> Iterator[Section]:
    around = _joined(document["name"], *document["aliases"])
    status = STATUSES.get(document["status"], "")
    summary = _prose(document["summary"], document["status_note"])
    yield Section("summary", "", "Summary", summary, weights="CC", names=status, around=around)
    parties = curly("; ".join(_party(party) for party in document["parties"]))
    yield Section("parties", "", "Parties", parties, weights="CC", around=around)
    for exhibit in document["exhibits"]:
        yield from _exhibit(exhibit, around)
    evidence = "; ".join(row["supports"] for row in document["sources"])
    yield Section("evidence", "", "Evidence and confidence", curly(evidence), weights="CC", around=around)


def _party(party: dict) -> str:
    country = f"({party['country']})" if party["country"] else ""
    return ", ".join(part for part in (_joined(party["name"], country), party["role"]) if part)


def _exhibit(exhibit: dict, around: str) -> Iterator[Section]:
    code, title = exhibit["pattern"], curly(exhibit["pattern_title"])
    forms = _joined(*(row["name"] for row in exhibit["sub_variants"]))
    text = _prose(exhibit["note"])
    yield Section(code, "Pattern it shows", title, text, code, weights="BC", names=forms, around=around)
    for score in exhibit["scores"]:
        place, move = f"Scored {SCORES[score['score']].lower()}", score["move"]
        title, text = _prose(score["wording"]), _prose(score["evidence"])
        yield Section(move, place, title, text, move, weights="BC", around=around)


def _source(record: dict) -> Section:
    dated = " ".join(record[name] for name in ("publisher", "published") if record[name])
    text = _joined(_people(record), curly(dated))
    return Section(f"source-{record['key']}", "Source", curly(record["title"]), text, weights="CC")


def _people(record: dict) -> str:
    return curly(f"{'; '.join(record['authors'])}." if record["authors"] else "")


def _prose(*texts: str) -> str:
    return curly(_joined(*(plain(text[:MOST]) for text in texts)))


def _joined(*texts: str) -> str:
    return " ".join(text for text in texts if text)


def keep(standing: Standing, document: Document) -> None:
    """Write the rows by which search finds `document`, which stands as `standing`."""
    rows, known = [], set()
    for order, section in enumerate(sections(document)):
        parts = _parts(section)
        rows.append(_passage(standing, order, section, parts))
        known.update(word for _, found in parts for word in found if is_learnt(word))
    Passage.objects.bulk_create(rows, batch_size=AT_ONCE)
    learn(known)


def _parts(section: Section) -> list[tuple[str, list[str]]]:
    """The folded words of `section` with their weights, from A for the weightiest to D."""
    return [
        (section.weights[0], words(section.title) + words(section.code)),
        ("B", words(section.names)),
        (section.weights[1], words(section.text)),
        ("D", words(section.around)),
    ]


def _passage(standing: Standing, order: int, section: Section, parts: list) -> Passage:
    return Passage(
        standing=standing,
        order=order,
        anchor=section.anchor,
        code=section.code,
        place=section.place,
        title=section.title,
        text=section.text[:MOST],
        grounding=section.grounding,
        folded=" ".join(words(section.title) + words(section.text[:MOST])),
        written=_vector(parts, "simple"),
        stemmed=_vector(parts, "english"),
    )


def _vector(parts: list, config: str) -> SearchVector:
    vectors = [SearchVector(Value(" ".join(found)[:MOST]), weight=weight, config=config) for weight, found in parts]
    return reduce(add, vectors)


def learn(known: Iterable[str]) -> None:
    """Add `known` to the words that a misspelt one may stand for."""
    rows = [Word(word=word, traces=sorted(traces(word))) for word in sorted(known)]
    Word.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def forget(edition: Edition) -> None:
    """Take the text of a withheld `edition` out of search, and the words that only it had."""
    Passage.objects.filter(standing__edition=edition).delete()
    Word.objects.exclude(word__in=RawSQL(KEPT_WORDS, [])).delete()


def rebuild() -> None:
    """Empty what search finds; following the ledger again fills it."""
    Passage.objects.all().delete()
    Word.objects.all().delete()
