"""The PDF of a page to take away: the tree made ready for the typesetter, and what its bytes depend on."""

import hashlib
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from library import citations, frame, typesetting
from library.models import Kind
from library.paper.item import Paper
from library.paper.tree import Inline

TEMPLATE = Path(__file__).parent / "item.typ"
UNDRAWN = {"b", "i", "role", "to", "id", "name"}  # what the template reads and does not show
SOURCES = ("source-line", "source-about")
DOI = "https://doi.org/"
LONGEST_WORD = 28  # characters that may not break, in the text
LONGEST_IN_COLUMN = 12


def payload(paper: Paper) -> dict[str, Any]:
    """Return the JSON that the template draws: addresses whole, characters that fonts have, long words breakable."""
    known: set[str] = set()
    drawn = {name: _placed(getattr(paper, name), known) for name in ("head", "body")}
    return {
        "language": "en",
        "author": citations.LIBRARY,
        "title": typesetting.legible(paper.title),
        "description": typesetting.legible(paper.description),
        "keywords": [typesetting.legible(word) for word in paper.keywords],
        "has-contents": paper.kind == Kind.PATTERN,
        "heading": _ready([paper.title]),
        "subtitle": _ready([paper.subtitle] if paper.subtitle else []),
        "above": _ready([paper.above]),
        "running": _ready(paper.running),
        **{name: _ready(_led(blocks, known, paper.address)) for name, blocks in drawn.items()},
    }


def _placed(node: Any, known: set[str]) -> Any:
    """The tree with each anchor once, which is then `known`: the typesetter allows no two of a name."""
    if isinstance(node, list):
        return [_placed(inner, known) for inner in node]
    if not isinstance(node, dict):
        return node
    placed = dict(node)
    if "id" in placed and placed["id"] in known:
        del placed["id"]
    known.update({placed["id"]} if "id" in placed else ())
    return {name: _placed(inner, known) for name, inner in placed.items()}


def _led(node: Any, known: set[str], address: str) -> Any:
    """The tree with each link leading inside the paper where it can, and else to a whole address."""
    if isinstance(node, list):
        return [_led(inner, known, address) for inner in node]
    if not isinstance(node, dict):
        return node
    led = {name: _led(inner, known, address) for name, inner in node.items()}
    if led.get("role") in SOURCES:
        led["c"] = _with_addresses(led["c"], led["role"])
    return led | {"to": _whole(node["to"], known, address)} if "to" in node else led


def _with_addresses(inlines: list[Inline], role: str) -> list[Inline]:
    """The address of the source itself stands at the end of its line, that of a copy behind the word."""
    if role == "source-line":
        return [*inlines, *(part for inline in inlines for part in _address(inline))]
    return [part for inline in inlines for part in (inline, *_address(inline))]


def _address(inline: Inline) -> list[Inline]:
    """The address of a source in words, for whoever holds a sheet; a DOI says its own."""
    to = inline.get("to", "") if isinstance(inline, dict) else ""
    is_elsewhere = to.startswith(("http://", "https://")) and not to.startswith((frame.origin(), DOI))
    return [" ", {"i": "address", "to": to, "c": [f"<{to}>"]}] if is_elsewhere else []


def _whole(to: str, known: set[str], address: str) -> str:
    if to.startswith("#") and to[1:] not in known:
        return address + to
    return frame.origin() + to if to.startswith("/") else to


def _ready(node: Any, longest: int = LONGEST_WORD) -> Any:
    """The tree with every text as the fonts can show it."""
    if isinstance(node, str):
        return typesetting.breakable(typesetting.legible(node), longest)
    if isinstance(node, list):
        return [_ready(inner, longest) for inner in node]
    if not isinstance(node, dict):
        return node
    longest = LONGEST_IN_COLUMN if node.get("b") == "table" else longest
    return {name: inner if name in UNDRAWN else _ready(inner, longest) for name, inner in node.items()}


def draw(data: dict[str, Any], day: date) -> bytes:
    """Return the PDF of a `payload`, dated to `day`. Raises NotSet or Busy of library.typesetting."""
    return typesetting.compile_pdf(TEMPLATE, data, datetime.combine(day, time(), UTC))


@cache
def drawn_by() -> str:
    """Return what else the bytes depend on: the template, and the release of the typesetter."""
    return hashlib.sha256(TEMPLATE.read_bytes() + version("typst").encode()).hexdigest()
