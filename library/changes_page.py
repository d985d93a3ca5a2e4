"""The page of changes: what it is narrowed by, and the acts by day."""

from itertools import groupby
from typing import Any

from django.http import QueryDict

from library import changes
from library.changes import Change, Outline
from library.history_page import ACTS
from library.indexes import by_name, kept
from library.models import Kind
from library.moments import Moment
from library.scopes import LIBRARY, Followed, Scope
from library.selections import Facet, Order, Row, Selection

KINDS = {Kind.PATTERN.value: "Patterns", Kind.PARTNERSHIP.value: "Partnerships"}
KIND = Facet("kind", "Kind", "“{}” is no kind of entry.", KINDS)
ACT = Facet(
    "act", "What happened", "“{}” is nothing that happens to an entry.", {str(act): ACTS[act] for act in ACTS}
)
NO_FAMILY = "Nothing that changed belongs to a family “{}”."
NEWEST = Order("newest", "Newest", is_descending=True)


def select(happened: list[Outline], moment: Moment, query: QueryDict) -> Selection:
    """Return the acts of `happened` that `query` leaves, newest first."""
    families = {slug: name for one in reversed(happened) for slug, name in one.families.items()}
    facets = [KIND, ACT, Facet("family", "Family", NO_FAMILY, by_name(families))]
    return Selection([_row(one) for one in happened], facets, [NEWEST], query, kept(moment))


def _row(one: Outline) -> Row:
    values = {"kind": [one.kind], "act": [one.act], "family": [*one.families]}
    return Row(one.position, one.code, "", values, {"newest": f"{one.position:012d}"})


def days(happened: list[Outline], rows: list[Row], moment: Moment) -> list[dict[str, Any]]:
    """Return the acts of `rows` by day, as the page shows them, in their order."""
    by_position = {one.position: one for one in happened}
    told = changes.told([by_position[row.pk] for row in rows])
    together = groupby(told, key=lambda change: change.time.date().isoformat())
    return [{"day": day, "changes": [_shown(change, moment) for change in of_day]} for day, of_day in together]


def _shown(change: Change, moment: Moment) -> dict[str, Any]:
    links = moment.links
    return {
        "change": change,
        "kind_word": Kind(change.kind).label,
        "href": change.page(links),
        "ledger": change.ledger(links),
        "shows": [{"code": code, "href": links.to("permanent-id", code)} for code in change.shows],
        "no_longer": [{"code": code, "href": links.to("permanent-id", code)} for code in change.no_longer],
        "successor": links.to("permanent-id", change.successor) if change.successor else "",
    }


def followed(selection: Selection) -> tuple[Scope, str]:
    """Return what a reader of the page as it is narrowed follows, with its name: one family, else the library."""
    options = selection.facets[-1]["options"]
    families = [option for option in options if option["is_chosen"]]
    if len(families) != 1 or selection.unknown:
        return LIBRARY, ""
    return Scope(Followed.FAMILY, families[0]["value"]), families[0]["word"]
