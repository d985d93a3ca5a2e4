"""What readers are told when there is no page: the same words whoever asks and whatever may exist unseen."""

from django.http import HttpResponse

from library import frame, nearest
from library.addresses import LATEST
from library.api import problems
from library.api.problems import Problem
from library.moments import NOW, past_day
from library.typography import typeset


def not_found(request, exception=None):
    """Say so, and offer what is near by the words of the address; those of staff's addresses are not looked at."""
    if problems.is_of_api(request):
        return problems.answer(problems.nothing("This API has no such address; /api/v1/ lists those that it has."))
    meant = nearest.read(request.path_info)
    moment = past_day(request) if meant else NOW
    context = {
        "nearest": nearest.to(meant, moment),
        "hidden": [("as-of", moment.links.day)] if moment.day else [],
        "moment": moment,
    }
    return HttpResponse(frame.draw("library/not_found.html", context, links=moment.links), status=404)


def not_yet(item, day):
    """The item of the address exists, but did not at the end of `day`."""
    context = {"item": typeset(item, "title"), "day": day}
    return HttpResponse(frame.draw("library/not_yet.html", context), status=404)


def gone(removed, links):
    """The row was published and later taken out; its text stays where it was."""
    edition = removed.edition
    context = {
        "code": removed.code,
        "item": typeset(edition, "title"),
        "last": links.edition(edition["kind"], edition["slug"], edition["number"], removed.code),
        "now": links.item(edition["kind"], edition["slug"], edition["number"]),
        "history": links.to(f"{edition['kind']}-history", edition["slug"]),
    }
    page = frame.draw("library/gone.html", context, f"{edition['kind']}-index", links)
    return frame.public(HttpResponse(page, status=410))


def not_set(item, links):
    """The typesetter failed; the page and the other forms do not need it."""
    return _no_pdf(item, links, 500, "could not be made. The fault has been recorded")


def try_again(item, links):
    """Too many ask for a PDF at once."""
    response = _no_pdf(item, links, 503, "has to wait, because many are being made. Try again in a minute")
    response.headers["Retry-After"] = "60"
    return response


def _no_pdf(item, links, status, why):
    edition = (item["kind"], item["slug"], item["number"])
    context = {
        "item": typeset(item, "title"),
        "why": why,
        "page": LATEST.edition(*edition) + ("" if links.editions else links.query),
        "markdown": links.taken(*edition, "markdown"),
        "json": links.json(*edition),
    }
    return HttpResponse(frame.draw("library/no_pdf.html", context, f"{item['kind']}-index", links), status=status)


def files_are_built(request):
    """The files of the library are being built for somebody else."""
    return _no_files(request, "are being made, which takes some seconds", 10)


def no_place_for_files(request):
    """The files of the library cannot be kept on this machine as it is set up."""
    return _no_files(request, "cannot be made here at the moment. The fault has been recorded", 600)


def _no_files(request, why, seconds):
    page = frame.draw("library/no_files.html", {"why": why, "again": request.get_full_path()})
    return HttpResponse(page, status=503, headers={"Retry-After": str(seconds)})


def bad_request(request, exception=None):
    if problems.is_of_api(request):
        return problems.answer(Problem("bad-request", "The request cannot be read."))
    return HttpResponse(frame.draw("library/bad_request.html", {}), status=400)


def forbidden(request, exception=None):
    return HttpResponse(frame.draw("library/forbidden.html", {"reason": str(exception or "")}), status=403)


def failed(request):
    if problems.is_of_api(request):
        return problems.answer(Problem("failed", "This is a fault of ours. Trying again may help."))
    return HttpResponse(frame.draw("library/failed.html", {}), status=500)
