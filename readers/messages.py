"""Writing messages to people outside: rows in the transaction of what they tell."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from readers.models import OutgoingMessage


@dataclass(frozen=True)
class Message:
    """A message before it is written. `about` names its occasion, `text` is all that stands in it.

    `unsubscribe` is the path that ends the subscription it belongs to, empty when it belongs to none. `position` is
    the ledger's before its words were made, `after` that after which the changes that it tells begin.
    """

    address: str
    about: str
    subject: str
    text: str
    unsubscribe: str = ""
    position: int = 0
    after: int | None = None


def write(address: str, *, about: str, subject: str, text: str, position: int = 0) -> None:
    """Write a message to `address`, unless one `about` the same was written before.

    It goes out after the caller's transaction, or never if that is rolled back. `text` is all that stands in it:
    nothing that a stranger typed, for nobody has proved that the address is theirs. `position` is the ledger's before
    the words were made; without it they are made anew after any withholding.
    """
    write_all([Message(address, about, subject, text, position=position)])


def write_all(messages: Iterable[Message]) -> None:
    """Write several messages in one statement, as `write` does."""
    now = timezone.now()
    rows = [OutgoingMessage(**vars(message), written_at=now, next_try_at=now) for message in messages]
    OutgoingMessage.objects.bulk_create(rows, ignore_conflicts=True)


def take_back(beginning: str) -> None:
    """Take back what waits, tried or not, whose `about` begins so; what is being sent now goes out."""
    unsent = OutgoingMessage.objects.filter(about__startswith=beginning, sent_at=None, given_up_at=None).order_by()
    held = unsent.select_for_update(skip_locked=True).values("pk")
    OutgoingMessage.objects.filter(pk__in=held).delete()


def erase(**whose: str) -> int:
    """Erase what waits for somebody who wants no more of it, also what was tried already; return how many.

    `whose` are conditions on OutgoingMessage. One that is being sent at this moment is waited for: were it passed
    over and refused, it would come again.
    """
    return OutgoingMessage.objects.filter(sent_at=None, given_up_at=None, **whose).delete()[0]
