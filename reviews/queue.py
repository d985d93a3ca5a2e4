"""One person's queue: their turns, what waits for others, every item. As many statements for forty as for one."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from history.models import Draft
from library.sorting import fold
from reviews import permissions, turns
from reviews.asked import Review, reviews_of
from reviews.models import Absence, Comment, Correction, Event
from reviews.readiness import Finding, findings_of_drafts
from reviews.reviewers import candidates
from reviews.staff import Staff
from reviews.state import Item, items
from reviews.turns import Turn
from reviews.written import Written, written_by

MOST_LISTED = 100
Key = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One item with the turns that are told of it, the most pressing first.

    `candidates`: whom a chief editor may ask to review it; `note`: why it is not the reader's turn.
    """

    item: Item
    turns: list[Turn]
    blockers: list[Finding] = field(default_factory=list)
    may_claim: bool = False
    may_assign: bool = False
    candidates: list[tuple[User, str]] = field(default_factory=list)
    note: str = ""

    @property
    def since(self) -> datetime:
        return min(turn.since for turn in self.turns)

    @property
    def due(self) -> date | None:
        return min((turn.due for turn in self.turns if turn.due), default=None)

    @property
    def is_overdue(self) -> bool:
        return any(turn.is_overdue for turn in self.turns)

    @property
    def correction(self) -> int | None:
        """The correction whose text anybody may review here; None for all that is somebody's own."""
        up = self.item.open_submission
        return up.correction if up and all(turn.person is None for turn in self.turns) else None

    @property
    def is_of_review(self) -> bool:
        """Whether the next step is one in the review of what is in review: no answer and no new text."""
        return self.item.open_submission is not None and not _is_of_writing(self.turns[:1])

    @property
    def whys(self) -> list[str]:
        """The reasons, each once."""
        return list(dict.fromkeys(turn.why for turn in self.turns))

    @property
    def quote(self) -> str:
        return next((turn.quote for turn in self.turns if turn.quote), "")

    @property
    def step(self) -> str:
        """The verb of what is next."""
        step = self.turns[0].step
        return "Mend" if self.blockers and step == turns.SUBMIT else step

    @property
    def href(self) -> str:
        """Where the next step is done; who reviews the item answers, resolves and decides on one page."""
        draft, step = self.item.draft, self.step
        if step == turns.ANSWER_COMMENT:
            if any(turn.step == "Review" for turn in self.turns):
                return reverse("desk:review", args=[self.item.latest.pk])
            return reverse("desk:item", args=[draft.kind, draft.code]) + "#comments"
        if self.is_of_review:
            at = "" if step == "Review" else "#reviewers"
            return reverse("desk:review", args=[self.item.latest.pk]) + at
        at = {"Mend": "#blocks", turns.SUBMIT: "#submit"}.get(step, "")
        return reverse("desk:item", args=[draft.kind, draft.code]) + at


@dataclass(frozen=True)
class Gathered:
    """The texts of one correction that wait for the reader's sign-off: one page signs them all."""

    correction: Correction
    count: int


@dataclass(frozen=True)
class Queue:
    """What the page shows.

    `gathered` are corrections of more than one text, `away` is the reader's own absence today, `may_assign` whether
    they hand out reviews. `untaken` and `overdue` count the reviews of everybody that lack a reviewer or are late.
    """

    mine: list[Line]
    gathered: list[Gathered]
    others: list[Line]
    listed: list[Item]
    unlisted: int
    may_edit: bool
    may_review: bool
    may_assign: bool
    untaken: int
    overdue: int
    away: Absence | None

    @property
    def gathered_count(self) -> int:
        """How many texts they hold: each is one that waits, as in a reviewer's round."""
        return sum(one.count for one in self.gathered)


