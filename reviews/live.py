"""What stands of an item, with the people behind it: who wrote it, who submitted it, who reviewed it last."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from library.models import LedgerEntry, Standing
from reviews.models import Event, SignOff, Submission

SOON = timedelta(days=30)
REVIEWS = (Event.What.PUBLISHED, Event.What.REAFFIRMED)
Key = tuple[str, str]


@dataclass(frozen=True)
class Live:
    """The standing edition of one item; people are ids of accounts.

    `writers` contributed to any published text of the item, so to some part of what stands; `reviewers` signed
    the edition or, later, reaffirmed it last.
    """

    standing: Standing
    writers: frozenset[int]
    reviewers: frozenset[int]
    submitter: int | None

    @property
    def edition(self):
        return self.standing.edition

    @property
    def is_verified(self) -> bool:
        return self.standing.state == Standing.State.VERIFIED


def live(kind: str, code: str) -> Live | None:
    """Return what stands of the item, None before its first publication."""
    return next(iter(lives(Standing.objects.latest().filter(kind=kind, code=code))), None)


def lives(standings: Iterable[Standing]) -> list[Live]:
    """Return the latest `standings` (a query) with their people, in their order; five statements in all."""
    found = list(standings.select_related("edition").defer("edition__document"))
    submissions = _published({row.code for row in found})
    reviewers = _reviewers(found)
    return [_live(row, submissions[row.kind, row.code], reviewers[row.kind, row.code]) for row in found]


def due_by(day: date, within: timedelta = SOON) -> list[Live]:
    """Return what is overdue on `day` or falls due `within` that time, the longest overdue first."""
    verified = Standing.objects.latest().filter(state=Standing.State.VERIFIED, review_by__lte=day + within)
    return lives(verified.order_by("review_by", "sort_key", "code"))


def _published(codes: set[str]) -> dict[Key, list[dict]]:
    rows = Submission.objects.published().filter(code__in=codes).order_by("pk")
    found = defaultdict(list)
    for row in rows.values("kind", "code", "contributors", "submitted_by_id"):
        found[row["kind"], row["code"]].append(row)
    return found


def _reviewers(standings: list[Standing]) -> dict[Key, set[int]]:
    """Who reviewed each item last: the one who reaffirmed it, else those whose sign-offs published it."""
    codes = {row.code for row in standings}
    entries = LedgerEntry.objects.filter(position__in={row.edition.position for row in standings})
    named = {
        (entry.kind, entry.code, person["section"], person["digest"], person["name"])
        for entry in entries
        for person in entry.read()["people"]
    }
    found = defaultdict(set)
    signatures = SignOff.objects.filter(code__in=codes)
    for *signed, user_id in signatures.values_list("kind", "code", "section", "section_digest", "name", "user_id"):
        if tuple(signed) in named:
            found[signed[0], signed[1]].add(user_id)
    last = Event.objects.filter(code__in=codes, what__in=REVIEWS).order_by("kind", "code", "-pk")
    for event in last.distinct("kind", "code"):
        if event.what == Event.What.REAFFIRMED:
            found[event.kind, event.code] = {event.user_id}
    return found


def _live(standing: Standing, submissions: list[dict], reviewers: set[int]) -> Live:
    return Live(
        standing=standing,
        writers=frozenset(person["id"] for row in submissions for person in row["contributors"]),
        reviewers=frozenset(reviewers),
        submitter=submissions[-1]["submitted_by_id"] if submissions else None,
    )
