"""Writing letters: rows in the transaction of what they tell. Sending them is another room: sending.py."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from mailroom import permissions
from mailroom.models import Letter

LONGEST_SUBJECT = 150  # characters; more is cut, for a mail program shows fewer


def write(person: User, *, about: str, subject: str, text: str, link: str = "", is_urgent: bool = False) -> None:
    """Write a letter to `person`, unless one `about` the same was written before.

    `about` names the event or reminder (`event/17`), `subject` and `text` are plain text, `link` is a path on
    this site. The letter goes out after the caller's transaction, or never if that is rolled back. An urgent one
    goes at once also to who asked for one letter a day.
    """
    write_to([person.pk], about=about, subject=subject, text=text, link=link, is_urgent=is_urgent)


def write_to(
    people: Iterable[int], *, about: str, subject: str, text: str, link: str = "", is_urgent: bool = False
) -> None:
    """Write the same letter to everybody whose id is in `people`; one statement, however many they are."""
    now = timezone.now()
    same = {"about": about, "subject": _in_a_line(subject), "text": text, "link": link, "is_urgent": is_urgent}
    rows = [Letter(person_id=pk, **same, written_at=now, next_try_at=now) for pk in people]
    Letter.objects.bulk_create(rows, ignore_conflicts=True)


def _in_a_line(subject: str) -> str:
    line = " ".join(subject.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def take_back(about: Iterable[str], beginning: Iterable[str] = ()) -> None:
    """Take back letters that nobody has been sent yet, because what they say is over.

    They are `about` one of these, or what they are about begins with one of `beginning`. One that is being sent at
    this moment goes out: nobody waits for a mail server here.
    """
    named = Q(about__in=list(about))
    for start in beginning:
        named |= Q(about__startswith=start)
    unsent = Letter.objects.waiting().filter(named, tries=0, digest=None)
    held = unsent.order_by().select_for_update(skip_locked=True).values("pk")
    Letter.objects.filter(pk__in=held).delete()


def take_back_overtaken(beginning: str, wanted: Iterable[str]) -> None:
    """Take back letters whose `about` begins with `beginning`, that nobody has been sent and nobody needs any more.

    `wanted` names what still holds. For reminders: what they remind of may be done while they wait for the morning.
    """
    waiting = Letter.objects.waiting().filter(about__startswith=beginning, tries=0, digest=None)
    waiting.exclude(about__in=list(wanted)).delete()


def try_again(letter: Letter, *, by: User) -> bool:
    """Have a letter that could not be sent tried at once, and for another day if need be.

    Returns whether there was anything to do: it may have gone out meanwhile. Raises PermissionDenied.
    """
    check_may_see_failures(by)
    now = timezone.now()
    anew = {"tries": 0, "given_up_at": None, "next_try_at": now}
    return bool(Letter.objects.failing().filter(_parcel(letter)).update(**anew))


def let_go(letter: Letter, *, by: User) -> bool:
    """Drop a letter that could not be sent and need not be any more; returns as `try_again` does."""
    check_may_see_failures(by)
    gone = {"dropped_at": timezone.now(), "given_up_at": None, "next_try_at": None}
    return bool(Letter.objects.failing().filter(_parcel(letter)).update(**gone, problem=f"Let go by {by.name}."))


def _parcel(letter: Letter) -> Q:
    """What goes out with the letter: the letters of its digest, or itself alone."""
    return Q(digest=letter.digest_id) if letter.digest_id else Q(pk=letter.pk)


def check_may_see_failures(user: User) -> None:
    """Raise PermissionDenied for who does not see to letters that could not be sent."""
    if not permissions.may_see_failures(user):
        raise PermissionDenied("Only chief editors and administrators see to letters that could not be sent.")
