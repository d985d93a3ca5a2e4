"""Documents built in Python and published through the library's own door; no working table takes part."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest import mock

from django.db import transaction

from library import documents, ledger, publication, standing
from library.models import LedgerEntry


@contextmanager
def on(day, hour=12):
    """Let the clock stand at `hour` of `day` (`2026-06-29`), UTC."""
    now = datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)
    with mock.patch("django.utils.timezone.now", return_value=now):
        yield now


def source(key="smith-2026", **fields):
    return {
        "key": key,
        "kind": "article",
        "title": f"Title of {key}",
        "authors": ["Smith, A."],
        "publisher": "Journal",
        "published": "2026-01-02",
        "url": f"https://example.org/{key}",
        "archived_url": "",
        "doi": "",
        "accessed": "",
        "origin": "Journal",
        "note": "",
        **fields,
    }


def move(code, **fields):
    return {
        "code": code,
        "move": f"Do {code}.",
        "mechanism": f"{code} fails [@smith-2026].",
        "mitigation": f"Instead of {code} do this [@jones-2025, p. 4].",
        "grounding": "documented",
        **fields,
    }


def pattern(code="STC", moves=3, **fields):
    document = {
        "format": 1,
        "kind": "pattern",
        "code": code,
        "slug": f"pattern-{code.lower()}",
        "family": {"slug": "sovereign", "name": "Sovereign"},
        "tags": ["compute"],
        "title": f"Pattern {code}",
        "subtitle": "One line about it",
        "in_brief": "What it is [@jones-2025].",
        "fits_when": "- It fits here.",
        "does_not_fit_when": "- It does not fit there.",
        "structure": f"How it is built, see {code}-K1.",
        "sub_variants": [{"code": f"{code}-V1", "name": "First form", "description": "Its description."}],
        "clauses": [{"code": f"{code}-C1", "title": "A clause", "text": "Its text.", "negotiate": "Its limits."}],
        "kill_list": [move(f"{code}-K{number}") for number in range(1, moves + 1)],
        "precedents": [
            {
                "code": f"{code}-P1",
                "title": "A case",
                "forum": "A court",
                "date": "2025-01-15",
                "status": "Final",
                "source": "case-2025",
                "relevance": "Why it matters.",
            }
        ],
        "anchors": [{"code": f"{code}-A1", "source": "smith-2026", "finding": "What it found."}],
        "bibliography": [source("case-2025", kind="court"), source("jones-2025"), source("smith-2026")],
    }
    return {**document, **fields}


def score(move, score="visible", **fields):
    return {
        "move": move,
        "wording": f"Do {move}.",
        "edition": "2026.01",
        "score": score,
        "evidence": f"Evidence on {move} [@release-2025].",
        "sources": [{"source": "release-2025", "pinpoint": ""}],
        **fields,
    }


def exhibit(code="STC", scores=None, **fields):
    return {
        "pattern": code,
        "pattern_slug": f"pattern-{code.lower()}",
        "pattern_title": f"Pattern {code}",
        "edition": "2026.01",
        "sub_variants": [{"code": f"{code}-V1", "name": "First form"}],
        "note": "Why it shows the pattern [@release-2025].",
        "scores": [score(f"{code}-K1")] if scores is None else scores,
        **fields,
    }


def partnership(code="stargate", exhibits=None, **fields):
    document = {
        "format": 1,
        "kind": "partnership",
        "code": code,
        "slug": code,
        "name": code.capitalize(),
        "aliases": ["Alias"],
        "announced": "2025-05-22",
        "status": "active",
        "status_note": "Under construction.",
        "summary": "What was agreed [@release-2025].",
        "parties": [{"name": "Party", "country": "NO", "role": "Host"}],
        "sources": [{"source": "release-2025", "supports": "Terms", "first_party": True}],
        "confidence": "primary_source",
        "exhibits": [exhibit()] if exhibits is None else exhibits,
        "bibliography": [source("release-2025", kind="press_release")],
    }
    return {**document, **fields}


def person(**fields):
    return {
        "name": "Rhea Reviewer",
        "role": "Reviewer",
        "section": "all",
        "digest": "0" * 64,
        "time": "2026-01-05T10:00:00Z",
        "override_reason": "",
        **fields,
    }


def publish(document, day="2026-01-05", note="First edition.", **fields):
    """Publish `document` at noon of `day` and return its edition."""
    with on(day), transaction.atomic():
        ledger.lock_library()
        return publication.publish(documents.canonical_bytes(document), [person(**fields)], note)


def publish_again(document, day, **changes):
    return publish({**document, **changes}, day, note="What changed.")


def act(name, document, day, note="Because.", edition="2026.01"):
    """Append an act that is no publication, and draw what depends on it."""
    from library import pages

    with on(day) as now, transaction.atomic():
        ledger.lock_library()
        renewed = name == LedgerEntry.Act.REAFFIRMATION
        review_by = now.date() + timedelta(days=365) if renewed else None
        digest = documents.digest(document)
        people = [person(name="Rolf Reviewer")]
        entry = ledger.append(name, document["kind"], document["code"], edition, digest, review_by, people, note)
        pages.redraw(standing.follow(entry), entry.position)
        return entry
