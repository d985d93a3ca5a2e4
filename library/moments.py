"""When a reader looks at the library: now, or as it stood at the end of a past day (`?as-of=`)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial, wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from library import frame, withheld
from library.addresses import LATEST, Links
from library.ledger import position_at_end_of
from library.models import LedgerEntry, Standing, StandingQuerySet
from library.withheld import Unavailable

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def today() -> date:
    """Return the day it is, UTC."""
    return timezone.now().date()


@dataclass(frozen=True)
class Moment:
    """A position of the ledger with the day whose end it was; both None for now."""

    position: int | None = None
    day: date | None = None

    @classmethod
    def of_day(cls, day: date) -> "Moment":
        """The end of a past `day`."""
        return cls(position_at_end_of(day), day)

    @property
    def links(self) -> Links:
        return Links(day=self.day.isoformat()) if self.day else LATEST

    def standings(self) -> StandingQuerySet:
        """What stood at this moment and is not withheld now."""
        stood = Standing.objects.latest() if self.position is None else Standing.objects.at(self.position)
        return stood.shown()

    def entries(self):
        """The ledger's entries up to this moment."""
        entries = LedgerEntry.objects.all()
        return entries if self.position is None else entries.filter(position__lte=self.position)


NOW = Moment()


def reading(view: Callable | None = None, *, on_today: Callable | None = None) -> Callable:
    """Make `view(request, moment, ...)` a reading page: read only, and `?as-of=` turned into its moment.

    A day that cannot be read is answered with 400, what is withheld with 451; today and later lead to the
    plain address, or are answered by `on_today(request, day, ...)` where there is one.
    """
    if view is None:
        return partial(reading, on_today=on_today)

    @require_safe
    @wraps(view)
    def read(request: HttpRequest, *arguments, **named) -> HttpResponse:
        try:
            return at_its_moment(request, *arguments, **named)
        except Unavailable as found:
            return withheld.answer(request, found)

    def at_its_moment(request: HttpRequest, *arguments, **named) -> HttpResponse:
        asked = request.GET.get("as-of", "")
        if not asked:
            return view(request, NOW, *arguments, **named)
        day = parse_day(asked)
        if day is None:
            return bad_day(asked)
        if day < today():
            return view(request, Moment.of_day(day), *arguments, **named)
        if on_today:
            return on_today(request, day, *arguments, **named)
        return frame.public(redirect(without_day(request)))

    return read


def past_day(request: HttpRequest) -> Moment:
    """Return the moment that a request without a page asks for: the past day that it names, else now."""
    day = parse_day(request.GET.get("as-of", ""))
    return Moment.of_day(day) if day and day < today() else NOW


def parse_day(text: str) -> date | None:
    """Return the day written as `2026-06-29`, None for anything else."""
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def without_day(request: HttpRequest) -> str:
    """Return the address that was asked for, without `as-of` if it has one."""
    query = request.GET.copy()
    query.pop("as-of", None)
    return request.path + ("?" + query.urlencode() if query else "")


def bad_day(asked: str) -> HttpResponse:
    """Answer an `as-of` that is no day, and show what one looks like."""
    page = frame.draw("library/bad_day.html", {"asked": asked, "example": today().isoformat()})
    return HttpResponse(page, status=400)
