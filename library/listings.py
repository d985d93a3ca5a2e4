"""What stands at a moment, listed and counted: families, partnerships with facets, what is new."""

from typing import Any

from django.db.models import Count, Q
from django.http import QueryDict

from library.definitions import GRADES, SCORES, STATUSES, anchor_of
from library.documents import parse
from library.models import Cited, Exhibited, Kind, LedgerEntry, Standing
from library.moments import Moment, today
from library.typography import curly, typeset

LISTED = (
    *("kind", "code", "slug", "title", "subtitle", "number", "state", "confidence"),
    *("reviewed_on", "reviewed_by", "review_by"),
)
FACETS = (("status", "Status", STATUSES), ("confidence", "Confidence", GRADES))
RECENT = 6


def families(moment: Moment) -> list[dict[str, Any]]:
    """Return the families with their patterns, both by name."""
    patterns = moment.standings().filter(kind=Kind.PATTERN).order_by("sort_key", "code")
    shown = _shown_by(moment)
    found: dict[str, dict] = {}
    for row in patterns.values(*LISTED, "family_slug", "family_name"):
        family = {"slug": row["family_slug"], "name": curly(row["family_name"]), "patterns": []}
        family = found.setdefault(row["family_slug"], family)
        family["patterns"].append(_listed(row, moment) | {"partnerships": shown.get(row["code"], 0)})
    return sorted(found.values(), key=lambda family: family["name"])


def _shown_by(moment: Moment) -> dict[str, int]:
    exhibited = Exhibited.objects.filter(standing__in=moment.standings())
    return dict(exhibited.values_list("pattern").annotate(Count("pk")).order_by())


def _listed(row: dict, moment: Moment) -> dict:
    return {
        **typeset(row, "title", "subtitle", "reviewed_by", "family_name"),
        "href": moment.links.item(row["kind"], row["slug"], row["number"]),
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
    return [_listed(row, moment) for row in verified.values(*LISTED)[:RECENT]]


def partnerships(moment: Moment, query: QueryDict) -> dict[str, Any]:
    """Return the partnerships that `query` leaves, newest first, and the facets with their counts.

    A facet's counts are those of the list without that facet; an unknown value leaves nothing and is named.
    """
    rows = [_partnership(row, moment) for row in _with_patterns(moment)]
    titles = dict(moment.standings().filter(kind=Kind.PATTERN).values_list("code", "title"))
    facets = [("pattern", "Pattern", titles), *FACETS]
    asked = {name: query.get(name, "") for name, _, _ in facets}
    known = {name: set(words).union(*(_several(row[name]) for row in rows)) for name, _, words in facets}
    return {
        "rows": [row for row in rows if _matches(row, asked)],
        "total": len(rows),
        "is_narrowed": any(asked.values()),
        "unknown": [
            {"name": name, "value": value} for name, value in asked.items() if value and value not in known[name]
        ],
        "spelled": _spelled(asked, known),
        "facets": [_facet(facet, rows, asked) for facet in facets],
    }


def _with_patterns(moment: Moment) -> list[dict]:
    standings = moment.standings().filter(kind=Kind.PARTNERSHIP).order_by("-announced", "sort_key", "code")
    listed = standings.values("pk", *LISTED, "announced", *(name for name, _, _ in FACETS))
    rows = {row["pk"]: {**row, "pattern": set()} for row in listed}
    for pk, code in Exhibited.objects.filter(standing__in=standings).values_list("standing", "pattern"):
        rows[pk]["pattern"].add(code)
    return list(rows.values())


def _partnership(row: dict, moment: Moment) -> dict:
    return {
        **_listed(row, moment),
        "status_word": STATUSES.get(row["status"], ""),
        "confidence_word": GRADES[row["confidence"]],
        "confidence_anchor": anchor_of(row["confidence"]),
    }


def _matches(row: dict, asked: dict[str, str]) -> bool:
    return all(not value or value == row[name] or value in _several(row[name]) for name, value in asked.items())


def _spelled(asked: dict[str, str], known: dict[str, set]) -> dict[str, str]:
    """The values that were asked for in another case, as they are spelled where only one fits."""
    spelled = {}
    for name, value in asked.items():
        fits = [one for one in known[name] if value not in known[name] and one.lower() == value.lower()]
        if len(fits) == 1:
            spelled[name] = fits[0]
    return spelled


def _several(value: Any) -> set:
    return value if isinstance(value, set) else set()


def _facet(facet: tuple, rows: list[dict], asked: dict[str, str]) -> dict:
    name, title, words = facet
    others = [row for row in rows if _matches(row, {**asked, name: ""})]
    options = [
        {
            "value": value,
            "word": curly(word),
            "count": sum(_matches(row, {name: value}) for row in others),
            "is_chosen": asked[name] == value,
        }
        for value, word in words.items()
    ]
    return {"name": name, "title": title, "options": [one for one in options if one["count"] or one["is_chosen"]]}


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
