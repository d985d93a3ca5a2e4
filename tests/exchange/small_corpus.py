"""A corpus small enough to break in a test: one of everything, and a way to write it down."""

import yaml

SOURCES = """\
- key: smith-2026
  kind: press_release
  title: "A release"
  authors: ["Smith, A."]
  publisher: Publisher
  published: 2026-01-02
  url: https://example.org/smith
  origin: Origin
- key: jones-2025
  kind: article
  title: An article
  note: |
    Read in a reprint; see also [@smith-2026].
"""
FAMILIES = """\
- slug: sovereign
  name: Sovereign
  description: Deals of states.
"""
PATTERN = """\
code: STC
family: sovereign
tags: [compute, residency]
title: Sovereign Trade Capacity
subtitle: A subtitle
in_brief: |
  What it is [@smith-2026, p. 3].

  A second paragraph
  that cites two [@smith-2026; @jones-2025].
fits_when: When there is a licence.
structure: How it is built.
sub_variants:
  - {code: STC-V1, name: First form, description: Its description.}
clauses:
  - {code: STC-C1, title: A clause, text: Its text., negotiate: Its limits.}
kill_list:
  - code: STC-K1
    move: Trust the promise.
    mechanism: It fails [@smith-2026].
    mitigation: Do otherwise.
    grounding: documented
  - code: STC-K2
    move: Localise everything.
    mechanism: It is likely to fail.
    mitigation: Do otherwise.
    grounding: inferred
  - {code: STC-K3, move: A third move., mechanism: It may fail., mitigation: Do otherwise., grounding: inferred}
precedents:
  - code: STC-P1
    title: A case
    forum: A court
    date: 2025-01-15
    status: final
    source: jones-2025
    relevance: Why it matters.
anchors:
  - {code: STC-A1, source: smith-2026, finding: What it found.}
retired_codes: [STC-K9]
"""
PARTNERSHIP = """\
code: stargate
name: Stargate
aliases: [The Gate]
announced: 2025-05
status: active
summary: |
  What was announced [@smith-2026].
parties:
  - {name: Host, country: NO, role: host}
  - {name: Lab, country: US, role: lab}
sources:
  - source: smith-2026
    supports: the announcement
    first_party: true
confidence: primary_source
exhibits:
  - pattern: STC
    sub_variants: [STC-V1]
    note: It shows the pattern.
    scores:
      - move: STC-K1
        score: visible
        evidence: What shows it.
        sources:
          - {source: smith-2026, pinpoint: p. 4}
      - {move: STC-K2, score: unknown, evidence: The terms were read.}
"""
FILES = {
    "families.yaml": FAMILIES,
    "sources.yaml": SOURCES,
    "patterns/sovereign-trade-capacity.yaml": PATTERN,
    "partnerships/stargate.yaml": PARTNERSHIP,
}
PATTERN_FILE, PARTNERSHIP_FILE = "patterns/sovereign-trade-capacity.yaml", "partnerships/stargate.yaml"


def write_corpus(folder, **changed):
    """Write the small corpus; `changed` replaces, by file, a text; None leaves the file out."""
    for name, text in {**FILES, **changed}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            path.write_bytes(text)
        elif text is not None:
            path.write_text(text)
    return folder


def edited(name, old, new):
    """The text of a file with one passage replaced, which must be there once."""
    assert FILES[name].count(old) == 1, f"{old!r} stands {FILES[name].count(old)} times in {name}"
    return {name: FILES[name].replace(old, new)}


def loaded(name):
    """The file as data, to change and dump again."""
    return yaml.load(FILES[name], Loader=yaml.BaseLoader)
