"""What the examples of the API's page name: things that are published, so that each of them has an answer."""

from typing import Any

from django.db.models import Count

from library.documents import parse
from library.lookups import newest_position
from library.models import Cited, Edition, Kind
from library.moments import Moment

# By the first part of an operation's path: its parameters, with what to write for them.
Examples = dict[str, dict[str, str]]


def of(moment: Moment) -> Examples:
    """Return what stood at `moment` and is not withheld; of what there is none the description names something."""
    patterns, partnerships = _item(moment, Kind.PATTERN), _item(moment, Kind.PARTNERSHIP)
    key = Cited.objects.filter(standing__in=moment.standings()).order_by("key").values_list("key", flat=True).first()
    told = {"patterns": patterns, "partnerships": partnerships, "sources": {"key": key} if key else {}}
    if patterns:
        pattern, move = patterns["code"], patterns.pop("move")
        told |= {"id": {"code": move}, "matrix": {"pattern": pattern}}
        partnerships["pattern"] = told["sources"]["cited-by"] = pattern
    return told


def _item(moment: Moment, kind: Kind) -> dict[str, str]:
    """The item with most editions, which can be compared; of a pattern its family and its first move, too."""
    until = newest_position() if moment.position is None else moment.position
    published = Edition.objects.filter(kind=kind, position__lte=until, withheld__isnull=True)
    stood = moment.standings().filter(kind=kind)
    shown = published.filter(code__in=stood.values("code")).values("code")
    found = shown.annotate(editions=Count("pk")).order_by("-editions", "code").first()
    if found is None:
        return {}
    numbers = list(published.filter(code=found["code"]).order_by("position").values_list("number", flat=True))
    own: dict[str, Any] = stood.filter(code=found["code"]).values("code", "family_slug", "edition__document").get()
    named = {"code": own["code"], "number": numbers[-1], "old": numbers[0], "new": numbers[-1]}
    if kind == Kind.PATTERN:
        moves = parse(bytes(own["edition__document"]))["kill_list"]
        named |= {"family": own["family_slug"], "move": moves[0]["code"] if moves else own["code"]}
    return named
