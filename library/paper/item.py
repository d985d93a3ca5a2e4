"""What is taken away of an item's page: its head, its text, how to cite and how to check it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.text import Truncator

from library import citations, frame
from library.addresses import LATEST
from library.badges import INDEXES
from library.models import Kind
from library.paper import tree
from library.paper.tree import Block, Inline

LONGEST_RUNNING = 90  # characters of a title that every page repeats


@dataclass(frozen=True)
class Paper:
    """One page to take away: what it is known by, and its blocks from the first to the last."""

    kind: str
    code: str
    title: str
    number: str
    digest: str
    address: str  # absolute, of the page with exactly this text
    description: str
    keywords: list[str]
    subtitle: str
    above: str
    head: list[Block]
    body: list[Block]

    @property
    def running(self) -> dict[str, str]:
        """What every sheet repeats."""
        title = Truncator(self.title).chars(LONGEST_RUNNING)
        return {"title": title, "edition": f"Edition {self.number}", "address": self.address}


def compose(fragment: str, told: dict[str, Any], address: str, position: int) -> Paper:
    """Return what is taken away of a page.

    `fragment` is its main content as it is drawn; `told` what stands around it: the badges of the day, the citation,
    the addresses, which version it is. `address` is that of this version, absolute; `position` that of the edition's
    publication in the ledger.
    """
    item = told["badges"]
    return Paper(
        kind=item["kind"],
        code=item["code"],
        title=item["title"],
        number=item["number"],
        digest=item["digest"],
        address=address,
        description=item["description"],
        keywords=[word for word in (item["code"], item["family_name"], f"edition {item['number']}") if word],
        subtitle=item["subtitle"],
        above=" / ".join(word for word in (citations.LIBRARY, INDEXES[item["kind"]], item["family_name"]) if word),
        head=_head(told),
        body=tree.read(fragment) + _end(told) + [_check(told, position)],
    )


def _head(told: dict[str, Any]) -> list[Block]:
    said = [_note(_which(told))]
    if settings.DEMO:
        said.append(
            _note("Demo. The reviewers named here are invented; the texts rest on the public sources they cite.")
        )
    if told["badges"]["retired"]:
        said += _read("_retired", told)
    return [*said, *_read("_badges", told)]


def _which(told: dict[str, Any]) -> str:
    """Which version of the page this is, in a sentence that stays true on paper."""
    number, past = told["badges"]["number"], told["past"]
    day = past["day"].isoformat()
    if past["is_edition"]:
        beside = ", with the partnerships that stood then" if told["badges"]["kind"] == Kind.PATTERN else ""
        return f"Edition {number} as published on {day}{beside}."
    if past["is_today"]:
        return f"Edition {number} as the library showed it on {day}, UTC, before that day had ended."
    return f"Edition {number} as the library showed it at the end of {day}, UTC."


def _end(told: dict[str, Any]) -> list[Block]:
    return _read("_cite", told)


def _read(part: str, told: dict[str, Any]) -> list[Block]:
    return tree.read(render_to_string(f"library/{part}.html", told))


def _note(text: str) -> Block:
    return {"b": "par", "role": "section-note", "c": [text]}


def _check(told: dict[str, Any], position: int) -> Block:
    """What the citation above it leaves to be said: address, permanent id and digest stand there."""
    item, origin = told["badges"], frame.origin()
    entry = LATEST.to("ledger-entry", position)
    facts: list[tuple[str, Inline]] = [
        ("Signed bytes", _link(origin + told["json"])),
        ("Ledger entry", _link(origin + entry)),
        ("Reviewed", f"{item['reviewed_on']} by {item['reviewed_by']}"),
    ]
    if item["status"] != "retired":
        facts.append(("Review by", item["review_by"]))
    sentences = [
        "The signed bytes have the SHA-256 that stands under “Cite this”. The same digest stands in the ledger’s "
        "entry, and each entry holds the hash of the one before it. ",
        _link(origin + LATEST.to("ledger"), "How to verify the whole ledger"),
        ". The address above leads to this version of the page and says when another has replaced it; the permanent "
        "id leads to what is current.",
    ]
    licence = ["Text and data: ", _link(settings.LIBRARY_LICENCE["url"], settings.LIBRARY_LICENCE["name"])]
    return {
        "b": "group",
        "role": "check",
        "c": [
            {"b": "heading", "level": 1, "c": ["How to check this"]},
            {"b": "par", "c": sentences},
            {"b": "facts", "rows": [{"term": [term], "c": [said]} for term, said in facts]},
            {
                "b": "par",
                "role": "section-note",
                "c": [*licence, ". Example clauses are hypothetical. Nothing here is legal advice."],
            },
        ],
    }


def _link(address: str, words: str = "") -> Inline:
    return {"i": "link", "to": address, "c": [words or address]}
