"""The Markdown of a page to take away: CommonMark 0.31 that says the same words wherever it is read.

What the text itself holds of Markdown is escaped, so that it stands there as it stands on the page. Tables become
lists, because CommonMark has none and a matrix is wider than a line.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from library import frame
from library.paper.item import Paper
from library.paper.tree import Block, Inline

SHAPES = {"visible": "●", "mitigated": "◐", "not-visible": "○", "unknown": "–"}
# Escaped wherever they stand; the rest only where it could mean something.
SPECIAL = re.compile(r"[\\`*\[\]$<~]|&(?=[#A-Za-z]|$)|(?<![^\W_])_|_(?![^\W_])|!$")
STARTS = re.compile(r"^ *([#>+=~-]|\d{1,9}(?=[.)])|)", re.MULTILINE)
PLAIN = ("small", "cite", "name", "sup")
MARKS = {"em": "*", "strong": "**"}
NOT_ASSESSED = "Not assessed"


def write(paper: Paper) -> str:
    """Return `paper` as CommonMark: a small head with what the page is known by, then its text in its order."""
    identity = {
        "Code": [paper.code],
        "Edition": [paper.number],
        "SHA-256": [{"i": "code", "c": [paper.digest]}],
        "Address": [{"i": "link", "to": paper.address, "c": [paper.address]}],
        "Licence": [{"i": "link", "to": settings.LIBRARY_LICENCE["url"], "c": [settings.LIBRARY_LICENCE["name"]]}],
    }
    known_by = {"b": "facts", "rows": [{"term": [term], "c": said} for term, said in identity.items()]}
    head: list[Block] = [{"b": "heading", "level": 0, "c": [paper.title]}, known_by]
    subtitle = [{"b": "par", "c": [{"i": "em", "c": [paper.subtitle]}]}] if paper.subtitle else []
    return _blocks([*head, *subtitle, *paper.head, *paper.body]) + "\n"


def _blocks(nodes: list[Block]) -> str:
    return "\n\n".join(text for node in nodes if (text := _block(node)))


def _block(node: Block) -> str:
    kind = node["b"]
    if kind == "heading":
        text = re.sub(r"#$", r"\\#", _inlines(node["c"]))  # or it would close the heading
        return f"{'#' * (node['level'] + 1)} {text}"
    if kind == "par":
        return _line(node["c"])
    if kind == "list":
        return _list(node)
    if kind == "facts":
        told = (f"**{_inlines(row['term'])}:** {_inlines(row['c'])}" for row in node["rows"])
        return "\n".join(_indented(text, "* ", "  ") for text in told)
    if kind == "table":
        return "\n".join(f"- {_row(node, row)}" for row in node["rows"])
    if kind == "quote":
        return _indented(_blocks(node["c"]), "> ", "> ")
    if kind == "rule":
        return "---"
    return _blocks(_titled(node))


def _titled(group: Block) -> list[Block]:
    """The blocks of a group. A move's number and code stand in its heading, as they stand before it on the page."""
    if "number" not in group:
        return group["c"]
    label, heading, *rest = group["c"]
    return [heading | {"c": [f"{group['number']}. ", *label["c"], ": ", *heading["c"]]}, *rest]


def _list(node: Block) -> str:
    if node.get("role") in ("run", "legend"):
        between = " " if node["role"] == "run" else " · "
        return _begun(between.join(_inlines(block["c"]) for item in node["items"] for block in item["c"]))
    items = [(f"{item['number']}. " if item["number"] else "- ", item["c"]) for item in node["items"]]
    written = [_indented(_blocks(blocks), marker, " " * len(marker)) for marker, blocks in items]
    return ("\n" if all(len(blocks) == 1 for _, blocks in items) else "\n\n").join(written)


def _indented(text: str, first: str, following: str) -> str:
    lines = text.split("\n")
    return "\n".join(((following if number else first) + line).rstrip() for number, line in enumerate(lines))


def _row(table: Block, row: list[list[Inline]]) -> str:
    """A row of a table as one item, each cell after the head of its column; whom the matrix is about needs none."""
    is_matrix = table.get("role") == "matrix"
    empty = [NOT_ASSESSED if is_matrix else "–"]
    told = [f"{_inlines(head)}: {_inlines(cell or empty)}" for head, cell in zip(table["head"], row, strict=True)]
    return f"{_line(row[0])}: {'; '.join(told[1:])}" if is_matrix else "; ".join(told)


def _line(nodes: list[Inline]) -> str:
    return _begun(_inlines(nodes))


def _begun(text: str) -> str:
    """`text` with nothing at the beginning of a line that would begin another block."""
    return STARTS.sub(lambda start: start[1] + "\\" if start[1].isdigit() else start[1] and "\\" + start[1], text)


def _inlines(nodes: list[Inline], is_marked: bool = False) -> str:
    """The inlines in a row; in what `is_marked` itself without further marks, which could be read as its own."""
    flat = list(_flat(nodes))
    texts = [_inline(node) for node in flat]
    written = ""
    for place, (node, text) in enumerate(zip(flat, texts, strict=True)):
        mark = MARKS.get(node["i"], "") if isinstance(node, dict) else ""
        following = "".join(texts[place + 1 :])
        written += _marked(text, mark, written, following) if mark and not is_marked else text
    return written


def _flat(nodes: list[Inline]) -> Iterator[Inline]:
    """The inlines without those that mean nothing in Markdown, whose own stand in their place."""
    for node in nodes:
        if isinstance(node, dict) and node["i"] in PLAIN:
            yield from _flat(node["c"])
        else:
            yield node


def _inline(node: Inline) -> str:
    if isinstance(node, str):
        return SPECIAL.sub(r"\\\g<0>", node)
    kind = node["i"]
    if kind == "br":
        return "\\\n"
    if kind in ("code", "id"):
        return _code("".join(_words(node)))
    inside = _inlines(node["c"], is_marked=kind in MARKS)
    if kind == "link" and not node["to"].startswith("#"):
        return f"[{inside}](<{_whole(node['to'])}>)"
    if kind == "score":
        return f"{SHAPES[node['name']]} {inside}" if node["name"] in SHAPES else inside
    return f"· {inside}" if kind == "line" else inside


def _marked(text: str, mark: str, before: str, after: str) -> str:
    """Put `mark` around `text` where it will be read as a mark (CommonMark 0.31, 6.2); else leave it alone."""
    inside = text.strip(" ")
    if not inside or "*" in (inside[0], inside[-1], before[-1:], after[:1]):
        return text
    opens = not _is_mark(inside[0]) or _parts(before[-1:])
    closes = not _is_mark(inside[-1]) or _parts(after[:1])
    if not (opens and closes) or inside != text:
        return text
    return f"{mark}{inside}{mark}"


def _parts(character: str) -> bool:
    return not character or character.isspace() or _is_mark(character)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _words(node: Any) -> list[str]:
    return [node] if isinstance(node, str) else [word for inner in node["c"] for word in _words(inner)]


def _code(text: str) -> str:
    """`text` between more backticks than it holds in a row, with a blank where it would touch them."""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    blank = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{blank}{text}{blank}{fence}"


def _whole(to: str) -> str:
    address = frame.origin() + to if to.startswith("/") else to
    return re.sub(r"[<>\\\s]", lambda found: f"%{ord(found[0]):02X}", address)
