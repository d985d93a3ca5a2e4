"""A family as a document; its name stands inside every pattern of the family."""

from django.db import transaction
from django.db.models import Q

from history import timeline
from history.models import Draft
from library.documents import FORMAT, Document
from patterns.models import Family, Pattern


def compose(code: str) -> Document:
    """Return the document of the family with slug `code`. Raises LookupError when there is none."""
    family = Family.objects.filter(slug=code).first()
    if family is None:
        raise LookupError(f"there is no family {code}")
    return {
        "format": FORMAT,
        "kind": "family",
        "code": family.slug,
        "name": family.name,
        "description": family.description,
    }


def copy_of(document: Document) -> dict:
    """Return what of the family `document` stands inside its patterns."""
    return {"slug": document["code"], "name": document["name"]}


def with_copy(document: Document, copy: dict) -> Document:
    """Return `document` with `copy` in the place of the name of the same family, if it is in that family."""
    return {**document, "family": copy} if document.get("family", {}).get("slug") == copy["slug"] else document


def blank(code: str, name: str) -> Document:
    """Return the document of a family that has nothing but its name."""
    return {"format": FORMAT, "kind": "family", "code": code, "name": name, "description": ""}


def apply(document: Document) -> None:
    """Write the family that `document` describes."""
    values = {"name": document["name"], "description": document["description"]}
    Family.objects.update_or_create(slug=document["code"], defaults=values)


def correct(document: Document, *, by, note: str, contributors: timeline.People = None) -> Draft | None:
    """Save a new or renamed family and recompose its patterns; return its version, None if nothing changed.

    `contributors` wrote what is restored.
    """
    with transaction.atomic():
        timeline.hold({shared_as(document["code"])}, exclusive=True)
        credit = {"by": by, "contributors": contributors}
        saved = timeline.save("family", document["code"], document, note=note, **credit)
        if saved:
            members = Pattern.objects.filter(family__slug=document["code"]).values("code")
            which, through = Q(kind="pattern", code__in=members), shared_as(document["code"])
            timeline.recompose(which, note=f"Family changed: {note}", through=through, **credit)
        return saved


def shared_as(code: str) -> str:
    """Return the name under which the family is locked."""
    return f"family/{code}"


def reads(document: Document) -> set[str]:
    """No shared record stands inside this document."""
    return set()


def codes() -> list[str]:
    """Return the slugs of all families."""
    return list(Family.objects.order_by("slug").values_list("slug", flat=True))


def title(document: Document) -> str:
    """Return the name under which lists show the family."""
    return document["name"]
