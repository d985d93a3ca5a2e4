"""Whether the parts of a corpus agree with each other and with the library: codes, addresses, citations."""

import re
from collections.abc import Iterator

from exchange.corpus import Corpus
from exchange.known import ANY_ROW, Known, coded
from exchange.reading import Entry, Place, Problem, Text
from exchange.shape import IDENTITIES
from history.codes import LETTERS
from library.prose import CITATION, PART, broken_citations


def disagreements(corpus: Corpus, known: Known) -> list[Problem]:
    """Return what does not fit together in `corpus`, or with what the library knows, in the order of the files."""
    found = [
        *_families(corpus, known),
        *_keys(corpus, known),
        *_codes(corpus, known),
        *_addresses(corpus, known),
        *_doubles(corpus),
        *_citations(corpus, known),
        *_exhibits(corpus, known),
        *_exported(corpus),
    ]
    return sorted(found, key=lambda problem: problem.place)


def _families(corpus: Corpus, known: Known) -> Iterator[Problem]:
    yield from _twice([entry["slug"] for entry in corpus.families], "family")
    slugs = {*known.families, *(entry["slug"] for entry in corpus.families)}
    for pattern in corpus.patterns:
        family = pattern["family"]
        if family and family not in slugs:
            yield Problem(family.place, f"there is no family “{family}”; add it to families.yaml")


def _exported(corpus: Corpus) -> Iterator[Problem]:
    first: dict[tuple[str, str], Entry] = {}
    for entry in corpus.exported:
        if (before := first.setdefault((entry["kind"], entry["code"]), entry)) is not entry:
            what = f"the {entry['kind']} {entry['code']}"
            yield Problem(entry.place, f"{what} stands already at {before.place}; keep one of the two")


def _twice(texts: list[Text], what: str) -> Iterator[Problem]:
    first: dict[str, Text] = {}
    for text in texts:
        if text and (before := first.setdefault(text.lower(), text)) is not text:
            yield Problem(text.place, f"the {what} {text} stands already at {before.place}; keep one of the two")


def _keys(corpus: Corpus, known: Known) -> Iterator[Problem]:
    keys = [entry["key"] for entry in corpus.sources]
    yield from _twice(keys, "source")
    for key in keys:
        there = known.keys.get(key.lower(), key)
        if there != key:
            sentence = f"the key {key} differs from {there} in the library only in capitals; choose another"
            yield Problem(key.place, sentence)


def _codes(corpus: Corpus, known: Known) -> Iterator[Problem]:
    first: dict[str, Text] = {}
    for item in [*corpus.partnerships, *corpus.patterns]:
        owner, retired = item["code"], {id(code) for code in item.get("retired_codes", ())}
        for code, what in coded(item):
            before = first.setdefault(code.lower(), code)
            if code and before is not code:
                yield Problem(code.place, _stands_twice(code, before, id(code) in retired))
            elif (row := known.codes.get(code.lower())) and not _is_given(
                row, code, owner, None if id(code) in retired else what
            ):
                yield Problem(code.place, _belongs(code, row))
            elif code and owner and code is not owner:
                yield from _misnamed(code, what, owner)


def _is_given(row, code: Text, owner: Text, what: str | None) -> bool:
    return (row.code, row.owner) == (code, owner) and what in (None, row.what)


def _stands_twice(code: Text, before: Text, is_retired: bool) -> str:
    if is_retired:
        return f"the code {code} is retired here but stands at {before.place}; give the row a new code"
    return f"the code {code} stands already at {before.place}; codes are never shared, give this one a new code"


def _belongs(code: Text, row) -> str:
    owner = "" if row.owner == row.code else f" of {row.owner}"
    what = row.what.replace("_", "-")
    return f"the code {code} already belongs to the {what} {row.code}{owner}; give this one a new code"


def _misnamed(code: Text, what: str, owner: Text) -> Iterator[Problem]:
    """A row's code tells whose row it is and in which list, so that a permanent id finds its place."""
    letters = [letter for letter, named in LETTERS.values() if named == what or what == ANY_ROW]
    if not re.fullmatch(rf"{re.escape(owner)}-[{''.join(letters)}][1-9][0-9]*", code):
        *most, last = letters
        letter = f"{', '.join(most)} or {last}" if most else last
        noun = f"{'an' if what == 'anchor' else 'a'} {what.replace('_', '-')}"
        yield Problem(code.place, f"{code} is no code of {noun} of {owner}; write {owner}-, {letter}, and a number")


def _addresses(corpus: Corpus, known: Known) -> Iterator[Problem]:
    for kind, items in (("pattern", corpus.patterns), ("partnership", corpus.partnerships)):
        for item in items:
            holders = known.holders.get((kind, item["slug"]), set()) - {item["code"]}
            for holder in sorted(holders):
                sentence = f"the address “{item['slug']}” belongs to {holder}; give the file another name"
                yield Problem(item["slug"].place, sentence)


def _doubles(corpus: Corpus) -> Iterator[Problem]:
    for item in corpus.partnerships:
        yield from _doubles_in(item)


