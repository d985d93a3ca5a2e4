"""Hypothesis strategies: documents of every shape, and operations on them that a comparison must name."""

import string

from hypothesis import strategies as st

from library.documents import NotClean, clean_text

WORDS = st.text(alphabet=string.ascii_letters + "éßÅ 中\n-*_[]@&<>'\"", max_size=40)


def _clean(text):
    try:
        return clean_text(text)
    except NotClean:
        return ""


texts = WORDS.map(_clean)
names = st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=8)


def rows(letter, fields, code="STC"):
    """Rows of a pattern's list: unique codes, any order, any texts."""
    numbers = st.lists(st.integers(1, 9), unique=True, max_size=6)

    def build(given):
        return st.tuples(
            *[st.fixed_dictionaries({"code": st.just(f"{code}-{letter}{n}"), **fields}) for n in given]
        ).map(list)

    return numbers.flatmap(build)


grounding = st.sampled_from(["", "documented", "inferred"])
pattern_documents = st.fixed_dictionaries(
    {
        "format": st.just(1),
        "kind": st.just("pattern"),
        "code": st.just("STC"),
        "slug": st.just("sovereign-trade-capacity"),
        "family": st.just({"slug": "sovereign", "name": "Sovereign"}),
        "tags": st.lists(names, unique=True, max_size=3),
        "title": texts,
        "subtitle": texts,
        "in_brief": texts,
        "fits_when": texts,
        "does_not_fit_when": texts,
        "structure": texts,
        "sub_variants": rows("V", {"name": texts, "description": texts}),
        "clauses": rows("C", {"title": texts, "text": texts, "negotiate": texts}),
        "kill_list": rows("K", {"move": texts, "mechanism": texts, "mitigation": texts, "grounding": grounding}),
        "precedents": rows(
            "P",
            {
                "title": texts,
                "forum": texts,
                "date": st.sampled_from(["", "2025", "2025-01", "2025-01-15"]),
                "status": texts,
                "source": st.just("smith-2026"),
                "relevance": texts,
            },
        ),
        "anchors": rows("A", {"source": st.just("smith-2026"), "finding": texts}),
        "bibliography": st.just([]),
    }
)

scores = st.lists(st.integers(1, 9), unique=True, max_size=4).flatmap(
    lambda moves: st.tuples(
        *[
            st.fixed_dictionaries(
                {
                    "move": st.just(f"STC-K{n}"),
                    "wording": texts,
                    "edition": st.sampled_from(["", "2026.06", "2026.06.2"]),
                    "score": st.sampled_from(["visible", "mitigated", "not_visible", "unknown"]),
                    "evidence": texts,
                    "sources": st.lists(names, unique=True, max_size=2).map(
                        lambda keys: [{"source": key, "pinpoint": "p. 1"} for key in keys]
                    ),
                }
            )
            for n in moves
        ]
    ).map(list)
)
exhibits = st.lists(st.sampled_from(["STC", "CFE", "LAH"]), unique=True, max_size=3).flatmap(
    lambda codes: st.tuples(
        *[
            st.fixed_dictionaries(
                {
                    "pattern": st.just(code),
                    "pattern_slug": st.just(code.lower()),
                    "pattern_title": texts,
                    "edition": st.sampled_from(["", "2026.06"]),
                    "sub_variants": st.just([{"code": f"{code}-V1", "name": "First"}]),
                    "note": texts,
                    "scores": scores,
                }
            )
            for code in codes
        ]
    ).map(list)
)
partnership_documents = st.fixed_dictionaries(
    {
        "format": st.just(1),
        "kind": st.just("partnership"),
        "code": st.just("stargate-uae"),
        "slug": st.just("stargate-uae"),
        "name": texts,
        "aliases": st.lists(names, max_size=2),
        "announced": st.sampled_from(["", "2025", "2025-05-22"]),
        "status": st.sampled_from(["announced", "active", "unknown"]),
        "status_note": texts,
        "summary": texts,
        "confidence": st.sampled_from(["primary_source", "single_source", "rumored"]),
        "parties": st.lists(names, unique=True, max_size=3).map(
            lambda given: [{"name": name, "country": "NO", "role": "host"} for name in given]
        ),
        "sources": st.lists(names, unique=True, max_size=3).map(
            lambda given: [{"source": key, "supports": "it", "first_party": len(key) > 3} for key in given]
        ),
        "exhibits": exhibits,
        "bibliography": st.just([]),
    }
)
