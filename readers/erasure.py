"""What is needed no longer is erased: addresses, spam, what was withdrawn or not confirmed, what limits counted."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from readers import limits, mailboxes, messages, subscriptions, ways_back
from readers.models import OutgoingMessage, Report, Subscriber

AFTER_CLOSING = timedelta(days=30)
# What a subscriber has been told their position says; that a letter went out is kept for who looks for one that did
# not come.
LETTERS_KEPT = timedelta(days=30)


def erase_due() -> None:
    """Erase all that is due; called by `manage.py tick`, safe twice or at once.

    Thirty days after a report was closed its e-mail address goes, and all of it if it was spam or withdrawn. Until
    then it may be reopened. A subscription goes that nobody has confirmed within 48 hours.
    """
    closed = Report.objects.filter(closed_at__lte=timezone.now() - AFTER_CLOSING)
    closed.filter(state__in=[Report.State.SPAM, Report.State.WITHDRAWN]).delete()
    closed.exclude(email="").update(email="")
    limits.forget()
    ways_back.forget()
    subscriptions.erase_unconfirmed()
    letters = OutgoingMessage.objects.filter(about__startswith="subscription/", next_try_at=None)
    letters.filter(written_at__lte=timezone.now() - LETTERS_KEPT).delete()


@transaction.atomic
def erase(typed: str) -> dict[str, int]:
    """Erase an e-mail address wherever readers left it, however it was written; return what of each there was.

    Subscriptions go whole, as do messages that wait to be sent; reports stay without the address. Raises
    mailboxes.NoAddress for what cannot be one.
    """
    kept = mailboxes.normal(typed)
    written = {kept, mailboxes.shown(kept)}
    subscribers = list(Subscriber.objects.select_for_update().filter(address=kept))
    followed = sum(one.subscriptions.count() for one in subscribers)
    waiting = OutgoingMessage.objects.annotate(lower=Lower("address")).filter(lower__in=written)
    waited = messages.erase(pk__in=list(waiting.values_list("pk", flat=True)))
    for one in subscribers:
        subscriptions.stop_all(one)
    ways_back.erase(kept)
    reports = Report.objects.annotate(lower=Lower("email")).filter(lower__in=written)
    return {"subscriptions": followed, "reports": reports.update(email=""), "messages": waited}
