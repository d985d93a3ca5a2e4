"""A drawn page read back as a tree of blocks and inlines: the same words in the same order, for paper and Markdown.

Blocks are dicts with `b`: heading (level), par, list (items), facts (rows), table (head, rows), quote, rule, group.
Inlines are strings or dicts with `i`: link (to), score (name), em, strong, sup, code, id, cite, small, line, name,
br.
What has a look of its own on paper carries its class as `role`. Markup that is not known here keeps its text.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Inline = str | dict[str, Any]
Block = dict[str, Any]

# What helps to move about on a screen, or is said only to those who do not see the page.
LEFT_OUT = {"contents", "to-contents", "row-tools", "row-links", "numeral", "visually-hidden", "all-citing", "copy"}
ROLES = {
    *("move", "row", "brief", "mitigation", "negotiate", "seen", "seen-group", "exhibit", "judged", "status-note"),
    *("section-note", "disclaimer", "empty", "byline", "label", "source-line", "source-about", "act-head", "signed"),
    *("judged-score", "seen-score", "matrix", "matrix-key", "legend", "run", "sources", "acts", "evidence"),
    *("plain-table", "citations", "citing", "plate"),
}
NUMERAL = "numeral"  # large in the margin of a move
LEVELS = {"h2": 1, "h3": 2, "h4": 3}  # the title stands above them
GROUPS = {"section", "article", "div", "header", "blockquote"}
INLINE = {"em": "em", "strong": "strong", "sup": "sup", "cite": "em", "bdi": "name"}
SPANS = {"cite": "cite", "grade": "small", "wording": "small", "about": "line"}
VOID = {"br", "hr", "circle", "path", "wbr"}


@dataclass
class Element:
    """One element of a page; its children are elements and strings."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def role(self) -> str:
        return next((name for name in self.classes if name in ROLES), "")

    @property
    def is_left_out(self) -> bool:
        return not LEFT_OUT.isdisjoint(self.classes)

    @property
    def is_numeral(self) -> bool:
        return NUMERAL in self.classes

    def all(self, tag: str) -> list["Element"]:
        """Return the elements with `tag` inside, in order, without those inside of them."""
        found: list[Element] = []
        for child in self.children:
            if isinstance(child, Element):
                found += [child] if child.tag == tag else child.all(tag)
        return found


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = [Element("page")]

    def handle_starttag(self, tag, attributes):
        element = Element(tag, {name: value or "" for name, value in attributes})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attributes):
        self.open[-1].children.append(Element(tag, dict(attributes)))

    def handle_endtag(self, tag):
        self.open.pop()

    def handle_data(self, text):
        self.open[-1].children.append(text)


def read(html: str) -> list[Block]:
    """Return the blocks of `html`, which our templates and the cleaner of prose have nested properly."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return _blocks(reader.open[0].children)


def _blocks(children: list[Element | str]) -> list[Block]:
    """Blocks in order; inlines that stand between blocks make paragraphs."""
    blocks: list[Block] = []
    loose: list[Element | str] = []
    for child in [*children, Element("end")]:
        if isinstance(child, str) or not (child.tag == "end" or _is_block(child)):
            loose.append(child)
            continue
        if inlines := _line(loose):
            blocks.append({"b": "par", "c": inlines})
        loose = []
        if child.tag != "end" and not child.is_left_out:
            blocks += _block(child)
    return blocks


def _is_block(element: Element) -> bool:
    return element.tag in {*LEVELS, *GROUPS, "p", "ul", "ol", "dl", "hr", "table", "details", "nav"}


def _block(element: Element) -> list[Block]:
    tag = element.tag
    if tag in LEVELS:
        return [{"b": "heading", "level": LEVELS[tag], "c": _line(element.children)}]
    if tag == "p":
        return [_named(element, {"b": "par", "c": _line(element.children)})]
    if tag == "hr":
        return [{"b": "rule"}]
    if tag in ("ul", "ol"):
        return [_list(element)]
    if tag == "dl":
        return [_named(element, {"b": "facts", "rows": _facts(element)})]
    if tag == "table":
        return [_table(element)]
    if tag == "blockquote":
        return [{"b": "quote", "c": _blocks(element.children)}]
    return _group(element)


def _group(element: Element) -> list[Block]:
    """What only lays out, like the region around a table, leaves its blocks where they are."""
    inside = _blocks(element.children)
    if not (element.role or "id" in element.attributes):
        return inside
    numerals = [child.children[0] for child in element.children if isinstance(child, Element) and child.is_numeral]
    number = {"number": int(numerals[0])} if numerals else {}
    return [_named(element, {"b": "group", "c": inside} | number)]


def _named(element: Element, block: Block) -> Block:
    """Give `block` the role and the anchor of its element."""
    named = {"role": element.role, "id": element.attributes.get("id", "")}
    return block | {name: value for name, value in named.items() if value}


def _list(element: Element) -> Block:
    items = []
    for number, item in enumerate(element.all("li"), start=1):
        number = int(item.attributes.get("value", number)) if element.tag == "ol" else 0
        items.append(_named(item, {"number": number, "c": _blocks(item.children)}))
    if "reversed" in element.attributes:
        items = [item | {"number": 0} for item in items]
    return _named(element, {"b": "list", "items": items})


def _facts(element: Element) -> list[dict[str, Any]]:
    terms, told = element.all("dt"), element.all("dd")
    return [{"term": _line(a.children), "c": _line(b.children)} for a, b in zip(terms, told, strict=True)]


def _table(element: Element) -> Block:
    head, *rows = [[_line(cell.children) for cell in _cells(row)] for row in element.all("tr")]
    return _named(element, {"b": "table", "head": head, "rows": rows})


def _cells(row: Element) -> list[Element]:
    return [child for child in row.children if isinstance(child, Element)]


def _line(children: list[Element | str]) -> list[Inline]:
    """The inlines of one line of text: blanks as one, none at the ends."""
    inlines = _joined(_inlines(children))
    for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while inlines and isinstance(inlines[end], str):
            inlines[end] = strip(inlines[end], " ")
            if inlines[end]:
                break
            inlines.pop(end)
    return inlines


def _joined(inlines: list[Inline]) -> list[Inline]:
    joined: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, str) and joined and isinstance(joined[-1], str):
            joined[-1] = re.sub(" +", " ", joined[-1] + inline)
        else:
            joined.append(inline)
    return joined


def _inlines(children: list[Element | str]) -> list[Inline]:
    inlines: list[Inline] = []
    for child in children:
        if isinstance(child, str):
            inlines.append(re.sub(r"[ \t\n\r\f]+", " ", child))
        elif not child.is_left_out:
            inlines += _inline(child)
    return inlines


def _inline(element: Element) -> list[Inline]:
    inside = _joined(_inlines(element.children))
    if element.tag == "br":
        return [{"i": "br"}]
    if element.tag == "code":
        return [{"i": "code", "c": inside}]
    if element.tag == "a" and "code" in element.classes:
        return [{"i": "id", "c": inside}]  # it leads to itself
    if element.tag == "a" and inside:
        return [{"i": "link", "to": element.attributes.get("href", ""), "c": inside}]
    if "score" in element.classes:
        name = next((one.removeprefix("score-") for one in element.classes if one.startswith("score-")), "")
        return [{"i": "score", "name": name, "c": inside}] if inside else []
    kind = INLINE.get(element.tag) or next((SPANS[name] for name in element.classes if name in SPANS), "")
    return [{"i": kind, "c": inside}] if kind and inside else inside