def _doubles_in(entry: Entry) -> Iterator[Problem]:
    for name, value in entry.items():
        if not isinstance(value, list):
            continue
        if name in IDENTITIES:
            key, what = IDENTITIES[name]
            yield from _same([row[key] for row in value], what)
        for row in value:
            if isinstance(row, Entry):
                yield from _doubles_in(row)


def _same(texts: list[Text], what: str) -> Iterator[Problem]:
    first: dict[str, Text] = {}
    for text in texts:
        if text and (before := first.setdefault(text, text)) is not text:
            yield Problem(text.place, f"the {what} “{text}” stands already at {before.place}; join the two rows")


def _citations(corpus: Corpus, known: Known) -> Iterator[Problem]:
    keys = {*known.keys.values(), *(entry["key"] for entry in corpus.sources)}
    for entry in [*corpus.families, *corpus.sources, *corpus.patterns, *corpus.partnerships]:
        for key, place in _cited(entry):
            if key not in keys:
                yield Problem(
                    place, f"{key} is cited, but there is no such source; add it to sources.yaml{_near(key, keys)}"
                )
        for text in _texts(entry):
            for start in broken_citations(text) if "[@" in text else ():
                sentence = f"this citation cannot be read: {start}; write [@key, p. 12], or \\[@ for a literal [@"
                yield Problem(text.at(text.find(start)), sentence)


def _near(key: str, keys: set[str]) -> str:
    same = next((there for there in keys if there.lower() == key.lower()), "")
    return f" or write {same}, as it is spelled there" if same else " or mend the key"


def _cited(entry: Entry) -> Iterator[tuple[str, Place]]:
    for text in _texts(entry):
        for group in CITATION.finditer(text) if "[@" in text else ():
            for part in PART.finditer(group["inside"]):
                yield part["key"].rstrip(".:"), text.at(group.start("inside") + part.start())
    for source in _sources_named(entry):
        yield str(source), source.place


def _texts(value) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _sources_named(value) -> Iterator[Text]:
    if isinstance(value, dict):
        if value.get("source"):
            yield value["source"]
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _sources_named(inner)


def _exhibits(corpus: Corpus, known: Known) -> Iterator[Problem]:
    told = {item["code"]: item for item in corpus.patterns}
    for item in corpus.partnerships:
        for exhibit in item["exhibits"]:
            pattern = exhibit["pattern"]
            if pattern and pattern not in told and pattern not in known.owned.get(pattern, ()):
                sentence = f"there is no pattern {pattern}, neither here nor in the library; add it or mend the code"
                yield Problem(pattern.place, sentence)
            elif pattern:
                here = dict(coded(told[pattern])) if pattern in told else {}
                rows = here | known.owned.get(pattern, {})
                yield from _rows_shown(exhibit, rows)
                yield from _identity(exhibit, rows, known)
                yield from _wordings(exhibit, known)


def _rows_shown(exhibit: Entry, rows: dict[str, str]) -> Iterator[Problem]:
    """What is shown and scored must be rows of the pattern, here or in the library, and of the right list."""
    shown = [(row["code"], "sub_variant") for row in exhibit["sub_variants"]]
    shown += [(score["move"], "move") for score in exhibit["scores"]]
    for code, what in shown:
        if code and rows.get(code) != what:
            noun = what.replace("_", "-")
            yield Problem(code.place, f"{exhibit['pattern']} has no {noun} {code}; mend the code or drop the row")


def _identity(exhibit: Entry, rows: dict[str, str], known: Known) -> Iterator[Problem]:
    """Address, title and sub-variants told of an edition that this library has are those of that edition."""
    pattern, number = exhibit["pattern"], exhibit["edition"]
    edition = known.editions.get((pattern, number))
    if edition is None:
        return
    advice = "write that, or leave out edition, pattern_slug and pattern_title, submitting fills them in"
    for name, word in (("slug", "address"), ("title", "title")):
        told = exhibit[f"pattern_{name}"]
        if told != edition[name]:
            sentence = f"edition {number} of {pattern} has the {word} “{edition[name]}”; {advice}"
            yield Problem(told.place, sentence)
    names = {row["code"]: row["name"] for row in edition["sub_variants"]}
    for row in exhibit["sub_variants"]:
        code = row["code"]
        if code in names and names[code] != row["name"]:
            yield Problem(code.place, f"edition {number} of {pattern} calls {code} “{names[code]}”; {advice}")
        elif code not in names and rows.get(code) == "sub_variant":
            sentence = f"edition {number} of {pattern} has no sub-variant {code}; drop it or leave out the edition"
            yield Problem(code.place, sentence)


def _wordings(exhibit: Entry, known: Known) -> Iterator[Problem]:
    """A score may name an edition that this library does not have, but not put words into one that it has."""
    for score in exhibit["scores"]:
        edition = known.editions.get((exhibit["pattern"], score["edition"]))
        if edition is None:
            continue
        moves = {row["code"]: row["move"] for row in edition["kill_list"]}
        if moves.get(score["move"]) != score["wording"]:
            named = f"edition {score['edition']} of {exhibit['pattern']} words {score['move']} otherwise"
            advice = "leave out edition and wording, submitting fills them in"
            yield Problem(score["edition"].place, f"{named}; {advice}")
