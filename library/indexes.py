"""The indexes of patterns and partnerships: what they are narrowed and ordered by, what they show, their files."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from library.definitions import GRADES, STATUSES, WORDS, anchor_of, lowest_grade
from library.listings import LISTED, listed
from library.models import Exhibited, Kind, Standing
from library.moments import Moment, today
from library.selections import BETWEEN, Facet, Order, Row, Selection
from library.sorting import fold
from library.typography import curly

CHUNK = 500  # rows of a file that are read at once
STANDINGS = {one: WORDS[one] for one in ("verified", "review-overdue", "retired")}
GROUNDINGS = {one: WORDS[one] for one in ("documented", "inferred")}
PUBLISHED = {grade: word for grade, word in GRADES.items() if grade != "rumored"}
NAME, REVIEWED = Order("name", "Name"), Order("reviewed", "Newest review", is_descending=True)
PATTERN_ORDERS = [
    Order("family", "Family", has_headings=True),
    NAME,
    Order("newest", "Newest edition", is_descending=True),
    REVIEWED,
]
PARTNERSHIP_ORDERS = [Order("newest", "Newest announced", is_descending=True), NAME, REVIEWED]
CHOSEN = ("pk", "code", "sort_key", "state", "review_by", "reviewed_on", "extract__facets")

NO_STATUS = "“{}” is not a status that a partnership can have."
NO_GRADE = "“{}” is not a grade of confidence."
NO_COUNTRY = "No published partnership has a party from “{}”."
NO_YEAR = "No published partnership was announced in “{}”."
# The facets that index and matrix have alike.
STATUS = Facet("status", "Status", NO_STATUS, STATUSES)
CONFIDENCE = Facet("confidence", "Confidence", NO_GRADE, PUBLISHED)
COUNTRY = Facet("country", "Country", NO_COUNTRY)
YEAR = Facet("year", "Announced in", NO_YEAR, newest_first=True)
PARTY = Facet("party", "Party", "No published partnership names “{}” as a party.")


@dataclass(frozen=True)
class Index:
    """One index: what `query` selects at a moment, and how a few of its rows are shown and written to a file."""

    name: str
    select: Callable[[Moment, QueryDict], Selection]
    show: Callable[[Moment, list[Row]], list[dict[str, Any]]]
    columns: tuple[str, ...]
    cells: Callable[[dict[str, Any], str], list[Any]]

    def lines(self, moment: Moment, selection: Selection, origin: str) -> Iterator[list[Any]]:
        """Yield the cells of every row of `selection`, all pages, with addresses on `origin`."""
        rows = selection.rows
        for start in range(0, len(rows), CHUNK):
            for shown in self.show(moment, rows[start : start + CHUNK]):
                yield self.cells(shown, origin)


def kept(moment: Moment) -> dict[str, str]:
    """What every link of a list keeps."""
    return {"as-of": moment.links.day} if moment.day else {}


def standing_anchor(row: dict, moment: Moment) -> str:
    """Return the anchor of the word for an item's standing on the day looked at."""
    if row["state"] == Standing.State.RETIRED:
        return "retired"
    return "review-overdue" if row["review_by"] < (moment.day or today()) else "verified"


def grouped(rows: list[dict]) -> list[dict[str, Any]]:
    """Return neighbours of the same `group` (anchor and word) together, as they stand."""
    together = groupby(rows, key=lambda row: row["group"])
    return [{"anchor": anchor, "word": word, "rows": list(members)} for (anchor, word), members in together]


def select_patterns(moment: Moment, query: QueryDict) -> Selection:
    """Return the patterns that `query` leaves; the lowest grade is that of the partnerships shown with a pattern."""
    found = _standings(moment, Kind.PATTERN).values(*CHOSEN, "family_slug", "family_name", "edition__position")
    grades, rows, families = _grades(moment), [], {}
    for row in found:
        families[row["family_slug"]] = row["family_name"]
        values = {
            "family": [row["family_slug"]],
            "status": [standing_anchor(row, moment)],
            "confidence": [lowest_grade(grades[row["code"]])] if grades[row["code"]] else [],
            **row["extract__facets"],
        }
        keys = {
            "family": f"{fold(row['family_name'])} {row['family_slug']}".replace(BETWEEN, " "),
            "newest": f"{row['edition__position']:012d}",
            "reviewed": row["reviewed_on"].isoformat(),
        }
        rows.append(Row(row["pk"], row["code"], row["sort_key"], values, keys))
    facets = [
        Facet("family", "Family", "No published pattern belongs to a family “{}”.", by_name(families)),
        Facet("status", "Status", "“{}” is not a status that a pattern can have.", STANDINGS),
        Facet("confidence", "Lowest confidence", NO_GRADE, PUBLISHED),
        Facet("grounding", "Grounding", "“{}” is not a grounding that a move can have.", GROUNDINGS),
    ]
    return Selection(rows, facets, PATTERN_ORDERS, query, kept(moment))


