"""Previews for who has work at the desk: a draft as submitting would freeze it, a submission as it was frozen."""

from django.views.decorators.http import require_safe

from reviews import dossier, preview
from reviews.cases import live_edition
from reviews.gates import desk_page, draft_or_404, submission_or_404
from reviews.readiness import as_submitted


@desk_page
@require_safe
def draft(request, kind, code):
    draft = draft_or_404(kind, code)
    document = draft.read()
    tied = as_submitted(document)
    live = live_edition(kind, code)
    about = {
        "draft": draft,
        "is_tied": tied != document,
        "same_as": live if live and live.digest == draft.digest else None,
    }
    return preview.respond("reviews/preview_draft.html", tied, about)


@desk_page
@require_safe
def submission(request, pk):
    submission = submission_or_404(pk)
    about = {"submission": submission, "past": dossier.past(submission)}
    return preview.respond("reviews/preview_submission.html", submission.read(), about)
