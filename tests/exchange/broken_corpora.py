"""Over two hundred ways to break the small corpus, each really different, each with the sentence it must give.

A variant is (name, files, file, sentence): what to write, where the first problem must stand (`file` or
`file:line`), and a pattern for its sentence.
"""

import re
from copy import deepcopy
from itertools import pairwise

import yaml

from exchange import shape
from tests.exchange.small_corpus import FILES, PARTNERSHIP_FILE, PATTERN_FILE, edited, loaded

LISTS = ("families.yaml", "sources.yaml")
# Where an entry of each shape stands, as file and path.
ENTRIES = [
    (shape.FAMILY, "families.yaml", (0,)),
    (shape.SOURCE, "sources.yaml", (0,)),
    (shape.PATTERN, PATTERN_FILE, ()),
    (shape.SUB_VARIANT, PATTERN_FILE, ("sub_variants", 0)),
    (shape.CLAUSE, PATTERN_FILE, ("clauses", 0)),
    (shape.MOVE, PATTERN_FILE, ("kill_list", 0)),
    (shape.PRECEDENT, PATTERN_FILE, ("precedents", 0)),
    (shape.ANCHOR, PATTERN_FILE, ("anchors", 0)),
    (shape.PARTNERSHIP, PARTNERSHIP_FILE, ()),
    (shape.PARTY, PARTNERSHIP_FILE, ("parties", 0)),
    (shape.SUPPORT, PARTNERSHIP_FILE, ("sources", 0)),
    (shape.EXHIBIT, PARTNERSHIP_FILE, ("exhibits", 0)),
    (shape.SCORE, PARTNERSHIP_FILE, ("exhibits", 0, "scores", 0)),
    (shape.CITED, PARTNERSHIP_FILE, ("exhibits", 0, "scores", 0, "sources", 0)),
]


def variants():
    """All of them."""
    for make in (unreadable, entries, values, disagreements):
        yield from make()


def at(data, path):
    for step in path:
        data = data[step]
    return data


def changed(file, path, **fields):
    """The file with fields of one entry set, or removed where None."""
    data = deepcopy(loaded(file))
    entry = at(data, path)
    for name, value in fields.items():
        if value is None:
            entry.pop(name)
        else:
            entry[name] = value
    return {file: yaml.safe_dump(data, sort_keys=False, allow_unicode=True)}


# Files that are no YAML, or more than YAML


def unreadable():
    for file, text in FILES.items():
        yield from broken_text(file, text)
        yield from broken_bytes(file, text)


