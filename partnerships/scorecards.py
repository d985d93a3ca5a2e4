"""What in a scorecard needs another look: moves not assessed, scores of older wordings, scores of dropped moves."""

from collections.abc import Iterable
from dataclasses import dataclass

from history.models import Draft
from library.documents import Document
from partnerships.composition import live_patterns

GAP, REWORDED, DROPPED = "gap", "reworded", "dropped"
Subject = tuple[str, Document]  # number (empty while nothing is published) and document of what scores judge


@dataclass(frozen=True)
class Look:
    """One line of a scorecard that needs another look.

    `judged` is the wording that was scored, in `edition`; `wording` the move's today, empty for a dropped move.
    """

    move: str
    matter: str
    wording: str
    judged: str = ""
    edition: str = ""


def subjects(patterns: Iterable[str]) -> dict[str, Subject]:
    """Return what scores of each pattern judge: its live edition; its draft while nothing is published."""
    wanted = set(patterns)
    live = live_patterns(wanted)
    drafts = Draft.objects.filter(kind="pattern", code__in=wanted - live.keys())
    return {**{draft.code: ("", draft.read()) for draft in drafts}, **live}


def looks(exhibit: dict, subject: Subject) -> list[Look]:
    """Return what needs another look in `exhibit`: in the order of the kill list, dropped moves last.

    A score that names no edition yet is tied to the live wording when it is submitted; it needs no look.
    """
    number, pattern = subject
    wordings = {move["code"]: move["move"] for move in pattern["kill_list"]}
    scores = {score["move"]: score for score in exhibit["scores"]}
    found = [_look(move, wording, scores.get(move), number) for move, wording in wordings.items()]
    dropped = [_scored(DROPPED, score) for move, score in scores.items() if move not in wordings]
    return [look for look in found if look] + dropped


def _look(move: str, wording: str, score: dict | None, number: str) -> Look | None:
    if score is None:
        return Look(move, GAP, wording)
    if number and score["edition"] and score["wording"] != wording:
        return _scored(REWORDED, score, wording)
    return None


def _scored(matter: str, score: dict, wording: str = "") -> Look:
    return Look(score["move"], matter, wording, judged=score["wording"], edition=score["edition"])
