"""Which standing editions are to be looked at again, and by when."""

from datetime import date, timedelta

from library.models import Standing
from reviews.live import Live, lives

SOON = timedelta(days=30)


def due_by(day: date, within: timedelta = SOON) -> list[Live]:
    """Return what is overdue on `day` or falls due `within` that time, the longest overdue first."""
    verified = Standing.objects.latest().filter(state=Standing.State.VERIFIED, review_by__lte=day + within)
    return lives(verified.order_by("review_by", "sort_key", "code"))
