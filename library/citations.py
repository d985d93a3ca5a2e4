"""How an edition, or one row of it, is cited: as text in four styles, and as files that reference managers read.

The styles are written out here: APA 7 (10.16, webpages), Chicago 17 (14.207, bibliography), Bluebook 21 (rule
18.2.2), OSCOLA 4 (3.4.8). Why no library draws them is said in docs/decisions/0020-citations-without-a-library.md.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from library import frame
from library.documents import Document
from library.prose import plain
from library.typography import curly

LIBRARY = "Anteroom"  # author, publisher and name of the site in one: its texts are nobody's own
LONGEST = 300  # characters of a title in a text; the files have it whole
ENDS = (".", "?", "!")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
BLUEBOOK_MONTHS = (
    *("Jan.", "Feb.", "Mar.", "Apr.", "May", "June"),
    *("July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."),
)
# The rows of a pattern: their list, the field that names one, the word for it.
NAMED = (
    ("sub_variants", "name", "Sub-variant"),
    ("clauses", "title", "Example clause"),
    ("kill_list", "move", "Kill-list move"),
    ("precedents", "title", "Precedent"),
)
# Python's str.splitlines() breaks there, too, and with it the parsers of line-based formats.
BREAKS = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")
LATEX = {
    **{character: "\\" + character for character in "$&#%_"},
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",  # BibTeX counts braces, escaped ones too
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "<": r"{\textless}",
    ">": r"{\textgreater}",
}
IN_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}  # nothing may end the script element


@dataclass(frozen=True)
class Row:
    """One row of a document: its code, what it is (`Kill-list move`), its text on one line."""

    code: str
    word: str
    text: str

    @property
    def designation(self) -> str:
        return f"{self.word} {self.code}"

    @property
    def title(self) -> str:
        return f"{self.designation}: {self.text}" if self.text else self.designation


@dataclass(frozen=True)
class Cited:
    """What is cited: an edition of an item, or `row` in it.

    `address` is absolute and leads to what was seen; `accessed` the day of reading, None where the address leads
    to what can change no more.
    """

    code: str
    title: str
    number: str
    published: date
    reviewed_on: date
    reviewed_by: str
    address: str
    accessed: date | None = None
    row: Row | None = None

    @property
    def name(self) -> str:
        """The title of what is cited: the row's, or the item's."""
        return self.row.title if self.row else self.title

    @property
    def key(self) -> str:
        """An identifier for reference managers, made of letters, digits, hyphens and full stops."""
        row = [self.row.code] if self.row and self.row.code != self.code else []
        return "-".join([LIBRARY.lower(), self.code, *row, self.number])


def row_of(document: Document, code: str) -> Row | None:
    """Return the row of `document` with `code`; of a partnership, what it says of that pattern or move."""
    return next((row for row in _rows(document) if row.code == code), None)


def _rows(document: Document) -> Iterator[Row]:
    for part, field, word in NAMED:
        for row in document.get(part, []):
            yield Row(row["code"], word, plain(row[field]) if field == "move" else row[field])
    titles = {record["key"]: record["title"] for record in document["bibliography"]}
    for row in document.get("anchors", []):
        yield Row(row["code"], "Scholarly anchor", titles.get(row["source"], ""))
    for exhibit in document.get("exhibits", []):
        yield Row(exhibit["pattern"], "Exhibit of", exhibit["pattern_title"])
        for score in exhibit["scores"]:
            yield Row(score["move"], "Score of", plain(score["wording"]))


def texts(cited: Cited) -> list[dict[str, str]]:
    """Return the citation in every style, as safe HTML with the style's italics."""
    return [{"id": name.split()[0].lower(), "style": name, "text": style(cited)} for name, style in STYLES.items()]


def _apa(cited: Cited) -> SafeString:
    published = f"({cited.published.year}, {MONTHS[cited.published.month - 1]} {cited.published.day})"
    edition = f"(Edition {cited.number}; reviewed by {cited.reviewed_by})"
    retrieved = f"Retrieved {_american(cited.accessed)}, from " if cited.accessed else ""
    whole = format_html("<em>{}</em> {}. {}{}", _short(cited.title), edition, retrieved, cited.address)
    if cited.row:
        return format_html("{}. {}. {} In {}", LIBRARY, published, _ended(_short(cited.row.title)), whole)
    return format_html("{}. {}. {}", LIBRARY, published, whole)


def _chicago(cited: Cited) -> SafeString:
    title = _quoted(cited.title)
    named = f"“{_ended(title)}” Edition {cited.number}"
    if cited.row:
        named = f"“{_ended(_quoted(cited.row.title))}” In “{title.removesuffix('.')},” edition {cited.number}"
    accessed = f" Accessed {_american(cited.accessed)}." if cited.accessed else ""
    reviewed = f"{_ended(_american(cited.published))} Reviewed by {_ended(cited.reviewed_by)}"
    return format_html("{}. {}. {}{} {}.", LIBRARY, named, reviewed, accessed, cited.address)


def _bluebook(cited: Cited) -> SafeString:
    title = f"{_short(cited.title)}: {cited.row.designation}" if cited.row else _short(cited.title)
    published = _american(cited.published, BLUEBOOK_MONTHS)
    return format_html(
        '<em>{}</em>, <span class="small-caps">{}</span> ({}), {} (edition {}, reviewed by {}).',
        *(title, LIBRARY, published, cited.address, cited.number, cited.reviewed_by),
    )


