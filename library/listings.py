"""What stands at a moment, listed and counted: families, what is new, how much there is."""

from typing import Any

from django.db.models import Count, Q

from library.definitions import SCORES
from library.documents import parse
from library.models import Cited, Exhibited, Kind, LedgerEntry, Standing
from library.moments import Moment, today
from library.typography import curly, typeset

LISTED = (
    *("kind", "code", "slug", "title", "subtitle", "number", "state", "confidence"),
    *("reviewed_on", "reviewed_by", "review_by"),
)
RECENT = 6


def families(moment: Moment) -> list[dict[str, Any]]:
    """Return the families with their patterns, both by name."""
    patterns = moment.standings().filter(kind=Kind.PATTERN).order_by("sort_key", "code")
    shown = _shown_by(moment)
    found: dict[str, dict] = {}
    for row in patterns.values(*LISTED, "family_slug", "family_name"):
        family = {"slug": row["family_slug"], "name": curly(row["family_name"]), "patterns": []}
        family = found.setdefault(row["family_slug"], family)
        family["patterns"].append(listed(row, moment) | {"partnerships": shown.get(row["code"], 0)})
    return sorted(found.values(), key=lambda family: family["name"])


def _shown_by(moment: Moment) -> dict[str, int]:
    exhibited = Exhibited.objects.filter(standing__in=moment.standings())
    return dict(exhibited.values_list("pattern").annotate(Count("pk")).order_by())


def listed(row: dict, moment: Moment) -> dict:
    """Return the columns LISTED of a standing as lists show them, with its address and that of its edition."""
    return {
        **typeset(row, "title", "subtitle", "reviewed_by", "family_name"),
        "href": moment.links.item(row["kind"], row["slug"], row["number"]),
        "edition_href": moment.links.edition(row["kind"], row["slug"], row["number"]),
        "is_retired": row["state"] == Standing.State.RETIRED,
        "is_overdue": is_overdue(row, moment),
        "is_single_source": row["confidence"] == "single_source",
    }


def is_overdue(row: dict, moment: Moment) -> bool:
    """Say whether the item reads *Review overdue* on the day looked at, as its own page does."""
    return row["state"] == Standing.State.VERIFIED and row["review_by"] < (moment.day or today())


def recently_verified(moment: Moment) -> list[dict[str, Any]]:
    """Return the items published or reaffirmed last, newest first."""
    verified = moment.standings().filter(state=Standing.State.VERIFIED).order_by("-from_position")
    return [listed(row, moment) for row in verified.values(*LISTED)[:RECENT]]


def counts(moment: Moment) -> dict[str, Any]:
    """Return how much the library holds at this moment; every number is counted when it is asked for.

    What is retired is counted for itself, not among the patterns and partnerships.
    """
    verified = Q(state=Standing.State.VERIFIED)
    standing = moment.standings().aggregate(
        patterns=Count("pk", filter=verified & Q(kind=Kind.PATTERN)),
        partnerships=Count("pk", filter=verified & Q(kind=Kind.PARTNERSHIP)),
        single_source=Count("pk", filter=verified & Q(confidence="single_source")),
        retired=Count("pk", filter=Q(state=Standing.State.RETIRED)),
    )
    cited = Cited.objects.filter(standing__in=moment.standings()).aggregate(sources=Count("key", distinct=True))
    public = moment.entries().aggregate(
        entries=Count("pk"), editions=Count("pk", filter=Q(act=LedgerEntry.Act.PUBLICATION))
    )
    return {**standing, **cited, **public}


def rows_and_scores(moment: Moment) -> dict[str, Any]:
    """Return how many moves, clauses, precedents, anchors and scores the standing documents hold."""
    totals = dict.fromkeys(("moves", "clauses", "precedents", "anchors"), 0)
    scored = dict.fromkeys(SCORES, 0)
    for body in moment.standings().values_list("edition__document", flat=True):
        document = parse(bytes(body))
        for name, rows in (("moves", "kill_list"), ("clauses",) * 2, ("precedents",) * 2, ("anchors",) * 2):
            totals[name] += len(document.get(rows, []))
        for exhibit in document.get("exhibits", []):
            for score in exhibit["scores"]:
                scored[score["score"]] += 1
    return {**totals, "scores": scored}


def first_day(moment: Moment) -> str:
    """Return the day of the first publication when nothing had been published at this moment, else nothing."""
    if moment.position != 0:
        return ""
    first = LedgerEntry.objects.values_list("time", flat=True).first()
    return first.date().isoformat() if first else ""
