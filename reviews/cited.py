"""The sources that a piece of a document cites, with their pinpoints, to stand beside the claim."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from library.prose import citations
from library.references import described


@dataclass
class CitedSource:
    """One source beside a claim: its record in words (None for a key nobody knows) and where in it to look."""

    key: str
    record: dict[str, Any] | None
    pinpoints: list[str] = field(default_factory=list)


def cited_in(parts: list[Any], bibliography: list[dict]) -> list[CitedSource]:
    """Return the sources that `parts` (texts, rows, lists) cite, each once, in order of first citation."""
    known = {record["key"]: record for record in bibliography}
    found: dict[str, CitedSource] = {}
    for part in parts:
        for key, pinpoint in _places(part):
            record = described(known[key]) if key in known else None
            source = found.setdefault(key, CitedSource(key, record))
            if pinpoint and pinpoint not in source.pinpoints:
                source.pinpoints.append(pinpoint)
    return list(found.values())


def _places(part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, str):
        yield from ((citation.key, citation.pinpoint) for citation in citations(part))
    elif isinstance(part, list):
        for inner in part:
            yield from _places(inner)
    elif isinstance(part, dict):
        if isinstance(part.get("source"), str) and part["source"]:
            yield part["source"], part.get("pinpoint", "")
        for inner in part.values():
            yield from _places(inner)
