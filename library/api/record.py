"""The ledger, what changed, families, counts and definitions."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from library import frame, listings
from library.addresses import LATEST
from library.api import asked
from library.api.items import of_api
from library.api.lists import following
from library.api.problems import nothing
from library.definitions import GROUPS
from library.history_page import ACTS, signers
from library.models import Edition, Kind, LedgerEntry
from library.moments import Moment

SIGNED = ("position", "time", "act", "kind", "code", "edition", "digest", "review_by", "previous")
Editions = dict[tuple[str, str, str], dict[str, Any]]


def entries(request: HttpRequest, response: HttpResponse, limit: int, after: int | None) -> dict[str, Any]:
    """Return one part of the ledger, newest first. Raises Problem."""
    moment = asked.moment_of(request)
    found, is_more = _part(moment, limit, after)
    editions = _editions(found)
    return {
        **asked.told(moment),
        "items": [_entry(row, editions) for row in found],
        "next": following(request, response, after=found[-1].position if is_more else None),
    }


def entry(position: int) -> dict[str, Any]:
    """Return one entry. Raises Problem when the ledger has no such position."""
    found = LedgerEntry.objects.filter(position=position).first()
    if found is None:
        raise nothing(f"The ledger has no entry {position}.")
    return _entry(found, _editions([found]))


def changes(request: HttpRequest, response: HttpResponse, kind: str, limit: int, after: int | None) -> dict[str, Any]:
    """Return one part of what changed in the library, newest first. Raises Problem."""
    moment = asked.moment_of(request)
    found, is_more = _part(moment, limit, after, kind)
    editions = _editions(found)
    return {
        **asked.told(moment),
        "items": [_act(row, editions) for row in found],
        "next": following(request, response, after=found[-1].position if is_more else None),
    }


def _part(moment: Moment, limit: int, after: int | None, kind: str = "") -> tuple[list[LedgerEntry], bool]:
    """The entries before position `after`, and whether there are more of them."""
    found = moment.entries().order_by("-position")
    found = found.filter(kind=kind) if kind else found
    found = list((found.filter(position__lt=after) if after else found)[: limit + 1])
    return found[:limit], len(found) > limit


def _editions(entries: list[LedgerEntry]) -> Editions:
    """Slug and title of every edition of the items that `entries` name, and whether it is withheld now."""
    editions = Edition.objects.filter(code__in={entry.code for entry in entries}).order_by("position")
    rows = editions.values("kind", "code", "number", "slug", "title", "withheld")
    return {(row["kind"], row["code"], row["number"]): row for row in rows}


def _entry(entry: LedgerEntry, editions: Editions) -> dict[str, Any]:
    signed = entry.read()
    return {
        **{name: signed[name] for name in SIGNED},
        "people": signers(signed["people"], bool(_edition(entry, editions)["withheld"])),
        "note": _note(entry, signed, editions),
        "successor": signed.get("successor"),
        "hash": entry.hash,
        "bytes": frame.origin() + LATEST.to("ledger-entry", entry.position),
    }


def _note(entry: LedgerEntry, signed: dict, editions: Editions) -> str | None:
    """Of a withheld edition nothing is told but the ground, as on the pages; the bytes of the entry keep the note."""
    is_told = entry.act == LedgerEntry.Act.WITHHOLDING or not _edition(entry, editions)["withheld"]
    return signed["note"] if is_told else None


def _edition(entry: LedgerEntry, editions: Editions) -> dict[str, Any]:
    return editions[entry.kind, entry.code, entry.edition]


def _act(entry: LedgerEntry, editions: Editions) -> dict[str, Any]:
    signed, edition = entry.read(), _edition(entry, editions)
    shown = not edition["withheld"]
    address = frame.origin() + LATEST.edition(entry.kind, edition["slug"], entry.edition)
    return {
        **{name: signed[name] for name in ("position", "time", "act", "kind", "code", "edition")},
        "word": ACTS[entry.act],
        "title": edition["title"] if shown else None,
        "note": _note(entry, signed, editions),
        "address": address if shown else None,
        "compare": _compare(entry, editions) if shown else None,
    }


def _compare(entry: LedgerEntry, editions: Editions) -> str | None:
    """The address of what changed since the edition before, of a publication that has one that may be shown."""
    if entry.act != LedgerEntry.Act.PUBLICATION:
        return None
    own = [row for (kind, code, _), row in editions.items() if (kind, code) == (entry.kind, entry.code)]
    place = own.index(_edition(entry, editions))
    if not place or own[place - 1]["withheld"]:
        return None
    return of_api(f"api-{entry.kind}-compare", entry.code, own[place - 1]["number"], entry.edition)


def families(request: HttpRequest) -> dict[str, Any]:
    """Return the families with their patterns, both by name. Raises Problem."""
    moment = asked.moment_of(request)
    patterns = moment.standings().filter(kind=Kind.PATTERN).order_by("sort_key", "code")
    found: dict[str, dict[str, Any]] = {}
    for row in patterns.values("code", "title", "family_slug", "family_name"):
        empty = {"slug": row["family_slug"], "name": row["family_name"], "patterns": []}
        family = found.setdefault(row["family_slug"], empty)
        pattern = {"code": row["code"], "title": row["title"]}
        family["patterns"].append(pattern | {"api": of_api("api-pattern", row["code"], moment=moment)})
    return {**asked.told(moment), "items": sorted(found.values(), key=lambda family: family["name"])}


def counts(request: HttpRequest) -> dict[str, Any]:
    """Return how much there is, counted now. Raises Problem."""
    moment = asked.moment_of(request)
    return asked.told(moment) | listings.counts(moment) | listings.rows_and_scores(moment)


def definitions() -> dict[str, Any]:
    """Return what the apparatus words mean."""
    return {
        "groups": [
            {"title": title, "definitions": [vars(definition) for definition in group]}
            for title, group in GROUPS.items()
        ]
    }
