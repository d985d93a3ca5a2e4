"""The matrix as a page, as a file for spreadsheets and as a picture."""

import re

from csp.constants import NONE
from csp.decorators import csp
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from library import frame, listings, lookups, matrix, matrix_picture, scores
from library.models import Kind
from library.moments import reading
from library.views import lists

SLUG = re.compile(r"[A-Za-z0-9_-]{1,80}")
MANY = 10  # moves; more of them are drawn as shapes alone


@reading
def page(request, moment):
    """Partnerships by moves, of the pattern asked for or of all; `?format=csv` gives all of the selection."""
    drawn = _asked(request, moment)
    if elsewhere := _elsewhere(request, drawn):
        return elsewhere
    if lists.wants_file(request):
        return lists.file("matrix", moment, matrix.COLUMNS, drawn.lines(frame.origin()))
    rows = drawn.rows(drawn.selection.page)
    context = {
        "matrix": drawn,
        "selection": drawn.selection,
        "rows": rows,
        "is_reworded": any(cell["wording"] for row in rows for cell in row["cells"]),
        "is_wide": len(drawn.moves) > MANY,
        "legend": scores.legend(),
        "file": drawn.selection.query(format="csv"),
        "picture": reverse("matrix-picture") + drawn.selection.query(after=request.GET.get("after", "")),
        "first": drawn.selection.query(),
        "asked": request.GET.get("pattern", ""),
        "moment": moment,
        "address": request.path,
        "first_day": listings.first_day(moment),
    }
    return frame.respond_drawn(request, frame.draw("library/matrix.html", context, "matrix", moment.links))


@reading
def picture(request, moment):
    """The same part of the matrix as an image of its own, light on white, to paste into a memo."""
    drawn = _asked(request, moment)
    return _elsewhere(request, drawn) or _image(request, drawn)


@csp({"default-src": [NONE], "frame-ancestors": [NONE]})
def _image(request, drawn):
    after = request.GET.get("after", "")
    response = frame.respond_drawn(request, matrix_picture.draw(drawn, frame.origin(), after, MANY))
    response.headers["Content-Type"] = "image/svg+xml; charset=utf-8"
    return response


def _asked(request, moment):
    return matrix.draw(moment, request.GET.get("pattern", ""), request.GET)


def _elsewhere(request, drawn):
    """Lead to the pattern's present address and to the values as they are spelled; None when all of it is so."""
    slug = request.GET.get("pattern", "")
    if slug and not drawn.chosen and (present := _present_slug(drawn, slug)):
        query = request.GET.copy()
        query["pattern"] = present
        return frame.public(redirect(f"{request.path}?{query.urlencode()}"))
    return lists.respell(request, drawn.selection)


def _present_slug(drawn, slug):
    """The slug at this moment of the pattern that has or once had `slug`; empty if none stands."""
    if not SLUG.fullmatch(slug):
        return ""
    try:
        code = lookups.code_of(Kind.PATTERN, slug)
    except Http404:
        return ""
    return next((pattern["slug"] for pattern in drawn.choices if pattern["code"] == code), "")