def broken_text(file, text):
    lines = text.count("\n")
    is_list = file in LISTS
    more = "- key: x\n" if is_list else ""
    endings = [  # what stands after the last line, and the sentence
        ("an open bracket", more + "  x: [1, 2\n" if is_list else "x: [1, 2\n", "not YAML"),
        ("an open quote", '- "never closed\n' if is_list else 'x: "never closed\n', "not YAML"),
        ("a tab before a key", "\tx: 1\n", "not YAML"),
        ("a key without colon", "- a: 1\n  b\n" if is_list else "b\n", "not YAML"),
        ("two colons", "- a: b: c\n" if is_list else "a: b: c\n", "not YAML"),
        ("a reserved sign", "- a: @b\n" if is_list else "a: @b\n", "not YAML"),
        ("a back-tick", "- a: `b\n" if is_list else "a: `b\n", "not YAML"),
        ("a wrong escape", '- "\\q"\n' if is_list else 'a: "\\q"\n', "not YAML"),
        ("a broken pair", '- "\\ud800"\n' if is_list else 'a: "\\ud800"\n', "not YAML"),
        ("an anchor", "- &a x\n" if is_list else "a: &a x\n", "&a is an anchor"),
        ("a tag", "- !!str x\n" if is_list else "a: !!str x\n", "is a tag"),
        (
            "a tag that builds things",
            "- !!python/object/apply:os.system [ls]\n" if is_list else "a: !!python/object/apply:os.system [ls]\n",
            "is a tag",
        ),
        ("a local tag", "- !x y\n" if is_list else "a: !x y\n", "is a tag"),
        ("a second document", "---\nx\n", "a second document"),
        ("a list for a key", "- {[a]: b}\n" if is_list else "[a]: b\n", "a key must be a word"),
        (
            "fifty-one levels",
            "- " + "[" * 60 + "]" * 60 + "\n" if is_list else "a: " + "[" * 60 + "]" * 60 + "\n",
            "levels deep",
        ),
    ]
    for name, ending, sentence in endings:
        yield f"{name} in {file}", {file: text + ending}, file, sentence
    place = f"{file}:{lines + 2}" if is_list else f"{file}:{lines + 1}"
    alias = "- a: &a x\n- *a\n" if is_list else "a: *a\n"
    yield f"an alias in {file}", {file: text + alias}, file, "anchor|alias"
    yield f"a hundred thousand levels in {file}", {file: "[" * 100_000}, f"{file}:1", "levels deep"
    yield f"an alias bomb in {file}", {file: bomb()}, f"{file}:1", "&a is an anchor"
    yield f"nothing in {file}", {file: ""}, f"{file}:1", "this file is empty"
    yield f"a comment alone in {file}", {file: "# later\n"}, f"{file}:1", "this file is empty"
    yield f"a word alone in {file}", {file: "word\n"}, f"{file}:1", "must be a list|here must stand"
    merged = "- <<: {key: x}\n" if is_list else "<<: {code: x}\n"
    line = place if not is_list else f"{file}:{lines + 1}"
    yield f"a merge in {file}", {file: text + merged}, line, "“<<” is not a key"
    first = next(line for line in text.split("\n"))
    double = first.replace("- ", "  ") if is_list else first
    twice = text.replace(first + "\n", f"{first}\n{double}\n", 1)
    yield f"a doubled key in {file}", {file: twice}, f"{file}:2", "stands twice"


def bomb():
    lines = ['a: &a ["lol","lol","lol","lol","lol","lol","lol","lol","lol"]']
    names = "abcdefghi"
    lines += [f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]" for a, b in pairwise(names)]
    return "\n".join(lines) + "\n"


def broken_bytes(file, text):
    body = text.encode()
    line = body.count(b"\n") + 1
    endings = [
        ("Latin-1", b"# caf\xe9\n", "0xe9 is not UTF-8"),
        ("a cut character", b"# \xe2\x82\n", "0xe2 is not UTF-8"),
        ("a NUL", b"# \x00\n", "a control character .U.0000."),
        ("a bell", b"# \x07\n", "a control character .U.0007."),
        ("an escape", b"# \x1b[31m\n", "a control character .U.001B."),
        ("a delete", b"# \x7f\n", "a control character .U.007F."),
        ("a hidden direction", "# \u202e\n".encode(), "a hidden change of text direction"),
        ("an isolate", "# \u2066\n".encode(), "a hidden change of text direction"),
        ("a line separator", "# \u2028\n".encode(), "a line separator"),
        ("a private character", "# \ue000\n".encode(), "a private-use character"),
        ("no character at all", "# \ufffe\n".encode(), "a character that YAML does not allow"),
    ]
    for name, ending, sentence in endings:
        yield f"{name} in {file}", {file: body + ending}, f"{file}:{line}", sentence
    yield f"UTF-16 in {file}", {file: text.encode("utf-16")}, f"{file}:1", "is not UTF-8"
    yield f"6 MB in {file}", {file: body + b"#" * 6_000_000}, f"{file}:1", "larger than 5 MB"


# Entries that lack, double or misspell a key, or hold the wrong kind of value


def entries():
    for wanted, file, path in ENTRIES:
        where = f"{wanted.noun} of {file}"
        yield f"an unknown key in a {where}", changed(file, path, surprise="x"), file, "“surprise” is not a key of a"
        first = next(iter(wanted.fields))
        misspelt = {first + "s": at(loaded(file), path)[first]}
        yield (
            f"a misspelt key in a {where}",
            changed(file, path, **misspelt),
            file,
            f"“{first}s” is not a key of a .*did you mean",
        )
        for name, field in wanted.fields.items():
            yield from wrong_kinds(where, file, path, name, field)
        if path and isinstance(path[-1], int):
            yield f"a word for a {where}", replaced(file, path, "word"), file, "here must stand a|list"


