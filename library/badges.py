"""What stands under a title: a few facts kept beside a drawn page, and the status that depends on the day."""

from datetime import date
from typing import Any

from library.addresses import Links
from library.definitions import GRADES, WORDS
from library.models import Kind, LedgerEntry, Standing
from library.typography import curly, typeset

INDEXES = {Kind.PATTERN: "Patterns", Kind.PARTNERSHIP: "Partnerships"}
COLUMNS = (
    *("kind", "code", "slug", "number", "state", "reviewed_by"),
    *("family_slug", "family_name"),
)


def facts(stood: dict, drawn: dict, links: Links) -> dict[str, Any]:
    """Return what badges, title and *Cite this* need, as plain JSON.

    `stood` holds the standing's columns and its successor's as `successor_now`, `drawn` the page's view model.
    """
    is_retired = stood["state"] == Standing.State.RETIRED
    return {
        **typeset({name: stood[name] for name in COLUMNS}, "reviewed_by", "family_name"),
        "title": curly(stood["title"]),
        "subtitle": curly(stood["subtitle"]),
        "review_by": stood["review_by"].isoformat(),
        "reviewed_on": stood["reviewed_on"].isoformat(),
        "published": stood["edition__published_at"].date().isoformat(),
        "digest": stood["edition__digest"],
        "confidence": drawn["confidence"],
        "newest_source": drawn["newest_source"],
        "length": drawn["length"],
        "description": curly(drawn["description"]),
        "retired": _retirement(drawn["acts"]) | _successor(stood, links) if is_retired else {},
    }


def of_draft(document: dict, drawn: dict) -> dict[str, Any]:
    """Return what stands under the title of an unpublished `document`: nothing that only an edition has."""
    title = document["title"] if document["kind"] == Kind.PATTERN else document["name"]
    family = document.get("family", {})
    return {
        "kind": document["kind"],
        "code": document["code"],
        "index_word": INDEXES[document["kind"]],
        "title": curly(title),
        "subtitle": curly(document.get("subtitle", "")),
        "family_slug": family.get("slug", ""),
        "family_name": curly(family.get("name", "")),
        "description": curly(drawn["description"]),
        "newest_source": drawn["newest_source"],
        "length": drawn["length"],
        **_grade(drawn["confidence"]),
    }


def _grade(confidence: str) -> dict[str, str]:
    return {
        "confidence": confidence,
        "confidence_word": GRADES.get(confidence, ""),
        "confidence_anchor": confidence.replace("_", "-"),
    }


def _retirement(acts: list[dict]) -> dict:
    act = next(act for act in acts if act["act"] == LedgerEntry.Act.RETIREMENT)
    return {"day": act["day"], "note": curly(act["note"])}


def _successor(stood: dict, links: Links) -> dict:
    """Name and address of the successor; of one that is withheld only the code, which says why it is."""
    code, now = stood["successor"], stood["successor_now"]
    if not now:
        return {"successor": {"title": code, "href": links.to("permanent-id", code)} if code else {}}
    href = links.item(stood["kind"], now["slug"], now["number"])
    return {"successor": {"title": curly(now["title"]), "href": href}}


def status(badges: dict, day: date) -> str:
    """Return the anchor of the status word on `day`: `verified`, `review-overdue` or `retired`."""
    if badges["state"] == Standing.State.RETIRED:
        return "retired"
    return "review-overdue" if date.fromisoformat(badges["review_by"]) < day else "verified"


def shown(badges: dict, day: date) -> dict[str, Any]:
    """Return `badges` with the words that a page shows on `day`."""
    anchor = status(badges, day)
    return {
        **badges,
        "status": anchor,
        "status_word": WORDS[anchor],
        **_grade(badges["confidence"]),
        "index_word": INDEXES[badges["kind"]],
    }
