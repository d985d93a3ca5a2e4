"""The versions of a page in time, in the terms of RFC 7089 (Memento): headers, the time map, the time gate."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.urls import reverse
from django.utils.http import http_date, parse_http_date_safe

from library import frame
from library.addresses import LATEST
from library.models import Edition

MEDIA_TYPE = "application/link-format"


def editions(kind: str, code: str) -> list[dict[str, Any]]:
    """Return the editions of an item that may be shown, oldest first."""
    shown = Edition.objects.filter(kind=kind, code=code, withheld__isnull=True).order_by("position")
    return list(shown.values("kind", "slug", "number", "published_at"))


def end_of(day: date) -> datetime:
    """Return the last second of `day`, UTC, of which `?as-of=` shows the library."""
    return datetime.combine(day, time(23, 59, 59), UTC)


def headers(kind: str, slug: str, address: str = "", at: datetime | None = None) -> dict[str, str]:
    """Return the headers of a page of the item that has `slug`: with `at`, of the version of that moment.

    `address` is that version's own, absolute.
    """
    if at is None:
        return {"Link": ", ".join(_around(kind, slug))}
    links = [*_around(kind, slug), _link(address, "memento", datetime=_dated(at))]
    return {"Link": ", ".join(links), "Memento-Datetime": _dated(at)}


def time_map(kind: str, slug: str, listed: list[dict[str, Any]]) -> str:
    """Return the list of all `listed` editions as application/link-format (RFC 6690)."""
    span = {"from": _dated(listed[0]["published_at"]), "until": _dated(listed[-1]["published_at"])}
    own = _link(_at(kind, "timemap", slug), "self", type=MEDIA_TYPE, **span)
    original, gate, _ = _around(kind, slug)
    return ",\n".join([original, gate, own, *(_listed(edition, listed) for edition in listed)]) + "\n"


def nearest(listed: list[dict[str, Any]], wanted: str) -> dict[str, Any] | None:
    """Return the edition that stood at the moment `wanted`, an HTTP date; the newest when none is named.

    Before the first edition it is the first (RFC 7089, 4.5.3); None for what is no date.
    """
    if not wanted:
        return listed[-1]
    moment = parse_http_date_safe(wanted)
    if moment is None:
        return None
    stood = [edition for edition in listed if int(edition["published_at"].timestamp()) <= moment]
    return (stood or listed[:1])[-1]


def address_of(edition: dict[str, Any]) -> str:
    """Return the absolute address of an edition."""
    return frame.origin() + LATEST.edition(edition["kind"], edition["slug"], edition["number"])


def gate_headers(kind: str, slug: str, listed: list[dict[str, Any]], chosen: dict[str, Any]) -> dict[str, str]:
    """Return the headers with which the time gate leads to the edition `chosen`."""
    original, _, map_ = _around(kind, slug)
    told = [_listed(edition, listed) for edition in listed if edition in (listed[0], chosen, listed[-1])]
    return {"Link": ", ".join([original, map_, *told]), "Vary": "accept-datetime"}


def _around(kind: str, slug: str) -> list[str]:
    """The latest page, its time gate, its time map."""
    return [
        _link(frame.origin() + LATEST.item(kind, slug, ""), "original"),
        _link(_at(kind, "timegate", slug), "timegate"),
        _link(_at(kind, "timemap", slug), "timemap", type=MEDIA_TYPE),
    ]


def _at(kind: str, what: str, slug: str) -> str:
    return frame.origin() + reverse(f"{kind}-{what}", args=[slug])


def _listed(edition: dict[str, Any], listed: list[dict[str, Any]]) -> str:
    ends = [word for word, place in (("first", 0), ("last", -1)) if edition is listed[place]]
    return _link(address_of(edition), " ".join([*ends, "memento"]), datetime=_dated(edition["published_at"]))


def _link(address: str, relation: str, **attributes: str) -> str:
    return "; ".join([f"<{address}>", f'rel="{relation}"', *(f'{name}="{v}"' for name, v in attributes.items())])


def _dated(moment: datetime) -> str:
    return http_date(moment.timestamp())
