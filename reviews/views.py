"""The desk: a person's queue, an item, a submission under review, and the steps from one to the next."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from accounts.gates import recently_confirmed
from history.differences import tell
from library.addresses import LATEST
from library.comparison import compare
from reviews import decision, dossier, permissions, reading, workflow
from reviews.forms import QueueFilter, RequestChangesForm, SignOffForm, SubmitForm, WithdrawForm
from reviews.gates import desk_page, draft_or_404, submission_or_404
from reviews.models import Submission
from reviews.queue import queue_of
from reviews.readiness import draft_findings
from reviews.state import items

REFUSED = 409  # nothing was recorded: the moment was wrong, or what was shown is not what stands now


@desk_page
@require_safe
def queue(request):
    form = QueueFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    kind, words = asked.get("kind", ""), asked.get("q", "")
    context = {
        "form": form,
        "queue": queue_of(request.user, timezone.now().date(), kind=kind, words=words),
        "is_narrowed": bool(kind or words),
    }
    return render(request, "reviews/queue.html", context)


@desk_page
@require_safe
def item(request, kind, code):
    return _item_page(request, draft_or_404(kind, code), SubmitForm())


@desk_page
@require_POST
def submission_create(request, kind, code):
    draft = draft_or_404(kind, code)
    form = SubmitForm(request.POST)
    if form.is_valid():
        try:
            workflow.submit(kind, code, by=request.user, note=form.cleaned_data["note"])
        except workflow.NotAllowed as refused:
            form.refuse(str(refused))
        else:
            messages.success(request, f"{draft.title} is in review now.")
            return redirect("desk:item", kind, code)
    return _item_page(request, draft, form, status=REFUSED)


def _item_page(request, draft, form, status=200):
    found = items([draft], timezone.now().date())[0]
    findings = draft_findings(draft)
    may_edit = permissions.may_edit(request.user)
    edit_url = dossier.edit_url(draft) if may_edit else ""
    editions = dossier.editions(draft.kind, draft.code)
    form.action = reverse("desk:submission-create", args=[draft.kind, draft.code])
    context = {
        "item": found,
        "draft": draft,
        "edit_url": edit_url,
        "public_url": LATEST.item(draft.kind, found.standing.slug, found.standing.number) if found.standing else "",
        "blockers": dossier.with_fields([finding for finding in findings if finding.blocks], edit_url),
        "warnings": dossier.with_fields([finding for finding in findings if not finding.blocks], edit_url),
        "may_submit": permissions.may_submit(request.user),
        "form": form,
        "submissions": dossier.submissions(draft.kind, draft.code, editions),
        "editions": [(edition, dossier.edition_url(edition)) for edition in editions],
        "versions": dossier.newest_versions(draft),
    }
    return render(request, "reviews/item.html", context, status=status)


@desk_page
@require_safe
def review(request, pk):
    return _review_page(request, submission_or_404(pk))


@desk_page
@recently_confirmed
@require_POST
def sign_off(request, pk):
    submission = submission_or_404(pk)
    form = SignOffForm(request.POST)
    form.is_valid()  # what is missing or malformed is not what was shown
    digest, base = form.cleaned_data.get("digest", ""), form.cleaned_data.get("base_edition", "")
    try:
        edition = workflow.sign_off(submission, digest=digest, base_edition=base, by=request.user)
    except workflow.Stale as stale:
        return _stale_page(request, submission, digest, str(stale))
    except workflow.NotAllowed as refused:
        messages.error(request, str(refused))
        return _review_page(request, submission, status=REFUSED)
    messages.success(request, _signed(submission, edition))
    return redirect("desk:item", submission.kind, submission.code)


def _signed(submission, edition):
    if edition is None:
        return f"You signed {submission.title} off. It is published when the next reviewer has signed it too."
    address = dossier.edition_url(edition)
    return format_html('{} is published as <a href="{}">edition {}</a>.', submission.title, address, edition.number)


@desk_page
@require_POST
def request_changes(request, pk):
    submission = submission_or_404(pk)
    form = RequestChangesForm(request.POST)
    if form.is_valid():
        try:
            workflow.request_changes(submission, by=request.user, reason=form.cleaned_data["reason"])
        except workflow.NotAllowed as refused:
            form.refuse(str(refused))
        else:
            messages.success(request, f"{submission.title} went back to its editor with your reason.")
            return redirect("desk:item", submission.kind, submission.code)
    return _review_page(request, submission, request_form=form, status=REFUSED)


@desk_page
@require_POST
def withdraw(request, pk):
    submission = submission_or_404(pk)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            workflow.withdraw(submission, by=request.user, reason=form.cleaned_data["reason"])
        except workflow.NotAllowed as refused:
            form.refuse(str(refused))
        else:
            messages.success(request, f"{submission.title} is withdrawn from review.")
            return redirect("desk:item", submission.kind, submission.code)
    return _review_page(request, submission, withdraw_form=form, status=REFUSED)


def _review_page(request, submission, request_form=None, withdraw_form=None, status=200):
    base = reading.base_of(submission)
    document = submission.read()
    claims = reading.claims(base.read(), document) if base else []
    changes = sum(len(claim.changes) for claim in claims)
    context = {
        "submission": submission,
        "past": dossier.past(submission),
        "base": base,
        "base_url": dossier.edition_url(base) if base else "",
        "claims": claims,
        "changes": changes,
        "sections": [] if base else reading.whole(document),
        **decision.of(request.user, submission, changes, request_form, withdraw_form),
    }
    return render(request, "reviews/review.html", context, status=status)


def _stale_page(request, submission, digest, sentence):
    """Nothing was recorded: say what became of the submission, and what differs from the text that was read."""
    submission.refresh_from_db(fields=["state"])
    same_item = Submission.objects.of(submission.kind, submission.code)
    read = same_item.filter(digest=digest).first()
    current = same_item.open().first() or submission
    old, new = (read.read(), current.read()) if read else ({}, {})
    context = {
        "submission": submission,
        "sentence": sentence,
        "past": dossier.past(submission),
        "current": current,
        "was_read": read is not None,
        "changes": tell(compare(old, new), old, new),
    }
    return render(request, "reviews/stale.html", context, status=REFUSED)
