"""The checklist of a deal check: the page, its citation, and the same as files."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect

from library import check_files, checklist, checks, citations, deal_check, frame, lookups, scores
from library.addresses import LATEST
from library.checks import Check
from library.models import Kind, Standing
from library.moments import NOW, Moment, reading, today
from library.pattern_page import show
from library.typography import curly
from library.views import errors, lists
from library.views.checking import led, named


def _today_or_later(request, day, slug):
    """What is drawn today stays at its address; for a later day nobody can say what will stand."""
    if day > today():
        return _pinned(request, NOW, slug)
    return _checklist(request, Moment(lookups.newest_position(), day), slug)


@reading(on_today=_today_or_later)
def result(request, moment, slug):
    """The checklist of the answers in the address, drawn from the edition and as of the day that it names."""
    return _checklist(request, moment, slug)


def _checklist(request, moment, slug):
    number = request.GET.get("edition", "")
    found = None if moment is NOW else checks.edition_at(slug, number, moment.position)
    if found is None or not _is_pinned(request, found, slug):
        return _pinned(request, moment, slug)
    if found["position"] > moment.position:
        return errors.not_yet(found, moment.day)
    check = Check(found, moment, request.GET)
    deals = checklist.partnerships(moment, found["code"])
    return _file(request, check, deals) or HttpResponse(_page(check, deals))


def _asked(request):
    return [(name, value) for name, values in request.GET.lists() for value in values]


def _pairs(request, number, day):
    """The parts of the address at which the checklist stays: the edition, what was answered, the day."""
    own = ("edition", "as-of", "format")
    answered = [(name, value) for name, value in _asked(request) if value and name not in own]
    form = request.GET.get("format", "")
    return [("edition", number), *answered, ("as-of", day), *([("format", form)] if form else [])]


def _is_pinned(request, found, slug):
    return found["slug"] == slug and _asked(request) == _pairs(request, found["number"], request.GET["as-of"])


def _pinned(request, moment, slug):
    """Lead to the address that names edition and day; to the form, if what it names is no edition."""
    number = request.GET.get("edition", "")
    if found := checks.edition(slug, number) if number else checks.stood(moment, slug):
        pairs = _pairs(request, found["number"], (moment.day or today()).isoformat())
        return redirect(f"{LATEST.to('checklist', found['slug'])}?{urlencode(pairs)}")
    code = lookups.code_of(Kind.PATTERN, slug)
    if number:
        return redirect(led(LATEST.to("check-form", slug), request))
    return errors.not_yet(lookups.first_edition(code), moment.day)


def _page(check, deals):
    """The checklist, and above it what has become of its edition and its day since."""
    links = check.moment.links
    drawn = checklist.draw(check.pattern, deals, check.answers, links)
    cited, address = _cited(check), frame.origin() + check.address
    counted = deal_check.counted(check.moves, check.answers)
    context = {
        **drawn,
        "pattern": named({**check.edition, "state": check.reviewed["state"]}, links),
        "reviewed": check.reviewed | {"reviewed_by": curly(check.reviewed["reviewed_by"])},
        "counted": counted,
        "refused": check.answers.refused,
        "past": _past(check),
        "answering": check.answering,
        "citation": {"texts": citations.texts(cited), "address": address, "files": _files(check)},
        "text": check_files.text(check.pattern, drawn, {"by": _by(check), "counted": counted, "address": address}),
        "day": check.day,
        "is_today": check.moment.day == today(),
        "legend": scores.legend(),
        "index": links.to("check-index"),
        "methodology": links.to("methodology"),
    }
    return frame.draw("library/checklist.html", context, "check-index", links)


def _by(check):
    edition, reviewed = check.edition, check.reviewed
    by = f"reviewed {reviewed['reviewed_on'].isoformat()} by {curly(reviewed['reviewed_by'])}"
    return f"Anteroom, pattern {edition['code']}, edition {edition['number']}, {by}. As of {check.day}."


def _past(check):
    """What is current now, None while that is what was drawn."""
    now = check.now
    is_replaced = now is None or now["number"] != check.edition["number"]
    if not is_replaced and check.moment.day == today():
        return None
    return {
        "now": now,
        "is_replaced": is_replaced,
        "is_retired": now is not None and now["state"] == Standing.State.RETIRED,
        "changes": str(check.changes or ""),
        "anew": check.anew,
        "carrying": check.carrying,
        "why": LATEST.to("pattern-page", check.edition["slug"]),
    }


def _cited(check):
    edition, code = check.edition, check.edition["code"]
    return citations.Cited(
        code=code,
        title=edition["title"],
        number=edition["number"],
        published=edition["published_at"].date(),
        reviewed_on=check.reviewed["reviewed_on"],
        reviewed_by=check.reviewed["reviewed_by"],
        address=frame.origin() + check.address,
        accessed=check.moment.day,
        row=citations.Row(code, "Deal check", f"checklist as of {check.day}, answers by its reader, not reviewed"),
    )


def _files(check):
    named_by = {**{form: word for form, (word, *_) in citations.FILES.items()}, "csv": "CSV"}
    return [{"word": word, "href": f"{check.address}&format={form}"} for form, word in named_by.items()]


def _file(request, check, deals):
    """The checklist or its citation as the file that is asked for; None for the page."""
    asked = request.GET.get("format", "")
    if asked == "csv":
        told = {"number": check.edition["number"], "day": check.day, "address": frame.origin() + check.address}
        shown = [show(deal, check.pattern["code"], check.moment.links) for deal in deals]
        lines = check_files.lines(check.pattern, check.answers, shown, told)
        return lists.file(f"deal-check-{check.pattern['code']}", check.moment, check_files.COLUMNS, lines)
    if asked not in citations.FILES:
        return None
    cited = _cited(check)
    _, media_type, write = citations.FILES[asked]
    response = HttpResponse(write(cited), content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{cited.key}-check-{check.day}.{asked}"'
    return response
