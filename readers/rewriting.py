"""Messages that wait: written anew before they are sent, when something has been withheld since.

A message holds what could be told at one position of the ledger. Any withholding after it may be of what the message
names, and nobody looks into its words for that: they are made once more, of what the message is about.
"""

from django.db import transaction

from library import lookups
from library.models import LedgerEntry
from readers import report_letters, subscription_letters, telling
from readers.models import OutgoingMessage, Report, Subscription


@transaction.atomic
def renew(message: OutgoingMessage) -> bool:
    """Give the message the words that may be told now; return whether any are left."""
    position = lookups.newest_position()
    withheld = LedgerEntry.objects.filter(act=LedgerEntry.Act.WITHHOLDING, position__gt=message.position)
    if not withheld.exists():
        return True
    words = _words(message)
    if words is None:
        return False
    message.subject, message.text, message.position = words["subject"], words["text"], position
    message.save(update_fields=["subject", "text", "position"])
    return True


def _words(message: OutgoingMessage) -> dict[str, str] | None:
    of, pk, occasion = message.about.split("/", 2)
    if of == "report":
        report = Report.objects.filter(pk=pk).select_related("decision").first()
        return report_letters.words(report, occasion) if report else None
    subscription = Subscription.objects.filter(pk=pk).select_related("subscriber").first()
    if subscription is None:
        return None
    if occasion.startswith(subscription_letters.ASKED):
        return subscription_letters.asking(subscription)
    return None if message.after is None else telling.tell_again(subscription, message.after, int(occasion))
