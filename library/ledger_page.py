"""The ledger as readers see it: newest first, in pages, with the head that anchors it."""

from typing import Any

from library.history_page import ACTS, BY, note_of, signers
from library.ledger import as_utc, names
from library.models import Edition
from library.moments import Moment
from library.typography import curly

PER_PAGE = 50


def parse_before(text: str) -> int | None:
    """Return the position that `?before=` asks for, None when it is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def draw(moment: Moment, before: int | None) -> dict[str, Any]:
    """Return one page of entries with their items' titles, and the head of the ledger at this moment."""
    entries = moment.entries().order_by("-position")
    found = list((entries.filter(position__lt=before) if before else entries)[: PER_PAGE + 1])
    head = found[0] if found and before is None else entries.first()
    shown = found[:PER_PAGE]
    return {
        "head": head,
        "rows": told(shown, moment),
        "older": shown[-1].position if len(found) > PER_PAGE else None,
        "is_newest": before is None,
    }


def told(entries: list, moment: Moment) -> list[dict[str, Any]]:
    """Return `entries` as the ledger tells them: what was done to what, by whom, with which note."""
    titles = _titles(entries)
    return [_row(entry, titles, moment) for entry in entries]


def _titles(entries: list) -> dict[tuple, tuple[str, str, bool]]:
    """Slug and title of each edition, and whether it is withheld now."""
    editions = Edition.objects.filter(code__in={entry.code for entry in entries})
    rows = editions.values_list("kind", "code", "number", "slug", "title", "withheld")
    return {(kind, code, number): (slug, title, bool(pk)) for kind, code, number, slug, title, pk in rows}


def _row(entry, titles: dict, moment: Moment) -> dict:
    slug, title, is_withheld = titles[entry.kind, entry.code, entry.edition]
    signed = entry.read()
    return {
        "position": entry.position,
        "word": ACTS[entry.act],
        "time": as_utc(entry.time),
        "day": entry.time.date().isoformat(),
        "title": entry.code if is_withheld else curly(title),
        "is_withheld": is_withheld,
        "edition": entry.edition,
        "href": "" if is_withheld else moment.links.edition(entry.kind, slug, entry.edition),
        "note": note_of(entry.act, signed["note"], is_withheld),
        "successor": "" if is_withheld else signed.get("successor", ""),
        "by": BY[entry.act],
        "people": curly(names(signed["people"])),
        "overrides": [
            curly(person["override_reason"])
            for person in signers(signed["people"], is_withheld)
            if person["override_reason"]
        ],
        "hash": entry.hash,
        "digest": entry.digest,
    }
