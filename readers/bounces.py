"""Mailboxes that are there no longer: who cannot be reached is not kept."""

from smtplib import SMTPRecipientsRefused

from django.db import transaction
from django.db.models import F

from readers import messages, ways_back
from readers.models import Subscriber

# Letters in a row, each refused for a day: a single one may be a filter's fault or ours.
REFUSALS = 3
FOR_GOOD = 500  # RFC 5321, 4.2.1: replies from 500 on will be the same tomorrow


def is_refusal(error: Exception) -> bool:
    """Return whether the mail server said for good that it does not take letters to this address."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(code >= FOR_GOOD for code, _ in error.recipients.values())


def count(address: str, was_refused: bool | None) -> None:
    """Count what became of a letter to `address`: taken, refused for good, None for neither.

    With the last of REFUSALS in a row the subscriber is erased, and what waits for them. What SMTP servers tell later
    by a letter to MAIL_FROM is not read here.
    """
    subscribers = Subscriber.objects.filter(address=address)
    if was_refused is False:
        subscribers.filter(refusals__gt=0).update(refusals=0)
    elif was_refused:
        with transaction.atomic():
            subscribers.update(refusals=F("refusals") + 1)
            if subscribers.filter(refusals__gte=REFUSALS).delete()[0]:
                ways_back.erase(address)
                messages.erase(address=address, about__startswith="subscription/")
