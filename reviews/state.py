"""Where an item stands, in words: derived from its draft, its submissions and its live edition, never stored."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from history.models import Draft
from library import badges
from library.definitions import WORDS
from library.models import Standing
from reviews.models import Submission

DRAFT = "Draft"
IN_REVIEW = "In review"
CHANGES_REQUESTED = "Changes requested"
CHANGES_PENDING = "Changes pending"
WITHHELD = "Withheld"


@dataclass(frozen=True)
class State:
    """`public` is the word readers see, empty before the first edition; `work` what the desk has open, if any."""

    public: str
    work: str

    @property
    def words(self) -> list[str]:
        """Both words, those that there are."""
        return [word for word in (self.public, self.work) if word]


@dataclass(frozen=True)
class Item:
    """A draft with what its state follows from: its standing (None before publication) and newest submissions.

    `latest` is the newest of all, `text` the newest that is no correction: what editors submitted themselves.
    """

    draft: Draft
    standing: Standing | None
    latest: Submission | None
    text: Submission | None
    state: State

    @property
    def open_submission(self) -> Submission | None:
        """The submission in review, if there is one."""
        return self.latest if self.latest and self.latest.state == Submission.State.OPEN else None

    @property
    def open_correction(self) -> Submission | None:
        """The correction of the item that is in review, if there is one: whatever is submitted takes it in."""
        up = self.open_submission
        return up if up and up.correction else None

    @property
    def is_unsubmitted(self) -> bool:
        """Whether the draft says what neither the live edition nor an open submission says."""
        if self.open_correction:
            return self.has_moved_on
        return self.state.work in (DRAFT, CHANGES_REQUESTED, CHANGES_PENDING)

    @property
    def sent_back(self) -> list[Submission]:
        """What was sent back and not answered yet: the newest text, a correction after it, or both."""
        if self.standing and self.standing.edition.digest == self.draft.digest:
            return []
        found = {up.pk: up for up in (self.text, self.latest) if up}
        return [up for up in found.values() if up.state == Submission.State.CHANGES_REQUESTED]

    @property
    def has_moved_on(self) -> bool:
        """Whether the draft changed after it was put up for the review that is open."""
        return self.open_submission is not None and self.open_submission.digest != self.draft.digest


def derive(digest: str, standing: Standing | None, latest: Submission | None, day: date) -> State:
    """Return the state of the item whose draft has `digest`, on `day`; `latest` is the submission that counts."""
    return State(_public(standing, day), _work(digest, standing, latest))


def _public(standing: Standing | None, day: date) -> str:
    if standing is None:
        return ""
    if standing.state == Standing.State.WITHHELD:
        return WITHHELD
    facts = {"state": standing.state, "review_by": standing.review_by.isoformat()}
    return WORDS[badges.status(facts, day)]


def _work(digest: str, standing: Standing | None, latest: Submission | None) -> str:
    if latest and latest.state == Submission.State.OPEN:
        return IN_REVIEW
    if standing and standing.edition.digest == digest:
        return ""
    if latest and latest.state == Submission.State.CHANGES_REQUESTED:
        return CHANGES_REQUESTED
    return CHANGES_PENDING if standing else DRAFT


def items(drafts: Iterable[Draft], day: date) -> list[Item]:
    """Return `drafts` with their states on `day`, in their order; two statements however many there are."""
    drafts = list(drafts)
    codes = {draft.code for draft in drafts}
    standings = Standing.objects.latest().filter(code__in=codes).select_related("edition")
    live = {(row.kind, row.code): row for row in standings.defer("edition__document")}
    each = ("kind", "code", "change_class")
    newest = Submission.objects.filter(code__in=codes).order_by(*each, "-pk").distinct(*each)
    submitted = defaultdict(list)
    for row in newest.defer("document"):
        submitted[row.kind, row.code].append(row)
    return [_item(draft, live.get(key), submitted[key], day) for draft in drafts if (key := (draft.kind, draft.code))]


def _item(draft: Draft, standing: Standing | None, submitted: list[Submission], day: date) -> Item:
    latest = max(submitted, key=lambda row: row.pk, default=None)
    text = next((row for row in submitted if row.correction is None), None)
    return Item(draft, standing, latest, text, derive(draft.digest, standing, _counting(latest, text), day))


def _counting(latest: Submission | None, text: Submission | None) -> Submission | None:
    """What the state follows from: a correction that is published or withdrawn leaves the text where it stood."""
    over = (Submission.State.PUBLISHED, Submission.State.WITHDRAWN)
    return text if latest and latest.correction and latest.state in over else latest
