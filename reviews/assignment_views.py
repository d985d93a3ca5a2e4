"""Who reviews a submission: asking, taking, answering; and the page on which a refusal keeps what was typed."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from history.words import when
from reviews import assignments
from reviews.assignment_forms import AssignForm, DeclineForm, DueForm
from reviews.gates import desk_page, submission_or_404
from reviews.models import Submission
from reviews.refusals import NotAllowed
from reviews.reviewers import panel
from reviews.views import REFUSED


@desk_page
@require_safe
def reviewers(request, pk):
    return _page(request, submission_or_404(pk))


@desk_page
@require_POST
def assign(request, pk):
    submission = submission_or_404(pk)
    assignments.check_may_assign(request.user)
    form = AssignForm(request.POST)
    if form.is_valid():
        person, due = form.cleaned_data["person"], form.cleaned_data["due"]
        try:
            row = assignments.assign(submission, person, by=request.user, due=due)
        except NotAllowed as refused:
            form.refuse(str(refused))
        else:
            messages.success(request, f"{person.name} is asked to review {submission.title} by {when(row.due)}.")
            return _back(request, submission)
    return _page(request, submission, assign_form=form, status=REFUSED)


@desk_page
@require_POST
def claim(request, pk):
    submission = submission_or_404(pk)
    try:
        row = assignments.claim(submission, by=request.user)
    except NotAllowed as refused:
        return _refusal(request, submission, refused)
    said = '<a href="{}">The review of {}</a> is yours. It is due on {}.'
    review = reverse("desk:review", args=[pk])
    messages.success(request, format_html(said, review, submission.title, when(row.due)))
    return _back(request, submission)


@desk_page
@require_POST
def accept(request, pk):
    submission = submission_or_404(pk)
    try:
        assignments.accept(submission, by=request.user)
    except NotAllowed as refused:
        return _refusal(request, submission, refused)
    messages.success(request, f"You accepted the review of {submission.title}.")
    return _back(request, submission)


@desk_page
@require_POST
def decline(request, pk):
    submission = submission_or_404(pk)
    form = DeclineForm(request.POST)
    if form.is_valid():
        try:
            assignments.decline(submission, by=request.user, reason=form.cleaned_data["reason"])
        except NotAllowed as refused:
            form.refuse(str(refused))
        else:
            messages.success(request, f"You declined the review of {submission.title}. A chief editor reads why.")
            return _back(request, submission)
    return _page(request, submission, decline_form=form, status=REFUSED)


@desk_page
@require_POST
def unassign(request, pk):
    submission = submission_or_404(pk)
    assignments.check_may_assign(request.user)
    form = AssignForm(request.POST)
    person = form.cleaned_data["person"] if form.is_valid() else None
    try:
        assignments.unassign(submission, person, by=request.user)
    except NotAllowed as refused:
        return _refusal(request, submission, refused)
    messages.success(request, f"{person.name} is not asked any more to review {submission.title}.")
    return _back(request, submission)


@desk_page
@require_POST
def due(request, pk):
    submission = submission_or_404(pk)
    assignments.check_may_assign(request.user)
    form = DueForm(request.POST)
    if not form.is_valid():
        sentences = [sentence for errors in form.errors.values() for sentence in errors]
        return _refusal(request, submission, " ".join(sentences))
    person, day = form.cleaned_data["person"], form.cleaned_data["due"]
    try:
        assignments.set_due(submission, person, day, by=request.user)
    except NotAllowed as refused:
        return _refusal(request, submission, refused)
    messages.success(request, f"{person.name} has until {when(day)} to review {submission.title}.")
    return _back(request, submission)


def _back(request, submission):
    """Return to the page that the form stood on."""
    asked = request.POST.get("back")
    if asked == "queue":
        return redirect("desk:queue")
    if asked == "item":
        return redirect("desk:item", submission.kind, submission.code)
    return redirect("desk:review", submission.pk)


def _refusal(request, submission, sentence):
    messages.error(request, str(sentence))
    return _page(request, submission, status=REFUSED)


def _page(request, submission, status=200, **forms):
    submission.refresh_from_db(fields=["state"])
    back = request.POST.get("back", "review")
    is_open = submission.state == Submission.State.OPEN
    shown = panel(request.user, submission, timezone.now().date(), back=back, **forms) if is_open else forms
    return render(
        request, "reviews/reviewers.html", {"submission": submission, "is_open": is_open, **shown}, status=status
    )
