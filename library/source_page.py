"""One source and what cites it."""

from typing import Any

from django.db.models import F

from library import withheld
from library.documents import cited_keys, parse
from library.models import Cited
from library.moments import Moment
from library.typography import curly

COPY = ("standing__kind", "standing__code", "standing__slug", "standing__title", "standing__number")
ROWS = ("sub_variants", "clauses", "kill_list", "precedents", "anchors")


def cites(key: str, moment: Moment) -> list[dict]:
    """Return the editions that cite source `key` at this moment, newest first; each has its own copy of it.

    When none that stands cites it any longer, the last one that did: an address once public stays. Raises
    Unavailable when every edition that cites it is withheld.
    """
    rows = _cites_up_to(key, moment)
    shown = [row for row in rows if row["withheld__position"] is None]
    if rows and not shown:
        withheld.refuse(rows[0])
    standing = [row for row in shown if stands(row, moment)]
    return standing or shown[:1]


def _cites_up_to(key: str, moment: Moment) -> list[dict]:
    rows = Cited.objects.filter(key=key)
    if moment.position is not None:
        rows = rows.filter(standing__from_position__lte=moment.position)
    until = ("standing__from_position", "standing__until_position", "standing__edition__document")
    edition = {name: F(f"standing__{name}") for name in ("kind", "code", "number")}
    edition |= {name: F(f"standing__edition__{name}") for name in withheld.TOLD}
    newest_first = rows.order_by("-standing__edition__position", "-standing")
    return list(newest_first.values("record", *COPY, *until, **edition))


def stands(row: dict, moment: Moment) -> bool:
    """Say whether the edition that cites stood at this moment."""
    until = row["standing__until_position"]
    return until is None or (moment.position is not None and until > moment.position)


def cited_by(key: str, cites: list[dict], moment: Moment) -> list[dict[str, Any]]:
    """Return each citing item with its address and the places in it, patterns first, then by title."""
    ordered = sorted(cites, key=lambda row: (row["standing__kind"] != "pattern", row["standing__title"].casefold()))
    return [_citing(key, row, moment) for row in ordered]


def _citing(key: str, row: dict, moment: Moment) -> dict:
    href = moment.links.item(row["standing__kind"], row["standing__slug"], row["standing__number"])
    document = parse(bytes(row["standing__edition__document"]))
    return {
        "title": curly(row["standing__title"]),
        "kind": row["standing__kind"],
        "number": row["standing__number"],
        "href": href,
        "is_single_source": document.get("confidence") == "single_source",
        "places": [{"word": place, "href": f"{href}#{place}"} for place in places(document, key)],
    }


def places(document: dict, key: str) -> list[str]:
    """Return the codes of the rows of `document` that cite source `key`, the anchors on its page."""
    rows = [(row["code"], row) for part in ROWS for row in document.get(part, [])]
    for exhibit in document.get("exhibits", []):
        rows += [(score["move"], score) for score in exhibit["scores"]]
    return [code for code, row in rows if key in cited_keys(row)]
