"""What is found by words, by a permanent id, by a source's key, or in the matrix."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from library import frame, lookups, matrix, search_page, source_page, withheld
from library.api import asked
from library.api.items import as_published
from library.api.lists import following, listed, source
from library.api.problems import Problem, nothing, taken_out
from library.documents import parse
from library.models import Kind, Standing
from library.moments import Moment


def search(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """Return twenty of the entries found, the best first. Raises Problem for a query that cannot be read."""
    moment = asked.moment_of(request)
    here = search_page.asked(request.GET, moment)
    drawn = search_page.draw(here)
    if "problem" in drawn or "entries" not in drawn:
        raise Problem("bad-parameter", drawn.get("problem", "There is no word in this search."))
    paging, instead = drawn["paging"], drawn.get("as_typed")
    following_page = paging["page"] + 1 if paging["next"] else None
    return {
        **asked.told(moment),
        "q": instead["instead"] if instead else here.q,
        "instead_of": instead["text"] if instead else None,
        **{name: drawn[name] for name in ("total", "is_cut")},
        **{name: paging[name] for name in ("page", "pages")},
        "items": [_hit(entry) for entry in drawn["entries"]],
        "next": following(request, response, page=following_page),
    }


def _hit(entry: dict) -> dict[str, Any]:
    origin = frame.origin()
    return {
        **{name: entry[name] for name in ("kind", "code", "title", "excerpt", "others")},
        "edition": entry["number"],
        "address": origin + entry["href"],
        "sections": [
            {
                **{name: section[name] for name in ("code", "place", "title", "excerpt")},
                "anchor": section["href"].partition("#")[2],
                "address": origin + section["href"],
            }
            for section in entry["sections"]
        ],
    }


def by_id(request: HttpRequest, code: str) -> dict[str, Any]:
    """Return what a permanent id names. Raises Problem, and Unavailable when it is withheld."""
    moment = asked.moment_of(request)
    now = asked.told(moment)
    try:
        place = lookups.place_of(code, now["position"])
    except lookups.Removed as removed:
        raise taken_out(removed) from removed
    except Http404:
        raise nothing(f"Nothing that had been published has the code {code}.") from None
    part, row = _row(place)
    return {
        **now,
        "code": place.row or place.edition["code"],
        "part": part,
        "item": place.edition["kind"],
        "item_code": place.edition["code"],
        "edition": place.edition["number"],
        "address": frame.origin() + place.address(moment.links),
        "row": row,
    }


def _row(place: lookups.Place) -> tuple[str, dict | None]:
    """The list in which a row stands, and the row; of an item its kind alone."""
    if not place.row:
        return place.edition["kind"], None
    document = parse(bytes(place.edition["document"]))
    rows = ((part, row) for part in source_page.ROWS for row in document.get(part, []))
    return next((part, row) for part, row in rows if row["code"] == place.row)


def one_source(request: HttpRequest, key: str) -> dict[str, Any]:
    """Return a source with what cites it. Raises Problem, and Unavailable when all that cites it is withheld."""
    moment = asked.moment_of(request)
    cites = source_page.cites(key, moment)
    if not cites:
        raise nothing(f"No published edition cites a source with the key {key}.")
    return {
        **asked.told(moment),
        **source(cites[0]["record"], moment),
        "is_standing": source_page.stands(cites[0], moment),
        "cited_by": [_citing(key, row, moment) for row in cites],
    }


def _citing(key: str, row: dict, moment: Moment) -> dict[str, Any]:
    address = moment.links.item(row["kind"], row["standing__slug"], row["number"])
    return {
        **{name: row[name] for name in ("kind", "code")},
        "title": row["standing__title"],
        "edition": row["number"],
        "places": source_page.places(parse(bytes(row["standing__edition__document"])), key),
        "address": frame.origin() + address,
    }


def cells(request: HttpRequest, response: HttpResponse, pattern: str | None, limit: int) -> dict[str, Any]:
    """Return one part of the matrix, of one pattern or all. Raises Problem, and Unavailable if it is withheld."""
    moment = asked.moment_of(request)
    code = as_published(Kind.PATTERN, pattern) if pattern else ""
    drawn = matrix.draw(moment, _slug_of(code, moment) if code else "", request.GET)
    part = listed(request, response, drawn.selection, moment, limit)
    moves = [{name: move[name] for name in ("pattern", "code", "move")} for move in drawn.moves]
    titles = [drawn.partnerships[row.pk]["title"] for row in drawn.selection.page]  # as typed
    rows = [
        _line(row) | {"title": title} for row, title in zip(drawn.rows(drawn.selection.page), titles, strict=True)
    ]
    return part | {"moves": moves, "items": rows}


def _slug_of(pattern: str, moment: Moment) -> str:
    stood = moment.standings().filter(kind=Kind.PATTERN, code=pattern)
    slug = stood.values_list("slug", flat=True).first()
    if slug is None:
        _refuse_withheld(pattern, moment)
        raise nothing(f"No pattern with the code {pattern} stands at this moment.")
    return slug


def _refuse_withheld(pattern: str, moment: Moment) -> None:
    """Raise Unavailable for a pattern whose edition of this moment is withheld."""
    position = asked.told(moment)["position"]
    for stood in Standing.objects.at(position).filter(kind=Kind.PATTERN, code=pattern).values(*lookups.STANDING):
        withheld.refuse(stood, "edition__")


def _line(row: dict) -> dict[str, Any]:
    assessed = [cell for cell in row["cells"] if cell["score"] != matrix.NOT_ASSESSED]
    return {
        **{name: row[name] for name in ("code", "announced", "status", "confidence")},
        "address": frame.origin() + row["href"],
        "cells": [
            {
                "move": cell["move"]["code"],
                "score": cell["score"],
                "scored_in_edition": cell["wording"]["edition"] if cell["wording"] else None,
            }
            for cell in assessed
        ],
    }
