"""Plain factories: working items through the real doors, editions through the real workflow."""

from history import timeline
from partnerships import composition as partnerships
from patterns import composition as patterns
from patterns import families
from reviews import workflow
from sources.composition import correct


def make_source(by, key="smith-2026", **fields):
    record = {
        "format": 1,
        "kind": "source",
        "code": key,
        "key": key,
        "source_kind": "press_release",
        "title": f"Title of {key}",
        "authors": [],
        "publisher": "Publisher",
        "published": "2026-01-02",
        "url": f"https://example.org/{key}",
        "archived_url": "",
        "doi": "",
        "accessed": "",
        "origin": f"Origin of {key}",
        "note": "",
    }
    return correct({**record, **fields}, by=by, note="A source")


def pattern_document(code="STC", moves=3, **fields):
    """A pattern that is ready for review; cites `smith-2026`."""
    document = patterns.blank(
        code, f"pattern-{code.lower()}", f"Pattern {code}", {"slug": "sovereign", "name": "Sovereign"}
    )
    document |= {
        "subtitle": "A subtitle",
        "in_brief": "What it is [@smith-2026, p. 3].",
        "fits_when": "It fits when there is a licence.",
        "does_not_fit_when": "It does not fit when there is none.",
        "structure": "How it is built [@smith-2026].",
        "sub_variants": [{"code": f"{code}-V1", "name": "First form", "description": "Its description."}],
        "clauses": [{"code": f"{code}-C1", "title": "A clause", "text": "Its text.", "negotiate": "Its limits."}],
        "kill_list": [
            {
                "code": f"{code}-K{n}",
                "move": f"Move {n} of {code}",
                "mechanism": f"Why move {n} fails [@smith-2026].",
                "mitigation": f"What to do instead of move {n}.",
                "grounding": "documented",
            }
            for n in range(1, moves + 1)
        ],
        "precedents": [
            {
                "code": f"{code}-P1",
                "title": "A case",
                "forum": "A court",
                "date": "2025-01-15",
                "status": "final",
                "source": "smith-2026",
                "relevance": "Why it matters.",
            }
        ],
        "anchors": [{"code": f"{code}-A1", "source": "smith-2026", "finding": "What it found."}],
    }
    return {**document, **fields}


def partnership_document(code="stargate", pattern="STC", moves=3, **fields):
    """A partnership that shows `pattern` and scores its moves; cites `smith-2026`."""
    document = partnerships.blank(code, code, f"Partnership {code}", "primary_source")
    document |= {
        "announced": "2025-05-22",
        "status": "active",
        "summary": "What was announced [@smith-2026].",
        "parties": [
            {"name": "Host", "country": "AE", "role": "host"},
            {"name": "Lab", "country": "US", "role": "lab"},
        ],
        "sources": [{"source": "smith-2026", "supports": "the announcement", "first_party": True}],
        "exhibits": [
            {
                "pattern": pattern,
                "pattern_slug": "",
                "pattern_title": "",
                "edition": "",
                "sub_variants": [{"code": f"{pattern}-V1", "name": ""}],
                "note": "It shows the pattern.",
                "scores": [
                    {
                        "move": f"{pattern}-K{n}",
                        "wording": "",
                        "edition": "",
                        "score": "visible",
                        "evidence": f"What shows move {n}.",
                        "sources": [{"source": "smith-2026", "pinpoint": "p. 4"}],
                    }
                    for n in range(1, moves + 1)
                ],
            }
        ],
    }
    return {**document, **fields}


def make_family(by, slug="sovereign", name="Sovereign", description=""):
    document = {"format": 1, "kind": "family", "code": slug, "name": name, "description": description}
    return families.correct(document, by=by, note="A family")


def make_draft(document, by, note="First draft"):
    """Save the document as the item's draft and return the draft; a pattern's family is made when missing."""
    if document["kind"] == "pattern" and document["family"]["slug"] not in families.codes():
        make_family(by, **document["family"])
    return timeline.save(document["kind"], document["code"], document, by=by, note=note)


def make_submission(document, by, note="For review"):
    make_draft(document, by)
    return workflow.submit(document["kind"], document["code"], by=by, note=note)


def approve(submission, by):
    """Sign off what the review page would show now; return the edition that this completed."""
    return workflow.sign_off(submission, digest=submission.digest, base_edition=submission.base_edition, by=by)


def make_edition(document, by, reviewer, note="For review"):
    return approve(make_submission(document, by, note), reviewer)
