"""The search page: what was found, or what can be searched."""

from library import frame, listings, search_page
from library.moments import reading, without_day
from library.scopes import feeds_of, letters_of, of_search


@reading
def search(request, moment):
    """Entries with the sections that match; without a query, what can be searched, with examples."""
    here = search_page.asked(request.GET, moment)
    context = search_page.draw(here) | {
        "feeds": feeds_of(of_search(here)),
        "letters": letters_of(of_search(here)),
        "moment": moment,
        "address": without_day(request) if moment.day else request.path,
        "first_day": listings.first_day(moment),
        "canonical": frame.origin() + request.path,
    }
    response = frame.respond_drawn(request, frame.draw("library/search.html", context, "search", moment.links))
    if here.q:
        response.headers["X-Robots-Tag"] = "noindex"
    return response
