"""Home and the lists of patterns and partnerships."""

from django.shortcuts import redirect

from library import frame, listings
from library.moments import reading


@reading
def home(request, moment):
    """What this is, the families, what was verified last, and how much there is."""
    context = {
        "families": listings.families(moment),
        "recent": listings.recently_verified(moment),
        "counts": listings.counts(moment),
        "day": [("as-of", moment.day.isoformat())] if moment.day else [],
    }
    return _answer(request, moment, "library/home.html", context, "home")


@reading
def patterns(request, moment):
    """All patterns by family."""
    context = {"families": listings.families(moment)}
    return _answer(request, moment, "library/patterns.html", context, "pattern-index")


@reading
def partnerships(request, moment):
    """All partnerships, newest first, narrowed by pattern, status and confidence."""
    context = listings.partnerships(moment, request.GET)
    if spelled := context.pop("spelled"):
        query = request.GET.copy()
        for name, value in spelled.items():
            query[name] = value
        return frame.public(redirect(f"{request.path}?{query.urlencode()}"))
    return _answer(request, moment, "library/partnerships.html", context, "partnership-index")


def _answer(request, moment, template, context, section):
    context |= {"moment": moment, "address": request.path, "first_day": listings.first_day(moment)}
    return frame.respond_drawn(request, frame.draw(template, context, section, moment.links))
