"""Finding what a deal check is about: the pattern that stood, the edition that was answered, what stands now."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict

from library import deal_check, lookups, withheld
from library.addresses import LATEST
from library.deal_check import Answers, Changes
from library.documents import Document, parse
from library.models import NUMBER, Kind, Standing
from library.moments import Moment

STOOD = (
    *("kind", "code", "slug", "number", "title", "subtitle", "state", "edition__document"),
    *(f"edition__{name}" for name in withheld.TOLD),
)


def stood(moment: Moment, slug: str) -> dict[str, Any] | None:
    """Return the columns STOOD of the pattern that has or once had `slug`, None if it did not stand at `moment`.

    Raises Http404 if there never was one, Unavailable when the edition that stood is withheld.
    """
    at = Standing.objects.latest() if moment.position is None else Standing.objects.at(moment.position)
    found = at.filter(kind=Kind.PATTERN, code=lookups.code_of(Kind.PATTERN, slug)).values(*STOOD).first()
    if found:
        withheld.refuse(found, "edition__")
    return found


def edition(slug: str, number: str) -> dict[str, Any] | None:
    """Return the edition `number` that an address names, whatever that is; None if there is none.

    Raises Unavailable when it is withheld.
    """
    return lookups.edition(Kind.PATTERN, slug, number, "document") if NUMBER.fullmatch(number) else None


def edition_at(slug: str, number: str, position: int) -> dict[str, Any] | None:
    """Return the same with the last position up to `position` at which it stood."""
    if not NUMBER.fullmatch(number):
        return None
    return lookups.edition_at(Kind.PATTERN, slug, number, position, "document")


@dataclass(frozen=True)
class Check:
    """The answers of an address to one edition, which `moment` (a day) found standing or had seen standing before."""

    edition: dict[str, Any]
    moment: Moment
    asked: QueryDict

    @cached_property
    def pattern(self) -> Document:
        return parse(bytes(self.edition["document"]))

    @cached_property
    def moves(self) -> list[str]:
        return [row["code"] for row in self.pattern["kill_list"]]

    @cached_property
    def answers(self) -> Answers:
        return deal_check.read(self.asked.lists(), self.moves)

    @property
    def day(self) -> str:
        return self.moment.day.isoformat()

    @property
    def address(self) -> str:
        """The path at which this checklist stays, with all that was answered in a way that could be read."""
        return LATEST.to("checklist", self.edition["slug"]) + self._query(self.day)

    @property
    def answering(self) -> str:
        """The path of the form with these answers, as of the same day; on that day it leads to the plain form."""
        return LATEST.to("check-form", self.edition["slug"]) + self._query(self.day)

    @property
    def carrying(self) -> str:
        """The path of the form of whichever edition stands when it is opened, with these answers."""
        return LATEST.to("check-form", self.edition["slug"]) + self._query()

    @property
    def anew(self) -> str:
        """The path of a checklist of the same edition as of whichever day it is opened on."""
        return LATEST.to("checklist", self.edition["slug"]) + self._query()

    def _query(self, day: str = "") -> str:
        return "?" + deal_check.query(self.edition["number"], self.answers.given, day)

    @cached_property
    def reviewed(self) -> dict[str, Any]:
        """When and by whom the edition had been reviewed last, and whether it stood as retired."""
        standing = Standing.objects.at(self.edition["last_position"]).filter(kind=Kind.PATTERN)
        return standing.filter(code=self.edition["code"]).values("reviewed_on", "reviewed_by", "state").get()

    @cached_property
    def now(self) -> dict[str, Any] | None:
        """What stands of the pattern now; None when that is withheld."""
        latest = Standing.objects.latest().shown().filter(kind=Kind.PATTERN, code=self.edition["code"])
        return latest.values("slug", "number", "state", "edition__document").first()

    @property
    def changes(self) -> Changes | None:
        """What the edition that stands now made of the moves; None when it is this one, or withheld."""
        if self.now is None or self.now["number"] == self.edition["number"]:
            return None
        now = parse(bytes(self.now["edition__document"]))
        return deal_check.changes(self.pattern["kill_list"], now["kill_list"])
