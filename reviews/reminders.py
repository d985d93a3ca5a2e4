"""Letters about review-by dates that come near or have passed; `manage.py tick` calls `remind`."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.models import User
from mailroom import letters
from mailroom.models import Letter
from reviews.live import Live, due_by

DAYS = (-30, -7, 1, 14)  # around the review-by date
PREFIX = "review-by/"


@transaction.atomic
def remind() -> None:
    """Write the reminders that are due today, each once; of several days missed, only the last one's.

    A reaffirmation or a new edition begins anew: the key of a letter names the position of the last review. A
    reminder that waits to go out with the next morning's letter is taken back when it is overtaken by then.
    """
    today = timezone.now().date()
    wanted = {about: stands for stands in due_by(today) if (about := _about(stands, today))}
    letters.take_back_overtaken(PREFIX, wanted)
    written = set(Letter.objects.filter(about__in=wanted).values_list("about", flat=True))
    for about, stands in wanted.items():
        if about not in written:
            _write(about, stands, today)


def _about(stands: Live, today: date) -> str:
    """The key of the reminder that is due, empty when none is. A day before the review itself reminds of nothing."""
    now = stands.standing
    days = [days for days in DAYS if now.reviewed_on < now.review_by + timedelta(days=days) <= today]
    if not days:
        return ""
    return f"{PREFIX}{now.kind}/{now.code}/{now.number}/{now.from_position}/{days[-1]:+d}"


def _write(about: str, stands: Live, today: date) -> None:
    now = stands.standing
    left = (now.review_by - today).days
    subject = f"Review due by {now.review_by}: {now.title}" if left >= 0 else f"Review overdue: {now.title}"
    text = (
        f"Edition {now.number} of {now.title} was last reviewed on {now.reviewed_on} by {now.reviewed_by}. "
        f"{_when(left, now.review_by)}\n\n"
        "A second reviewer can reaffirm it as it stands; or an editor brings the draft up to date and submits it."
    )
    link = reverse("desk:item", args=[now.kind, now.code])
    for person in _to(stands):
        letters.write(person, about=about, subject=subject, text=text, link=link)


def _when(left: int, review_by: date) -> str:
    count = f"{abs(left)} day{'' if abs(left) == 1 else 's'}"
    if left < 0:
        return f"It was to be looked at again by {review_by}, {count} ago, and reads “Review overdue” since."
    return f"It is to be looked at again by {review_by}, {f'in {count}' if left else 'today'}."


def _to(stands: Live) -> Iterable[User]:
    """Those who can act: chief editors, who submitted the edition, and who reviewed it last."""
    chiefs = User.objects.filter(groups__name=roles.CHIEF_EDITOR).values_list("pk", flat=True)
    people = {*chiefs, stands.submitter, *stands.reviewers}
    return User.objects.filter(pk__in=people - {None}, is_active=True)