def replaced(file, path, value):
    data = deepcopy(loaded(file))
    at(data, path[:-1])[path[-1]] = value
    return {file: yaml.safe_dump(data, sort_keys=False)}


def wrong_kinds(where, file, path, name, field):
    if name in at(loaded(file), path) and field.required:
        yield f"no {name} in a {where}", changed(file, path, **{name: None}), file, f"no “{name}”; add it"
    if field.holds in ("lines", "codes", "variants", "rows"):
        yield f"a text for {name} of a {where}", changed(file, path, **{name: "word"}), file, "must be a list"
        yield f"an entry for {name} of a {where}", changed(file, path, **{name: {"a": "b"}}), file, "must be a list"
        yield (
            f"a list in {name} of a {where}",
            changed(file, path, **{name: [["x"]]}),
            file,
            "must be a text|must stand",
        )
    else:
        yield f"a list for {name} of a {where}", changed(file, path, **{name: ["x"]}), file, "must be a text"
        yield f"an entry for {name} of a {where}", changed(file, path, **{name: {"a": "b"}}), file, "must be a text"


# Values that are not what their field may hold


def values():
    for word in (
        "2025-02-30",
        "2025-13",
        "2025-00-01",
        "25-01-01",
        "2025-1-1",
        "0000",
        "May 2025",
        "2025-05-22T10:00",
    ):
        told = edited(PATTERN_FILE, "2025-01-15", word)
        yield f"the date {word}", told, f"{PATTERN_FILE}:33", f"“{word}” is not a date"
    for file, old, name in [
        ("sources.yaml", "2026-01-02", "published"),
        (PARTNERSHIP_FILE, "2025-05\n", "announced"),
    ]:
        yield (
            f"a wrong day for {name}",
            edited(file, old, "2025-02-30\n" if "\n" in old else "2025-02-30"),
            file,
            "date",
        )
    yield from wrong_words()
    yield from wrong_addresses()
    hidden = [("NUL", "\\0"), ("a direction", "\\u202e"), ("a private one", "\\ue000"), ("a control one", "\\x01")]
    for name, escaped in hidden:
        told = edited(PATTERN_FILE, "subtitle: A subtitle", f'subtitle: "A {escaped}"')
        yield f"{name} written as an escape", told, f"{PATTERN_FILE}:5", "“subtitle”: character 3 is "
    for title in ("''", '"   "', ""):
        told = edited(PATTERN_FILE, "title: Sovereign Trade Capacity", f"title: {title}")
        yield f"the title {title or 'nothing'}", told, f"{PATTERN_FILE}:4", "“title” is empty; write it"
    told = edited(PATTERN_FILE, "    move: Trust the promise.", "    move:")
    yield "a move that is forgotten", told, f"{PATTERN_FILE}:19", '“move” is empty; write it, or "" to leave it open'
    long = edited(PATTERN_FILE, "title: Sovereign Trade Capacity", "title: " + "a" * 301)
    yield "a title of 301 characters", long, f"{PATTERN_FILE}:4", "has 301 characters; shorten it to 300 at most"
    long = edited(PARTNERSHIP_FILE, "name: Host", "name: " + "a" * 301)
    yield "a party of 301 characters", long, f"{PARTNERSHIP_FILE}:9", "has 301 characters; shorten it to 300 at most"
    long = edited("sources.yaml", "title: An article", "title: " + "a" * 301)
    yield "a source's title of 301 characters", long, "sources.yaml:11", "has 301 characters"
    parties = "".join(f"  - name: P{number}\n" for number in range(299))
    long = edited(PARTNERSHIP_FILE, "sources:\n  -", f"{parties}sources:\n  -")
    yield "301 parties", long, f"{PARTNERSHIP_FILE}:9", "“parties” has 301 rows; a list takes 300 at most"
    long = edited(PATTERN_FILE, "How it is built.", "a" * 100_001)
    yield "a text of 100,001 characters", long, f"{PATTERN_FILE}:12", "has 100,001 characters"
    told = edited(PATTERN_FILE, "tags: ", '"tags\\n\\x1b[31m": ')
    yield (
        "a key with control characters",
        told,
        f"{PATTERN_FILE}:3",
        "“tags \N{REPLACEMENT CHARACTER}.31m” is not a key",
    )
    told = edited(PATTERN_FILE, "[compute, residency]", '[compute, ""]')
    yield "an empty tag", told, f"{PATTERN_FILE}:3", "“item of tags” is empty"


