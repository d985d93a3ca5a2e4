"""The deal check: a pattern is chosen, its moves are answered. Nothing but the address holds the answers."""

from django.shortcuts import redirect

from library import check_form, checks, frame, listings, lookups
from library.addresses import LATEST
from library.documents import parse
from library.models import Kind, Standing
from library.moments import reading, without_day
from library.typography import typeset
from library.views import errors


@reading
def choose(request, moment):
    """What the deal check is, and the patterns to check a deal against."""
    context = {
        "families": [family | {"patterns": _checkable(family, moment)} for family in listings.families(moment)],
        "moment": moment,
        "address": request.path,
        "first_day": listings.first_day(moment),
    }
    return frame.respond_drawn(request, frame.draw("library/check.html", context, "check-index", moment.links))


def _checkable(family, moment):
    return [item | {"href": moment.links.to("check-form", item["slug"])} for item in family["patterns"]]


@reading
def form(request, moment, slug):
    """The moves of the edition that stands, with the answers of the address, to whichever edition they were given."""
    stood = checks.stood(moment, slug)
    if stood is None:
        return errors.not_yet(lookups.first_edition(lookups.code_of(Kind.PATTERN, slug)), moment.day)
    if stood["slug"] != slug:
        return frame.public(redirect(led(LATEST.to("check-form", stood["slug"]), request)))
    return frame.respond_drawn(request, _form(request, moment, stood))


def _form(request, moment, stood):
    number = request.GET.get("edition", "")
    old = checks.edition(stood["slug"], number) if number != stood["number"] else None
    before = parse(bytes(old["document"])) if old else None
    context = {
        **check_form.draw(parse(bytes(stood["edition__document"])), stood["number"], request.GET, before),
        "pattern": named(stood, moment.links),
        "choices": check_form.choices(),
        "action": LATEST.to("checklist", stood["slug"]),
        "index": moment.links.to("check-index"),
        "methodology": moment.links.to("methodology"),
        "moment": moment,
        "address": request.path,
        "latest": without_day(request),
    }
    return frame.draw("library/check_form.html", context, "check-index", moment.links)


def named(found, links):
    """Title and addresses of the pattern of which an edition was `found`."""
    item = (Kind.PATTERN, found["slug"], found["number"])
    return {
        **typeset({name: found[name] for name in ("code", "title", "number")}, "title"),
        "href": links.item(*item),
        "edition": links.edition(*item),
        "is_retired": found.get("state") == Standing.State.RETIRED,
    }


def led(path, request):
    """Return `path` with all that the address asks."""
    return f"{path}?{request.GET.urlencode()}".rstrip("?")
