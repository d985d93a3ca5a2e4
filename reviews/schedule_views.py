"""The moment of a publication: setting it, taking it back, and publishing at once what is signed off."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from accounts.gates import recently_confirmed
from history.words import when
from reviews import dossier, review_page, schedules, workflow
from reviews.forms import ScheduleForm, UnscheduleForm
from reviews.gates import desk_page, submission_or_404
from reviews.refusals import NotAllowed
from reviews.views import REFUSED


@desk_page
@recently_confirmed
@require_POST
def schedule(request, pk):
    submission = submission_or_404(pk)
    form = ScheduleForm(request.POST)
    if form.is_valid():
        try:
            made = schedules.schedule(submission, due_at=form.cleaned_data["due_at"], by=request.user)
        except NotAllowed as refused:
            form.refuse(str(refused))
        else:
            messages.success(request, f"{submission.title} will be published on {when(made.due_at)}.")
            return redirect("desk:review", pk)
    return review_page.show(request, submission, {"schedule": form}, status=REFUSED)


@desk_page
@require_POST
def unschedule(request, pk):
    submission = submission_or_404(pk)
    form = UnscheduleForm(request.POST)
    if form.is_valid():
        try:
            schedules.cancel(submission, by=request.user, reason=form.cleaned_data["reason"])
        except NotAllowed as refused:
            form.refuse(str(refused))
        else:
            messages.success(request, f"{submission.title} is off the schedule and stays in review.")
            return redirect("desk:review", pk)
    return review_page.show(request, submission, {"unschedule": form}, status=REFUSED)


@desk_page
@recently_confirmed
@require_POST
def publish(request, pk):
    submission = submission_or_404(pk)
    try:
        edition = workflow.publish_signed(submission, by=request.user)
    except NotAllowed as refused:
        messages.error(request, str(refused))
        submission.refresh_from_db(fields=["state"])
        return review_page.show(request, submission, status=REFUSED)
    address = dossier.edition_url(edition)
    told = format_html('{} is published as <a href="{}">edition {}</a>.', submission.title, address, edition.number)
    messages.success(request, told)
    return redirect("desk:item", submission.kind, submission.code)
