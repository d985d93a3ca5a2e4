"""The deal check: what a reader answered, move by move, and what follows from it. Nothing of it is stored."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from library.definitions import SCORES
from library.documents import cited_keys

NOT_ASSESSED = ""  # the answer of a move that has none, as the score of an empty cell
WORDS = {**SCORES, NOT_ASSESSED: "Not assessed"}
ABOUT_THE_PAGE = ("edition", "as-of", "format")  # names in an address that are no moves
JUDGED = ("visible", "mitigated", "not_visible")  # what makes deals alike; that both are silent does not
MOST_NAMED, LONGEST_NAMED = 20, 60  # of what an address holds and no checklist can use
GROUPS = {  # in the order of a checklist: what there is to do about a move, by its answer
    "visible": "act",
    "unknown": "ask",
    NOT_ASSESSED: "read",
    "mitigated": "hold",
    "not_visible": "leave",
}


@dataclass(frozen=True)
class Answers:
    """The answers by move, in the order of the kill list, and a sentence for each part that could not be used."""

    given: dict[str, str]
    refused: list[str] = field(default_factory=list)

    def of(self, move: str) -> str:
        return self.given.get(move, NOT_ASSESSED)


def read(asked: Iterable[tuple[str, list[str]]], moves: list[str]) -> Answers:
    """Return what `asked`, the names of an address with their values, answers to `moves` (codes).

    Another case of a code or an answer is forgiven: no two codes differ in nothing else. An empty value is no
    answer. What is no move, no answer, or contradicts itself is left out and named.
    """
    known = {code.lower(): code for code in moves}
    said: dict[str, list[str]] = {}
    refused = []
    for name, values in asked:
        answers = [value for value in values if value]
        if name in ABOUT_THE_PAGE or not answers:
            continue
        if code := known.get(name.lower()):
            said.setdefault(code, []).extend(answers)
        else:
            refused.append(f"“{named(name)}” is no move of this edition; “{named(answers[0])}” is left out.")
    given = {code: _one(code, said[code], refused) for code in moves if code in said}
    return Answers({code: answer for code, answer in given.items() if answer}, _cut(refused))


def _one(code: str, said: list[str], refused: list[str]) -> str:
    """The one answer among what was `said`; empty if there is none, or if there are several."""
    spelled = dict.fromkeys(value.lower().replace("-", "_") for value in said)
    strange = [value for value in spelled if value not in SCORES]
    refused += [f"“{named(value)}” is no answer to {code} and is left out." for value in strange]
    answers = [value for value in spelled if value in SCORES]
    if len(answers) > 1:
        words = " and as ".join(SCORES[value].lower() for value in answers)
        refused.append(f"{code} is answered more than once, as {words}; it counts as not assessed.")
    return answers[0] if len(answers) == 1 else NOT_ASSESSED


def named(text: str) -> str:
    """Return `text` as it may be repeated to whoever sent it: short, nothing in it unseen."""
    shown = "".join(character if character.isprintable() else "\ufffd" for character in text[:LONGEST_NAMED])
    return shown + "…" if len(text) > LONGEST_NAMED else shown


def _cut(sentences: list[str]) -> list[str]:
    more = len(sentences) - MOST_NAMED
    return [*sentences[:MOST_NAMED], f"The address holds {more} more of the kind."] if more > 0 else sentences


def query(number: str, given: dict[str, str], day: str = "") -> str:
    """Return the query string that holds the answers `given` to edition `number`, as of `day` where one is meant."""
    return urlencode([("edition", number), *given.items(), *([("as-of", day)] if day else [])])


def counted(moves: list[str], answers: Answers) -> str:
    """Return the sentence that says how many of `moves` have which answer."""
    given = [answers.of(move) for move in moves]
    parts = [_counted(given.count(answer), word) for answer, word in WORDS.items() if answer in given]
    return f"Of {_moves(len(moves))}, {joined(parts)}."


def _counted(number: int, word: str) -> str:
    return f"{number} {'is' if number == 1 else 'are'} {word.lower()}"


def _moves(number: int) -> str:
    return f"{number} move" if number == 1 else f"{number} moves"


def joined(parts: list[str]) -> str:
    """Return `parts` as a sentence lists them: `a, b and c`."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


@dataclass(frozen=True)
class Changes:
    """What became of the moves from one edition to another: codes; of what was dropped or reworded the old rows."""

    reworded: dict[str, dict[str, Any]]
    advised: list[str]
    added: list[str]
    dropped: list[dict[str, Any]]

    def __str__(self) -> str:
        """What the later edition does, as the end of a sentence that began with it."""
        dropped = [row["code"] for row in self.dropped]
        told = (
            ("words {} otherwise", list(self.reworded)),
            ("gives other reasons or another mitigation for {}", self.advised),
            ("adds {}", self.added),
            ("has {} no longer", dropped),
        )
        parts = [sentence.format(joined(codes)) for sentence, codes in told if codes]
        return joined(parts) or "has the same moves in the same words"


def changes(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Changes:
    """Return what became of the kill list `old` in `new`; only the sentence of a move counts as its wording."""
    before = {row["code"]: row for row in old}
    kept = [(before[row["code"]], row) for row in new if row["code"] in before]
    codes = {row["code"] for row in new}
    alike = [pair for pair in kept if pair[0]["move"] == pair[1]["move"]]
    return Changes(
        reworded={row["code"]: row for row, now in kept if row["move"] != now["move"]},
        advised=[now["code"] for row, now in alike if _advice(row) != _advice(now)],
        added=[row["code"] for row in new if row["code"] not in before],
        dropped=[row for row in old if row["code"] not in codes],
    )


def _advice(row: dict[str, Any]) -> tuple[str, ...]:
    return row["mechanism"], row["mitigation"], row["grounding"]


@dataclass(frozen=True)
class Likeness:
    """The moves of which a tracked deal was judged as the reader answered, and those judged otherwise."""

    same: list[str]
    other: list[str]

    @property
    def compared(self) -> int:
        return len(self.same) + len(self.other)

    @property
    def rank(self) -> tuple[int, int]:
        """What deals are sorted by: more moves alike first, then fewer judged otherwise."""
        return -len(self.same), len(self.other)


def likeness(given: dict[str, str], scores: dict[str, str]) -> Likeness:
    """Return how alike the answers `given` are to the `scores` of a deal, both by move.

    Only moves count that both sides judge (visible, mitigated, not visible): that nobody knows makes nothing alike.
    """
    both = [move for move, answer in given.items() if answer in JUDGED and scores.get(move) in JUDGED]
    same = [move for move in both if given[move] == scores[move]]
    return Likeness(same, [move for move in both if given[move] != scores[move]])


def bearing(move: dict[str, Any], precedents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the `precedents` that the document ties to `move`: one names the other, or the move cites its source."""
    cited = cited_keys(move)
    texts = " ".join((move["mechanism"], move["mitigation"]))
    return [
        row
        for row in precedents
        if row["source"] in cited or _names(texts, row["code"]) or _names(row["relevance"], move["code"])
    ]


def _names(text: str, code: str) -> bool:
    return bool(re.search(rf"(?<![\w.-]){re.escape(code)}(?![\w-])", text))
