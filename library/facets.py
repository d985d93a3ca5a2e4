"""What indexes and matrix need of a published document, taken out of it once, at its publication."""

from typing import Any

from library.documents import Document
from library.models import Extract, Standing


def derive(standing: Standing, document: Document) -> None:
    """Write the extract of `document`, which `standing` lists, in the caller's transaction."""
    Extract.objects.create(standing=standing, facets=facets_of(document), grid=grid_of(document))


def facets_of(document: Document) -> dict[str, list[str]]:
    """Return the values that lists are narrowed by and that no column of Standing holds, each once, sorted."""
    if document["kind"] == "pattern":
        return {"grounding": _each_once(row["grounding"] for row in document["kill_list"])}
    return {
        "pattern": _each_once(exhibit["pattern"] for exhibit in document["exhibits"]),
        "country": _each_once(party["country"] for party in document["parties"]),
        "party": _each_once(party["name"] for party in document["parties"]),
        "year": _each_once([document["announced"][:4]]),
    }


def _each_once(values) -> list[str]:
    return sorted({value for value in values if value})


def grid_of(document: Document) -> list[dict[str, Any]]:
    """Return a pattern's moves in their order, or a partnership's scores: what the matrix draws its cells from."""
    if document["kind"] == "pattern":
        return [{name: move[name] for name in ("code", "move")} for move in document["kill_list"]]
    return [
        {name: score[name] for name in ("move", "score", "edition", "wording")}
        for exhibit in document["exhibits"]
        for score in exhibit["scores"]
    ]