def wrong_words():
    choices = [
        ("sources.yaml", "kind: article", "kind: blog", "choose paper, book"),
        ("sources.yaml", "kind: article", "kind: Article", "choose paper, book"),
        (PATTERN_FILE, "grounding: documented", "grounding: proven", "choose documented or inferred"),
        (PARTNERSHIP_FILE, "status: active", "status: alive", "choose announced, active"),
        (PARTNERSHIP_FILE, "confidence: primary_source", "confidence: sure", "choose primary_source"),
        (PARTNERSHIP_FILE, "score: visible", "score: yes", "choose visible, mitigated, not_visible or unknown"),
        (PARTNERSHIP_FILE, "score: visible", "score: not visible", "choose visible, mitigated"),
        (PARTNERSHIP_FILE, "first_party: true", "first_party: yes", "is true or false, not “yes”"),
        (PARTNERSHIP_FILE, "first_party: true", "first_party: 1", "is true or false"),
        (PARTNERSHIP_FILE, "score: visible", "score: visible\n        edition: latest", "is not an edition"),
        (PARTNERSHIP_FILE, "score: visible", "score: visible\n        edition: 2026.6", "is not an edition"),
        (PARTNERSHIP_FILE, "country: NO", "country: " + "N" * 61, "has 61 characters"),
    ]
    for file, old, new, sentence in choices:
        yield f"{new.strip()[:40]!r}", edited(file, old, new), file, sentence


def wrong_addresses():
    for code in ("S TC", "STC/1", "STC_1", "Ø", "a" * 61, "STC:1"):
        told = {PATTERN_FILE: FILES[PATTERN_FILE].replace("code: STC\n", f"code: {code}\n")}
        yield f"the code {code[:20]}", told, f"{PATTERN_FILE}:1", "is not a code"
    for key in ("smith 2026", "smith/2026", "smíth", "k" * 81, "smith@2026"):
        told = edited("sources.yaml", "key: jones-2025", f"key: {key}")
        yield f"the key {key[:20]}", told, "sources.yaml:9", "is not a citation key"
    told = {PATTERN_FILE: FILES[PATTERN_FILE].replace("STC", "A" * 55)}
    yield "a code that its rows cannot follow", told, f"{PATTERN_FILE}:1", "leaves no place for its rows' codes"
    for key in ("dot.", "colon:", ".dot", ":", "."):
        told = edited("sources.yaml", "key: jones-2025", f"key: '{key}'")
        yield f"the key {key}", told, "sources.yaml:9", "cannot be cited; begin and end the key with a letter"
    for slug in ("Sovereign", "so vereign", "-sovereign", "so--vereign", "s" * 81, "sovereign/x"):
        told = edited("families.yaml", "slug: sovereign", f"slug: {slug}")
        yield f"the family {slug[:20]}", told, "families.yaml:1", "is not an address"
    for url in (
        "javascript:alert(1)",
        "ftp://example.org",
        "example.org",
        "https://",
        "https://a b",
        "https://[bad",
        "http://:80/x",
        "//example.org",
    ):
        told = edited("sources.yaml", "https://example.org/smith", f'"{url}"')
        yield f"the web address {url}", told, "sources.yaml:7", "is not a web address"
    for name in ("Sovereign.yaml", "a b.yaml", "-a.yaml", "a--b.yaml", "a_b.yaml", "é.yaml", "s" * 81 + ".yaml"):
        told = {PATTERN_FILE: None, f"patterns/{name}": FILES[PATTERN_FILE]}
        yield f"a file named {name[:20]}", told, f"patterns/{name}:1", "the file's name gives the address"


