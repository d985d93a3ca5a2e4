"""What a report can be about: an item, a row of one, a score, a source, as an edition words it.

`?about=` names it: `STC`, `STC-K1`, `stargate-uae`; `stargate-uae/STC-K1` for the score that a partnership gives to a
move, `stargate-uae/STC` for its exhibit of a pattern; `@key` for a source, as texts cite it.
"""

import re
from dataclasses import dataclass

from django.http import Http404

from library import lookups, source_page, withheld
from library.addresses import LATEST
from library.citations import row_of
from library.definitions import SCORES
from library.documents import Document, cited_keys, parse
from library.models import NUMBER, Edition, Standing
from library.moments import NOW
from library.prose import plain
from library.typography import curly
from readers.models.report import SOURCE

CODE = r"[A-Za-z0-9.-]{1,60}"
KEY = r"[A-Za-z0-9_.:-]{1,80}"
ABOUT = re.compile(rf"@(?P<key>{KEY})|(?P<code>{CODE})(?:/(?P<row>{CODE}))?|(?P<typed>{KEY})")
EDITION = ("kind", "code", "number", "slug", "title", "position", "document", *withheld.TOLD)
# What of a row is shown beneath its name, by the list that it stands in.
PARTS = {
    "sub_variants": (("description", "What it is"),),
    "clauses": (("text", "Text"), ("negotiate", "What will be negotiated")),
    "kill_list": (("mechanism", "Why it fails"), ("mitigation", "Mitigation")),
    "precedents": (("status", "Status"), ("relevance", "Why it matters")),
    "anchors": (("finding", "Finding"),),
}
WHOLE = (("in_brief", "In brief"), ("summary", "Summary"))
SCORE = (("score", "Score"), ("evidence", "Evidence"))


@dataclass(frozen=True)
class Claim:
    """A claim as it was read. `texts` are its words, each under its heading; `cited` the titles of its sources.

    `replaced_by` is the number of the edition that stands now, empty when this one does; `now_href` leads there, and
    `is_gone` says that it has no such row any more.
    """

    kind: str
    code: str
    row: str
    edition: str
    title: str
    name: str
    texts: list[tuple[str, str]]
    cited: list[str]
    href: str
    replaced_by: str = ""
    now_href: str = ""
    is_gone: bool = False


def find(about: str, number: str = "") -> Claim:
    """Return what `about` names, in edition `number` or the one that stands.

    Raises Http404 for what was never published, lookups.Removed for a row that the standing edition has no longer,
    Unavailable for what is withheld.
    """
    asked = ABOUT.fullmatch(about)
    if asked is None or (number and not NUMBER.fullmatch(number)):
        raise Http404
    if asked["key"] or asked["typed"]:
        return _of_source(asked["key"] or asked["typed"])
    if asked["row"]:
        return _of_row(asked["code"], asked["row"], number)
    return _of_code(asked["code"], number)


def _of_code(code: str, number: str) -> Claim:
    parts = code.split("-")
    items = ["-".join(parts[: end + 1]) for end in range(len(parts))]
    for standing in sorted(_standing(items), key=lambda row: len(row["code"]), reverse=True):
        row = "" if standing["code"] == code else code
        if claim := _in_edition(standing, row, number):
            return claim
    return _of_another_spelling(code, number)


def _of_another_spelling(code: str, number: str) -> Claim:
    """The same with other capitals, or a source's key without its mark; says of a row taken out where it stood."""
    try:
        lookups.place_of(code, lookups.newest_position())
    except Http404:
        return _of_source(code)
    spelled = lookups.spellings(code)
    if code in spelled or len(spelled) != 1:
        raise Http404
    return _of_code(spelled.pop(), number)


def _of_row(code: str, row: str, number: str) -> Claim:
    for standing in _standing([code]):
        if claim := _in_edition(standing, row, number):
            return claim
    raise Http404


def _standing(codes: list[str]) -> list[dict]:
    return list(Standing.objects.latest().filter(code__in=codes).values("kind", "code", "number"))


def _in_edition(standing: dict, row: str, number: str) -> Claim | None:
    named = {"kind": standing["kind"], "code": standing["code"], "number": number or standing["number"]}
    edition = Edition.objects.filter(**named).values(*EDITION).first()
    if edition is None:
        return None
    withheld.refuse(edition)
    document = parse(bytes(edition["document"]))
    found = row_of(document, row) if row else None
    if row and found is None:
        return None
    stands = named["number"] == standing["number"]
    place = LATEST.item if stands else LATEST.edition
    part, texts = _words(document, row)
    titles = {record["key"]: record["title"] for record in document["bibliography"]}
    return Claim(
        kind=named["kind"],
        code=named["code"],
        row=row,
        edition=named["number"],
        title=edition["title"],
        name=found.title if found else "",
        texts=texts,
        cited=[curly(title) for key, title in titles.items() if key in cited_keys(part)] if row else [],
        href=place(named["kind"], edition["slug"], named["number"], row),
        **({} if stands else _replaced(standing, row, edition["slug"])),
    )


def _replaced(standing: dict, row: str, slug: str) -> dict:
    """What replaced an edition that was read: its number, and where the row stands in it, if it does.

    `slug` is that of the edition that was read; the address of one that is withheld may be what must not be seen.
    """
    edition = Edition.objects.filter(**standing).values(*EDITION).get()
    is_shown = edition["withheld__position"] is None
    is_gone = is_shown and bool(row) and row_of(parse(bytes(edition["document"])), row) is None
    place = (edition["slug"] if is_shown else slug, standing["number"], "" if is_gone else row)
    now = LATEST.item(standing["kind"], *place)
    return {"replaced_by": standing["number"], "now_href": now, "is_gone": is_gone}


def _words(document: Document, code: str) -> tuple[Document, list[tuple[str, str]]]:
    """Return the part of `document` that has `code`, and its words under their headings."""
    if not code:
        return document, _told(document, WHOLE)
    for name, shown in PARTS.items():
        for row in document.get(name, []):
            if row["code"] == code:
                return row, _told(row, shown)
    for exhibit in document.get("exhibits", []):
        if exhibit["pattern"] == code:
            return {"note": exhibit["note"]}, _told(exhibit, (("note", "Why it shows the pattern"),))
    scores = [score for exhibit in document.get("exhibits", []) for score in exhibit["scores"]]
    score = next(score for score in scores if score["move"] == code)
    return score, _told({**score, "score": SCORES[score["score"]]}, SCORE)


def _told(row: Document, shown: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [(heading, curly(plain(row[field]))) for field, heading in shown if row.get(field)]


def _of_source(key: str) -> Claim:
    cites = source_page.cites(key, NOW)
    if not cites:
        raise Http404
    record = cites[0]["record"]
    told = [("Publisher", record["publisher"]), ("Published", record["published"]), ("Address", record["url"])]
    return Claim(
        kind=SOURCE,
        code=key,
        row="",
        edition="",
        title=record["title"],
        name="",
        texts=[(heading, curly(text)) for heading, text in told if text],
        cited=[],
        href=LATEST.to("source-page", key),
    )
