"""Starting a partnership from another one: what the two may share is there, what is particular is left open."""

from history import saving, timeline
from history.models import Draft
from library.documents import Document
from partnerships.composition import blank


def start_from(original: Draft, code: str, slug: str, name: str, *, with_scores: bool, by) -> Draft:
    """Save the first version of a partnership that begins with parties, sources and patterns of `original`.

    `with_scores` takes notes, scores and evidence along, tied to the wordings that they judged. Whoever wrote in the
    original is a contributor of the copy: nobody signs off their own words because they stand elsewhere too.
    """
    document = started_from(original.read(), code, slug, name, with_scores)
    scores = "with" if with_scores else "without"
    note = f"Started from {original.code}, version {original.version}, {scores} its scores and evidence"
    brought = timeline.contributors("partnership", original.code, 0, original.version)
    return saving.create("partnership", code, document, by=by, note=note, contributors=brought)


def started_from(original: Document, code: str, slug: str, name: str, with_scores: bool) -> Document:
    """Return the document of the new partnership. Summary, dates, status and other names are the original's own."""
    document = blank(code, slug, name, original["confidence"])
    exhibits = (
        original["exhibits"] if with_scores else [{**e, "note": "", "scores": []} for e in original["exhibits"]]
    )
    return {**document, "parties": original["parties"], "sources": original["sources"], "exhibits": exhibits}
