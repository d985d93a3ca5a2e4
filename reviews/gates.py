"""The gates of the desk: who gets in, and the one way to an item or a submission. 404 hides, 403 says why."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt

from history.gates import page_for
from history.models import Draft
from reviews import permissions
from reviews.models import Comment, Correction, Schedule, Submission

desk_page = page_for(permissions.may_see_desk)  # for who has work at the desk
withholding_page = page_for(permissions.may_see_withholdings)  # administrators have no other work here


def evidence_page(view):
    """Let in who may read the evidence, administrators too; 403 to others at the desk, who know that it is there."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        if not permissions.may_read_evidence(request.user):
            raise PermissionDenied("Only chief editors and administrators read the audit.")
        return view(request, *args, **kwargs)

    may_know = page_for(lambda user: permissions.may_read_evidence(user) or permissions.may_see_desk(user))
    return may_know(checked)


@csrf_exempt
def nowhere(request, rest):
    """Answer an address under /desk/ that leads to nothing: in the desk's dress to who has work there."""
    if permissions.may_see_desk(request.user):
        return render(request, "reviews/not_found.html", status=404)
    raise Http404


def draft_or_404(kind, code):
    """Return the draft of an item; the address allows kinds with editions only."""
    return get_object_or_404(Draft, kind=kind, code=code)


def submissions_for_review():
    """Return the submissions, each with its document, its base, its newest schedule and what was corrected since."""
    return Correction.objects.beside(Schedule.objects.beside(Submission.objects.with_base()))


def submission_or_404(pk):
    """Return the submission with all that its review page needs beside it."""
    return get_object_or_404(submissions_for_review(), pk=pk)


def remark_or_404(pk):
    """Return a comment that began a conversation."""
    return get_object_or_404(Comment.objects.threads(), pk=pk)
