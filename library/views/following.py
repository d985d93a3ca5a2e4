"""What changed: the page, and the feeds of the library, a family, an item and a search."""

from functools import wraps

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from library import asking, changes_page, feeds, frame, listings, lookups, pages, search_page, withheld
from library.changes import changes, outlines
from library.ledger_page import parse_before
from library.models import Page
from library.moments import NOW, reading, without_day
from library.scopes import FORMS, LIBRARY, Followed, Scope, feeds_of, name_of, of_search, page_of
from library.views import lists


@reading
def page(request, moment):
    """The public acts by day, newest first, with their notes and the way to what changed."""
    happened = outlines(until=moment.position)
    selection = changes_page.select(happened, moment, request.GET)
    if respelled := lists.respell(request, selection):
        return respelled
    followed, name = changes_page.followed(selection)
    context = {
        "selection": selection,
        "days": changes_page.days(happened, selection.page, moment),
        "followed_name": name,
        "feeds": feeds_of(followed),
        "first": selection.query(),
        "moment": moment,
        "address": request.path,
        "first_day": listings.first_day(moment),
    }
    return frame.respond_drawn(request, frame.draw("library/changes.html", context, "changes", moment.links))


def _feed(view):
    """Make `view(request, form, ...)` a feed: of now only; 451 in its own language for what is withheld."""

    @require_safe
    @wraps(view)
    def answer(request, *, form, **named):
        if "as-of" in request.GET:
            return frame.public(redirect(without_day(request)))
        try:
            return view(request, form, **named)
        except withheld.Unavailable as found:
            return withheld.answer_machine(found) if form == "json" else withheld.answer(request, found)

    return answer


@_feed
def library_feed(request, form):
    """Everything that changed, or with `?family=` what changed in a family."""
    slug = request.GET.get("family", "")
    scope = Scope(Followed.FAMILY, slug) if slug else LIBRARY
    return _answer(request, form, scope, page_of(scope), name_of(scope))


@_feed
def item_feed(request, form, kind, slug):
    """What changed in a pattern, with the partnerships that show it, or in a partnership."""
    found = Page.objects.filter(kind=kind, slug=slug).values("code", "badges__title").first()
    if found is None:  # the slug of another day, or an item that is withheld
        now = lookups.page_of_slug(kind, slug)["slug"]
        return frame.public(redirect(f"{kind}-feed", now, form, permanent=True))
    scope = Scope(kind, found["code"])
    return _answer(request, form, scope, request.path.rpartition("/")[0] + "/", found["badges__title"], slug)


@_feed
def search_feed(request, form):
    """What changed in the entries that a search finds now."""
    here = search_page.asked(request.GET, NOW)
    try:
        asking.read(here.q)
    except asking.Unclear as problem:
        return HttpResponse(f"{problem}\n", status=400, content_type="text/plain; charset=utf-8")
    scope = of_search(here)
    response = _answer(request, form, scope, page_of(scope), name_of(scope))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _answer(request, form, scope, home, name, slug=""):
    """One page of the feed; it depends on the ledger's head, on its address and on our code alone."""
    before = parse_before(request.GET.get("before", ""))
    state = [form, repr(scope), slug, str(before), str(lookups.newest_position()), pages.drawn_by()]
    response = frame.respond(request, state, lambda: _draw(form, scope, home, name, slug, before))
    response.headers["Content-Type"] = f"{FORMS[form][1]}; charset=utf-8"
    return response


def _draw(form, scope, home, name, slug, before):
    until = before - 1 if before else None
    found = changes(scope, until=until, limit=feeds.PER_PAGE + 1, is_sent=True)
    shown = found[: feeds.PER_PAGE]
    older = shown[-1].position if len(found) > feeds.PER_PAGE else None
    return feeds.WRITERS[form](feeds.Feed(scope, name, home, shown, slug, before, older))
