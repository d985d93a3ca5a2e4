"""The desk: a person's queue, an item, a submission under review, and the steps from one to the next."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from accounts.gates import recently_confirmed
from history.archive import archived
from history.differences import tell
from library.addresses import LATEST
from library.comparison import compare
from library.documents import WHOLE
from reviews import (
    act_views,
    another_look,
    approvals,
    cases,
    dossier,
    permissions,
    planned,
    review_page,
    sharing_views,
    talk,
    workflow,
)
from reviews import next as rounds
from reviews.forms import (
    OverrideForm,
    QueueFilter,
    RequestChangesForm,
    SignOffForm,
    SubmitAgainForm,
    SubmitForm,
    WithdrawForm,
)
from reviews.gates import desk_page, draft_or_404, submission_or_404
from reviews.models import Submission
from reviews.queue import queue_of
from reviews.readiness import draft_findings
from reviews.returned import returned_in
from reviews.round_views import onward
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
        "another_look": another_look.count() if permissions.may_edit(request.user) else None,
    }
    return render(request, "reviews/queue.html", context)


@desk_page
@require_safe
def item(request, kind, code):
    return _item_page(request, draft_or_404(kind, code), SubmitForm())


@desk_page
@require_POST
def replace(request, pk):
    submission = submission_or_404(pk)
    form = SubmitAgainForm(request.POST)
    if form.is_valid():
        try:
            workflow.replace(submission, by=request.user, note=form.cleaned_data["note"])
        except workflow.NotAllowed as refused:
            form.refuse(str(refused))
        else:
            messages.success(request, f"The newer text of {submission.title} is in review now.")
            return redirect("desk:item", submission.kind, submission.code)
    draft = draft_or_404(submission.kind, submission.code)
    return _item_page(request, draft, SubmitForm(), again=form, status=REFUSED)


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


def item_with_comment(request, draft, said):
    """The item's page with a comment that was not recorded, and why."""
    return _item_page(request, draft, SubmitForm(), said=said, status=REFUSED)


def _item_page(request, draft, form, again=None, said=None, status=200):
    found = items([draft], timezone.now().date())[0]
    findings = draft_findings(draft)
    may_edit = permissions.may_edit(request.user)
    edit_url = dossier.edit_url(draft) if may_edit else ""
    editions = dossier.editions(draft.kind, draft.code)
    submissions = dossier.submissions(draft.kind, draft.code, editions)
    form.action = reverse("desk:submission-create", args=[draft.kind, draft.code])
    context = {
        "item": found,
        "draft": draft,
        "edit_url": edit_url,
        "public_url": LATEST.item(draft.kind, found.standing.slug, found.standing.number) if found.standing else "",
        "sent_back": [past for past in submissions if past.submission in found.sent_back],
        "blockers": dossier.with_fields([finding for finding in findings if finding.blocks], edit_url),
        "warnings": dossier.with_fields([finding for finding in findings if not finding.blocks], edit_url),
        "acts": act_views.offered(request.user, draft.kind, draft.code),
        "may_submit": permissions.may_submit(request.user),
        "returned": returned_in(draft.read(), editions),
        "form": form,
        "again_form": _again(request.user, found, again),
        "schedule": planned.newest(found.open_submission) if found.open_submission else None,
        "another_look": another_look.count(**{draft.kind: draft.code}),
        "talk": talk.of_draft(draft, request.user),
        "said": said,
        "may_block": permissions.may_block(request.user),
        "approvals": approvals.given(draft.kind, draft.code, _number(found.standing), draft.read),
        "submissions": submissions,
        "editions": [(edition, dossier.edition_url(edition)) for edition in editions],
        "versions": dossier.newest_versions(draft),
        "archived": archived(draft.kind, draft.code),
        **sharing_views.links_of(request.user, draft),
    }
    return render(request, "reviews/item.html", context, status=status)


def _number(standing):
    return standing.number if standing else ""


def _again(user, item, form):
    """The form that replaces the submission in review by a newer text; None where it is not to be had.

    A correction need not be replaced: whatever is submitted takes it in.
    """
    up = item.open_submission
    is_own = item.has_moved_on and not item.open_correction
    if form is None and not (is_own and permissions.may_withdraw(user, up) and permissions.may_submit(user)):
        return None
    form = form or SubmitAgainForm()
    form.action = reverse("desk:replace", args=[up.pk]) if up else ""
    return form


@desk_page
@require_safe
def review(request, pk):
    return review_page.show(request, submission_or_404(pk))


@desk_page
@recently_confirmed
@require_POST
def sign_off(request, pk):
    submission = submission_or_404(pk)
    form = SignOffForm(request.POST)
    form.is_valid()
    section = form.cleaned_data.get("section") or WHOLE
    try:
        edition = workflow.sign_off(submission, **form.shown, section=section, by=request.user)
    except workflow.Stale as stale:
        return _stale_page(request, submission, form.shown["digest"], str(stale))
    except workflow.NotAllowed as refused:
        messages.error(request, str(refused))
        return review_page.show(request, submission, status=REFUSED)
    return onward(request, submission, rounds.SIGNED, _signed(submission, edition))


@desk_page
@recently_confirmed
@require_POST
def override(request, pk):
    submission = submission_or_404(pk)
    form = OverrideForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            edition = workflow.override(submission, **form.shown, reason=reason, by=request.user)
        except workflow.Stale as stale:
            return _stale_page(request, submission, form.shown["digest"], str(stale))
        except workflow.NotAllowed as refused:
            form.refuse(str(refused))
        else:
            messages.success(request, _signed(submission, edition))
            return redirect("desk:item", submission.kind, submission.code)
    return review_page.show(request, submission, {"override": form}, status=REFUSED)


def _signed(submission, edition):
    if edition is None:
        lacking = cases.case_of(submission).missing
        waits = (
            f"Still open: {'; '.join(lacking)}." if lacking else "It is signed off in full and waits for its moment."
        )
        return f"Your sign-off of {submission.title} is recorded. {waits}"
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
            sentence = f"{submission.title} went back to its editor with your reason."
            return onward(request, submission, rounds.SENT_BACK, sentence)
    return review_page.show(request, submission, {"request": form}, status=REFUSED)


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
    return review_page.show(request, submission, {"withdraw": form}, status=REFUSED)


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
