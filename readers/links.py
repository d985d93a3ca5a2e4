"""The secret parts of the links in letters to readers: signed each time anew, stored nowhere.

A link is the number of a row and its subscriber's salt, signed (django.core.signing, HMAC-SHA-256) for one purpose.
Stopping has a purpose of its own, because mail providers read that link in a header and press it for people; it opens
nothing else. Letters about a report go to an address that nobody has proved, so their link opens state and answer,
and neither what was sent nor the right to withdraw it. A stolen copy of the database makes no links, for want of
SECRET_KEY.
"""

from typing import Any

from django.core import signing
from django.urls import reverse

from readers.models import Report, Subscriber, Subscription

CONFIRM, STOP, ALL = "subscription-confirm", "subscription-stop", "subscriptions"
ANSWER = "report-answer"


def of(purpose: str, subscription: Subscription) -> str:
    """Return the path that confirms or stops one subscription."""
    return reverse(purpose, args=[_signed(purpose, subscription.pk, subscription.subscriber.salt)])


def to_all(subscriber: Subscriber) -> str:
    """Return the path of the page on which everything that the subscriber follows can be changed."""
    return reverse(ALL, args=[_signed(ALL, subscriber.pk, subscriber.salt)])


def _signed(purpose: str, pk: int, salt: str) -> str:
    return signing.Signer(salt=f"readers.{purpose}").sign(f"{pk}.{salt}")


def _read(token: str, purpose: str) -> dict[str, Any]:
    pk, _, salt = signing.Signer(salt=f"readers.{purpose}").unsign(token).partition(".")
    return {"pk": int(pk), "salt": salt}


def subscription_of(token: str, purpose: str) -> Subscription | None:
    """Return the subscription that a link is about, None when it is gone. Raises BadSignature for no link of ours."""
    named = _read(token, purpose)
    found = Subscription.objects.in_force().filter(pk=named["pk"], subscriber__salt=named["salt"])
    return found.select_related("subscriber").first()


def subscriber_of(token: str) -> Subscriber | None:
    """Return whose page it is, None when they have been erased. Raises BadSignature for no link of ours."""
    return Subscriber.objects.filter(**_read(token, ALL)).first()


def to_answer(report: Report) -> str:
    """Return the path of the page that shows what became of a report, and no word of its sender's."""
    return reverse(ANSWER, args=[signing.Signer(salt=f"readers.{ANSWER}").sign(report.nonce)])


def report_of(token: str) -> Report | None:
    """Return the report that a link is about, None when it is erased. Raises BadSignature for no link of ours."""
    nonce = signing.Signer(salt=f"readers.{ANSWER}").unsign(token)
    return Report.objects.filter(nonce=nonce).select_related("decision").first()
