"""A reviewer's round: mark a passage read, skip a submission, and what stands at the end."""

import re

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reviews import next as rounds
from reviews import places, read_marks
from reviews.gates import desk_page, submission_or_404
from reviews.models import Submission

DIGEST = re.compile(r"[0-9a-f]{64}")


def onward(request, submission, what):
    """Lead to the next submission that waits for the person, now that `what` became of this one."""
    following = rounds.step(request.session, request.user, submission, what)
    return redirect("desk:review", following.pk) if following else redirect("desk:through")


@desk_page
@require_POST
def skip(request, pk):
    submission = submission_or_404(pk)
    messages.info(request, f"{submission.title} still waits for you; you skipped it for now.")
    return onward(request, submission, rounds.SKIPPED)


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
