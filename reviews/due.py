"""Reminders of reviews that are due: the day before and the day after, once each."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from history.words import when
from mailroom import letters
from mailroom.models import Letter
from reviews.asked import Asked, Review, reviews_of
from reviews.models import Submission
from reviews.staff import Staff
from reviews.turns import why_no_stand_in

DAY = timedelta(days=1)
PREFIX = "review-due/"


class Reminder(NamedTuple):
    """One letter that is due: to whom, of what, in which words."""

    person: User
    about: str
    subject: str
    text: str
    link: str


def remind() -> None:
    """Write the reminders of every open review that are due now; those written before are not written again."""
    staff = Staff(timezone.now().date())
    submissions = Submission.objects.open().defer("document")
    chiefs = list(staff.chiefs.values())
    due = [one for review in reviews_of(submissions, staff).values() for one in _reminders(review, staff, chiefs)]
    letters.take_back_overtaken(PREFIX, {one.about for one in due})
    written = set(Letter.objects.filter(about__in={one.about for one in due}).values_list("person_id", "about"))
    for one in due:
        if (one.person.pk, one.about) not in written:
            letters.write(one.person, about=one.about, subject=one.subject, text=one.text, link=one.link)


def _reminders(review: Review, staff: Staff, chiefs: list[User]) -> Iterator[Reminder]:
    for asked in review.asked:
        if asked.due is None:
            continue
        if asked.is_overdue(staff.day):
            yield from _after(review, asked, staff, chiefs)
        elif asked.due - DAY <= staff.day and asked.since.date() < staff.day:
            yield from _before(review, asked, staff, chiefs)


def _before(review: Review, asked: Asked, staff: Staff, chiefs: list[User]) -> Iterator[Reminder]:
    up = review.submission
    subject = f"Due {when(asked.due)}: your review of {up.title}"
    text = f"The review of {up.title} ({up.code}) by {asked.person.name} is due on {when(asked.due)}."
    for person in _told(review, asked, staff) or chiefs:
        yield _reminder(person, up, asked, "before", subject, text)


def _after(review: Review, asked: Asked, staff: Staff, chiefs: list[User]) -> Iterator[Reminder]:
    up = review.submission
    subject = f"Overdue: the review of {up.title}"
    text = f"The review of {up.title} ({up.code}) by {asked.person.name} was due on {when(asked.due)}."
    for person in dict.fromkeys([*_told(review, asked, staff), *chiefs]):
        yield _reminder(person, up, asked, "after", subject, text)


def _told(review: Review, asked: Asked, staff: Staff) -> list[User]:
    """Return who reviews: the person, while they are away who stands in, nobody when nobody can."""
    absence = staff.away.get(asked.person.pk)
    if absence is None:
        return [asked.person]
    return [] if why_no_stand_in(absence, review, staff) else [absence.delegate]


def _reminder(person: User, up: Submission, asked: Asked, moment: str, subject: str, text: str) -> Reminder:
    about = f"{PREFIX}{up.pk}/{asked.person.pk}/{asked.due:%Y-%m-%d}/{moment}"
    return Reminder(person, about, subject, text, reverse("desk:review", args=[up.pk]))
