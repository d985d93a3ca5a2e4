"""The form of the deal check: the moves of a pattern, what can be answered, what was answered to another edition."""

from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe

from library import prose, scores
from library.deal_check import NOT_ASSESSED, Answers, Changes, changes, named, read
from library.definitions import anchor_of
from library.documents import Document
from library.prose import plain
from library.typography import curly

# What an answer says of the deal at hand; the words are those of the scores.
MEANINGS = {
    "visible": "The terms or the design show the move, and nothing offsets it.",
    "mitigated": "The risk is there, and a term answers it, wholly or in part.",
    "not_visible": "The terms were read and do not show the move, or it cannot apply.",
    "unknown": "The terms were read and do not say, or you cannot see them.",
    NOT_ASSESSED: "The terms have not been read against this move yet.",
}


def choices() -> list[dict[str, Any]]:
    """Return the answers that can be given, each with its mark and what it says of the deal at hand."""
    return [
        {"value": value, "mark": scores.mark(value), "anchor": anchor_of(value) or "not-assessed", "meaning": meaning}
        for value, meaning in MEANINGS.items()
    ]


def moves(pattern: Document, answers: Answers, changed: Changes | None) -> list[dict[str, Any]]:
    """Return the moves to answer, with what was answered and, where they have `changed` since, how they stood."""
    return [
        {
            "code": row["code"],
            "number": number,
            "move": curly(plain(row["move"])),
            "mechanism": _without_sources(row["mechanism"]),
            "mitigation": _without_sources(row["mitigation"]),
            "answer": answers.of(row["code"]),
            "before": _before(row["code"], changed),
            "is_new": bool(changed) and row["code"] in changed.added,
            "is_advised": bool(changed) and row["code"] in changed.advised,
        }
        for number, row in enumerate(pattern["kill_list"], start=1)
    ]


def _before(code: str, changed: Changes | None) -> str:
    return curly(plain(changed.reworded[code]["move"])) if changed and code in changed.reworded else ""


def _without_sources(text: str) -> SafeString:
    return mark_safe(curly(prose.render(prose.uncited(text), prose.References({}))))


def dropped(changed: Changes | None, answers: Answers) -> list[dict[str, Any]]:
    """Return the moves that were answered and that the pattern has no longer, with the answer."""
    rows = [row for row in changed.dropped if row["code"] in answers.given] if changed else []
    return [
        {"code": row["code"], "move": curly(plain(row["move"])), "mark": scores.mark(answers.of(row["code"]))}
        for row in rows
    ]


def draw(pattern: Document, number: str, asked: QueryDict, old: Document | None) -> dict[str, Any]:
    """Return what the form shows of edition `number` of `pattern` with the answers `asked`.

    `old` is the edition to which they were given, None if it is this one or unknown.
    """
    changed = changes(old["kill_list"], pattern["kill_list"]) if old else None
    codes = [row["code"] for row in pattern["kill_list"]]
    answers = read(asked.lists(), codes + [row["code"] for row in (changed.dropped if changed else [])])
    given_to = asked.get("edition", "")
    return {
        "moves": moves(pattern, answers, changed),
        "dropped": dropped(changed, answers),
        "changed": changed,
        "refused": answers.refused,
        "given": sum(code in answers.given for code in codes),
        "given_to": named(given_to),
        "is_unknown": given_to not in ("", number) and old is None,
    }