# Parts that do not fit together


def disagreements():
    yield from citations()
    yield from doubles()
    for file, old, new, place, sentence in [
        (PATTERN_FILE, "family: sovereign", "family: capital", 2, "no family “capital”"),
        (PARTNERSHIP_FILE, "pattern: STC", "pattern: XYZ", 17, "no pattern XYZ"),
        (PARTNERSHIP_FILE, "pattern: STC", "pattern: stc", 17, "no pattern stc"),
        (PARTNERSHIP_FILE, "move: STC-K1", "move: STC-K7", 21, "STC has no move STC-K7"),
        (PARTNERSHIP_FILE, "move: STC-K1", "move: STC-k1", 21, "STC has no move STC-k1"),
        (PARTNERSHIP_FILE, "[STC-V1]", "[STC-V9]", 18, "STC has no sub-variant STC-V9"),
    ]:
        yield f"{new} in {file}", edited(file, old, new), f"{file}:{place}", sentence
    yield from misnamed()
    other = FILES[PATTERN_FILE].replace("STC", "ACQ")
    taken = FILES[PATTERN_FILE]
    yield "two files of one code", {"patterns/other.yaml": taken}, f"{PATTERN_FILE}:1", "the code STC stands already"
    yield (
        "a row of another pattern",
        {"patterns/zother.yaml": other.replace("code: ACQ-K2", "code: STC-K2")},
        "patterns/zother.yaml",
        "the code STC-K2 stands already",
    )
    yield (
        "a partnership with a pattern's code",
        {PATTERN_FILE: FILES[PATTERN_FILE].replace("STC", "stargate")},
        PATTERN_FILE,
        "the code stargate stands already",
    )


def misnamed():
    for old, new, sentence in [
        ("code: STC-V1", "code: V-ONE", "V-ONE is no code of a sub-variant of STC; write STC-, V, and a number"),
        ("code: STC-C1", "code: STC-V2", "STC-V2 is no code of a clause of STC; write STC-, C, and a number"),
        ("code: STC-K3", "code: FOO-K3", "FOO-K3 is no code of a move of STC; write STC-, K, and a number"),
        ("code: STC-K3", "code: STC-K03", "STC-K03 is no code of a move"),
        ("code: STC-K3", "code: STC-K", "STC-K is no code of a move"),
        ("code: STC-K3", "code: stc-K3", "stc-K3 is no code of a move"),
        ("code: STC-K3", "code: STC-K3-K3", "STC-K3-K3 is no code of a move"),
        ("code: STC-P1", "code: STC-X1", "STC-X1 is no code of a precedent of STC; write STC-, P, and a number"),
        ("code: STC-A1", "code: XY", "XY is no code of an anchor of STC; write STC-, A, and a number"),
        ("[STC-K9]", "[OLD-K9]", "OLD-K9 is no code of a move of STC"),
        ("[STC-K9]", "[STC-9]", "STC-9 is no code of a row of STC; write STC-, V, C, K, P or A, and a number"),
    ]:
        yield f"{new} for a row", edited(PATTERN_FILE, old, new), PATTERN_FILE, sentence
    for old, new, sentence in [
        ("[STC-V1]", "[STC-V1, STC-K2]", "STC has no sub-variant STC-K2"),
        ("[STC-V1]", "[STC-V1, {code: STC-K9, name: a move}]", "STC has no sub-variant STC-K9"),
        ("[STC-V1]", "[STC]", "STC has no sub-variant STC"),
        ("move: STC-K2", "move: STC-V1", "STC has no move STC-V1"),
    ]:
        yield f"{new} in the wrong list", edited(PARTNERSHIP_FILE, old, new), PARTNERSHIP_FILE, sentence


