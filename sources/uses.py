"""Where a source is used: the drafts whose rows cite it, and the live editions."""

from dataclasses import dataclass

from django.urls import reverse

from history.differences import tell
from history.models import Draft
from library.comparison import Change
from library.documents import ROW_KEYS, Document, cited_keys
from library.models import Cited


@dataclass(frozen=True)
class Use:
    """One item that cites the source: its title, address, and the names of the places where it does."""

    title: str
    address: str
    places: list[str]


def in_drafts(key: str) -> list[Use]:
    """Return the drafts that cite source `key`, with every field that does."""
    return [
        Use(draft.title, reverse(f"admin:{draft.kind}-edit", args=[draft.code]), places(draft.read(), key))
        for draft in Draft.objects.filter(cites__contains=[key])
    ]


def in_editions(key: str) -> list[Use]:
    """Return the live editions that cite source `key`."""
    cites = Cited.objects.filter(key=key, standing__until_position__isnull=True).select_related("standing")
    return [
        Use(standing.title, reverse(f"{standing.kind}-page", args=[standing.slug]), [f"edition {standing.number}"])
        for standing in (cited.standing for cited in cites.order_by("standing__sort_key"))
    ]


def places(document: Document, key: str) -> list[str]:
    """Return the names of the fields of `document` that cite `key`, such as “Kill list, STC-K1, mechanism”."""
    paths = _paths(document, key, ())
    return [told.where for told in tell([Change("reworded", path, "", "") for path in paths], document, document)]


def _paths(part: Document, key: str, path: tuple) -> list[tuple]:
    found = []
    for name, value in part.items():
        here = (*path, name)
        if name == "bibliography":
            continue
        if isinstance(value, list) and name in ROW_KEYS:
            rows = [row for row in value if isinstance(row, dict)]
            found += [inner for row in rows for inner in _paths(row, key, (*here, row[ROW_KEYS[name]]))]
        elif key in cited_keys({name: value}):
            found.append(here)
    return found
