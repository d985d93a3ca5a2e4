"""What an editor hears about the review of a draft that was just saved."""

from django.urls import reverse
from django.utils.html import format_html

from history.kinds import is_published
from history.models import Draft
from reviews.models import Comment, Correction, Submission
from reviews.readiness import draft_findings


def what_blocks(draft: Draft) -> str:
    """Return how many things block a review of `draft`, with the way to them; empty when nothing does."""
    if not is_published(draft.kind):
        return ""
    count = sum(finding.blocks for finding in draft_findings(draft))
    if not count:
        return ""
    address = reverse("desk:item", args=[draft.kind, draft.code])
    things = "1 thing blocks" if count == 1 else f"{count} things block"
    return format_html('<a href="{}#blocks">{} a review</a>.', address, things)


def what_was_said(draft: Draft) -> str:
    """Return how many comments on `draft` are open, with the way to them; empty when none is."""
    count = Comment.objects.of(draft.kind, draft.code).unresolved().count()
    if not count:
        return ""
    address = reverse("desk:item", args=[draft.kind, draft.code])
    said = "1 comment is open" if count == 1 else f"{count} comments are open"
    return format_html('<a href="{}#comments">{}</a>.', address, said)


def what_is_put_right(draft: Draft) -> str:
    """Return how many published texts the correction of a source or family put up for review; empty for none."""
    correction = Correction.objects.filter(kind=draft.kind, code=draft.code, to_version=draft.version).first()
    count = Submission.objects.filter(correction=correction.pk).count() if correction else 0
    if not count:
        return ""
    texts = "1 published text" if count == 1 else f"{count} published texts"
    return format_html('The correction of <a href="{}">{}</a> is in review.', correction.get_absolute_url(), texts)
