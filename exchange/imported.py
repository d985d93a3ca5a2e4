"""What an import wrote last, so that the next does not replace unasked what editors made of it since."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from exchange.drafting import content, kept_bindings
from exchange.reading import Entry, Problem
from history import timeline
from history.models import Draft, Imported
from library.documents import Document

Item = tuple[str, str]  # kind and code


@dataclass(frozen=True)
class LastImports:
    """The version of each item that says what an imported folder said, by kind and code."""

    versions: dict[Item, int]

    @classmethod
    def of(cls, items: Q) -> "LastImports":
        rows = Imported.objects.filter(items).values_list("kind", "code", "version")
        return cls({(kind, code): version for kind, code, version in rows})

    def is_edited(self, draft: Draft) -> bool:
        """Whether editors wrote what `draft` says: it was never imported, or says something else by now.

        A corrected source, a renamed family and a score that was tied to an edition make a version, but are no edit.
        """
        version = self.versions.get((draft.kind, draft.code))
        if version in (None, draft.version):
            return version is None
        theirs = draft.read()
        return _own(kept_bindings(timeline.document_of(draft, version), theirs)) != _own(theirs)

    def refusal(self, draft: Draft, entry: Entry) -> Problem:
        """Return what is said of an entry that would replace what editors wrote in `draft`."""
        was_imported = (draft.kind, draft.code) in self.versions
        how = "changed in the library since it was last imported" if was_imported else "written in the library"
        return Problem(
            entry.place,
            f"{draft.code} was {how} (version {draft.version} by {draft.changed_by}), and this folder does not say on"
            " which text it rests; export and make your changes in that folder, which keeps both, or import with"
            " --replace-edited to put this text in its place",
        )


def remember(items: Iterable[Item], among: Q) -> None:
    """Note that the drafts of these items, all of them `among`, say by now what the folder says."""
    known, wanted = LastImports.of(among).versions, set(items)
    rows = [
        Imported(kind=kind, code=code, version=version)
        for kind, code, version in Draft.objects.filter(among).values_list("kind", "code", "version")
        if (kind, code) in wanted and known.get((kind, code)) != version
    ]
    Imported.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["kind", "code"], update_fields=["version"]
    )


def _own(document: Document) -> Document:
    """What an item says itself; its family's name is the family's to say."""
    own = content(document)
    return {**own, "family": own["family"]["slug"]} if "family" in own else own
