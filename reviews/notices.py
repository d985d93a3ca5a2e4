"""What an editor hears about the review of a draft that was just saved."""

from django.urls import reverse
from django.utils.html import format_html, format_html_join

from history.kinds import is_published
from history.models import Draft
from reviews.corrections import affected
from reviews.models import Comment, Correction, LeftOut, Submission
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
    """Return what came of the correction of a source or family, text by text in numbers; empty where it is none."""
    correction = Correction.objects.filter(kind=draft.kind, code=draft.code, to_version=draft.version).first()
    if correction is None:
        return ""
    if correction.opened_at is None:
        told = '<a href="{}">The correction</a> of what was published is put up for review in a moment.'
        return format_html(told, correction.get_absolute_url())
    opened = Submission.objects.filter(correction=correction.pk).count()
    left_out = _left_out(correction)
    if not opened and not left_out:
        return ""
    corrections = "1 correction" if opened == 1 else f"{opened or 'no'} corrections"
    told = format_html('Opened <a href="{}">{}</a>', correction.get_absolute_url(), corrections)
    return format_html("{}.", format_html_join("; ", "{}", [(told,), *((sentence,) for sentence in left_out)]))


def _left_out(correction: Correction) -> list[str]:
    """Say how many texts the correction left out, and why; each text counts once."""
    texts = affected(correction)
    held_up = LeftOut.objects.of(correction).count() - sum(text.waits and bool(text.blocking) for text in texts)
    others = [text for text in texts if text.blocking or not (text.is_standing or text.is_held_up or text.waits)]
    gone = sum(not text.is_standing for text in others)
    unready = len(others) - gone
    counted = [
        (
            held_up,
            "left out because it is in review: it opens by itself when that is decided",
            "left out because they are in review: they open by themselves when that is decided",
        ),
        (unready, "left out because it would not be ready", "left out because they would not be ready"),
        (gone, "stays as it is, retired or withheld", "stay as they are, retired or withheld"),
    ]
    return [f"{count} {one if count == 1 else many}" for count, one, many in counted if count]
