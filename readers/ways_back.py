"""The way back after stopping: a signed field that works once and for an hour.

The field alone knows the address. What is stored of it are digests under the secret key, so that a way back can be
used up, replaced and erased without keeping who it belongs to.
"""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.crypto import salted_hmac

from readers.models import Subscription, WayBack

SALT = "readers.subscription-again"
WITHIN = timedelta(hours=1)


def leave(subscription: Subscription) -> str:
    """Return what brings a subscription back that is stopped now; an earlier way back to the same ends."""
    address, nonce = subscription.subscriber.address, secrets.token_urlsafe(16)
    kept = {name: getattr(subscription, name) for name in ("of", "key", "pace", "position")}
    thing = _digests("thing", f"{address}\n{subscription.of}\n{subscription.key}")
    WayBack.objects.filter(thing__in=thing).delete()
    until = timezone.now() + WITHIN
    WayBack.objects.create(nonce=nonce, mailbox=_digests("mailbox", address)[0], thing=thing[0], until=until)
    return signing.dumps({**kept, "address": address, "nonce": nonce, "until": until.timestamp()}, salt=SALT)


def read(signed: str) -> dict[str, Any]:
    """Return what `leave` was given. Raises BadSignature for anything else, and an hour later."""
    kept = signing.loads(signed, salt=SALT)
    if kept["until"] < timezone.now().timestamp():
        raise signing.SignatureExpired
    return kept


def use(nonce: str) -> bool:
    """Use a way back up; return whether it was there, unused. Of two at once one waits and gets False."""
    return bool(WayBack.objects.filter(nonce=nonce).delete()[0])


def erase(address: str) -> None:
    """Leave no way back to an address that is erased."""
    WayBack.objects.filter(mailbox__in=_digests("mailbox", address)).delete()


def forget() -> None:
    """Delete the ways back of which nobody made use."""
    WayBack.objects.filter(until__lt=timezone.now()).delete()


def _digests(of: str, words: str) -> list[str]:
    """The digest of `words` under the key, and under those before it, which may have made what is stored."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(f"readers.way-back.{of}", words, key, algorithm="sha256").hexdigest() for key in keys]
