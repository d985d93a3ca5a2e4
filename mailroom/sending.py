"""Sending what was written: each letter claimed, sent and marked as sent in one transaction.

A process killed in between leaves its letter unmarked, to be sent by the next run under the same name; see
docs/decisions/0010.
"""

import logging
import time
from datetime import datetime, timedelta
from smtplib import SMTPAuthenticationError, SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from mailroom.models import Digest, Letter, Preference

logger = logging.getLogger(__name__)

# Minutes after each failed try until the next; together one day. After the last one the letter is given up.
PAUSES = (1, 4, 10, 15, 30, 60, 120, 240, 360, 600)
DIGEST_HOUR = 7  # UTC
RUN_SECONDS = 60  # a mail server that hangs must not keep what else falls due waiting; the next run goes on

NO_ADDRESS = "There is no e-mail address in this person’s account; an administrator can add one."
DEACTIVATED = "This person’s account is deactivated."


# One letter a day


def gather_digests() -> None:
    """Gather what was written before seven o'clock for everybody who wants one letter a day."""
    while _gather_one(_last_seven_o_clock(timezone.now())):
        pass


def _last_seven_o_clock(now: datetime) -> datetime:
    today = now.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


@transaction.atomic
def _gather_one(seven: datetime) -> bool:
    """Make one person's digest of the day, if somebody's is due. Held by the row of their preference."""
    unsent = Letter.objects.waiting().filter(digest=None, is_urgent=False, written_at__lt=seven)
    made = Digest.objects.filter(person=OuterRef("person"), day=seven.date())
    due = Preference.objects.filter(Exists(unsent.filter(person=OuterRef("person"))), ~Exists(made))
    preference = due.filter(pace=Preference.Pace.DAILY).select_for_update(skip_locked=True).first()
    if preference is None:
        return False
    now = timezone.now()
    digest, is_new = Digest.objects.get_or_create(
        person_id=preference.person_id, day=seven.date(), defaults={"made_at": now}
    )
    if is_new:  # else another run made it between our look and our hold
        unsent.filter(person=preference.person_id).update(digest=digest, tries=0, next_try_at=now)
    return True


# Sending


def send_letters() -> None:
    """Send every letter and digest that is due, one after the other."""
    end = time.monotonic() + RUN_SECONDS
    for claim in (_claim_letter, _claim_digest):
        while time.monotonic() < end and _send_one(claim):
            pass


@transaction.atomic
def _send_one(claim) -> bool:
    """Send what `claim` holds for us; return whether there was anything to claim."""
    letters = claim(timezone.now())
    if letters:
        _deliver(letters)
    return letters is not None


def _claim_letter(now: datetime) -> list[Letter] | None:
    """Hold one letter that goes by itself; what another run holds is passed over."""
    at_once = Q(is_urgent=True) | ~Q(person__preference__pace=Preference.Pace.DAILY)
    due = Letter.objects.waiting().filter(at_once, digest=None, next_try_at__lte=now).order_by("next_try_at", "pk")
    return list(due.select_related("person").select_for_update(skip_locked=True, of=("self",))[:1]) or None


def _claim_digest(now: datetime) -> list[Letter] | None:
    """Hold one digest with its letters, empty when another run has just sent them."""
    due = Letter.objects.waiting().filter(next_try_at__lte=now)
    digests = Digest.objects.filter(Exists(due.filter(digest=OuterRef("pk"))))
    digest = digests.select_for_update(skip_locked=True).first()
    if digest is None:
        return None
    return list(due.filter(digest=digest).select_related("person", "digest").select_for_update(of=("self",)))


def _deliver(letters: list[Letter]) -> None:
    person = letters[0].person
    if not person.is_active:
        return _settle(letters, dropped_at=timezone.now(), problem=DEACTIVATED)
    if not person.email:
        return _fail(letters, NO_ADDRESS)
    try:
        message_of(letters).send()
    except Exception as error:  # whatever it is, it must not keep the letters behind this one
        logger.warning("%s could not be sent: %r", letters[0].key, error)
        return _fail(letters, _sentence(error))
    return _settle(letters, sent_at=timezone.now(), problem="", tries=letters[0].tries + 1)


def _settle(letters: list[Letter], **fields) -> None:
    Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(next_try_at=None, **fields)


def _fail(letters: list[Letter], problem: str) -> None:
    """Put the next try off by a growing pause; after a day of them give up."""
    now, tries = timezone.now(), letters[0].tries + 1
    if tries > len(PAUSES):
        return _settle(letters, given_up_at=now, problem=problem, tries=tries)
    again = now + timedelta(minutes=PAUSES[tries - 1])
    held = Letter.objects.filter(pk__in=[letter.pk for letter in letters])
    return held.update(next_try_at=again, problem=problem, tries=tries)


def _sentence(error: Exception) -> str:
    """Return what went wrong in a line for people; a server may answer with anything."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in _words_on(error)).split())


def _words_on(error: Exception) -> str:
    match error:
        case SMTPRecipientsRefused():
            code, words = next(iter(error.recipients.values()))
            return f"The mail server refuses this person’s address: {code} {words.decode(errors='replace')}"
        case SMTPAuthenticationError():
            return "The mail server refuses our name and password. Whoever runs Anteroom must correct EMAIL_URL."
        case ConnectionRefusedError() | TimeoutError():
            return "The mail server does not answer."
        case _:
            return f"It could not be sent: {str(error) or type(error).__name__}"


# What is sent


def message_of(letters: list[Letter]) -> EmailMessage:
    """Return the message that carries the letters of one digest, or a letter by itself."""
    parcel = letters[0].digest or letters[0]
    subject = letters[0].subject if len(letters) == 1 else f"{len(letters)} letters from Anteroom"
    site = urlsplit(settings.SITE_ORIGIN).hostname
    headers = {
        "Message-ID": f"<{parcel.key}@{site}>",  # the same at every try, so that a mail server can know it again
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(subject, _body(letters), to=[letters[0].person.email], headers=headers)


def _body(letters: list[Letter]) -> str:
    heads = [""] if len(letters) == 1 else [f"{letter.subject}\n\n" for letter in letters]
    parts = [head + _words(letter) for head, letter in zip(heads, letters, strict=True)]
    foot = f"How often letters reach you: {_absolute(reverse('letters:mine'))}\n"
    return "\n\n\n".join([*parts, f"-- \n{foot}"])


def _words(letter: Letter) -> str:
    return letter.text + (f"\n\n{_absolute(letter.link)}" if letter.link else "")


def _absolute(path: str) -> str:
    return settings.SITE_ORIGIN + path
