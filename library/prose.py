"""Markdown prose with `[@key, p. 12]` citations: reading the citations and drawing safe HTML."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape, unescape

import nh3
from markdown_it import MarkdownIt

KEY = r"[A-Za-z0-9_-](?:[A-Za-z0-9_.:-]{0,78}[A-Za-z0-9_-])?"
ONE = rf"@(?P<key>{KEY})(?:,\s*(?P<pinpoint>[^;\]@]{{1,120}}))?"
# A literal `[@` is written `\[@`.
CITATION = re.compile(
    rf"(?<!\\)\[(?P<inside>\s*@{KEY}(?:,[^;\]@]{{0,120}})?(?:;\s*@{KEY}(?:,[^;\]@]{{0,120}})?)*\s*)\]"
)
PART = re.compile(ONE)
OPENED = re.compile(r"(?<!\\)\[@")
WITH_BLANKS = re.compile(r"[ \t]*" + CITATION.pattern)

TAGS = {"p", "em", "strong", "ul", "ol", "li", "blockquote", "a", "code", "br", "hr", "sup", "h4"}
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable(["image", "heading", "lheading"])


@dataclass(frozen=True)
class Citation:
    """One cited source at one place: the key and, where given, the pinpoint (`p. 12`)."""

    key: str
    pinpoint: str = ""


def citations(text: str) -> list[Citation]:
    """Return the citations in `text`, in reading order, repeated where repeated."""
    found = []
    for group in CITATION.finditer(text):
        for part in PART.finditer(group["inside"]):
            found.append(Citation(part["key"], (part["pinpoint"] or "").strip()))
    return found


def citation_keys(text: str) -> set[str]:
    """Return the keys of the sources that `text` cites."""
    if "[@" not in text:
        return set()
    return {citation.key for citation in citations(text)}


def broken_citations(text: str) -> list[str]:
    """Return the beginnings of `[@...` in `text` that do not read as a citation, for a clear finding."""
    good = {match.start() for match in CITATION.finditer(text)}
    return [text[m.start() : m.start() + 40] for m in OPENED.finditer(text) if m.start() not in good]


@dataclass
class References:
    """The numbered references of one page: numbers are given in order of first citation."""

    known: dict[str, dict]
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, key: str) -> int | None:
        """Return the number of source `key`, giving the next one at its first use; None if unknown."""
        if key not in self.known:
            return None
        return self.numbers.setdefault(key, len(self.numbers) + 1)

    def listed(self) -> list[dict]:
        """Return the cited sources in the order of their numbers, each with its `number`."""
        return [{**self.known[key], "number": number} for key, number in self.numbers.items()]


def render(text: str, references: References, inline: bool = False) -> str:
    """Return `text` as safe HTML with numbered links to `#source-<key>`.

    Raw HTML in the text is shown as text. With `inline`, no paragraph is put around it. A key that is
    not known is shown as written, marked as unresolved: a draft preview needs it, a published page has none.
    """
    marks: list[str] = []
    html = _safe_html(CITATION.sub(_placeholder(references, marks), text), inline)
    return re.sub(r"\ue000(\d+)\ue001", lambda match: marks[int(match[1])], html)


@lru_cache(maxsize=4096)
def _safe_html(text: str, inline: bool) -> str:
    """Kept for the next drawing: a pattern's own text is drawn again with every partnership that shows it."""
    html = _markdown.renderInline(text) if inline else _markdown.render(text)
    return nh3.clean(html, tags=TAGS, attributes={"a": {"href", "title"}}, link_rel="noopener nofollow")


def _placeholder(references: References, marks: list[str]) -> Callable[[re.Match], str]:
    def replace(match: re.Match) -> str:
        cited = [_mark(c, references) for c in citations(match[0])]
        marks.append('<span class="cite">[' + "; ".join(cited) + "]</span>")
        return f"\ue000{len(marks) - 1}\ue001"

    return replace


def _mark(citation: Citation, references: References) -> str:
    pinpoint = f", {escape(citation.pinpoint)}" if citation.pinpoint else ""
    number = references.number(citation.key)
    if number is None:
        return f'<span class="unresolved">@{escape(citation.key)}{pinpoint}</span>'
    return f'<a href="#source-{escape(citation.key)}">{number}</a>{pinpoint}'


def uncited(text: str) -> str:
    """Return the Markdown `text` without its citations, for where no list of sources stands below."""
    return WITH_BLANKS.sub("", text)


def plain(text: str) -> str:
    """Return `text` as one line without citations and Markdown, for titles, descriptions and search."""
    return re.sub(r"\s+([.,;:])", r"\1", words(_markdown.render(CITATION.sub("", text))))


def words(html: str) -> str:
    """Return drawn prose as one line of text; citations keep the numbers that the page gave them."""
    return re.sub(r"\s+", " ", unescape(nh3.clean(html, tags=set()))).strip()
