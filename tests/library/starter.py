"""The starter corpus, published as its files say it; read and completed without any working table."""

from pathlib import Path

from exchange.corpus import Corpus, read_corpus
from exchange.drafting import partnership_document, pattern_document
from library.documents import cited_keys
from tests.library.factories import publish

FOLDER = Path(__file__).resolve().parents[2] / "corpus"


def publish_starter_corpus(day="2026-01-05"):
    """Publish every pattern, then every partnership, all on `day`; return what was published."""
    problems = []
    corpus = read_corpus(FOLDER, problems)
    assert problems == []
    published = [*documents(corpus)]
    for document in published:
        publish(document, day)
    return published


def documents(corpus: Corpus):
    """The documents of the corpus as drafts compose them."""
    families = {str(entry["slug"]): str(entry["name"]) for entry in corpus.families}
    sources = {str(entry["key"]): _plain(entry) for entry in corpus.sources}
    patterns = {
        document["code"]: document for document in (pattern_document(one, families) for one in corpus.patterns)
    }
    partnerships = [_bound(partnership_document(entry), patterns) for entry in corpus.partnerships]
    for document in [*patterns.values(), *partnerships]:
        yield {**document, "bibliography": [sources[key] for key in sorted(cited_keys(document))]}


def _plain(entry):
    return {str(name): _value(value) for name, value in entry.items()}


def _value(value):
    return [str(one) for one in value] if isinstance(value, list) else str(value)


def _bound(document, patterns):
    """The partnership with the titles and wordings of the patterns that it shows."""
    for exhibit in document["exhibits"]:
        pattern = patterns[exhibit["pattern"]]
        names = {row["code"]: row["name"] for row in pattern["sub_variants"]}
        wordings = {row["code"]: row["move"] for row in pattern["kill_list"]}
        exhibit |= {"edition": "2026.01", "pattern_slug": pattern["slug"], "pattern_title": pattern["title"]}
        chosen = [row["code"] for row in exhibit["sub_variants"]]
        exhibit["sub_variants"] = [{"code": code, "name": names[code]} for code in chosen]
        for score in exhibit["scores"]:
            score |= {"edition": "2026.01", "wording": wordings[score["move"]]}
    return document
