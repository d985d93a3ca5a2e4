"""What is needed no longer is erased: addresses, spam, what was withdrawn, what the limits counted."""

from datetime import timedelta

from django.utils import timezone

from readers import limits
from readers.models import Report

AFTER_CLOSING = timedelta(days=30)


def erase_due() -> None:
    """Erase all that is due; called by `manage.py tick`, safe twice or at once.

    Thirty days after a report was closed its e-mail address goes, and all of it if it was spam or withdrawn. Until
    then it may be reopened.
    """
    closed = Report.objects.filter(closed_at__lte=timezone.now() - AFTER_CLOSING)
    closed.filter(state__in=[Report.State.SPAM, Report.State.WITHDRAWN]).delete()
    closed.exclude(email="").update(email="")
    limits.forget()
