"""The editors' list *needs another look*: gaps and old wordings in the scorecards of all partnerships."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from history.models import Draft
from history.words import word_pieces
from partnerships.models import Exhibit
from partnerships.scorecards import DROPPED, GAP, REWORDED, Look, Subject, looks, subjects


@dataclass(frozen=True)
class Line:
    """One move of one scorecard that needs another look, with the address of its line in the form."""

    look: Look
    href: str

    @property
    def words(self) -> list[tuple[str, str]]:
        """What became of the wording that was scored, to the word."""
        return word_pieces(self.look.judged, self.look.wording)


@dataclass(frozen=True)
class Scorecard:
    """The lines of one exhibit that need another look; `moves` counts those of the pattern."""

    pattern: str
    title: str
    href: str
    lines: list[Line]
    moves: int

    @property
    def to_judge(self) -> list[Line]:
        """Scores of an older wording or of a dropped move."""
        return [line for line in self.lines if line.look.matter != GAP]

    @property
    def gaps(self) -> list[Line]:
        """Moves that nobody assessed."""
        return [line for line in self.lines if line.look.matter == GAP]


@dataclass(frozen=True)
class Entry:
    """One partnership with its scorecards that need another look."""

    code: str
    title: str
    scorecards: list[Scorecard]


@dataclass(frozen=True)
class Count:
    """How many lines need another look: scores of older wordings, scores of dropped moves, moves not assessed."""

    older: int
    dropped: int
    gaps: int

    @property
    def total(self) -> int:
        return self.older + self.dropped + self.gaps


def entries(pattern: str = "", partnership: str = "") -> list[Entry]:
    """Return the partnerships in use in whose scorecards something needs another look, by name.

    Only what concerns `pattern` or `partnership`, where one is given. Three statements however many there are.
    """
    drafts = Draft.objects.unarchived().filter(kind="partnership").order_by("title", "code")
    drafts = list(drafts.filter(code=partnership) if partnership else drafts)
    shown = [[e for e in draft.read()["exhibits"] if pattern in ("", e["pattern"])] for draft in drafts]
    judged = subjects({exhibit["pattern"] for exhibits in shown for exhibit in exhibits})
    found = [
        Entry(draft.code, draft.title, _scorecards(draft.code, exhibits, judged))
        for draft, exhibits in zip(drafts, shown, strict=True)
    ]
    return [entry for entry in found if entry.scorecards]


def _scorecards(code: str, exhibits: list[dict], judged: dict[str, Subject]) -> list[Scorecard]:
    """Return the scorecards with something to look at; one of a pattern that has no text has nothing."""
    told = [_scorecard(code, e, judged[e["pattern"]]) for e in exhibits if e["pattern"] in judged]
    return [scorecard for scorecard in told if scorecard.lines]


def _scorecard(code: str, exhibit: dict, subject: Subject) -> Scorecard:
    href = reverse("admin:partnership-part", args=[code, exhibit["pattern"]])
    lines = [Line(look, f"{href}#row-{look.move}") for look in looks(exhibit, subject)]
    document = subject[1]
    return Scorecard(exhibit["pattern"], document["title"], href, lines, len(document["kill_list"]))


def count(pattern: str = "", partnership: str = "") -> Count:
    """Return how much needs another look, everywhere or in what concerns one pattern or partnership."""
    return count_of(entries(pattern, partnership))


def count_of(found: Iterable[Entry]) -> Count:
    """Return how much needs another look in the entries `found`."""
    lines = [line for entry in found for scorecard in entry.scorecards for line in scorecard.lines]
    matters = [line.look.matter for line in lines]
    return Count(matters.count(REWORDED), matters.count(DROPPED), matters.count(GAP))


def patterns_shown() -> list[tuple[str, str]]:
    """Return code and title of every pattern that partnerships show, by title."""
    drafts = Draft.objects.filter(kind="pattern", code__in=Exhibit.objects.values("pattern"))
    return list(drafts.order_by("title", "code").values_list("code", "title"))