def citations():
    for file, old, new, line in [
        (PATTERN_FILE, "[@smith-2026, p. 3]", "[@smyth-2026, p. 3]", 7),
        (PATTERN_FILE, "[@smith-2026; @jones-2025]", "[@smith-2026; @jonas-2025]", 10),
        (PATTERN_FILE, "source: jones-2025", "source: jonas-2025", 35),
        (PATTERN_FILE, "source: smith-2026", "source: smyth-2026", 38),
        (PATTERN_FILE, "It fails [@smith-2026]", "It fails [@smyth-2026]", 20),
        (PARTNERSHIP_FILE, "[@smith-2026]", "[@smyth-2026]", 7),
        (PARTNERSHIP_FILE, "- source: smith-2026", "- source: smyth-2026", 12),
        (PARTNERSHIP_FILE, "{source: smith-2026,", "{source: smyth-2026,", 25),
        ("sources.yaml", "[@smith-2026]", "[@smyth-2026]", 13),
        ("families.yaml", "Deals of states.", "'Deals [@smyth-2026]'", 3),
    ]:
        key = re.search(r"smyth-2026|jonas-2025", new)[0]
        yield f"{key} cited in {file} line {line}", edited(file, old, new), f"{file}:{line}", f"{key} is cited"
    capital = edited(PATTERN_FILE, "[@smith-2026, p. 3]", "[@Smith-2026, p. 3]")
    yield "a key in other letters", capital, f"{PATTERN_FILE}:7", "or write smith-2026, as it is spelled there"
    for broken in ("[@ smith-2026]", "[@smith-2026", "[@smith-2026 p. 3]", "[@]", "[@smith-2026;]"):
        told = edited(PATTERN_FILE, "[@smith-2026, p. 3]", broken)
        yield f"the citation {broken}", told, f"{PATTERN_FILE}:7", "this citation cannot be read"


def doubles():
    for file, passage, line, sentence in [
        ("families.yaml", FILES["families.yaml"], 4, "the family sovereign stands already at .*:1"),
        (
            "sources.yaml",
            "- {key: jones-2025, kind: book, title: Other}\n",
            14,
            "the source jones-2025 stands already",
        ),
        (
            "sources.yaml",
            "- {key: Jones-2025, kind: book, title: Other}\n",
            14,
            "the source Jones-2025 stands already",
        ),
    ]:
        yield f"{passage[:25].strip()} twice", {file: FILES[file] + passage}, f"{file}:{line}", sentence
    for file, old, new, sentence in [
        (PATTERN_FILE, "code: STC-K2", "code: STC-K1", "the code STC-K1 stands already"),
        (PATTERN_FILE, "code: STC-K2", "code: STC-k1", "the code STC-k1 stands already"),
        (PATTERN_FILE, "code: STC-P1", "code: STC-V1", "the code STC-P1|the code STC-V1 stands already"),
        (PATTERN_FILE, "code: STC-K2", "code: STC", "the code STC stands already"),
        (PATTERN_FILE, "[STC-K9]", "[STC-K2]", "the code STC-K2 is retired here but stands at"),
        (PATTERN_FILE, "[STC-K9]", "[STC-K9, stc-k9]", "the code stc-k9 is retired here but stands at"),
        (PARTNERSHIP_FILE, "name: Lab", "name: Host", "the party “Host” stands already"),
        (PARTNERSHIP_FILE, "move: STC-K2", "move: STC-K1", "the move “STC-K1” stands already"),
        (PARTNERSHIP_FILE, "[STC-V1]", "[STC-V1, STC-V1]", "the sub-variant “STC-V1” stands already"),
        (PARTNERSHIP_FILE, "p. 4}", "p. 4}\n          - {source: smith-2026}", "the source “smith-2026” stands"),
        (PARTNERSHIP_FILE, "exhibits:\n", "exhibits:\n  - pattern: STC\n", "the pattern “STC” stands already"),
        (
            PARTNERSHIP_FILE,
            "sources:\n  -",
            "sources:\n  - source: smith-2026\n  -",
            "the source “smith-2026” stands",
        ),
    ]:
        yield f"{new.strip()[:40]!r} twice in {file}", edited(file, old, new), file, sentence
