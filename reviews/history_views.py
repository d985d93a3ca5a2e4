"""The version history of anything editors change: its timeline, two versions compared, one read, one restored."""

import re

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from history import saving, timeline
from history.differences import tell, whole
from history.forms import NoteForm
from history.kinds import compositions
from history.models import Draft
from library.comparison import compare
from reviews import permissions
from reviews.gates import desk_page

SMALL = re.compile(r"[0-9]{1,9}")

PER_PAGE = 25


class PairForm(forms.Form):
    """The two versions to compare."""

    old = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    new = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class Versions:
    """The versions of a draft as a list that a paginator can cut, newest first."""

    def __init__(self, draft):
        self.draft = draft

    def __len__(self):
        return self.draft.version

    def __getitem__(self, part):
        return timeline.versions(self.draft, offset=part.start, limit=part.stop - part.start)


def draft_or_404(kind, code):
    """Return the draft of any kind that has versions, sources and families included."""
    if kind not in dict(compositions()):
        raise Http404
    return get_object_or_404(Draft, kind=kind, code=code)


def document_or_404(draft, version):
    try:
        return timeline.document_of(draft, version)
    except LookupError:
        raise Http404 from None


def about(draft):
    """What every page of the history says about its item."""
    return {"draft": draft, "edit_url": reverse(f"admin:{draft.kind}-edit", args=[draft.code])}


@desk_page
@require_safe
def timeline_page(request, kind, code):
    draft = draft_or_404(kind, code)
    page = Paginator(Versions(draft), PER_PAGE).get_page(request.GET.get("page"))
    versions = list(page.object_list)
    context = {
        **about(draft),
        "page": page,
        "versions": versions,
        "new": versions[0].version,
        "old": versions[min(1, len(versions) - 1)].version,
    }
    return render(request, "reviews/history_timeline.html", context)


@desk_page
@require_safe
def compare_page(request, kind, code):
    draft = draft_or_404(kind, code)
    form = PairForm(request.GET)
    if not form.is_valid():
        messages.error(request, "Choose two versions to compare.")
        return redirect("desk:timeline", kind, code)
    old, new = sorted((form.cleaned_data["old"], form.cleaned_data["new"]))
    before, after = document_or_404(draft, old), document_or_404(draft, new)
    context = {**about(draft), "old": old, "new": new, "changes": tell(compare(before, after), before, after)}
    return render(request, "reviews/history_compare.html", context)


@desk_page
@require_safe
def version_page(request, kind, code, version):
    return _version_page(request, draft_or_404(kind, code), version, NoteForm())


@desk_page
@require_POST
def restore(request, kind, code, version):
    if not permissions.may_edit(request.user):
        raise PermissionDenied("Only editors restore versions.")
    draft = draft_or_404(kind, code)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _version_page(request, draft, version, form, status=400)
    document_or_404(draft, version)
    shown = request.POST.get("shown", "")
    by = {"by": request.user, "note": form.cleaned_data["note"]}
    try:
        restored = saving.restore(kind, code, version, shown=int(shown) if SMALL.fullmatch(shown) else 0, **by)
    except timeline.MovedOn as moved:
        form.add_error("note", f"Not restored: {moved}.")
        return _version_page(request, draft, version, form, status=409)
    except ValueError as problem:
        messages.error(request, f"Not restored: {problem}.")
        return redirect("desk:version", kind, code, version)
    if restored:
        messages.success(request, f"Version {version} is back as version {restored.version}.")
    else:
        messages.info(request, f"Nothing differs from version {version}, so there is no new version.")
    return redirect("desk:timeline", kind, code)


def _version_page(request, draft, version, form, status=200):
    context = {
        **about(draft),
        "version": version,
        "parts": whole(document_or_404(draft, version)),
        "may_restore": permissions.may_edit(request.user) and version != draft.version,
        "form": form,
    }
    return render(request, "reviews/history_version.html", context, status=status)
