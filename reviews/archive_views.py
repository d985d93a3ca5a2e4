"""What is archived: the list, and for each item the way in and the way back."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from history import archive as shelf
from history.models import Archived, Draft
from reviews import archive, permissions
from reviews.archive_forms import ArchiveForm, RecoverForm
from reviews.gates import desk_page
from reviews.history_views import about, draft_or_404
from reviews.refusals import NotAllowed

REFUSED = 409
MOST_LISTED = 500


@desk_page
@require_safe
def archived_list(request):
    rows = list(Archived.objects.all()[:MOST_LISTED])
    drafts = Draft.objects.filter(code__in=[row.code for row in rows]).values_list("kind", "code", "title")
    titles = {(kind, code): title for kind, code, title in drafts}
    found = [(row, titles[row.kind, row.code] or row.code) for row in rows]
    return render(request, "reviews/archived_list.html", {"archived": found, "most": MOST_LISTED})


@desk_page
@require_safe
def archived(request, kind, code):
    return _page(request, draft_or_404(kind, code))


@desk_page
@require_POST
def archive_item(request, kind, code):
    draft = draft_or_404(kind, code)
    form = ArchiveForm(request.POST)
    if form.is_valid():
        try:
            archive.archive(kind, code, by=request.user, reason=form.cleaned_data["reason"])
        except NotAllowed as refused:
            form.refuse(str(refused))
        else:
            messages.success(request, f"{draft.title or code} is archived. It can be recovered here at any time.")
            return redirect("desk:archived", kind, code)
    return _page(request, draft, form, REFUSED)


@desk_page
@require_POST
def recover_item(request, kind, code):
    draft = draft_or_404(kind, code)
    form = RecoverForm(request.POST)
    if form.is_valid():
        try:
            archive.recover(kind, code, by=request.user, reason=form.cleaned_data["reason"])
        except NotAllowed as refused:
            form.refuse(str(refused))
        else:
            messages.success(request, f"{draft.title or code} is back as it was.")
            return redirect(f"admin:{kind}-edit", code)
    return _page(request, draft, form, REFUSED)


def _page(request, draft, refused=None, status=200):
    kind, code = draft.kind, draft.code
    found = shelf.archived(kind, code)
    why_not = "" if found else archive.why_not_archive(kind, code)
    form = refused or (RecoverForm() if found else ArchiveForm())
    verb = "recover" if isinstance(form, RecoverForm) else "archive"
    form.action = reverse(f"desk:{verb}", args=[kind, code])
    context = {
        **about(draft),
        "archived": found,
        "why_not": why_not,
        "may_archive": permissions.may_archive(request.user, draft),
        "form": form,
        "is_refused": refused is not None,
    }
    return render(request, "reviews/archived.html", context, status=status)
