"""Writing messages to people outside: rows in the transaction of what they tell."""

from django.utils import timezone

from readers.models import OutgoingMessage


def write(address: str, *, about: str, subject: str, text: str) -> None:
    """Write a message to `address`, unless one `about` the same was written before.

    It goes out after the caller's transaction, or never if that is rolled back. `text` is all that stands in it:
    nothing that a stranger typed, for nobody has proved that the address is theirs.
    """
    now = timezone.now()
    same = {"about": about, "address": address, "subject": subject, "text": text}
    rows = [OutgoingMessage(**same, written_at=now, next_try_at=now)]
    OutgoingMessage.objects.bulk_create(rows, ignore_conflicts=True)


def take_back(beginning: str) -> None:
    """Take back what nobody has been sent yet, whose `about` begins so; what is being sent now goes out."""
    unsent = OutgoingMessage.objects.filter(
        about__startswith=beginning, sent_at=None, given_up_at=None, tries=0
    ).order_by()
    held = unsent.select_for_update(skip_locked=True).values("pk")
    OutgoingMessage.objects.filter(pk__in=held).delete()
