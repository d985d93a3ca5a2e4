"""Reading what was taken away as its reader does, and comparing it with the page."""

import io
import re
import unicodedata
from html.parser import HTMLParser

from pypdf import PdfReader

from library.paper.tree import LEFT_OUT
from tests.library.html import VOID

HEAD, FOOT = 760, 75  # points from below: what stands beyond repeats on every sheet


class _Pieces(HTMLParser):
    """The pieces of text that a page shows, without what is only for moving about on it."""

    def __init__(self):
        super().__init__()
        self.hidden, self.pieces = 0, []

    def handle_starttag(self, tag, attributes):
        classes = (dict(attributes).get("class") or "").split()
        if tag not in VOID and (self.hidden or not LEFT_OUT.isdisjoint(classes)):
            self.hidden += 1

    def handle_endtag(self, tag):
        self.hidden -= bool(self.hidden)

    def handle_data(self, text):
        if not self.hidden:
            self.pieces.append(text)


def squeezed(text):
    """`text` without blanks, places to break and ligatures, in which print may differ."""
    return re.sub(r"[\s\u200b]+", "", unicodedata.normalize("NFKC", text))


def pieces(html):
    reader = _Pieces()
    reader.feed(html)
    return [piece for text in reader.pieces if (piece := squeezed(text))]


def main_pieces(response):
    """What the main content of a page says after its head: text, sources, history, how to cite."""
    html = response.content.decode()
    return pieces(html[html.index('<div class="item-body">') : html.index('<section class="citing take-away"')])


def missing(expected, text):
    """The first of the `expected` pieces that `text` does not have after those before; None when it has all."""
    text, place = squeezed(text), 0
    for piece in expected:
        found = text.find(piece, place)
        if found < 0:
            return f"{piece!r} after {text[max(place - 60, 0) : place]!r}"
        place = found + len(piece)
    return None


def pdf_text(pdf):
    """The text of a PDF between head and foot of its pages."""
    kept = []

    def keep(text, around, own, *_):
        if FOOT < around[5] + around[3] * own[5] < HEAD:
            kept.append(text)

    for page in PdfReader(io.BytesIO(pdf)).pages:
        page.extract_text(visitor_text=keep)
    return "".join(kept)


def sheets(pdf):
    """The text of each page with its head and foot."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
