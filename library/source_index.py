"""The index of sources: every source that a standing edition cites, once, in the copy of the newest one."""

from collections import defaultdict
from typing import Any

from django.http import QueryDict

from library.definitions import SOURCE_GRADES, SOURCE_KINDS, WORDS
from library.indexes import NAME, Index, kept
from library.models import Cited
from library.moments import Moment
from library.references import described
from library.selections import Facet, Order, Row, Selection

GRADES = ("primary-document", "party-statement", "research", "secondary")
ORDERS = [Order("grade", "Grade", has_headings=True), NAME, Order("newest", "Newest published", is_descending=True)]
COPY = ("pk", "key", "sort_key", "source_kind", "record__publisher", "record__published")
CITING = ("standing__code", "standing__title", "standing__sort_key")
RECORD = ("title", "publisher", "published", "url", "archived_url", "doi", "accessed", "origin")
FACETS = [
    Facet("kind", "Kind", "“{}” is not a kind of source.", SOURCE_KINDS),
    Facet("grade", "Grade", "“{}” is not a grade of a source.", {grade: WORDS[grade] for grade in GRADES}),
    Facet("publisher", "Publisher", "No source cited here was published by “{}”."),
    Facet("year", "Published in", "No source cited here was published in “{}”.", newest_first=True),
]


def select(moment: Moment, query: QueryDict) -> Selection:
    """Return the sources that `query` leaves; of a source's copies the one in the newest standing edition counts."""
    cited = Cited.objects.filter(standing__in=moment.standings())
    newest: dict[str, dict] = {}
    citing, titles = defaultdict(set), {}
    for row in cited.order_by("-standing__edition__position", "-pk").values(*COPY, *CITING):
        newest.setdefault(row["key"], row)
        citing[row["key"]].add(row["standing__code"])
        titles[row["standing__code"]] = (row["standing__sort_key"], row["standing__title"])
    named = {code: title for code, (_, title) in sorted(titles.items(), key=lambda one: one[1])}
    cited_by = Facet("cited-by", "Cited by", "Nothing published with the code “{}” cites a source.", named)
    rows = [_row(row, citing[key]) for key, row in newest.items()]
    return Selection(rows, [*FACETS, cited_by], ORDERS, query, kept(moment))


def _row(row: dict, citing: set[str]) -> Row:
    grade, published = SOURCE_GRADES[row["source_kind"]], row["record__published"]
    values = {
        "kind": [row["source_kind"]],
        "grade": [grade],
        "publisher": [row["record__publisher"]] if row["record__publisher"] else [],
        "year": [published[:4]] if published else [],
        "cited-by": sorted(citing),
    }
    return Row(
        row["pk"], row["key"], row["sort_key"], values, {"grade": str(GRADES.index(grade)), "newest": published}
    )


def show(moment: Moment, rows: list[Row]) -> list[dict[str, Any]]:
    """Return what the index shows of `rows`, in their order; what has been withheld meanwhile is left out."""
    cited = Cited.objects.filter(standing__in=moment.standings(), pk__in=[row.pk for row in rows])
    found = dict(cited.values_list("pk", "record"))
    return [
        {
            **described(found[row.pk]),
            "group": (grade := row.values["grade"][0], WORDS[grade]),
            "href": moment.links.to("source-page", row.code),
            "cited_by": row.values["cited-by"],
        }
        for row in rows
        if row.pk in found
    ]


def _cells(row: dict, origin: str) -> list[Any]:
    said = [row["key"], row["kind_word"], row["grade_word"], "; ".join(row["authors"])]
    return [*said, *(row[name] for name in RECORD), "; ".join(row["cited_by"]), origin + row["href"]]


COLUMNS = ("key", "kind", "grade", "authors", *(name.replace("_", " ") for name in RECORD), "cited by", "address")
SOURCES = Index("sources", select, show, COLUMNS, _cells)
