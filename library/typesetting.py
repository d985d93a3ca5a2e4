"""The one door to the typesetter: a template of ours and plain data go in, the bytes of a document come out.

Data reach a template only as JSON in `sys.inputs.data`: no text of the library is ever read as markup. Documents use
only the fonts inside the package `typst`: what a machine has installed must not change their bytes.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

import typst

STANDARDS = ["ua-1"]  # ISO 14289-1: tagged, with title, language and alternative texts, or typst refuses
AS_PDF: dict[str, Any] = {"format": "pdf", "pdf_standards": STANDARDS}
KEPT = 16  # documents of about 100 kB; a link that is passed around costs one drawing
PICTURES_KEPT = 64  # of some 30 kB each
# One is set, one waits, who comes later is sent away. It stays below the threads of a worker (anteroom/launcher.py),
# whose others serve pages meanwhile.
LONGEST_QUEUE = 2
JOINERS = "\u200c\u200d"
TRIAL = """#set document(title: "trial")
#set page(height: auto)
#set text(font: "Libertinus Serif")
"""
REFUSED_LINE = re.compile(r"\.typ:(\d+):")
COMMON = re.compile(r"[\n -~ ¡-ÿ‘’“”–—…]*")  # needs no trial


class NotSet(RuntimeError):
    """The typesetter refused the template with its data; the message says where and why."""


class Busy(RuntimeError):
    """As many as may wait for the typesetter are waiting already."""


_compiler = typst.Compiler(ignore_system_fonts=True)
_one_at_a_time = Lock()
_queue = BoundedSemaphore(LONGEST_QUEUE)
_tried: dict[str, bool] = {}  # each cluster that was met: can the fonts draw it?


def compile_pdf(template: Path, data: Any, created: datetime) -> bytes:
    """Return the tagged PDF that `template` makes of `data`, the same bytes for the same three.

    `created` is the moment that the PDF names as its creation. Raises NotSet when the typesetter refuses, Busy when
    too many others wait.
    """
    return _compiled(template, json.dumps(data, ensure_ascii=False, sort_keys=True), created)


@lru_cache(maxsize=KEPT)
def _compiled(template: Path, payload: str, created: datetime) -> bytes:
    return _compile(_compiler, template, payload, **AS_PDF, timestamp=int(created.timestamp()))


def compile_png(template: Path, data: Any, pixels_per_inch: float) -> bytes:
    """Return the picture that `template` makes of `data`, the same bytes for the same three where the same fonts are.

    A picture may use every font of the machine: nobody signs its bytes, and a box in place of a letter helps nobody.
    Raises as `compile_pdf` does.
    """
    return _pictured(template, json.dumps(data, ensure_ascii=False, sort_keys=True), pixels_per_inch)


@lru_cache(maxsize=PICTURES_KEPT)
def _pictured(template: Path, payload: str, pixels_per_inch: float) -> bytes:
    return _compile(_with_fonts_of_machine(), template, payload, format="png", ppi=pixels_per_inch)


@cache
def _with_fonts_of_machine() -> typst.Compiler:
    """Made when it is needed: looking for fonts takes a while."""
    return typst.Compiler()


def _compile(compiler: typst.Compiler, source: Path | bytes, payload: str, **options: Any) -> bytes:
    """One at a time: the compiler keeps what it has read, and the machine has pages to serve besides."""
    root = {"root": source.parent} if isinstance(source, Path) else {}
    if not _queue.acquire(blocking=False):
        raise Busy("too many documents are waiting to be set")
    try:
        with _one_at_a_time:
            return compiler.compile(source, sys_inputs={"data": payload}, **root, **options)
    except typst.TypstError as refused:
        raise NotSet(refused.diagnostic) from refused
    finally:
        _queue.release()


def legible(text: str) -> str:
    """Return `text` with every run of characters that no font has as their numbers: `‹U+6771 U+4EAC›`.

    Raises Busy when the typesetter would have to be asked of new ones, and too many others wait.
    """
    if COMMON.fullmatch(text):
        return text
    clusters = list(_clusters(text))
    _try({cluster for cluster in clusters if not cluster.isascii()} - _tried.keys())
    shown, lacking = "", ""
    for cluster in [*clusters, ""]:
        if _tried.get(cluster, True):
            shown, lacking = shown + _numbers(lacking) + cluster, ""
        else:
            lacking += cluster
    return shown


def _clusters(text: str) -> Iterator[str]:
    """The characters of `text`, each with the marks on it and what it is joined to (Unicode TR 29, roughly)."""
    cluster = ""
    for character in text:
        joins = unicodedata.category(character).startswith("M") or character in JOINERS or cluster[-1:] == JOINERS[1]
        if cluster and not joins:
            yield cluster
            cluster = ""
        cluster += character
    yield cluster


def _numbers(lacking: str) -> str:
    return "‹" + " ".join(f"U+{ord(character):04X}" for character in lacking) + "›" if lacking else ""


def _try(clusters: set[str]) -> None:
    """Learn which of `clusters` the fonts can draw, by having the typesetter refuse the others."""
    if not clusters:
        return
    lines = TRIAL.splitlines() + [_trial(cluster) for cluster in sorted(clusters)]
    refused: set[str] = set()
    try:
        _compile(_compiler, "\n".join(lines).encode(), "", **AS_PDF)
    except NotSet as error:
        refused = {lines[int(number) - 1] for number in REFUSED_LINE.findall(str(error))}
    _tried.update({cluster: _trial(cluster) not in refused for cluster in clusters})


def _trial(cluster: str) -> str:
    """One line of markup with `cluster`, as numbers, in each style."""
    text = "[" + "".join(rf"\u{{{ord(character):x}}}" for character in cluster) + "]"
    return f"#par{text} #par[#emph{text}] #par[#strong{text}] #par[#strong[#emph{text}]]"


def breakable(text: str, longest: int) -> str:
    """Return `text` with places to break in words of more than `longest` characters: after marks, else anywhere."""
    marks, beginning = r"/.?&=_\-", longest // 2
    place = (
        rf"(?:(?<=[{marks}])(?![{marks}])|(?<=[^{marks}\s]{{{beginning}}}))(?![\u0300-\u036f\u200c\u200d\ufe0f]|$)"
    )
    return re.sub(rf"\S{{{longest + 1},}}", lambda word: re.sub(place, "\u200b", word[0]), text)
