"""The picture beside a shared link (PNG, 1200 by 630): what is shared, of which edition, how it stands."""

import re
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from library import documents, typesetting
from library.matrix_picture import fit

WIDTH, HEIGHT = 1200, 630
PIXELS_PER_INCH = 72.0  # a typographic point is a pixel
MOST_TITLE, MOST_SUBTITLE, MOST_FACT, MOST_SHELF = 100, 130, 34, 40  # characters; wide ones count twice
SIZES = ((24, 84), (48, 70), (80, 58), (MOST_TITLE, 50))  # up to so many characters, in points
UNBROKEN = 14  # characters of a word that may be broken after
TEMPLATE = Path(__file__).with_name("preview.typ")

Told = dict[str, Any]


def of_item(item: dict[str, Any], shelf: str, status: str, status_word: str) -> Told:
    """Return what the picture of an edition tells; `item` has `title`, `subtitle`, `code` and `number`.

    `status` is `verified`, `review-overdue`, `retired`, `replaced` or nothing.
    """
    facts = [item["code"], f"Edition {item['number']}"]
    return _told(item["title"], item["subtitle"], shelf, facts, status, status_word)


def of_library(title: str, about: str) -> Told:
    """Return what the picture of all other pages tells."""
    return _told(title, about, "", ["Sources behind every claim", "Signed off by name"])


def _told(title: str, subtitle: str, shelf: str, facts: list[str], status: str = "", status_word: str = "") -> Told:
    shown = fit(_plain(title), MOST_TITLE)
    return {
        "title": _breakable(shown),
        "size": next(size for most, size in SIZES if len(shown) <= most),
        "subtitle": _breakable(fit(_plain(subtitle), MOST_SUBTITLE)),
        "shelf": fit(_plain(shelf), MOST_SHELF),
        "facts": [fit(_plain(fact), MOST_FACT) for fact in facts],
        "status": status,
        "status_word": status_word,
    }


def _plain(text: str) -> str:
    return " ".join(text.split())


def _breakable(text: str) -> str:
    """Return `text` with places to break inside words that no line holds."""
    return re.sub(rf"(\S{{{UNBROKEN}}})(?=\S)", "\\1\u200b", text)


def state(told: Told) -> list[str]:
    """Return what the bytes of the picture depend on."""
    return [documents.digest_bytes(repr(sorted(told.items())).encode()), version("typst"), _template()]


def png(told: Told) -> bytes:
    """Return the picture, the same bytes for the same `told` wherever the same fonts are; about 40 ms when it is new.

    Scripts that typst's own fonts lack are drawn in a font of the system, or as boxes. Raises Busy of
    library.typesetting.
    """
    return typesetting.compile_png(TEMPLATE, told, PIXELS_PER_INCH)


@cache
def _template() -> str:
    return TEMPLATE.read_text()
