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
BY = {
    LedgerEntry.Act.PUBLICATION: "Signed off by",
    LedgerEntry.Act.REAFFIRMATION: "Reaffirmed by",
    LedgerEntry.Act.RETIREMENT: "Retired by",
    LedgerEntry.Act.WITHHOLDING: "Withheld by",
}
HIDDEN = "The reason is withheld with the edition."  # in place of why a rule was overridden


def told(acts: list[dict], links: Links) -> list[dict[str, Any]]:
    """Return the public acts of one item, newest first, in words and with their addresses.

    `acts` are ledger columns with `body` and the `slug` of the edition concerned, oldest first. An edition
    is compared with the one published before it. Of a withheld edition nothing is told but that there is one.
    """
    rows, published = [], None
    for act in acts:
        rows.append({**_told(act, links), "compare": _compare(act, published, links)})
        if act["act"] == LedgerEntry.Act.PUBLICATION:
            published = act
    return rows[::-1]


def with_since(rows: list[dict[str, Any]], kind: str, links: Links) -> list[dict[str, Any]]:
    """Return `rows`, each older edition with the way to all that has changed since; the one before has it already."""
    readable = [row for row in rows if row["act"] == LedgerEntry.Act.PUBLICATION and not row["is_withheld"]]
    since = {
        row["edition"]: links.compare(kind, readable[0]["slug"], row["edition"], readable[0]["edition"])
        for row in readable[2:]
    }
    return [{**row, "since": since.get(row["edition"], "") if row in readable else ""} for row in rows]


def _told(act: dict, links: Links) -> dict:
    signed, edition = parse(bytes(act["body"])), (act["kind"], act["slug"], act["edition"])
    return {
        "act": act["act"],
        "word": ACTS[act["act"]],
        "edition": act["edition"],
        "slug": act["slug"],
        "is_withheld": act["is_withheld"],
        "href": "" if act["is_withheld"] else links.edition(*edition),
        "json": "" if act["is_withheld"] else links.json(*edition),
        "day": signed["time"][:10],
        "by": BY[act["act"]],
        "note": note_of(act["act"], signed["note"], act["is_withheld"]),
        "successor": "" if act["is_withheld"] else signed.get("successor", ""),
        "digest": act["digest"],
        "position": act["position"],
        "review_by": signed["review_by"],
        "people": [
            typeset(person, "name", "role", "override_reason")
            for person in signers(signed["people"], act["is_withheld"])
        ],
    }


def signers(people: list[dict], is_withheld: bool) -> list[dict]:
    """Return the `people` of an entry as they may be told; of a withheld edition only that a rule was overridden."""
    return [
        {
            **person,
            "override_reason": HIDDEN if is_withheld and person["override_reason"] else person["override_reason"],
        }
        for person in people
    ]


def note_of(act: str, note: str, is_withheld: bool) -> str:
    """Return what may be told of an act's note: of a withheld edition the ground, and nothing else."""
    return "" if is_withheld and act != LedgerEntry.Act.WITHHOLDING else curly(note)


def _compare(act: dict, previous: dict | None, links: Links) -> str:
    if act["act"] != LedgerEntry.Act.PUBLICATION or previous is None or act["is_withheld"] or previous["is_withheld"]:
        return ""
    return links.compare(act["kind"], act["slug"], previous["edition"], act["edition"])