def show_patterns(moment: Moment, rows: list[Row]) -> list[dict[str, Any]]:
    """Return what the index shows of `rows`, in their order; what has been withheld meanwhile is left out."""
    grades = _grades(moment)
    return [
        {
            **listed(row, moment),
            "group": (row["family_slug"], curly(row["family_name"])),
            "partnerships": len(grades[row["code"]]),
            "lowest": lowest_grade(grades[row["code"]]),
            "standing_word": WORDS[standing_anchor(row, moment)],
        }
        for row in _in_order(moment, rows, *LISTED, "family_slug", "family_name")
    ]


def select_partnerships(moment: Moment, query: QueryDict) -> Selection:
    """Return the partnerships that `query` leaves."""
    found = _standings(moment, Kind.PARTNERSHIP).values(*CHOSEN, "status", "confidence", "announced")
    rows = [partnership_row(row) for row in found]
    titles = dict(_standings(moment, Kind.PATTERN).order_by("sort_key").values_list("code", "title"))
    shown = Facet("pattern", "Pattern", "No published pattern has the code “{}”.", titles)
    return Selection(rows, [shown, STATUS, CONFIDENCE, COUNTRY, PARTY, YEAR], PARTNERSHIP_ORDERS, query, kept(moment))


def partnership_row(row: dict, **more: list[str]) -> Row:
    """Return what choosing needs of a partnership's standing, with `more` values to choose it by."""
    values = {
        **row["extract__facets"],
        "status": [row["status"]] if row["status"] else [],
        "confidence": [row["confidence"]],
        **more,
    }
    keys = {"newest": row["announced"], "reviewed": row["reviewed_on"].isoformat()}
    return Row(row["pk"], row["code"], row["sort_key"], values, keys)


def show_partnerships(moment: Moment, rows: list[Row]) -> list[dict[str, Any]]:
    """Return what the index shows of `rows`, in their order; what has been withheld meanwhile is left out."""
    return [
        {
            **listed(row, moment),
            "status_word": STATUSES.get(row["status"], ""),
            "confidence_word": GRADES[row["confidence"]],
            "confidence_anchor": anchor_of(row["confidence"]),
            "standing_word": WORDS[standing_anchor(row, moment)],
            "facets": row["extract__facets"],
        }
        for row in _in_order(moment, rows, *LISTED, "announced", "status", "extract__facets")
    ]


def _standings(moment: Moment, kind: Kind) -> QuerySet:
    return moment.standings().extracted().filter(kind=kind)


def _in_order(moment: Moment, rows: list[Row], *columns: str) -> list[dict]:
    """The standings of `rows` with these columns, in the order of `rows`."""
    found = {
        row["pk"]: row for row in moment.standings().filter(pk__in=[row.pk for row in rows]).values("pk", *columns)
    }
    return [found[row.pk] for row in rows if row.pk in found]


def _grades(moment: Moment) -> dict[str, list[str]]:
    """The grades of the partnerships that show each pattern, by its code."""
    grades = defaultdict(list)
    exhibited = Exhibited.objects.filter(standing__in=moment.standings())
    for code, grade in exhibited.values_list("pattern", "standing__confidence"):
        grades[code].append(grade)
    return grades


def by_name(words: dict[str, str]) -> dict[str, str]:
    """Return values with their words, in the order of the words."""
    return dict(sorted(words.items(), key=lambda one: fold(one[1])))


def _pattern_cells(row: dict, origin: str) -> list[Any]:
    family = row["group"][1]
    said = [row[name] for name in ("code", "title", "subtitle")]
    rest = [row["partnerships"], GRADES.get(row["lowest"], "")]
    return [*said, family, *rest, *_reviewed_cells(row), origin + row["edition_href"]]


def _partnership_cells(row: dict, origin: str) -> list[Any]:
    said = [row[name] for name in ("code", "title", "announced", "status_word", "confidence_word")]
    several = ["; ".join(row["facets"][name]) for name in ("pattern", "country", "party")]
    return [*said, *several, *_reviewed_cells(row), origin + row["edition_href"]]


def _reviewed_cells(row: dict) -> list[Any]:
    days = [row[name].isoformat() for name in ("reviewed_on", "review_by")]
    return [row["standing_word"], row["number"], days[0], row["reviewed_by"], days[1]]


REVIEWED_COLUMNS = ("standing", "edition", "reviewed on", "reviewed by", "review by", "address")
PATTERNS = Index(
    "patterns",
    select_patterns,
    show_patterns,
    ("code", "title", "subtitle", "family", "partnerships", "lowest confidence", *REVIEWED_COLUMNS),
    _pattern_cells,
)
PARTNERSHIPS = Index(
    "partnerships",
    select_partnerships,
    show_partnerships,
    ("code", "name", "announced", "status", "confidence", "patterns", "countries", "parties", *REVIEWED_COLUMNS),
    _partnership_cells,
)