def _oscola(cited: Cited) -> SafeString:
    named = f"‘{_short(cited.title)}’"
    if cited.row:
        named += f", {cited.row.word[0].lower()}{cited.row.designation[1:]}"
    accessed = f" accessed {_british(cited.accessed)}" if cited.accessed else ""
    return format_html(
        "{} (<em>{}</em>, edition {} reviewed by {}, {}) &lt;{}&gt;{}",
        *(named, LIBRARY, cited.number, cited.reviewed_by, _british(cited.published)),
        *(cited.address, accessed),
    )


STYLES: dict[str, Callable[[Cited], SafeString]] = {
    "APA 7": _apa,
    "Chicago 17": _chicago,
    "Bluebook": _bluebook,
    "OSCOLA": _oscola,
}


def _american(day: date, months: tuple[str, ...] = MONTHS) -> str:
    return f"{months[day.month - 1]} {day.day}, {day.year}"


def _british(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _one_line(text: str) -> str:
    return BREAKS.sub(" ", text).strip()


def _short(title: str) -> str:
    return curly(Truncator(_one_line(title)).chars(LONGEST))


def _quoted(title: str) -> str:
    """A title that will stand in double quotes: those inside it become single ones."""
    return _short(title).replace("“", "‘").replace("”", "’")


def _ended(text: str) -> str:
    return text if text.endswith(ENDS) else f"{text}."


def bibtex(cited: Cited) -> str:
    """Return a BibTeX entry, its text in UTF-8, its titles protected from changes of case.

    Characters that LaTeX reads otherwise are escaped in all fields but the addresses, which it takes as they are.
    """
    fields = {
        "author": "{" + _latex(LIBRARY) + "}",
        "title": "{" + _latex(cited.name) + "}",
        **({"booktitle": "{" + _latex(cited.title) + "}"} if cited.row else {}),
        "publisher": _latex(LIBRARY),
        "year": f"{cited.published.year}",
        "month": f"{cited.published.month}",
        "date": cited.published.isoformat(),
        "edition": _latex(cited.number),
        "note": _latex(_reviewed(cited)),
        "url": cited.address,
        **({"urldate": cited.accessed.isoformat()} if cited.accessed else {}),
    }
    lines = [f"  {name} = {{{text}}}," for name, text in fields.items()]
    return "\n".join([f"@{'incollection' if cited.row else 'misc'}{{{cited.key},", *lines, "}", ""])


def ris(cited: Cited) -> str:
    """Return a RIS record: one tag a line, CRLF ends; a line break inside a field would end it."""
    fields = [
        ("TY", "ELEC"),
        ("ID", cited.key),
        ("AU", LIBRARY),
        ("TI", cited.name),
        ("T2", cited.title if cited.row else LIBRARY),
        ("PB", LIBRARY),
        ("PY", f"{cited.published.year}"),
        ("DA", f"{cited.published:%Y/%m/%d}"),
        ("ET", cited.number),
        ("LA", "en-GB"),
        ("N1", _reviewed(cited)),
        *([("Y2", f"{cited.accessed:%Y/%m/%d}")] if cited.accessed else []),
        ("UR", cited.address),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {_one_line(text)}\r\n" for tag, text in fields)


def csl_json(cited: Cited) -> str:
    """Return the citation as CSL-JSON 1.0.2: a list of one item."""
    item = {
        "id": cited.key,
        "type": "chapter" if cited.row else "webpage",
        "title": _one_line(cited.name),
        "container-title": _one_line(cited.title) if cited.row else LIBRARY,
        "author": [{"literal": LIBRARY}],
        "publisher": LIBRARY,
        "edition": cited.number,
        "issued": _parts(cited.published),
        **({"accessed": _parts(cited.accessed)} if cited.accessed else {}),
        "note": _one_line(_reviewed(cited)),
        "language": "en-GB",
        "URL": cited.address,
    }
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


# By the end of the file's name: what it is called, its media type, what writes it.
FILES: dict[str, tuple[str, str, Callable[[Cited], str]]] = {
    "bib": ("BibTeX", "application/x-bibtex; charset=utf-8", bibtex),
    "ris": ("RIS", "application/x-research-info-systems; charset=utf-8", ris),
    "csl.json": ("CSL-JSON", "application/vnd.citationstyles.csl+json", csl_json),
}


def _reviewed(cited: Cited) -> str:
    return f"Edition {cited.number}, reviewed {cited.reviewed_on.isoformat()} by {cited.reviewed_by}"


def _latex(text: str) -> str:
    return "".join(LATEX.get(character, character) for character in _one_line(text))


def _parts(day: date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def highwire(cited: Cited) -> list[dict[str, str]]:
    """Return the `citation_*` tags by which search engines and reference managers read a page."""
    named = {
        "title": cited.name,
        "author": LIBRARY,
        "publisher": LIBRARY,
        "publication_date": f"{cited.published:%Y/%m/%d}",
        "language": "en",
        "public_url": cited.address,
    }
    return [{"name": f"citation_{name}", "content": content} for name, content in named.items()]


def json_ld(cited: Cited, description: str, permanent_id: str) -> SafeString:
    """Return what schema.org calls the page, for a script element of type application/ld+json."""
    site = {"name": LIBRARY, "url": frame.origin() + "/"}
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "url": cited.address,
        "identifier": permanent_id,
        "name": cited.name,
        "description": description,
        "inLanguage": "en-GB",
        "version": cited.number,
        "datePublished": cited.published.isoformat(),
        "lastReviewed": cited.reviewed_on.isoformat(),
        "reviewedBy": {"@type": "Person", "name": cited.reviewed_by},
        "publisher": {"@type": "Organization", **site},
        "isPartOf": {"@type": "WebSite", **site},
        "license": settings.LIBRARY_LICENCE["url"],
    }
    return mark_safe(json.dumps(told, ensure_ascii=False).translate(IN_SCRIPT))
