"""Home and the indexes of patterns, partnerships and sources."""

from library import frame, indexes, ledger_page, listings, matrix, scores
from library.moments import reading
from library.source_index import SOURCES
from library.views import lists

NEWEST, ACTS = 6, 6  # partnerships of the extract, public acts


@reading
def home(request, moment):
    """What this is, the families, a piece of the matrix, what was verified and done last, and how much there is."""
    families = listings.families(moment)
    patterns = [pattern for family in families for pattern in family["patterns"]]
    most_shown = max(patterns, key=lambda pattern: pattern["partnerships"], default=None)
    context = {
        "families": families,
        "matrix": matrix.extract(moment, most_shown["code"], NEWEST) if most_shown else None,
        "legend": scores.legend(),
        "recent": listings.recently_verified(moment),
        "acts": ledger_page.told(list(moment.entries().order_by("-position")[:ACTS]), moment),
        "counts": listings.counts(moment),
        "day": [("as-of", moment.day.isoformat())] if moment.day else [],
        **_onward(moment, most_shown),
    }
    return _answer(request, moment, "library/home.html", context, "home")


def _onward(moment, pattern):
    """Where each part of the home page goes on."""
    links = moment.links
    return {
        "matrix_of_pattern": links.narrowed("matrix", pattern=pattern["slug"]) if pattern else "",
        "whole_matrix": links.to("matrix"),
        "reviewed_patterns": links.narrowed("pattern-index", sort="reviewed"),
        "reviewed_partnerships": links.narrowed("partnership-index", sort="reviewed"),
        "changes": links.to("changes"),
        "check": links.to("check-index"),
        "ledger": links.to("ledger"),
    }


@reading
def patterns(request, moment):
    """All patterns, by family unless another order is asked for."""
    return _index(request, moment, indexes.PATTERNS, "pattern-index")


@reading
def partnerships(request, moment):
    """All partnerships, newest first unless another order is asked for."""
    return _index(request, moment, indexes.PARTNERSHIPS, "partnership-index")


@reading
def sources(request, moment):
    """Every source that a standing edition cites, by grade unless another order is asked for."""
    return _index(request, moment, SOURCES, "source-index")


def _index(request, moment, index, section):
    selection = index.select(moment, request.GET)
    if respelled := lists.respell(request, selection):
        return respelled
    if lists.wants_file(request):
        lines = index.lines(moment, selection, frame.origin())
        return lists.file(index.name, moment, index.columns, lines)
    rows = index.show(moment, selection.page)
    context = {
        "selection": selection,
        "rows": rows,
        "groups": indexes.grouped(rows) if selection.order.has_headings else [],
        "first": selection.query(),
        "file": selection.query(format="csv"),
    }
    return _answer(request, moment, f"library/{index.name}.html", context, section)


def _answer(request, moment, template, context, section):
    context |= {"moment": moment, "address": request.path, "first_day": listings.first_day(moment)}
    return frame.respond_drawn(request, frame.draw(template, context, section, moment.links))
