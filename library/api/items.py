"""One pattern or partnership: what stands, its editions, the difference between two of them."""

from typing import Any

from django.http import HttpRequest

from library import comparison, difference_page, frame, lookups, pages, withheld
from library.addresses import LATEST
from library.api import asked
from library.api.problems import Problem, nothing
from library.documents import parse
from library.history_page import signers
from library.ledger import as_utc
from library.listings import is_overdue
from library.models import Edition, Kind, LedgerEntry, Standing
from library.moments import NOW, Moment

STOOD = (
    *("kind", "code", "title", "slug", "number", "state", "reviewed_on", "reviewed_by", "review_by", "newest_source"),
    *("subtitle", "family_slug", "family_name", "announced", "status", "confidence", "successor"),
    *("edition__digest", "edition__published_at"),
)


def told(stood: dict, moment: Moment) -> dict[str, Any]:
    """Return what is told of everything that stands, from its columns STOOD."""
    kind = stood["kind"]
    return {
        **{name: stood[name] for name in ("kind", "code", "title", "slug", "state", "reviewed_by", "newest_source")},
        "edition": stood["number"],
        "digest": stood["edition__digest"],
        "published": as_utc(stood["edition__published_at"]),
        "is_overdue": is_overdue(stood, moment),
        "reviewed_on": stood["reviewed_on"].isoformat(),
        "review_by": stood["review_by"].isoformat(),
        "address": frame.origin() + moment.links.item(kind, stood["slug"], stood["number"]),
        "api": of_api(f"api-{kind}", stood["code"], moment=moment),
    }


def of_api(name: str, *arguments: str, moment: Moment = NOW) -> str:
    """Return the absolute address of an operation, as of a moment."""
    return frame.origin() + moment.links.to(name, *arguments)


def item(request: HttpRequest, kind: Kind, code: str) -> dict[str, Any]:
    """Return what stands of an item. Raises Problem, and Unavailable when it is withheld."""
    moment = asked.moment_of(request)
    now = asked.told(moment)
    columns = [f"edition__{name}" for name in ("document", *withheld.TOLD)]
    stood = Standing.objects.at(now["position"]).filter(kind=kind, code=code).values(*STOOD, *columns).first()
    if stood is None:
        raise _absent(code)
    withheld.refuse(stood, "edition__")
    named = (kind, stood["slug"], stood["number"])
    return {
        **now,
        **told(stood, moment),
        "successor": stood["successor"] or None,
        "edition_address": frame.origin() + LATEST.edition(*named),
        "bytes": frame.origin() + LATEST.json(*named),
        "document": parse(bytes(stood["edition__document"])),
    }


def as_published(kind: Kind, code: str) -> str:
    """Return the code of an item as it was published, from a code in any case. Raises Problem if there is none."""
    found = lookups.spelled(kind, code)
    if found is None:
        raise nothing(f"No {kind} with the code {code} was published.{_of_another_kind(kind, code)}")
    return found


def _of_another_kind(kind: Kind, code: str) -> str:
    for other in Kind:
        if other != kind and (found := lookups.spelled(other, code)):
            return f" {found} is a {other}: {of_api(f'api-{other}', found)}"
    return ""


def _absent(code: str) -> Problem:
    """What is said of an item that does not stand yet. Raises Unavailable."""
    first = lookups.first_edition(code)
    day = first["published_at"].date().isoformat()
    return Problem("not-yet", f"{code} was first published here on {day}.", {"first_published": day})


def editions(request: HttpRequest, kind: Kind, code: str) -> dict[str, Any]:
    """Return all editions of an item up to the moment asked for, newest first. Raises Problem."""
    moment = asked.moment_of(request)
    now = asked.told(moment)
    acts = pages.acts(kind, code, now["position"])
    if not acts:
        raise _absent(code)
    grounds = {act["edition"]: _ground(act) for act in acts if act["act"] == LedgerEntry.Act.WITHHOLDING}
    hidden = [act["edition"] for act in acts if act["is_withheld"]]
    grounds |= _later_grounds(kind, code, set(hidden) - grounds.keys())
    published = [act for act in reversed(acts) if act["act"] == LedgerEntry.Act.PUBLICATION]
    return {**now, "items": [_edition(act, code, grounds.get(act["edition"])) for act in published]}


def _ground(act: dict) -> dict[str, Any]:
    signed = parse(bytes(act["body"]))
    return {"position": act["position"], "on": signed["time"][:10], "ground": signed["note"]}


def _later_grounds(kind: Kind, code: str, numbers: set[str]) -> dict[str, dict[str, Any]]:
    """The grounds of what was withheld after the moment that is looked at."""
    later = Edition.objects.filter(kind=kind, code=code, number__in=numbers, withheld__isnull=False)
    return {
        row["number"]: {
            "position": row["withheld__position"],
            "on": row["withheld__day"].isoformat(),
            "ground": row["withheld__ground"],
        }
        for row in later.values("number", *withheld.TOLD)
    }


def _edition(act: dict, code: str, ground: dict | None) -> dict[str, Any]:
    signed = parse(bytes(act["body"]))
    address = frame.origin() + LATEST.edition(act["kind"], act["slug"], act["edition"])
    return {
        **{name: act[name] for name in ("kind", "edition", "digest", "position")},
        "code": code,
        "published": signed["time"],
        "note": None if ground else signed["note"],
        "people": signers(signed["people"], bool(ground)),
        "withheld": ground,
        "address": None if ground else address,
    }


def edition(kind: Kind, code: str, number: str) -> dict[str, Any]:
    """Return one edition with its document. Raises Problem, and Unavailable when it is withheld."""
    found = _found(kind, code, number)
    entry = LedgerEntry.objects.get(position=found["position"])
    act = {**found, "edition": found["number"], "body": entry.body}
    return {**_edition(act, code, None), "document": parse(bytes(found["document"]))}


def _found(kind: Kind, code: str, number: str) -> dict:
    """The columns of an edition. Raises Problem, and Unavailable when it is withheld."""
    rows = Edition.objects.filter(kind=kind, code=code, number=number)
    found = rows.values(*lookups.EDITION, "document").first()
    if found is None:
        raise nothing(f"No edition {number} of a {kind} with the code {code} was published.")
    withheld.refuse(found)
    return found


def compare(kind: Kind, code: str, old: str, new: str) -> dict[str, Any]:
    """Return what changed between two editions. Raises as `edition`."""
    before, after = _found(kind, code, old), _found(kind, code, new)
    documents = [parse(bytes(found["document"])) for found in (before, after)]
    parts = difference_page.parts(*documents)
    return {
        "kind": kind,
        "code": code,
        "before": old,
        "after": new,
        "summary": difference_page.summary(parts),
        "is_correction": difference_page.is_correction(parts),
        "changes": [
            {"what": one.what, "path": list(one.path), "before": one.before, "after": one.after}
            for one in comparison.compare(*documents)
        ],
        "notes": [
            {"edition": note["number"], "published": as_utc(note["published_at"]), "note": note["note"]}
            for note in lookups.notes(kind, code, before["position"], after["position"])
        ],
        "address": frame.origin() + LATEST.compare(kind, after["slug"], old, new),
    }
