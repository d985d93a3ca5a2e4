"""Lists of patterns, partnerships and sources, with the facets of the indexes, in parts."""

from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse

from library import frame, indexes, source_index
from library.api import asked
from library.api.items import STOOD, told
from library.api.problems import Problem
from library.definitions import SOURCE_GRADES
from library.models import Cited
from library.moments import Moment
from library.selections import Row, Selection

SEVERAL = {"patterns": "pattern", "countries": "country", "parties": "party"}


def patterns(request: HttpRequest, response: HttpResponse, limit: int) -> dict[str, Any]:
    """Return one part of the list of patterns. Raises Problem."""
    moment = asked.moment_of(request)
    selection = indexes.select_patterns(moment, request.GET)
    return listed(request, response, selection, moment, limit) | {"items": _rows(moment, selection, _pattern)}


def partnerships(request: HttpRequest, response: HttpResponse, limit: int) -> dict[str, Any]:
    """Return one part of the list of partnerships. Raises Problem."""
    moment = asked.moment_of(request)
    selection = indexes.select_partnerships(moment, request.GET)
    return listed(request, response, selection, moment, limit) | {"items": _rows(moment, selection, _partnership)}


def sources(request: HttpRequest, response: HttpResponse, limit: int) -> dict[str, Any]:
    """Return one part of the list of sources. Raises Problem."""
    moment = asked.moment_of(request)
    selection = source_index.select(moment, request.GET)
    part = listed(request, response, selection, moment, limit)
    cited = Cited.objects.filter(standing__in=moment.standings(), pk__in=[row.pk for row in selection.page])
    found = dict(cited.values_list("pk", "record"))
    rows = [row for row in selection.page if row.pk in found]
    return part | {"items": [source(found[row.pk], moment) | {"cited_by": row.values["cited-by"]} for row in rows]}


def source(record: dict, moment: Moment) -> dict[str, Any]:
    """Return what is told of a source, from its record."""
    address = frame.origin() + moment.links.to("source-page", record["key"])
    return {**record, "grade": SOURCE_GRADES[record["kind"]], "address": address}


def listed(
    request: HttpRequest, response: HttpResponse, selection: Selection, moment: Moment, limit: int
) -> dict[str, Any]:
    """Return what every list says of itself, and name the next part in the header Link too.

    Raises Problem for an `after` that is no place in a list.
    """
    selection.per_page = limit
    if selection.is_first and "after" in request.GET:
        raise Problem("bad-parameter", "after is no place in this list. Take it from next.")
    return {
        **asked.told(moment),
        "total": selection.total,
        "matching": len(selection.rows),
        "unknown": selection.unknown,
        "facets": selection.facets,
        "next": following(request, response, after=selection.token),
    }


def following(request: HttpRequest, response: HttpResponse, **where: Any) -> str | None:
    """Return the address of the next part of a list, None when there is none, and name it in the header Link."""
    [(name, value)] = where.items()
    if not value:
        return None
    query = request.GET.copy()
    query[name] = str(value)
    address = f"{frame.origin()}{request.path}?{query.urlencode()}"
    response.headers["Link"] = f'<{address}>; rel="next"'
    return address


def _rows(moment: Moment, selection: Selection, show) -> list[dict[str, Any]]:
    """What has been withheld since it was selected is left out."""
    chosen = [row.pk for row in selection.page]
    found = moment.standings().filter(pk__in=chosen).values("pk", *STOOD, facets=F("extract__facets"))
    by_pk = {row["pk"]: row for row in found}
    return [show(by_pk[row.pk], row, moment) for row in selection.page if row.pk in by_pk]


def _pattern(stood: dict, row: Row, moment: Moment) -> dict[str, Any]:
    return {
        **told(stood, moment),
        "subtitle": stood["subtitle"],
        "family": {"slug": stood["family_slug"], "name": stood["family_name"]},
        "groundings": stood["facets"]["grounding"],
        "lowest_confidence": next(iter(row.values["confidence"]), None),
    }


def _partnership(stood: dict, row: Row, moment: Moment) -> dict[str, Any]:
    return {
        **told(stood, moment),
        **{name: stood[name] for name in ("announced", "status", "confidence")},
        **{name: stood["facets"][facet] for name, facet in SEVERAL.items()},
    }
