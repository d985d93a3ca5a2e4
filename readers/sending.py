"""Sending messages to people outside, in the manner of mailroom.sending: claimed, sent and erased in one transaction.

A run that is killed in between leaves its message, to be sent by the next one under the same name.
"""

import logging
import time
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from mailroom.sending import PAUSES, RUN_SECONDS
from readers import bounces, rewriting
from readers.models import OutgoingMessage

logger = logging.getLogger(__name__)
ERASED = {"address": "", "subject": "", "text": "", "unsubscribe": "", "problem": "", "next_try_at": None}


def send_due() -> None:
    """Send every message that is due, one after the other; what fails keeps none of the others waiting."""
    end = time.monotonic() + RUN_SECONDS
    while time.monotonic() < end and _send_one():
        pass


def _send_one() -> bool:
    """Send the message that waited longest; return whether there was one. What another run holds is passed over."""
    with transaction.atomic():
        due = OutgoingMessage.objects.filter(next_try_at__lte=timezone.now()).order_by("next_try_at", "pk")
        message = due.select_for_update(skip_locked=True).first()
        if message is None:
            return False
        came_back = _try(message)
    # Only now: who stops a subscription holds the subscriber's row and then waits for this message.
    bounces.count(message.address, came_back)
    return True


def _try(message: OutgoingMessage) -> bool | None:
    """Try once; return whether the address was refused for good, None while that is open."""
    try:
        if not rewriting.renew(message):
            message.delete()  # nothing of it may be told any more
            return None
        message_of(message).send()
    except Exception as error:  # whatever it is, it must not keep the messages behind this one
        problem = type(error).__name__  # a server's words may name the address
        logger.warning("%s could not be sent: %s", message.key, problem)
        is_over = _put_off(message, problem)
        return True if is_over and bounces.is_refusal(error) else None
    _settle(message, sent_at=timezone.now())
    return False


def message_of(message: OutgoingMessage) -> EmailMessage:
    """Return what goes out; its Message-ID is the same at every try, so that a mail server can know it again."""
    site = urlsplit(settings.SITE_ORIGIN).hostname
    headers = {"Message-ID": f"<{message.key}@{site}>", "Auto-Submitted": "auto-generated"}
    if message.unsubscribe:  # RFC 2369 and RFC 8058: the mail program's own button, one click without a question
        headers["List-Unsubscribe"] = f"<{settings.SITE_ORIGIN}{message.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(message.subject, message.text, to=[message.address], headers=headers)


def _put_off(message: OutgoingMessage, problem: str) -> bool:
    """Put the next try off by a growing pause; after a day of them give up and return True."""
    now = timezone.now()
    if message.tries >= len(PAUSES):
        _settle(message, given_up_at=now)
        return True
    again = {"tries": message.tries + 1, "problem": problem}
    again["next_try_at"] = now + timedelta(minutes=PAUSES[message.tries])
    OutgoingMessage.objects.filter(pk=message.pk).update(**again)
    return False


def _settle(message: OutgoingMessage, **how) -> None:
    """It has ended: the address and the words are needed no longer."""
    OutgoingMessage.objects.filter(pk=message.pk).update(**ERASED, tries=message.tries + 1, **how)
