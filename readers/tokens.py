"""What a form of readers carries instead of a cookie: when it was drawn, and a number that is used once.

The token is signed (django.core.signing, HMAC-SHA-256) and belongs to no browser, because these forms act on nobody's
authority; docs/decisions/0022 says why that is enough.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.utils import timezone

SOONEST = timedelta(seconds=3)  # who has read the page and typed a sentence took longer
LATEST = timedelta(hours=24)


@dataclass(frozen=True)
class Token:
    """A form's token: `nonce` names this one form, `why_not` says in a sentence why it is not taken now."""

    nonce: str
    why_not: str = ""
    is_early: bool = False


def make(purpose: str, has_waited: bool = False) -> str:
    """Return a token for a form that is drawn now; `purpose` is the kind of form, and no other form takes it.

    A form that comes back to who typed `has_waited`: mending one character takes less than SOONEST.
    """
    facts = {"nonce": secrets.token_urlsafe(18), "at": timezone.now().timestamp(), "has_waited": has_waited}
    return signing.dumps(facts, salt=f"readers.{purpose}")


def again(token: str, purpose: str) -> str:
    """Return the token of a form that comes back with what was typed: the same form, at once as good as read.

    `token` was read before (`read`) and has a nonce.
    """
    facts = signing.loads(token, salt=f"readers.{purpose}")
    return signing.dumps({**facts, "has_waited": True}, salt=f"readers.{purpose}")


def read(token: str, purpose: str) -> Token:
    """Return what a form sent as its token; one that was not signed here has no nonce."""
    try:
        facts = signing.loads(token, salt=f"readers.{purpose}")
    except signing.BadSignature:
        return Token("", "This form was not drawn here, or only part of it arrived. Please send it once more.")
    age = timezone.now().timestamp() - facts["at"]
    if age > LATEST.total_seconds():
        return Token(facts["nonce"], "This page stood open for more than a day. Please send it once more.")
    if age < SOONEST.total_seconds() and not facts.get("has_waited"):
        sentence = "That was faster than people type, so we took it for a machine’s. Please send it once more."
        return Token(facts["nonce"], sentence, is_early=True)
    return Token(facts["nonce"])
