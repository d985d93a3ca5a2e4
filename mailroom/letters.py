"""Writing letters: rows in the transaction of what they tell."""

from django.utils import timezone

from accounts.models import User
from mailroom.models import Letter


def write(person: User, *, about: str, subject: str, text: str, link: str = "") -> None:
    """Write a letter to `person`, unless one `about` the same was written before.

    `about` names the event or reminder (`event/17`), `subject` and `text` are plain text, `link` is a path on
    this site. The letter goes out after the caller's transaction, or never if that is rolled back.
    """
    row = Letter(person=person, about=about, subject=subject, text=text, link=link, written_at=timezone.now())
    Letter.objects.bulk_create([row], ignore_conflicts=True)
