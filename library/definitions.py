"""The apparatus words: what each means, under which anchor of /methodology/, and how a stored word is shown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Definition:
    """One apparatus word; `anchor` is its place on the methodology page."""

    anchor: str
    word: str
    meaning: str


GROUPS = {
    "What the library holds": [
        Definition("pattern", "Pattern", "A deal structure that recurs in frontier-AI partnerships."),
        Definition("family", "Family", "A group of patterns that answer to the same kind of party or problem."),
        Definition("sub-variant", "Sub-variant", "A form that the pattern takes, with its own code."),
        Definition(
            "move",
            "Kill-list move",
            "An intuitive move that predictably fails for the pattern. It is given with the mechanism by which "
            "it fails and a mitigation that acts on that mechanism.",
        ),
        Definition(
            "clause",
            "Example clause",
            "A hypothetical, illustrative clause topic. It is not taken from any deal and not meant to be used "
            "verbatim.",
        ),
        Definition(
            "precedent",
            "Precedent",
            "Litigation or a regulatory action that counsel reasons against. It orients; it is no legal advice.",
        ),
        Definition("anchor", "Scholarly anchor", "Primary research on which the pattern rests."),
        Definition("partnership", "Partnership", "A tracked public deal, with its parties, dates and sources."),
        Definition(
            "exhibit",
            "Exhibit",
            "The statement that a partnership shows a pattern, and in which sub-variants.",
        ),
    ],
    "Grounding of a move": [
        Definition(
            "documented",
            "Documented",
            "The mechanism is described in the research cited, and a public event that fits it is cited too.",
        ),
        Definition(
            "inferred",
            "Inferred",
            "The mechanism is known from research and applied to this setting by analogy. No public failure has "
            "been confirmed; read the move as a warning.",
        ),
    ],
    "Scores": [
        Definition(
            "visible",
            "Visible",
            "Public terms or events show the move, or the design rests on it and nothing offsets it.",
        ),
        Definition(
            "mitigated",
            "Mitigated",
            "The risk is there, and a public term answers it wholly or in part.",
        ),
        Definition(
            "not-visible",
            "Not visible",
            "Public terms were read and do not show the move, or it cannot apply to this deal.",
        ),
        Definition(
            "unknown",
            "Unknown",
            "Public terms were read and do not say. Full terms are rarely public.",
        ),
        Definition(
            "not-assessed",
            "Not assessed",
            "Nobody has read the terms against this move. The cell stays empty; it is never counted as unknown.",
        ),
        Definition(
            "wording",
            "Scored against the wording of an edition",
            "The move has been reworded since it was judged. The score holds for the wording in the edition named.",
        ),
    ],
    "Confidence in a partnership": [
        Definition(
            "primary-source",
            "Primary source",
            "A first-party document on the core fact was read: a filing, a court or government text, a statute, a "
            "regulation, or a release by a party.",
        ),
        Definition(
            "corroborated",
            "Corroborated",
            "Two secondary sources of different origin report the core fact.",
        ),
        Definition(
            "single-source",
            "Single source",
            "The core fact rests on one secondary origin. The word stands wherever the partnership appears.",
        ),
        Definition(
            "rumored",
            "Rumoured",
            "Unnamed sources or unconfirmed figures. Such a partnership cannot be published; a rumour appears at "
            "most as context, marked (unconfirmed).",
        ),
    ],
    "Grade of a source": [
        Definition(
            "primary-document",
            "Primary document",
            "A filing, a court text, a statute, a regulation or a government publication.",
        ),
        Definition("party-statement", "Party’s statement", "A release by somebody who takes part in the deal."),
        Definition("research", "Research", "A scholarly paper or book."),
        Definition("secondary", "Secondary", "Press coverage, commentary and everything else."),
    ],
    "Standing of a page": [
        Definition(
            "edition",
            "Edition",
            "A published document that never changes, numbered by year and month: 2026.06, the second of that "
            "month 2026.06.2.",
        ),
        Definition(
            "verified",
            "Verified",
            "A named reviewer who did not write the text approved this document, byte for byte.",
        ),
        Definition(
            "review-overdue",
            "Review overdue",
            "The date by which the edition was to be looked at again has passed, and nobody has done so yet. The "
            "word appears by itself on the day after that date.",
        ),
        Definition(
            "reaffirmed",
            "Reaffirmed",
            "A second reviewer, who neither wrote the text nor reviewed it last, read the same bytes again and "
            "stands for them until a new date.",
        ),
        Definition(
            "retired",
            "Retired",
            "The chief editor no longer recommends the item for use and says why. Address, text and editions stay, "
            "with the way to a successor where there is one. A new edition brings the item back.",
        ),
        Definition(
            "withheld",
            "Withheld",
            "The text may not be shown, for instance after a court order or because it held personal data. The chief "
            "editor and an administrator decide it together, on a ground that is public. Every address of the "
            "edition then answers with that ground, for past days too; its digest and its ledger entries stay, so "
            "the chain can still be verified.",
        ),
        Definition(
            "reading-time",
            "Length",
            "The words of the edition’s own text, and the minutes for them at 238 words a minute, the average for "
            "English non-fiction (Brysbaert 2019). Sources, dates and the partnerships beside a pattern are not "
            "counted.",
        ),
        Definition(
            "as-of",
            "As of a date",
            "The library as it stood at the end of that day, UTC. Such a page does not change.",
        ),
        Definition(
            "ledger",
            "Ledger",
            "The public list of acts: publication, reaffirmation, retirement, withholding. Each entry holds the "
            "hash of the entry before it, so that nothing can be altered or removed unnoticed.",
        ),
    ],
}

SCORES = {
    "visible": "Visible",
    "mitigated": "Mitigated",
    "not_visible": "Not visible",
    "unknown": "Unknown",
}
GRADES = {
    "primary_source": "Primary source",
    "corroborated": "Corroborated",
    "single_source": "Single source",
    "rumored": "Rumoured",
}
GRADES_FROM_LOWEST = ["single_source", "corroborated", "primary_source"]
STATUSES = {
    "announced": "Announced",
    "active": "Active",
    "amended": "Amended",
    "ended": "Ended",
    "unknown": "Unknown",
}
SOURCE_KINDS = {
    "paper": "Paper",
    "book": "Book",
    "filing": "Filing",
    "court": "Court document",
    "statute": "Statute",
    "regulation": "Regulation",
    "government": "Government publication",
    "press_release": "Press release",
    "article": "Article",
    "other": "Other",
}
SOURCE_GRADES = {
    "paper": "research",
    "book": "research",
    "filing": "primary-document",
    "court": "primary-document",
    "statute": "primary-document",
    "regulation": "primary-document",
    "government": "primary-document",
    "press_release": "party-statement",
    "article": "secondary",
    "other": "secondary",
}
WORDS = {definition.anchor: definition.word for group in GROUPS.values() for definition in group}


def anchor_of(stored: str) -> str:
    """Return the anchor of the definition of a stored word: `single_source` has `single-source`."""
    return stored.replace("_", "-")


def lowest_grade(grades: list[str]) -> str:
    """Return the lowest of `grades` (stored words), empty when there are none."""
    return min(grades, key=GRADES_FROM_LOWEST.index, default="")