def queue_of(user: User, day: date, *, kind: str = "", words: str = "") -> Queue:
    """Return the queue of `user` on `day`; `kind` and `words` (in title or code) narrow the list of all items."""
    staff = Staff(day)
    found = items(_drafts(), day)
    room = _Room(user, staff, found)
    mine, others = room.lines()
    gathered, mine = _gather(mine)
    listed = [item for item in found if _is_asked_for(item.draft, kind, fold(words))]
    return Queue(
        mine=sorted(mine, key=lambda line: line.since),
        gathered=gathered,
        others=sorted(others, key=lambda line: line.since),
        listed=listed[:MOST_LISTED],
        unlisted=max(0, len(listed) - MOST_LISTED),
        may_edit=room.may_edit,
        may_review=room.may_review,
        may_assign=room.may_assign,
        untaken=room.count(lambda turn: turn.whose == turns.ANY_REVIEWER),
        overdue=room.count(lambda turn: turn.is_overdue),
        away=staff.away.get(user.pk),
    )


def _gather(lines: list[Line]) -> tuple[list[Gathered], list[Line]]:
    """Take together what one correction put up for review; what waits for somebody by name stays a line."""
    found = Counter(line.correction for line in lines)
    several = {pk for pk, count in found.items() if pk and count > 1}
    if not several:
        return [], lines
    corrections = Correction.objects.filter(pk__in=several).order_by("pk")
    return (
        [Gathered(correction, found[correction.pk]) for correction in corrections],
        [line for line in lines if line.correction not in several],
    )


def _drafts() -> list[Draft]:
    drafts = Draft.objects.unarchived().filter(kind__in=settings.ITEM_KINDS).defer("document", "cites")
    return sorted(drafts, key=lambda draft: (fold(draft.title), draft.code))


def _is_asked_for(draft: Draft, kind: str, words: str) -> bool:
    is_kind = kind not in settings.ITEM_KINDS or draft.kind == kind
    return is_kind and (words in fold(draft.title) or words in fold(draft.code))


