"""One source with what cites it."""

from django.http import Http404

from library import frame, source_page
from library.moments import reading
from library.references import described
from library.typography import typeset


@reading
def page(request, moment, key):
    """One source as the newest standing edition has it, with every place that cites it."""
    cites = source_page.cites(key, moment)
    if not cites:
        raise Http404
    context = {
        "source": described(cites[0]["record"]),
        "cited_by": source_page.cited_by(key, cites, moment),
        "copy": typeset(cites[0], "standing__title"),
        "is_standing": source_page.stands(cites[0], moment),
        "moment": moment,
        "address": request.path,
        "index": moment.links.to("source-index"),
        "report": moment.links.report(f"@{key}"),
    }
    page = frame.draw("library/source.html", context, "source-index", moment.links)
    return frame.respond_drawn(request, page)
