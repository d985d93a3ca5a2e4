"""Reports at the desk: the list, one report with its answer.

Neither the sender's address is shown here nor the receipt, which is the right to withdraw the report.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from library import lookups, withheld
from readers import claims, log, permissions, reports
from readers.gates import reports_page
from readers.models import OutgoingMessage, Report, ReportEvent
from readers.refusals import NotAllowed
from readers.report_forms import CorrectedForm, NotChangedForm
from readers.report_letters import about

PER_PAGE, REFUSED = 25, 409
MOST_EDITIONS = 50


@reports_page
@require_safe
def listed(request):
    closed = Report.objects.exclude(state__in=Report.OPEN).order_by("-closed_at", "-pk")
    page = Paginator(closed, PER_PAGE).get_page(request.GET.get("page"))
    late = timezone.now() - reports.ANSWERED_WITHIN
    rows = [(report, report.sent_at < late) for report in Report.objects.open().order_by("pk")]
    return render(request, "readers/desk_reports.html", {"open": rows, "page": page})


@reports_page
@require_safe
def report_page(request, pk):
    return _page(request, _report_or_404(pk))


@reports_page
@require_POST
def take(request, pk):
    return _act(request, pk, reports.take, "You look at it now; others see that you do.")


@reports_page
@require_POST
def set_aside(request, pk):
    done = "It is set aside as spam and erased in 30 days. To undo this, reopen it."
    return _act(request, pk, reports.set_aside, done)


@reports_page
@require_POST
def reopen(request, pk):
    return _act(request, pk, reports.reopen, "It is open again, and you look at it.")


def _act(request, pk, verb, done):
    report = _report_or_404(pk)
    try:
        verb(report, by=request.user)
    except NotAllowed as refused:
        return _page(request, report, sentence=str(refused))
    messages.success(request, done)
    return redirect("reports:report", pk)


@reports_page
@require_POST
def correct(request, pk):
    report = _report_or_404(pk)
    return _answer(request, report, _corrected_form(report, request.POST), _correct, "corrected_form")


@reports_page
@require_POST
def leave(request, pk):
    report = _report_or_404(pk)
    return _answer(request, report, _not_changed_form(report, request.POST), reports.leave_unchanged, "left_form")


def _correct(report, *, edition, **words):
    reports.correct(report, edition=reports.editions_for(report).get(pk=edition), **words)


def _answer(request, report, form, verb, name):
    permissions.check_may_answer(request.user)
    if form.is_valid():
        try:
            verb(report, by=request.user, **form.words)
        except NotAllowed as refused:
            form.refuse(str(refused))
        else:
            messages.success(request, "Closed. It stands in the public log now. To undo this, reopen it.")
            return redirect("reports:report", report.pk)
    return _page(request, report, refused={name: form})


def _report_or_404(pk):
    return get_object_or_404(Report.objects.select_related("decision"), pk=pk)


def _corrected_form(report, typed=None):
    found = reports.editions_for(report)[:MOST_EDITIONS]
    choices = [(edition.pk, _called(edition, report)) for edition in found]
    return CorrectedForm(typed, editions=choices, thanks=report.thanks, action=_to("correct", report))


def _called(edition, report):
    of = "" if edition.code == report.code else f"{edition.title}: "
    return f"{of}edition {edition.number}, {edition.published_at:%Y-%m-%d}"


def _not_changed_form(report, typed=None):
    return NotChangedForm(typed, thanks=report.thanks, action=_to("leave", report))


def _to(name, report):
    return reverse(f"reports:{name}", args=[report.pk])


def _page(request, report, refused=None, sentence=""):
    may_answer = permissions.may_answer_reports(request.user)
    forms = {}
    if refused or (may_answer and report.is_open):
        forms = {"corrected_form": _corrected_form(report), "left_form": _not_changed_form(report), **(refused or {})}
    context = {
        "report": report,
        "claim": _claim_of(report),
        "events": ReportEvent.objects.filter(report=report.pk),
        "messages_out": OutgoingMessage.objects.filter(about__startswith=f"{about(report)}/"),
        "may_answer": may_answer,
        "is_mine": report.taken_by_id == request.user.pk,
        "edition_href": log.Names([report]).corrected_in(report),
        "is_late": report.is_open and report.sent_at < timezone.now() - reports.ANSWERED_WITHIN,
        "can_be_corrected": bool(forms) and bool(forms["corrected_form"].fields["edition"].choices),
        "sentence": sentence,
        **forms,
    }
    return render(request, "readers/desk_report.html", context, status=REFUSED if refused or sentence else 200)


def _claim_of(report):
    """The claim as it was read; None once it is withheld."""
    try:
        return claims.find(report.about, report.edition)
    except (Http404, withheld.Unavailable, lookups.Removed):
        return None