class _Room:
    """Everything at the desk as one person sees it."""

    def __init__(self, user: User, staff: Staff, found: list[Item]):
        self.user, self.staff = user, staff
        self.may_edit = user.pk in staff.drafters
        self.may_review = user.pk in staff.reviewers
        self.may_assign = user.pk in staff.chiefs
        self.reviews = reviews_of([item.open_submission for item in found if item.open_submission], staff)
        self.requests = _requests(found)
        self.threads = _threads()
        self.written = written_by(user, found) if self.may_edit else {}
        self.told = [(item, self._turns(item)) for item in found]
        self.in_hand = Counter(asked.person.pk for review in self.reviews.values() for asked in review.asked)

    def count(self, is_so: Callable[[Turn], bool]) -> int:
        """Return how many items have a turn of which `is_so` is true."""
        return sum(any(map(is_so, found)) for _, found in self.told)

    def lines(self) -> tuple[list[Line], list[Line]]:
        """Return the lines of what is the person's turn, and of what is other people's."""
        own = [(item, [turn for turn in found if self._is_mine(turn, item)]) for item, found in self.told]
        mine = [(item, found) for item, found in own if found]
        blockers = _blockers([item for item, found in mine if not item.open_submission or _is_of_writing(found)])
        taken = {item.draft.pk for item, _ in mine}
        others = [(item, found) for item, found in self.told if found and item.draft.pk not in taken]
        return (
            [self._line_of_mine(item, found, blockers) for item, found in mine],
            [self._line_of_others(item, found) for item, found in others if self._may_know(item)],
        )

    def _turns(self, item: Item) -> list[Turn]:
        told = turns.to_speak(item, self.threads[item.draft.kind, item.draft.code], self.staff)
        for up in item.sent_back:
            told += turns.to_answer(up, self.requests[up.pk], self.staff)
        written = self._unsubmitted(item)
        if written and not any(self._is_mine(turn, item) for turn in told):
            told.append(turns.to_submit(self.user, written))
        if item.open_submission:
            return [*turns.in_review(self.reviews[item.latest.pk], self.staff), *told]
        return told

    def _unsubmitted(self, item: Item) -> Written | None:
        """What the person wrote and is to submit: what came through a correction alone is not, while one is up."""
        written = self.written.get((item.draft.kind, item.draft.code)) if item.is_unsubmitted else None
        return None if written and written.corrected and item.open_correction else written

    def _is_mine(self, turn: Turn, item: Item) -> bool:
        if turn.person:
            return turn.person.pk == self.user.pk
        if turn.whose == turns.CHIEF_EDITOR:
            return self.may_assign
        return self._may_take(self.reviews[item.latest.pk])

    def _may_take(self, review: Review) -> bool:
        me = self.staff.reviewers.get(self.user.pk)
        return me is not None and review.is_open_to(me, turns.here(review, self.staff))

    def _may_know(self, item: Item) -> bool:
        """Whether the person waits for others here: reviewers for every review, all for what they had a part in."""
        if item.open_submission:
            return self.may_review or self._is_of_user(item)
        began = [thread.user_id for thread in self.threads[item.draft.kind, item.draft.code]]
        asked = [self.requests[up.pk].user_id for up in item.sent_back]
        return self.may_assign or self.user.pk in [*asked, *began]

    def _is_of_user(self, item: Item) -> bool:
        found = [up for up in (item.latest, item.text) if up]
        return any(up.submitted_by_id == self.user.pk or permissions.is_contributor(self.user, up) for up in found)

    def _line_of_mine(self, item: Item, own: list[Turn], blockers: dict[int, list[Finding]]) -> Line:
        own = sorted(own, key=lambda turn: (turn.person is None, turn.whose != turns.CHIEF_EDITOR))
        up = item.open_submission
        told = blockers.get(item.draft.pk, [])
        if up is None:
            return Line(item, own, blockers=told)
        review = self.reviews[up.pk]
        hands_out = any(turn.whose == turns.CHIEF_EDITOR for turn in own)
        return Line(
            item,
            own,
            blockers=told,
            may_claim=own[0].person is None and self._may_take(review),
            may_assign=hands_out,
            candidates=candidates(review, self.staff, self.in_hand) if hands_out else [],
        )

    def _line_of_others(self, item: Item, told: list[Turn]) -> Line:
        said_once = {(turn.whose, turn.about): turn for turn in reversed(told) if turn.about}
        return Line(item, [*reversed(said_once.values())], note=self._note(item))

    def _note(self, item: Item) -> str:
        """Why it is not the person's turn, where they may wonder."""
        up = item.open_submission
        if up is None:
            return ""
        if item.has_moved_on and self._is_of_user(item):
            return "The draft has changed since it was submitted."
        if self.user.pk in self.reviews[up.pk].signers:
            return "You signed it off."
        if self.may_review and permissions.is_contributor(self.user, up):
            return "You wrote part of it, so somebody else signs it off."
        return ""


def _is_of_writing(told: list[Turn]) -> bool:
    """Whether one of the turns asks for a new text: an answer to what was sent back, or a submission."""
    return any(turn.step in (turns.ANSWER, turns.SUBMIT) for turn in told)


def _requests(found: list[Item]) -> dict[int, Event]:
    """Return the request for changes of each item that has one to answer, by its submission."""
    asked = [up.pk for item in found for up in item.sent_back]
    events = Event.objects.filter(what=Event.What.CHANGES_REQUESTED, submission__in=asked)
    return {event.submission: event for event in events}


def _threads() -> dict[Key, list[Comment]]:
    """Return the open conversations about each item, with their replies; two statements."""
    found = defaultdict(list)
    for thread in Comment.objects.unresolved().prefetch_related("replies"):
        found[thread.kind, thread.code].append(thread)
    return found


def _blockers(found: list[Item]) -> dict[int, list[Finding]]:
    findings = findings_of_drafts(Draft.objects.filter(pk__in=[item.draft.pk for item in found]))
    return {pk: [finding for finding in rows if finding.blocks] for pk, rows in findings.items()}
