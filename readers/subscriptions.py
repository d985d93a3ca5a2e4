"""Following by e-mail: asked for by anybody, confirmed by the address itself, stopped with one click.

Whoever changes a subscriber holds their row first, then those of their subscriptions, then their messages.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from library import lookups
from library.scopes import Scope
from readers import limits, mailboxes, messages, subscription_letters, ways_back
from readers.mailboxes import same_mailbox
from readers.models import Posting, Subscriber, Subscription
from readers.models.subscription import CONFIRM_WITHIN
from readers.refusals import Ended, TooMany


@transaction.atomic
def ask(address: str, scope: Scope, pace: str, *, network: str) -> None:
    """Ask an address whether it wants to follow `scope`; what it follows already stays as it is.

    `address` is as mailboxes.normal gives it, `network` where the wish comes from. One letter goes to an
    address within 48 hours until it is answered, and to addresses with a tag one for all of a mailbox: another's
    address, however it is typed, brings them no more than two, and no tag of it takes the letter of their own.
    Nothing tells the caller what was known of the address. Raises TooMany beyond the limits.
    """
    limits.lock()
    if sentence := limits.why_too_many_subscriptions(network):
        raise TooMany(sentence)
    limits.count(network, Posting.What.SUBSCRIPTION)
    now, subscriber = timezone.now(), _held(address)
    may_write = not _waiting(address, now).exists()
    wish = {"pace": pace, "asked_at": now}
    subscription, is_new = subscriber.subscriptions.get_or_create(of=scope.of, key=scope.key, defaults=wish)
    if not is_new:
        subscriber.subscriptions.pending().filter(pk=subscription.pk).update(**wish)
        subscription.refresh_from_db()
    if may_write:
        subscriber.asked_at = now
        subscriber.save(update_fields=["asked_at"])
        subscription_letters.of_asking(subscription)


def _waiting(address: str, now: datetime) -> QuerySet:
    """Who has a letter that is not answered yet, because of which none is written to `address`."""
    whose = same_mailbox(address) if mailboxes.is_tagged(address) else Q(address=address)
    return Subscriber.objects.filter(whose, asked_at__gt=now - CONFIRM_WITHIN)


def _held(address: str) -> Subscriber:
    """The subscriber with an address, held until the end of the transaction; a new one if there is none."""
    return Subscriber.objects.select_for_update().get_or_create(address=address)[0]


@transaction.atomic
def confirm(subscription: Subscription) -> None:
    """Begin to tell the subscriber what changes from now on; nothing if it was confirmed. Raises Ended."""
    _hold(subscription)
    begins = {"confirmed_at": timezone.now(), "position": lookups.newest_position()}
    Subscription.objects.pending().filter(pk=subscription.pk).update(**begins)
    Subscriber.objects.filter(pk=subscription.subscriber_id).update(asked_at=None)


@transaction.atomic
def change_pace(subscription: Subscription, pace: str) -> None:
    """Tell the subscriber at another pace; nothing is told twice or left out for it. Raises Ended."""
    _hold(subscription)
    Subscription.objects.filter(pk=subscription.pk).update(pace=pace)


@transaction.atomic
def stop(subscription: Subscription) -> str:
    """Erase the subscription at once, with what waits to be sent; the address goes with the last. Raises Ended.

    Returns the way back of one that was confirmed (ways_back.leave), empty for another.
    """
    subscriber = _hold(subscription)
    subscription = subscriber.subscriptions.get(pk=subscription.pk)
    back = ways_back.leave(subscription) if subscription.confirmed_at else ""
    Subscription.objects.filter(pk=subscription.pk).delete()
    if subscriber.subscriptions.exists():
        messages.erase(about__startswith=subscription.about)
    else:
        _erase(subscriber)
    return back


@transaction.atomic
def stop_all(subscriber: Subscriber) -> None:
    """Erase the subscriber at once, with all they follow, what waits to be sent to them, and each way back."""
    Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()
    ways_back.erase(subscriber.address)
    _erase(subscriber)


def _erase(subscriber: Subscriber) -> None:
    Subscriber.objects.filter(pk=subscriber.pk).delete()
    messages.erase(address=subscriber.address, about__startswith="subscription/")


def _hold(subscription: Subscription) -> Subscriber:
    """Hold the subscription's subscriber until the end of the transaction, then look that both are still there."""
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscription.subscriber_id).first()
    if subscriber is None or not subscriber.subscriptions.filter(pk=subscription.pk).exists():
        raise Ended("This subscription has ended.")
    return subscriber


@transaction.atomic
def bring_back(signed: str) -> Subscription:
    """Follow again what was just stopped, from where it was left; return the subscription.

    No second letter asks for it: `signed` (ways_back.leave) went to who had the right to stop it. It works once; who
    presses its button twice gets the subscription that is there. Raises BadSignature, Ended.
    """
    kept, now = ways_back.read(signed), timezone.now()
    subscriber = _held(kept["address"])
    if not ways_back.use(kept["nonce"]):
        return _brought_back(subscriber, kept)
    own = {"pace": kept["pace"], "position": kept["position"], "confirmed_at": now}
    subscription, is_new = subscriber.subscriptions.get_or_create(
        of=kept["of"], key=kept["key"], defaults={**own, "asked_at": now}
    )
    if not is_new:  # asked for again meanwhile
        subscriber.subscriptions.pending().filter(pk=subscription.pk).update(**own)
    return subscription


def _brought_back(subscriber: Subscriber, kept: dict[str, str]) -> Subscription:
    found = subscriber.subscriptions.confirmed().filter(of=kept["of"], key=kept["key"]).first()
    if found is None:
        raise Ended("This way back was used, or everything was stopped after it.")
    return found


@transaction.atomic
def erase_unconfirmed() -> None:
    """Erase what nobody has confirmed within 48 hours, with the address if it follows nothing else."""
    expired = Q(confirmed_at=None, asked_at__lte=timezone.now() - CONFIRM_WITHIN)
    whose = Subscriber.objects.filter(pk__in=Subscription.objects.filter(expired).values("subscriber"))
    held = [subscriber.pk for subscriber in whose.select_for_update(skip_locked=True)]
    Subscription.objects.filter(expired, subscriber__in=held).delete()
    Subscriber.objects.filter(pk__in=held, subscriptions=None).delete()
