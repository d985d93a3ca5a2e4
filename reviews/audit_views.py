"""The audit: a page of events, and the whole selection as a file."""

from itertools import islice
from urllib.parse import urlencode

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from history.models import Draft
from reviews import audit, permissions
from reviews.audit_forms import AuditFilter
from reviews.gates import evidence_page

LINES_PER_BLOCK = 500  # of a file, so that a line is not a packet


@evidence_page
@require_safe
def audit_page(request):
    form = AuditFilter(request.GET)
    return _shown(request, form) if form.is_valid() else _refused(request, form)


@evidence_page
@require_safe
def audit_csv(request):
    return _file(request, audit.as_csv, "csv", "text/csv; charset=utf-8; header=present")


@evidence_page
@require_safe
def audit_json(request):
    return _file(request, audit.as_json, "json", "application/json")


def _shown(request, form):
    found = audit.page(form.asked, form.cleaned_data["before"])
    narrowing = form.narrowing
    context = {
        "form": form,
        "entries": found.entries,
        "narrowing": urlencode(narrowing),
        "older": urlencode({**narrowing, "before": str(found.older)}) if found.older else "",
        "is_newest": not form.cleaned_data["before"],
        "drafts": _drafts(request.user, form.asked),
        "has_desk": permissions.may_see_desk(request.user),
    }
    return _private(render(request, "reviews/audit.html", context))


def _refused(request, form):
    context = {"form": form, "has_desk": permissions.may_see_desk(request.user)}
    return render(request, "reviews/audit.html", context, status=400)


def _drafts(user, asked):
    """The items of the code asked for, whose versions stand in their histories; for who has work at the desk."""
    if not (asked.code and permissions.may_see_desk(user)):
        return []
    found = Draft.objects.filter(code__iexact=asked.code, **({"kind": asked.kind} if asked.kind else {}))
    return found.only("kind", "code", "title")


def _file(request, written, ending, content_type):
    form = AuditFilter(request.GET)
    if not form.is_valid():
        return _refused(request, form)
    response = StreamingHttpResponse(_blocks(written(audit.everything(form.asked))), content_type=content_type)
    name = f"anteroom-audit-{timezone.now():%Y-%m-%d}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _private(response)


def _blocks(lines):
    while block := b"".join(islice(lines, LINES_PER_BLOCK)):
        yield block


def _private(response):
    response.headers["Cache-Control"] = "private, no-store"
    return response
