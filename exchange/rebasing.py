"""Putting an exported corpus on top of what editors changed since: entry by entry, with the rules of every save."""

from dataclasses import dataclass

from exchange.corpus import Corpus
from exchange.reading import Entry, Items, Place, Problem, Text
from history import timeline
from history.differences import where
from history.merging import Conflict, Path, merge
from history.models import Draft
from library.documents import ROW_KEYS, Document, digest

# Where the format has another name for a field of the document.
IN_FILE = {"source": {"source_kind": "kind"}}


class Unknown(Exception):
    """An export of a text that this library never had."""


@dataclass(frozen=True)
class Exported:
    """What an export says about itself: the entry of exported.yaml for every item, by kind and code."""

    entries: dict[tuple[str, str], Entry]

    @classmethod
    def of(cls, corpus: Corpus) -> "Exported":
        return cls({(entry["kind"], entry["code"]): entry for entry in corpus.exported})

    def names(self, draft: Draft) -> bool:
        """Whether the folder was exported with `draft` in it."""
        return (draft.kind, draft.code) in self.entries

    def base(self, draft: Draft) -> Document | None:
        """Return the text of `draft` that was exported; None when nothing says so.

        The digest decides: in another library, or in one put back from a backup, the same text may have another
        number. Raises Unknown when no version ever had it.
        """
        entry = self.entries.get((draft.kind, draft.code))
        if entry is None:
            return None
        try:
            document = timeline.document_of(draft, int(entry["version"]))
        except LookupError:
            document = None
        if document is not None and digest(document) == entry["digest"]:
            return document
        version = timeline.version_of_digest(draft, entry["digest"])
        if version is None:
            raise Unknown
        return timeline.document_of(draft, version)

    def unknown(self, draft: Draft) -> Problem:
        """Return what is said of an entry whose text this library never had."""
        entry = self.entries[draft.kind, draft.code]
        return Problem(
            entry.place,
            f"this library never had the {draft.kind} {draft.code} as it was exported, so nobody can tell what was"
            " changed since; export again and change that, or take this entry out and import with --replace-edited",
        )


def on_top(base: Document, mine: Document, draft: Draft, entry: Entry) -> tuple[Document, list[Problem]]:
    """Return the draft with what the folder changed from `base`, and a problem for each thing that both changed.

    `entry` is where `mine` was read from.
    """
    merged = merge(base, mine, draft.read())
    return merged.document, [_problem(conflict, draft, entry) for conflict in merged.conflicts]


def _problem(conflict: Conflict, draft: Draft, entry: Entry) -> Problem:
    what = f"the order of {where(conflict.path)}" if conflict.is_order else where(conflict.path)
    return Problem(
        place_of(conflict.path, draft.kind, entry),
        f"{what} of {draft.code} was changed here and, since the export, in the library too (version"
        f" {draft.version} by {draft.changed_by}); write the library's text here, or export again and change that",
    )


def place_of(path: Path, kind: str, entry: Entry) -> Place:
    """Return where in the files `path` stands; for what is not there any more, what it stood in."""
    place, here, name = entry.place, entry, ""
    for part in path:
        if isinstance(here, Items):
            here = next((row for row in here if isinstance(row, Entry) and row[ROW_KEYS[name]] == part), None)
        else:
            name = part
            here = here.get(IN_FILE.get(kind, {}).get(part, part)) if isinstance(here, Entry) else None
        if not isinstance(here, Text | Items | Entry):
            break
        place = here.place
    return place
