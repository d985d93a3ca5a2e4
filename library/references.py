"""The prose and the numbered references of one page: numbers follow reading order, places are remembered."""

import re
from dataclasses import dataclass, field

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from library import prose
from library.addresses import Links
from library.definitions import SOURCE_GRADES, SOURCE_KINDS, WORDS
from library.typography import curly, typeset

PLACES = {"in-brief": "In brief", "structure": "Structure", "summary": "Summary", "evidence": "Evidence"}
ENDS = (".", "?", "!")
TEXTS = ("publisher", "published", "url", "archived_url", "doi", "accessed", "origin", "note")
UNKNOWN = {"kind": "other", "authors": [], **dict.fromkeys(TEXTS, "")}
# Text without any character that Markdown or citations could read otherwise needs no parser (most evidence).
PLAIN = re.compile(r"[A-Za-z0-9À-ÿ ,.;:()'’“”–—/%$€£?-]*")


@dataclass
class PlacedReferences(prose.References):
    """References that remember where on the page each source is cited."""

    places: dict[str, list[str]] = field(default_factory=dict)
    place: str = ""

    def number(self, key: str) -> int | None:
        number = super().number(key)
        if number is not None:
            places = self.places.setdefault(key, [])
            if self.place not in places:
                places.append(self.place)
        return number


class PageProse:
    """Draws the prose of one page in the order in which it is read.

    `sources` are the records of every source that the page may cite, by key; `codes` the anchors of the
    page: where prose names one of them, it links to it.
    """

    def __init__(self, sources: dict[str, dict], codes: set[str] = frozenset()):
        self.references = PlacedReferences(sources)
        self._codes = _code_pattern(codes)

    def at(self, place: str) -> None:
        """Say where on the page (an anchor) the prose drawn next will stand."""
        self.references.place = place

    def block(self, text: str) -> SafeString:
        """Return `text` as paragraphs."""
        return mark_safe(self._finished(prose.render(text, self.references)))

    def line(self, text: str) -> SafeString:
        """Return `text` without paragraphs around it."""
        plain = PLAIN.fullmatch(text)
        return mark_safe(self._finished(text if plain else prose.render(text, self.references, inline=True)))

    def _finished(self, html: str) -> str:
        """Curl the quotes, and link the codes named outside other links to their anchors on this page."""
        html = curly(html)
        return self._codes.sub(_link_code, html) if self._codes else html

    def cite(self, key: str, pinpoint: str = "") -> dict:
        """Return number, key, pinpoint and *who, when* of a source cited outside prose; no number if unknown."""
        number = str(self.references.number(key) or "")  # as text: templates localise integers at a price
        return {"number": number, "key": key, "pinpoint": pinpoint, "brief": brief(self.record(key))}

    def record(self, key: str) -> dict:
        """Return the record of a source; of an unknown one, which only a preview meets, a blank with its key."""
        return self.references.known.get(key) or {**UNKNOWN, "key": key, "title": f"@{key}" if key else ""}

    def short(self, keys: list[str]) -> list[dict]:
        """Return sources already cited here in brief, by number: who, and when."""
        known = self.references.known
        numbers = [(self.references.numbers[key], key) for key in keys if key in self.references.numbers]
        return [{"number": str(n), "key": key, "brief": brief(known[key])} for n, key in sorted(numbers)]

    def sources(self, links: Links) -> list[dict]:
        """Return every cited source as the Sources section lists it."""
        return [self._listed(record, links) for record in self.references.listed()]

    def _listed(self, record: dict, links: Links) -> dict:
        return {
            **described(record),
            "number": str(record["number"]),
            "href": links.to("source-page", record["key"]),
            "places": [
                {"anchor": place, "word": PLACES.get(place, place)} for place in self.references.places[record["key"]]
            ],
        }


def _code_pattern(codes: set[str]) -> re.Pattern | None:
    if not codes:
        return None
    longest_first = "|".join(re.escape(code) for code in sorted(codes, key=len, reverse=True))
    return re.compile(rf"<a\b.*?</a>|<[^>]*>|(?<![\w.-])(?P<code>{longest_first})(?![\w-])", re.DOTALL)


def _link_code(match: re.Match) -> str:
    code = match["code"]
    return f'<a class="code-link" href="#{code}">{code}</a>' if code else match[0]


def described(record: dict) -> dict:
    """Return a source record with its kind and grade in words and its links in order."""
    grade = SOURCE_GRADES[record["kind"]]
    return {
        **typeset(record, "title", "publisher", "origin", "note"),
        "kind_word": SOURCE_KINDS[record["kind"]],
        "grade": grade,
        "grade_word": WORDS[grade],
        "author_line": _author_line(record["authors"]),
        "stop": "" if record["title"].endswith(ENDS) else ".",
        "doi_url": f"https://doi.org/{record['doi']}" if record["doi"] else "",
    }


def _author_line(authors: list[str]) -> SafeString:
    """The names as a sentence, each in its own direction of writing, the marks between them in the page's."""
    names = format_html_join("; ", "<bdi>{}</bdi>", [(curly(author),) for author in authors])
    return names if not authors or authors[-1].endswith(ENDS) else format_html("{}.", names)


def brief(record: dict) -> SafeString:
    """Return who and when in a few words: `Scanlon et al. 2026`, or the publisher, or the title."""
    authors = [author.split(",")[0] for author in record["authors"]] or [record["publisher"] or record["title"]]
    named = authors[:1] if len(authors) > 2 else authors
    who = format_html_join(" and ", "<bdi>{}</bdi>", [(curly(name),) for name in named])
    year = record["published"][:4]
    return format_html("{}{}{}", who, " et al." if len(authors) > 2 else "", f" {year}" if year else "")
