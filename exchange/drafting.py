"""From the entries of a corpus to documents, as saving takes them: no bibliography, it is read from the sources."""

from exchange.corpus import Corpus
from exchange.known import Known
from exchange.reading import Entry, plain
from library.documents import FORMAT, Document
from partnerships import composition as partnerships
from patterns import composition as patterns
from sources import composition as sources


def documents_of(corpus: Corpus, known: Known) -> list[Document]:
    """Return the document of every entry of a corpus that agrees, in the order in which they can be saved."""
    names = known.families | {str(entry["slug"]): str(entry["name"]) for entry in corpus.families}
    return [
        *map(family_document, corpus.families),
        *map(source_document, corpus.sources),
        *(pattern_document(entry, names) for entry in corpus.patterns),
        *map(partnership_document, corpus.partnerships),
    ]


def family_document(entry: Entry) -> Document:
    """Return the document of a family."""
    told = plain(entry)
    texts = {"name": told["name"], "description": told["description"]}
    return {"format": FORMAT, "kind": "family", "code": told["slug"], **texts}


def source_document(entry: Entry) -> Document:
    """Return the document of a source."""
    told = plain(entry)
    record = {field: told[field] for field in sources.FIELDS if field != "kind"}
    identity = {"format": FORMAT, "kind": "source", "code": told["key"], "key": told["key"]}
    return {**identity, "source_kind": told["kind"], **record}


def pattern_document(entry: Entry, families: dict[str, str]) -> Document:
    """Return the document of a pattern; `families` gives the name of its family."""
    told = plain(entry)
    family = {"slug": told["family"], "name": families[told["family"]]}
    document = patterns.blank(told["code"], told["slug"], told["title"], family)
    content = {field: told[field] for field in ("tags", *patterns.TEXTS, *patterns.ROWS)}
    return {**document, **content}


def partnership_document(entry: Entry) -> Document:
    """Return the document of a partnership. What names no edition is judged against none yet."""
    told = plain(entry)
    document = partnerships.blank(told["code"], told["slug"], told["name"], told["confidence"])
    content = {field: told[field] for field in ("aliases", *partnerships.TEXTS, *partnerships.ROWS, "exhibits")}
    return {**document, **content}


def kept_bindings(document: Document, before: Document) -> Document:
    """Return `document`; a partnership's judgements that name no edition mean those that `before` has."""
    return partnerships.keep_bindings(document, before) if document["kind"] == "partnership" else document


def content(document: Document) -> Document:
    """Return what a document says itself, without the copies of the sources that it cites."""
    return {name: value for name, value in document.items() if name != "bibliography"}
