"""Reporting a problem, the status page that a receipt opens, and the public log. Nobody signs in, no cookie is set.

The forms act on nobody's authority and are exempt from the CSRF check, which would need a cookie; see
docs/decisions/0022.
"""

from functools import wraps

from django.core.signing import BadSignature
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from history.gates import BACK_BUTTON
from library import frame, lookups, withheld
from library.moments import reading
from library.typography import curly
from library.views import errors
from mailroom import folder
from readers import claims, limits, links, log, receipts, report_letters, reports
from readers.models import Report, ReportEvent
from readers.refusals import NotAllowed, SentAlready, TooMany
from readers.report_forms import ReportForm

LARGEST_POST = 100_000  # bytes; the longest report in letters of four bytes, each written as %XX, is smaller
TOO_LARGE, TOO_MANY, WRONG, CONFLICT = 413, 429, 400, 409
LONGEST_KEPT = 10_000


def unkept(view):
    """Keep the page out of shared caches and search engines; Back still has what was typed."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = BACK_BUTTON
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return answered


@unkept
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """The form, on a page of its own, beneath the claim that it is about."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdigit() and int(length) > LARGEST_POST:
        return _page("readers/report_too_large.html", {"largest": LARGEST_POST}, TOO_LARGE)
    about, number = request.GET.get("about", "").strip(), request.GET.get("edition", "")
    is_sent = request.method == "POST"
    if not about:
        return _which(request, status=WRONG if is_sent else 200)
    try:
        claim = claims.find(about, number)
    except Http404:
        return _which(request, about, status=404)
    except withheld.Unavailable as found:
        return _which(request, about, status=withheld.UNAVAILABLE) if is_sent else withheld.answer(request, found)
    except lookups.Removed as removed:
        return _which(request, about, status=410) if is_sent else errors.gone(removed, lookups.LATEST)
    return _send(request, claim) if is_sent else _form(request, claim, ReportForm.drawn_now())


def _send(request, claim):
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _form(request, claim, form, WRONG)
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        form.refuse("This was sent from a page of another site. If it was you, please send it once more from here.")
        return _form(request, claim, form, 403)
    try:
        report = reports.send(claim, form.typed, nonce=form.nonce, network=limits.network_of(request))
    except TooMany as refused:
        form.refuse(str(refused))
        return _form(request, claim, form, TOO_MANY)
    except SentAlready as refused:
        form.refuse(str(refused))
        form.show_again(keeps_token=False)
        return _form(request, claim, form, CONFLICT)
    return redirect(report)


def _form(request, claim, form, status=200):
    form.action = request.get_full_path()
    context = {"claim": claim, "title": curly(claim.title), "name": curly(claim.name), "form": form}
    return _page("readers/report_new.html", context, status)


def _which(request, about="", status=200):
    """Ask what the report is about; what was typed already is given back."""
    kept = request.POST.get("text", "")[:LONGEST_KEPT]
    return _page("readers/report_which.html", {"about": about, "kept": kept, "status": status}, status)


@unkept
@require_safe
def status(request, receipt):
    """What became of a report, for who has its receipt."""
    return _status(_report_of(receipt), receipt)


@unkept
@csrf_exempt
@require_POST
def withdraw(request, receipt):
    """The receipt is the right to withdraw; who can send it knows it."""
    report = _report_of(receipt)
    if report is None:
        return _status(None, receipt)
    try:
        reports.withdraw(report)
    except NotAllowed:
        return _status(report, receipt, "It has been decided or withdrawn meanwhile.", CONFLICT)
    return redirect(report)


@unkept
@csrf_exempt
@require_POST
def remove_name(request, receipt):
    """Consent is taken back as easily as it was given."""
    report = _report_of(receipt)
    if report is None:
        return _status(None, receipt)
    reports.remove_name(report)
    return redirect(report)


def _report_of(receipt):
    return Report.objects.filter(receipt=receipts.read(receipt)).select_related("decision").first()


def _status(report, typed, sentence="", code=200):
    if report is None:
        is_receipt = bool(receipts.read(typed))
        return _page("readers/report_unknown.html", {"typed": typed[:60], "is_receipt": is_receipt}, 404)
    if report.receipt != typed:
        return redirect(report)
    context = {
        **_steps(report),
        "title": curly(report.title),
        "claim": curly(report.claim),
        "sentence": sentence,
        "is_shown": log.Names([report]).is_shown(report),
        "address": frame.origin() + report.get_absolute_url(),
        "folder": folder.of_demo() if report.email else "",
    }
    return _page("readers/report_status.html", context, code)


@unkept
@require_safe
def answer(request, token):
    """What became of a report, for who was written to about it: nobody has proved that they sent it."""
    try:
        report = links.report_of(token)
    except BadSignature:
        report = None
    if report is None:
        return _page("readers/report_unknown.html", {"is_link": True}, 404)
    context = {**_steps(report), "named": report_letters.named(report)}
    return _page("readers/report_answer.html", context, 200)


def _steps(report):
    """What has happened to a report, in the desk's words as far as they may be told."""
    events = ReportEvent.objects.filter(report=report.pk)
    names = log.Names([report])
    return {
        "report": report,
        "taken": next((event.at for event in events if event.what == ReportEvent.What.TAKEN), None),
        "is_told": names.is_told(report),
        "edition_href": names.corrected_in(report),
        "compare": names.compare(report),
        "within": reports.ANSWERED_WITHIN.days,
    }


@reading
def corrections(request, moment):
    """The public log; `?after=` turns the page, `?receipt=` leads to the page of one's own report."""
    if typed := request.GET.get("receipt", "").strip():
        receipt = receipts.read(typed)
        return redirect("report", receipt) if receipt else _status(None, typed)
    drawn = log.draw(moment, log.parse_place(request.GET.get("after", "")))
    context = {**drawn, "moment": moment, "address": request.path, "new": reverse("report-new")}
    page = frame.draw("readers/corrections.html", context, links=moment.links)
    return frame.respond_drawn(request, page)


def _page(template, context, status):
    return HttpResponse(frame.draw(template, context), status=status)
