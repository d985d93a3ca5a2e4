"""A reviewer's round: mark a passage read, skip a submission, and what stands at the end."""

import re

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from reviews import next as rounds
from reviews import places, read_marks
from reviews.gates import desk_page, submission_or_404
from reviews.models import Submission

DIGEST = re.compile(r"[0-9a-f]{64}")


def onward(request, submission, what, sentence):
    """Say `sentence`, what was done, and lead to what waits next, now that `what` became of this submission."""
    left = rounds.step(request.session, request.user, submission, what)
    messages.success(request, format_html("{} {}", sentence, _left(len(left))) if left else sentence)
    return redirect("desk:review", left[0].pk) if left else redirect("desk:through")


def _left(count):
    return "The last one that waits for you is below." if count == 1 else f"{count} more wait for you."


@desk_page
@require_POST
def skip(request, pk):
    submission = submission_or_404(pk)
    back = reverse("desk:review", args=[pk])
    sentence = format_html('{} is skipped and waits on. <a href="{}">Go back to it</a>.', submission.title, back)
    return onward(request, submission, rounds.SKIPPED, sentence)


@desk_page
@require_safe
def through(request):
    became = rounds.finished(request.session)
    skipped = (
        Submission.objects.filter(pk__in=became[rounds.SKIPPED]).open().defer("document").order_by("submitted_at")
    )
    passed = frozenset(one.pk for one in skipped)
    context = {
        "signed": len(became[rounds.SIGNED]),
        "sent_back": len(became[rounds.SENT_BACK]),
        "skipped": skipped,
        "waiting": rounds.next_for(request.user, passed=passed),
    }
    return render(request, "reviews/through.html", context)


@desk_page
@require_POST
def mark(request, pk):
    """Mark one passage read, or unread; a script that asks for it hears nothing but that it is done."""
    submission = submission_or_404(pk)
    is_read = "read" in request.POST
    digest, _, value = request.POST.get("read" if is_read else "unread", "").partition(" ")
    try:
        place = places.from_value(value)
    except ValueError:
        place = None
    if place is None or not DIGEST.fullmatch(digest):
        return HttpResponseBadRequest("This names no passage of the text.")
    read_marks.write(submission, place, digest, is_read=is_read, by=request.user)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    query = request.GET.urlencode()
    return redirect(f"{reverse('desk:review', args=[pk])}{'?' if query else ''}{query}#next-unread")
