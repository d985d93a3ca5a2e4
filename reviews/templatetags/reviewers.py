"""The panel that says whose turn a submission is, for any page that shows one: `{% reviewers submission %}`."""

from django import template
from django.utils import timezone

from reviews import reviewers as who
from reviews.models import Submission

register = template.Library()


@register.inclusion_tag("reviews/_assignment.html", takes_context=True)
def reviewers(context, submission, back="review"):
    """Draw the panel of `submission` for who is signed in; nothing when it is closed. `back`: the page it is on."""
    if submission is None or submission.state != Submission.State.OPEN:
        return {"is_open": False}
    return {
        "is_open": True,
        "csrf_token": context.get("csrf_token"),
        **who.panel(context["user"], submission, timezone.now().date(), needs=context.get("needs"), back=back),
    }
