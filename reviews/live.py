"""What stands of an item, with the people behind it: who wrote it, who submitted it, who reviewed it last."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from library.models import Standing
from reviews.models import Event, SignOff, Submission

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
    """Return the latest `standings` (a query) with their people, in their order; four statements in all."""
    found = list(standings.select_related("edition").defer("edition__document"))
    codes = {row.code for row in found}
    submissions = _published(codes)
    reviewers = _reviewers(codes, {key: rows[-1] for key, rows in submissions.items()})
    return [_live(row, submissions[row.kind, row.code], reviewers) for row in found]


def _published(codes: set[str]) -> dict[Key, list[dict]]:
    rows = Submission.objects.published().filter(code__in=codes).order_by("pk")
    found = defaultdict(list)
    for row in rows.values("pk", "kind", "code", "contributors", "submitted_by_id", "digest", "base_edition"):
        found[row["kind"], row["code"]].append(row)
    return found


def _reviewers(codes: set[str], newest: dict[Key, dict]) -> dict[Key, set[int]]:
    """Who reviewed each item last: the one who reaffirmed it, else those who signed what was published."""
    signed = defaultdict(set)
    signatures = SignOff.objects.filter(code__in=codes)
    for *named, user_id in signatures.values_list("kind", "code", "digest", "base_edition", "user_id"):
        signed[tuple(named)].add(user_id)
    found = {
        (kind, code): signed[kind, code, row["digest"], row["base_edition"]] for (kind, code), row in newest.items()
    }
    last = Event.objects.filter(code__in=codes, what__in=REVIEWS).order_by("kind", "code", "-pk")
    for event in last.distinct("kind", "code"):
        if event.what == Event.What.REAFFIRMED:
            found[event.kind, event.code] = {event.user_id}
    return found


def _live(standing: Standing, submissions: list[dict], reviewers: dict[Key, set[int]]) -> Live:
    return Live(
        standing=standing,
        writers=frozenset(person["id"] for row in submissions for person in row["contributors"]),
        reviewers=frozenset(reviewers.get((standing.kind, standing.code), ())),
        submitter=submissions[-1]["submitted_by_id"] if submissions else None,
    )
