"""All versions of a page for machines, and the way to the one of a given moment (RFC 7089)."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from library import frame, lookups, mementos, withheld


def _of_item(view):
    """Make `view(request, kind, slug, listed)` an address of an item; `listed` are its editions but the withheld."""

    @require_safe
    def found(request, kind, slug):
        code = lookups.code_of(kind, slug)
        listed = mementos.editions(kind, code)
        if not listed:
            return _refused(request, kind, code)
        now = lookups.newest_slug(kind, code)
        if now != slug:
            return frame.public(redirect(request.resolver_match.view_name, now, permanent=True))
        return view(request, kind, slug, listed)

    return found


def _refused(request, kind, code):
    try:
        lookups.first_edition(code)
    except withheld.Unavailable as found:
        return withheld.answer(request, found)


@_of_item
def time_map(request, kind, slug, listed):
    """Every edition with the moment from which it stood."""
    body = mementos.time_map(kind, slug, listed)
    return frame.public(HttpResponse(body, content_type=mementos.MEDIA_TYPE))


@_of_item
def time_gate(request, kind, slug, listed):
    """Lead to the edition that stood at the moment of Accept-Datetime, to the newest when none is named."""
    chosen = mementos.nearest(listed, request.headers.get("Accept-Datetime", ""))
    if chosen is None:
        sentence = "Accept-Datetime must be a date such as Mon, 29 Jun 2026 12:00:00 GMT.\n"
        return HttpResponse(sentence, status=400, content_type="text/plain; charset=utf-8")
    headers = mementos.gate_headers(kind, slug, listed, chosen)
    return frame.public(HttpResponse(status=302, headers={"Location": mementos.address_of(chosen), **headers}))
