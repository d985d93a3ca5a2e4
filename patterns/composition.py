"""A pattern as a document: compose from working rows, apply to them, find those that cite a source."""

from django.db import transaction

from history.codes import LETTERS, claim, next_code
from history.rows import match_rows
from library.documents import FORMAT, Document, cited_keys
from library.models import Edition
from patterns.families import shared_as
from patterns.models import Family, Pattern
from sources.composition import bibliography

TEXTS = ("title", "subtitle", "in_brief", "fits_when", "does_not_fit_when", "structure")
ROWS = {
    "sub_variants": ("code", "name", "description"),
    "clauses": ("code", "title", "text", "negotiate"),
    "kill_list": ("code", "move", "mechanism", "mitigation", "grounding"),
    "precedents": ("code", "title", "forum", "date", "status", "source", "relevance"),
    "anchors": ("code", "source", "finding"),
}


class AddressTaken(ValueError):
    """A slug under which something else is or was published."""

    field = "slug"


def compose(code: str) -> Document:
    """Return the document of pattern `code`, with every cited source that exists inside.

    Raises LookupError when there is no such pattern.
    """
    pattern = Pattern.objects.select_related("family").filter(code=code).first()
    if pattern is None:
        raise LookupError(f"there is no pattern {code}")
    document = {
        "format": FORMAT,
        "kind": "pattern",
        "code": pattern.code,
        "slug": pattern.slug,
        "family": {"slug": pattern.family.slug, "name": pattern.family.name},
        "tags": pattern.tags,
        **{field: getattr(pattern, field) for field in TEXTS},
        **{name: list(getattr(pattern, name).values(*fields)) for name, fields in ROWS.items()},
    }
    return {**document, "bibliography": bibliography(cited_keys(document))}


def blank(code: str, slug: str, title: str, family: dict) -> Document:
    """Return the document of a pattern that has nothing but its identity."""
    texts = {**dict.fromkeys(TEXTS, ""), "title": title}
    rows = {name: [] for name in ROWS}
    identity = {"format": FORMAT, "kind": "pattern", "code": code, "slug": slug, "family": family, "tags": []}
    return {**identity, **texts, **rows, "bibliography": []}


def give_codes(document: Document) -> Document:
    """Return `document` with a new code for every row that has none; the codes are taken for ever."""
    rows = {
        name: [row if row["code"] else {**row, "code": next_code(document["code"], name)} for row in document[name]]
        for name in ROWS
    }
    return {**document, **rows}


def finish(document: Document) -> Document:
    """Return the document that saving a form with the content `document` makes: new rows have their codes."""
    return give_codes(document)


@transaction.atomic
def apply(document: Document) -> None:
    """Make the working rows of the pattern equal to `document`, creating it when new.

    Sources are read, never written: the document's own copies stay out. Raises CodeTaken for a code that
    belongs to something else, AddressTaken for a slug that does, ValueError for a family that is not there.
    """
    code = document["code"]
    claim({code: "pattern", **row_codes(document)}, code)
    check_address("pattern", code, document["slug"], Pattern)
    family = Family.objects.filter(slug=document["family"]["slug"]).first()
    if family is None:
        raise ValueError(f"there is no family “{document['family']['slug']}”; add it first")
    values = {field: document[field] for field in ("slug", "tags", *TEXTS)}
    pattern, _ = Pattern.objects.update_or_create(code=code, defaults={**values, "family": family})
    for name, fields in ROWS.items():
        match_rows(
            getattr(pattern, name),
            "code",
            [{field: row[field] for field in fields} for row in document[name]],
        )


def row_codes(document: Document) -> dict[str, str]:
    """Return the code of every row with what it names. Raises ValueError for one that stands twice."""
    wanted = {}
    for name in ROWS:
        for row in document[name]:
            if row["code"] in wanted:
                raise ValueError(f"the code {row['code']} stands twice; every row has its own")
            wanted[row["code"]] = LETTERS[name][1]
    return wanted


def reads(document: Document) -> set[str]:
    """Return the names of the shared records that stand inside `document`: cited keys and the family."""
    return cited_keys(document) | {shared_as(document["family"]["slug"])}


def check_address(kind: str, code: str, slug: str, model) -> None:
    """Raise AddressTaken when `slug` is or ever was the public or working address of another item."""
    holder = model.objects.filter(slug=slug).exclude(code=code).values_list("code", flat=True).first()
    holder = holder or (
        Edition.objects.filter(kind=kind, slug=slug).exclude(code=code).values_list("code", flat=True).first()
    )
    if holder:
        raise AddressTaken(f"the address “{slug}” belongs to {holder}; choose another slug")


def codes() -> list[str]:
    """Return the codes of all patterns."""
    return list(Pattern.objects.order_by("code").values_list("code", flat=True))


def title(document: Document) -> str:
    """Return the name under which lists show the pattern."""
    return document["title"]
