"""A pattern's or a partnership's page: the latest, one edition, a past day, and its permanent id."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from library import badges, citations, frame, lookups, mementos, pages, withheld
from library.addresses import LATEST, Links
from library.models import Page
from library.moments import NOW, Moment, reading, today
from library.scopes import Scope, feeds_of, letters_of
from library.views import errors
from library.views.citing import told


@reading
def latest(request, moment, kind, slug):
    """The current edition, drawn at publication; only the badges depend on the day it is read."""
    if moment is not NOW:
        return _on_a_day(request, moment, kind, slug)
    page = Page.objects.filter(kind=kind, slug=slug).values("fragment", "fragment_digest", "badges").first()
    if page is None:  # the slug of another day, or an item that is withheld
        return frame.public(redirect(f"{kind}-page", lookups.page_of_slug(kind, slug)["slug"], permanent=True))
    day = today()
    shown = badges.shown(page["badges"], day)
    address = LATEST.edition(kind, slug, shown["number"]) + Links(day.isoformat()).query
    state = [page["fragment_digest"], repr(sorted(shown.items())), str(day)]
    context = {"badges": shown, "fragment": mark_safe(page["fragment"]), "day": day}
    response = frame.respond(request, state, lambda: _draw(context, address, LATEST))
    return _headed(response, mementos.headers(kind, slug))


def _on_a_day(request, moment, kind, slug):
    code = lookups.code_of(kind, slug)
    drawn = pages.render(code, moment.position, moment.links)
    if drawn is None:
        return errors.not_yet(lookups.first_edition(code), moment.day)
    number, now_at = drawn.badges["number"], drawn.badges["slug"]
    if now_at != slug:
        return frame.public(redirect(moment.links.item(kind, now_at, number)))
    response = _respond_past(request, drawn, moment.day, _dated_address(drawn.badges, moment), moment.links)
    own = frame.origin() + moment.links.item(kind, slug, number)
    return _headed(response, mementos.headers(kind, slug, own, mementos.end_of(moment.day)))


def _dated_address(item, moment):
    """What is cited of a past day: the edition that stood, as of that day."""
    return LATEST.edition(item["kind"], item["slug"], item["number"]) + moment.links.query


def _headed(response, headers):
    for name, value in headers.items():
        response.headers[name] = value
    return response


def _edition_today(request, day, kind, slug, number):
    """What is cited today stays at its address; a later day leads to the latest, or to today once replaced."""
    if day == today():
        return _edition(request, Moment(lookups.newest_position(), day), kind, slug, number)
    now = Page.objects.filter(kind=kind, code=lookups.code_of(kind, slug)).values("slug", "badges").first()
    if now and now["badges"]["number"] == number:
        return frame.public(redirect(f"{kind}-page", now["slug"]))
    return frame.public(redirect(LATEST.edition(kind, slug, number) + Links(today().isoformat()).query))


@reading(on_today=_edition_today)
def edition(request, moment, kind, slug, number):
    """One edition for ever: with the partnerships that stood when it was published, or on a later day."""
    return _edition(request, moment, kind, slug, number)


def _edition(request, moment, kind, slug, number):
    found = sought(moment, kind, slug, number)
    own = LATEST.edition(kind, found["slug"], number)
    if found["slug"] != slug:
        return frame.public(redirect(own + moment.links.query, permanent=True))
    if moment is NOW:
        return _as_published(request, found, own)
    if found["position"] > moment.position:
        return errors.not_yet(found, moment.day)
    drawn = pages.render(found["code"], found["last_position"], moment.links)
    response = _respond_past(request, drawn, moment.day, own + moment.links.query, moment.links)
    if moment.day == today() or found["last_position"] != moment.position:
        return _headed(response, mementos.headers(kind, slug))  # it changes yet, or another edition stood that day
    own = frame.origin() + own + moment.links.query
    return _headed(response, mementos.headers(kind, slug, own, mementos.end_of(moment.day)))


def sought(moment, kind, slug, number):
    """The edition that an address names at `moment`. Raises Http404 for none, Unavailable for a withheld one."""
    if moment is NOW:
        found = lookups.edition(kind, slug, number)
    else:
        found = lookups.edition_at(kind, slug, number, moment.position)
    if found is None:
        raise Http404
    return found


def _as_published(request, found, own):
    day = found["published_at"].date()
    links = Links(day.isoformat(), editions=True)
    response = _respond_past(request, pages.render(found["code"], found["position"], links), day, own, links)
    at = found["published_at"]
    return _headed(response, mementos.headers(found["kind"], found["slug"], frame.origin() + own, at))


def _respond_past(request, drawn, day, address, links):
    """Main content fixed for ever; the bar above it says what is current now."""
    now = Page.objects.filter(kind=drawn.badges["kind"], code=drawn.badges["code"]).values("badges").first()
    past = {"day": day, "is_edition": links.editions, "is_today": day == today() and not links.editions}
    past["today"] = today().isoformat()
    context = {
        "badges": badges.shown(drawn.badges, day),
        "fragment": mark_safe(drawn.fragment),
        "past": past | {"now": badges.shown(now["badges"], today()) if now else None},
        "day": day,
    }
    return frame.respond_drawn(request, _draw(context, address, links))


def _draw(context, address, links):
    item = context["badges"]
    said = around(item, address, links, context["day"])
    return frame.draw("library/item.html", {**context, **said}, f"{item['kind']}-index", links)


def around(item, address, links, day):
    """What a page says around the text of an item, and what is taken away repeats: addresses, citation, files."""
    cited = _cited(item, address, accessed=None if links.day else day)
    permanent_id = frame.origin() + LATEST.to("permanent-id", item["code"])
    edition = (item["kind"], item["slug"], item["number"])
    plain = LATEST.item(*edition)
    of_the_day = links if links.day else Links(day.isoformat())
    return {
        "plain": plain,
        "history": links.to(f"{item['kind']}-history", item["slug"]),
        "index": links.to(f"{item['kind']}-index"),
        "json": links.json(*edition),
        "edition_address": LATEST.edition(*edition),
        "canonical": frame.origin() + plain,
        "preview": frame.origin() + reverse(f"{item['kind']}-preview", args=[item["slug"], item["number"]]),
        "preview_alt": f"{item['title']}, edition {item['number']}"
        + ("" if links.day else f": {item['status_word']}"),
        "permanent_id": permanent_id,
        "report": links.report(item["code"], item["number"]),
        "feeds": feeds_of(Scope(item["kind"], item["code"]), item["slug"]),
        "letters": letters_of(Scope(item["kind"], item["code"])),
        "citation": told(cited, item["kind"], item["slug"], links),
        "highwire": citations.highwire(cited),
        "json_ld": citations.json_ld(cited, item["description"], permanent_id),
        "pdf": of_the_day.taken(*edition, "pdf"),
        "markdown": of_the_day.taken(*edition, "markdown"),
    }


def _cited(item, address, accessed):
    return citations.Cited(
        code=item["code"],
        title=item["title"],
        number=item["number"],
        published=date.fromisoformat(item["published"]),
        reviewed_on=date.fromisoformat(item["reviewed_on"]),
        reviewed_by=item["reviewed_by"],
        address=frame.origin() + address,
        accessed=accessed,
    )


@require_safe
def canonical(request, kind, slug, number):
    """The canonical bytes; the SHA-256 of the body is the digest on the page and in the ledger."""
    try:
        found = lookups.edition(kind, slug, number, "document")
    except withheld.Unavailable as refused:
        return withheld.answer_machine(refused)
    if found is None:
        raise Http404
    if found["slug"] != slug:
        return frame.public(redirect(LATEST.json(kind, found["slug"], number), permanent=True))
    response = HttpResponse(bytes(found["document"]), content_type="application/json")
    return frame.public(response, f'"{found["digest"]}"')


@reading
def by_code(request, moment, code):
    """Lead a permanent id to the item's page, a row's to its place on it; say of a row taken out where it stood."""
    position = lookups.newest_position() if moment is NOW else moment.position
    try:
        return frame.public(redirect(lookups.place_of(code, position).address(moment.links)))
    except lookups.Removed as removed:
        return errors.gone(removed, moment.links)
