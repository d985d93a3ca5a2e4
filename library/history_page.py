"""An item's public acts, newest first, as its page and its history page tell them."""

from typing import Any

from library.addresses import Links
from library.documents import parse
from library.models import LedgerEntry
from library.typography import curly, typeset

ACTS = {
    LedgerEntry.Act.PUBLICATION: "Published",
    LedgerEntry.Act.REAFFIRMATION: "Reaffirmed",
    LedgerEntry.Act.RETIREMENT: "Retired",
    LedgerEntry.Act.WITHHOLDING: "Withheld",
}


def told(acts: list[dict], links: Links) -> list[dict[str, Any]]:
    """Return the public acts of one item, newest first, in words and with their addresses.

    `acts` are ledger columns with `body` and the `slug` of the edition concerned, oldest first. An edition
    is compared with the one published before it.
    """
    rows, published = [], ""
    for act in acts:
        rows.append({**_told(act, links), "compare": _compare(act, published, links)})
        if act["act"] == LedgerEntry.Act.PUBLICATION:
            published = act["edition"]
    return rows[::-1]


def _told(act: dict, links: Links) -> dict:
    signed = parse(bytes(act["body"]))
    return {
        "act": act["act"],
        "word": ACTS[act["act"]],
        "edition": act["edition"],
        "href": links.edition(act["kind"], act["slug"], act["edition"]),
        "json": links.json(act["kind"], act["slug"], act["edition"]),
        "day": signed["time"][:10],
        "note": curly(signed["note"]),
        "digest": act["digest"],
        "position": act["position"],
        "review_by": signed["review_by"],
        "people": [typeset(person, "name", "role", "override_reason") for person in signed["people"]],
    }


def _compare(act: dict, previous: str, links: Links) -> str:
    if act["act"] != LedgerEntry.Act.PUBLICATION or not previous:
        return ""
    return links.compare(act["kind"], act["slug"], previous, act["edition"])
