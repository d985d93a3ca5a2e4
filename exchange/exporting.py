"""Writing the drafts as a corpus folder."""

from pathlib import Path

from exchange import writing
from exchange.agreement import disagreements
from exchange.corpus import FOLDERS, Corpus, Tick, is_corpus, read_corpus
from exchange.known import Known
from exchange.reading import Entry, Problem
from history.codes import retired_codes
from history.models import Archived, Draft
from library.documents import Document
from patterns.composition import row_codes

FILES = {"pattern": "patterns", "partnership": "partnerships"}


class NotHere(Exception):
    """A folder that an export must not write into; the message says why and what to do."""


def archived() -> list[str]:
    """Return kind and code of everything that an export leaves out because it is archived."""
    return [f"{row.kind} {row.code}" for row in Archived.objects.order_by("kind", "code")]


def export(folder: Path, tick: Tick = lambda name: None) -> list[Problem]:
    """Write all drafts in use into `folder`; return what an import would refuse, because drafts are unfinished.

    Raises NotHere for a folder with anything else in it, and for a corpus with content that no draft has.
    """
    kept = list(Draft.objects.unarchived())  # in one statement, so of one moment; ordered by kind and code
    drafts = _documents(kept)
    old = _check_folder(folder, drafts)
    folder.mkdir(parents=True, exist_ok=True)
    writing.write_file(folder / "families.yaml", [writing.family_entry(each) for each in drafts["family"]])
    writing.write_file(folder / "sources.yaml", [writing.source_entry(each) for each in drafts["source"]])
    written = {_write(folder, document, tick) for kind in FILES for document in drafts[kind]}
    writing.write_file(folder / "exported.yaml", [writing.exported_entry(draft) for draft in kept])
    for path in old - written:
        path.unlink()  # its item stands in a file of another name now
    problems: list[Problem] = []
    corpus = read_corpus(folder, problems)
    return problems or disagreements(corpus, Known())


def _documents(kept: list[Draft]) -> dict[str, list[Document]]:
    drafts: dict[str, list[Document]] = {kind: [] for kind in ("family", "source", *FILES)}
    for draft in kept:
        drafts[draft.kind].append(draft.read())
    return {kind: sorted(documents, key=lambda each: each["code"]) for kind, documents in drafts.items()}


def _write(folder: Path, document: Document, tick: Tick) -> Path:
    tick(document["code"])
    if document["kind"] == "pattern":
        in_use = {document["code"], *row_codes(document)}
        content = writing.pattern_entry(document, retired_codes(document["code"], in_use))
    else:
        content = writing.partnership_entry(document)
    path = folder / FILES[document["kind"]] / f"{document['slug']}.yaml"
    writing.write_file(path, content)
    return path


def _check_folder(folder: Path, drafts: dict[str, list[Document]]) -> set[Path]:
    """Return the item files of the corpus that stands in `folder`. Raises NotHere."""
    if folder.exists() and not folder.is_dir():
        raise NotHere(f"{folder} is a file; give a new or empty folder")
    if not folder.exists() or not any(folder.iterdir()):
        return set()
    if not is_corpus(folder):
        raise NotHere(f"{folder} is not empty and not a corpus; nothing was written. Give a new or empty folder")
    problems: list[Problem] = []
    corpus = read_corpus(folder, problems)
    if problems:
        raise NotHere(
            f"{folder} holds a corpus that cannot be read ({problems[0]}), so it is not overwritten;"
            " mend it or give a new or empty folder"
        )
    if lost := _only_in(corpus, drafts):
        raise NotHere(
            f"{folder} holds what the library does not have ({', '.join(lost[:10])}), so it is not overwritten;"
            " import it first or give a new or empty folder"
        )
    return {path for name in FOLDERS for path in (folder / name).glob("*.yaml")}


def _only_in(corpus: Corpus, drafts: dict[str, list[Document]]) -> list[str]:
    there = {(kind, each["code"]) for kind, documents in drafts.items() for each in documents}
    there |= set(Archived.objects.values_list("kind", "code"))  # left out, not lost
    told: list[tuple[str, Entry, str]] = [
        *(("family", entry, "slug") for entry in corpus.families),
        *(("source", entry, "key") for entry in corpus.sources),
        *(("pattern", entry, "code") for entry in corpus.patterns),
        *(("partnership", entry, "code") for entry in corpus.partnerships),
    ]
    return [f"{kind} {entry[key]}" for kind, entry, key in told if (kind, entry[key]) not in there]
