"""What a partnership page shows: one partnership's document and its public acts. It depends on no pattern."""

from typing import Any

from library import row_links, scores
from library.addresses import Links
from library.definitions import GRADES, STATUSES, anchor_of
from library.history_page import told
from library.prose import plain
from library.references import PageProse
from library.typography import curly, typeset


def draw(partnership: dict, acts: list[dict], links: Links, number: str = "") -> dict[str, Any]:
    """Return what the template shows; prose is drawn in the order in which the page is read.

    `number` is that of the edition, none in a preview.
    """
    prose = PageProse({record["key"]: record for record in partnership["bibliography"]})
    drawn = {"summary": _summary(partnership, prose), "parties": _parties(partnership)}
    drawn["exhibits"] = [_exhibit(exhibit, prose, links) for exhibit in partnership["exhibits"]]
    links_of = row_links.of_partnership(partnership, number, links)
    for exhibit in drawn["exhibits"]:
        exhibit["links"] = links_of(exhibit["pattern"])
        for score in exhibit["scores"]:
            score["links"] = links_of(score["move"])
    drawn["evidence"] = _evidence(partnership, prose)
    drawn["sources"] = prose.sources(links)
    drawn["acts"] = told(acts, links)
    return {
        **drawn,
        "contents": _contents(drawn),
        "description": plain(partnership["summary"])[:300],
        "methodology": links.to("methodology"),
        "confidence": partnership["confidence"],
        "confidence_word": GRADES.get(partnership["confidence"], ""),
        "confidence_anchor": anchor_of(partnership["confidence"]),
        "newest_source": max((source["published"] for source in drawn["sources"]), default=""),
    }


def _parties(partnership: dict) -> list[dict]:
    return [typeset(party, "name", "country", "role") for party in partnership["parties"]]


def _summary(partnership: dict, prose: PageProse) -> dict:
    prose.at("summary")
    return {
        "text": prose.block(partnership["summary"]),
        "status_word": STATUSES.get(partnership["status"], ""),
        "status_note": prose.block(partnership["status_note"]),
        "announced": partnership["announced"],
        "aliases": [curly(alias) for alias in partnership["aliases"]],
        "is_dated": any(partnership[name] for name in ("announced", "status", "aliases")),
    }


def _exhibit(exhibit: dict, prose: PageProse, links: Links) -> dict:
    prose.at(exhibit["pattern"])
    return {
        **typeset(exhibit, "pattern_title"),
        "href": _pattern_href(exhibit, links),
        "sub_variants": [
            {**typeset(row, "name"), "href": _pattern_href(exhibit, links, row["code"])}
            for row in exhibit["sub_variants"]
        ],
        "note": prose.block(exhibit["note"]),
        "scores": [_score(score, exhibit["pattern_slug"], prose, links) for score in exhibit["scores"]],
    }


def _pattern_href(exhibit: dict, links: Links, anchor: str = "") -> str:
    """The pattern's address; empty in a preview, as long as the pattern has no edition to be tied to."""
    if not (exhibit["edition"] and exhibit["pattern_slug"]):
        return ""
    return links.item("pattern", exhibit["pattern_slug"], exhibit["edition"], anchor)


def _score(score: dict, slug: str, prose: PageProse, links: Links) -> dict:
    prose.at(score["move"])
    return {
        "move": score["move"],
        "mark": scores.mark(score["score"]),
        "anchor": anchor_of(score["score"]),
        "wording": prose.line(score["wording"]),
        "judged": scores.judged(score, slug, links),
        **scores.evidence(score, prose),
    }


def _evidence(partnership: dict, prose: PageProse) -> list[dict]:
    prose.at("evidence")
    return [
        {
            **typeset(row, "supports"),
            "cited": prose.cite(row["source"]),
            "record": typeset(prose.record(row["source"]), "title"),
        }
        for row in partnership["sources"]
    ]


def _contents(drawn: dict) -> list[dict]:
    sections = (
        ("summary", "Summary", ""),
        ("parties", "Parties", len(drawn["parties"])),
        ("patterns", "Patterns it shows", len(drawn["exhibits"])),
        ("evidence", "Evidence and confidence", ""),
        ("sources", "Sources", len(drawn["sources"])),
        ("history", "History", ""),
        ("cite", "Cite this", ""),
        ("take-away", "Take away", ""),
    )
    return [{"anchor": anchor, "title": title, "count": count} for anchor, title, count in sections]
