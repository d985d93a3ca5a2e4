"""The ledger, its entries, and how the library works."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from library import frame, ledger_page, listings, scores
from library.definitions import GROUPS
from library.models import LedgerEntry
from library.moments import reading


@reading
def ledger(request, moment):
    """The public acts, newest first, and how to verify them; `?before=` turns the page."""
    before = ledger_page.parse_before(request.GET.get("before", ""))
    context = ledger_page.draw(moment, before) | {
        "moment": moment,
        "address": request.path,
        "origin": frame.origin(),
    }
    page = frame.draw("library/ledger.html", context, "ledger", moment.links)
    return frame.respond_drawn(request, page)


@require_safe
def entry(request, position):
    """The canonical bytes of one entry; their SHA-256 is the entry's hash."""
    found = LedgerEntry.objects.filter(position=position).values("body", "hash").first()
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found["body"]), content_type="application/json")
    return frame.public(response, f'"{found["hash"]}"')


@reading
def methodology(request, moment):
    """How the library works, what its words mean, and how much it holds."""
    counts = listings.counts(moment) | listings.rows_and_scores(moment)
    context = {
        "groups": [{"title": title, "definitions": group} for title, group in GROUPS.items()],
        "counts": counts,
        "scores": [one | {"count": counts["scores"][one["score"]]} for one in scores.legend()],
        "ledger_href": moment.links.to("ledger"),
        "moment": moment,
        "address": request.path,
    }
    page = frame.draw("library/methodology.html", context, "methodology", moment.links)
    return frame.respond_drawn(request, page)
