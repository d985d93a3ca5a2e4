"""A source as a document: its record, as it stands inside every document that cites it."""

from django.db import transaction

from history import timeline
from history.codes import CodeTaken
from history.models import Draft
from library.documents import FORMAT, Document
from sources.models import Source

FIELDS = (
    "kind",
    "title",
    "authors",
    "publisher",
    "published",
    "url",
    "archived_url",
    "doi",
    "accessed",
    "origin",
    "note",
)


def record_of(source: Source) -> dict:
    """Return the bibliographic record of `source`, every field present."""
    return {"key": source.key, **{field: getattr(source, field) for field in FIELDS}}


def bibliography(keys: set[str]) -> list[dict]:
    """Return the records of the sources `keys` that exist, sorted by key."""
    return [record_of(source) for source in sorted(Source.objects.filter(key__in=keys), key=lambda s: s.key)]


def compose(code: str) -> Document:
    """Return the document of the source with key `code`. Raises LookupError when there is none."""
    try:
        record = record_of(Source.objects.get(key=code))
    except Source.DoesNotExist:
        raise LookupError(f"there is no source {code}") from None
    return {"format": FORMAT, "source_kind": record.pop("kind"), **record, "kind": "source", "code": code}


def copy_of(document: Document) -> dict:
    """Return the record of the source `document`, as it stands inside what cites it."""
    fields = {field: document[field] for field in FIELDS if field != "kind"}
    return {"key": document["code"], "kind": document["source_kind"], **fields}


def with_copy(document: Document, copy: dict) -> Document:
    """Return `document` with the record `copy` in the place of the one of the same source, if it has one."""
    records = [copy if record["key"] == copy["key"] else record for record in document["bibliography"]]
    return {**document, "bibliography": records}


def blank(key: str, source_kind: str, title: str) -> Document:
    """Return the document of a source that has nothing but its key, kind and title."""
    record = {**dict.fromkeys(FIELDS, ""), "authors": [], "title": title}
    identity = {"format": FORMAT, "source_kind": source_kind, "key": key}
    return {**identity, **record, "kind": "source", "code": key}


def apply(document: Document) -> None:
    """Write the source that `document` describes. Raises ValueError for a key that differs only in case."""
    key = document["code"]
    refuse_namesake(key)
    values = {field: document[field] for field in FIELDS if field != "kind"}
    Source.objects.update_or_create(key=key, defaults={**values, "kind": document["source_kind"]})


def refuse_namesake(key: str) -> None:
    """Raise CodeTaken when another source's key differs from `key` only in capitals."""
    namesake = Source.objects.filter(key__iexact=key).exclude(key=key).first()
    if namesake:
        raise CodeTaken(f"the key {key} differs from {namesake.key} only in capitals; keys are told apart by letters")


def correct(document: Document, *, by, note: str, contributors: timeline.People = None) -> Draft | None:
    """Save a new or corrected source and recompose every draft that cites it, in one transaction.

    Returns the source's new version, or None if nothing changed. `contributors` wrote what is restored.
    """
    with transaction.atomic():
        timeline.hold({shared_as(document["code"])}, exclusive=True)
        credit = {"by": by, "contributors": contributors}
        saved = timeline.save("source", document["code"], document, note=note, **credit)
        if saved:
            about = f"Source {document['code']} corrected: {note}"
            timeline.recompose_citing(document["code"], note=about, **credit)
        return saved


def shared_as(code: str) -> str:
    """Return the name under which the source is locked: its key."""
    return code


def reads(document: Document) -> set[str]:
    """No shared record stands inside this document."""
    return set()


def codes() -> list[str]:
    """Return the keys of all sources."""
    return list(Source.objects.order_by("key").values_list("key", flat=True))


def title(document: Document) -> str:
    """Return the name under which lists show the source."""
    return document["title"]
