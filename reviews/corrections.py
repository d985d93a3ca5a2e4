"""Corrections in bulk: a corrected source or family puts every published text that holds it up for review.

The change itself is recorded in its own transaction (`keep`); the submissions are opened afterwards, in a
transaction that takes the library first, and by `manage.py tick` where a process died in between.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from history import timeline
from history.kinds import composition
from history.models import Draft
from library.documents import Document
from library.ledger import lock_library
from library.models import Edition, Standing
from reviews import events, letters, permissions, workflow
from reviews.models import Correction, Event, Submission
from reviews.readiness import Finding, findings, known_for
from reviews.refusals import NotAllowed


def keep(saved: Draft, *, by: User, note: str) -> None:
    """Record that a source or family was corrected, in the transaction that saved it; open submissions after it.

    Nothing is recorded for a new one, nor where the copies inside documents stay as they are (the description
    of a family stands in none).
    """
    if saved.version == 1:
        return
    before = timeline.document_of(saved, saved.version - 1)
    module = composition(saved.kind)
    if module.copy_of(before) == module.copy_of(saved.read()):
        return
    correction = Correction.objects.create(
        kind=saved.kind,
        code=saved.code,
        title=saved.title,
        from_version=saved.version - 1,
        to_version=saved.version,
        note=note,
        at=saved.changed_at,
        by_id=by.pk,
        by=by.name,
    )
    transaction.on_commit(lambda: _open_one(correction.pk), robust=True)  # what fails here, tick catches up


def open_due() -> None:
    """Open the submissions of every correction that has none yet, oldest first; safe twice and at once."""
    for pk in Correction.objects.due().order_by("pk").values_list("pk", flat=True):
        _open_one(pk)


def _open_one(pk: int) -> None:
    with transaction.atomic():
        lock_library()
        correction = Correction.objects.due().select_for_update(skip_locked=True).filter(pk=pk).first()
        if correction is None:
            return
        by = User.objects.get(pk=correction.by_id)
        with letters.silent():  # one letter tells of the correction, not one for each text
            opened = _open(correction, by=by)
        if opened or affected(correction):  # who reviews hears of what had to be left out, too
            events.tell(correction.kind, correction.code, Event.What.CORRECTED, by=by, reason=correction.note)
        Correction.objects.filter(pk=pk).update(opened_at=timezone.now())


@transaction.atomic
def open_rest(correction: Correction, *, by: User) -> list[Submission]:
    """Open the submissions that the correction had to leave out and that can be opened by now; return them.

    Raises PermissionDenied for who does not draft, NotAllowed when there are none.
    """
    if not permissions.may_open_corrections(by):
        raise PermissionDenied("Only editors put corrections up for review.")
    lock_library()
    opened = _open(correction, by=by)
    if not opened:
        raise NotAllowed("There is nothing to open: what is left out cannot be put up for review yet.")
    return opened


def _open(correction: Correction, *, by: User) -> list[Submission]:
    """Open one submission for every published text that can be put right now. The caller holds the library."""
    if is_overtaken(correction):
        return []
    for submission in _overtaken_submissions(correction):
        workflow.take_back_overtaken(submission, by=by)
    able = [text for text in affected(correction) if not text.why_left_out]
    return [workflow.submit_correction(text.document, text.live, correction, by=by) for text in able]


def is_overtaken(correction: Correction) -> bool:
    """Whether the source or family was corrected once more, so that nobody signs this correction any more."""
    return Correction.objects.later_than(correction).exists()


def _overtaken_submissions(correction: Correction) -> Iterable[Submission]:
    same = Correction.objects.filter(kind=correction.kind, code=correction.code, pk__lt=correction.pk)
    return Submission.objects.open().filter(correction__in=same.values("pk")).order_by("kind", "code")


@dataclass(frozen=True)
class Text:
    """A live edition that still says what the correction changes, and `document`, the same put right.

    `up` is what is in review of the item, `blocking` what readiness refuses in `document`.
    """

    live: Edition
    document: Document
    is_standing: bool
    up: Submission | None = None
    has_it_up: bool = False
    blocking: list[Finding] = field(default_factory=list)

    @property
    def why_left_out(self) -> str:
        """Why no submission of the correction can be opened now, and what to do; empty when one can."""
        if not self.is_standing:
            return "Retired or withheld, so it stays as it is."
        if self.has_it_up:
            return "In review already, and the old wording is not in it; there is nothing to do."
        if self.up and self.up.change_class == Submission.Class.CORRECTION:
            return "In review for another correction. Sign that off or withdraw it, then open this one for it."
        if self.up:
            return "In review with the old wording. Sign that off or withdraw it, then open the correction for it."
        if self.blocking:
            told = " ".join(finding.sentence for finding in self.blocking)
            return f"With the correction it is not ready: {told} Mend the draft and submit that."
        return ""


def affected(correction: Correction) -> list[Text]:
    """Return the live editions that still hold the copy as it was, by kind and code, with what stands in the way.

    Eight statements however many there are.
    """
    copy = corrected_copy(correction)
    put_right = partial(composition(correction.kind).with_copy, copy=copy)
    found = [(row, old, put_right(old)) for row in _holding(correction) if (old := row.edition.read())]
    changed = [(row, new) for row, old, new in found if new != old]
    up = _in_review(row.code for row, _ in changed)
    known = known_for([new for _, new in changed])
    return [_text(row, new, up.get((row.kind, row.code)), put_right, known) for row, new in changed]


def corrected_copy(correction: Correction) -> dict:
    """Return what the correction puts into documents: a source's record, or a family's name."""
    draft = Draft.objects.get(kind=correction.kind, code=correction.code)
    return composition(correction.kind).copy_of(timeline.document_of(draft, correction.to_version))


def _holding(correction: Correction) -> Iterable[Standing]:
    latest = Standing.objects.latest().select_related("edition").order_by("kind", "code")
    if correction.kind == Correction.Kind.FAMILY:
        return latest.filter(family_slug=correction.code)
    return latest.filter(cites__key=correction.code)


def _in_review(codes: Iterable[str]) -> dict[tuple[str, str], Submission]:
    found = Submission.objects.open().filter(code__in=list(codes))
    return {(submission.kind, submission.code): submission for submission in found}


def _text(row: Standing, document: Document, up: Submission | None, put_right: Callable, known) -> Text:
    is_standing = row.state == Standing.State.VERIFIED
    if up or not is_standing:
        text = up.read() if up else None
        return Text(row.edition, document, is_standing, up, has_it_up=text is not None and put_right(text) == text)
    blocking = [finding for finding in findings(document, known) if finding.blocks]
    return Text(row.edition, document, is_standing, blocking=blocking)


@dataclass(frozen=True)
class Shown:
    """What a page showed of one submission of a correction, and somebody ticked."""

    submission: int
    digest: str
    base_edition: str


@dataclass(frozen=True)
class Outcome:
    """What came of one submission: the edition it became, if it did, or why nothing was recorded for it."""

    submission: Submission
    edition: Edition | None = None
    refused: str = ""


def sign_off(correction: Correction, shown: Iterable[Shown], *, by: User) -> list[Outcome]:
    """Sign every submission that was `shown`, each in its own transaction, and return what came of each.

    What is stale or refused stands beside what was recorded. Raises PermissionDenied for who does not review at
    all, NotAllowed when nothing was ticked.
    """
    if not permissions.may_review(by):
        raise PermissionDenied("Only reviewers sign off.")
    ticked = {one.submission: one for one in shown}
    of_this = Submission.objects.filter(correction=correction.pk, pk__in=ticked)
    submissions = list(of_this.defer("document").order_by("kind", "code"))
    if not submissions:
        raise NotAllowed("Tick at least one text of this correction. Nothing was recorded.")

    def sign(submission):
        one = ticked[submission.pk]
        return workflow.sign_off(submission, digest=one.digest, base_edition=one.base_edition, by=by)

    return [_outcome(submission, sign) for submission in submissions]


def request_changes(correction: Correction, *, by: User, reason: str) -> list[Outcome]:
    """Send every open submission of the correction back; as `workflow.request_changes` for each."""
    return _decide(correction, partial(workflow.request_changes, by=by, reason=reason))


def withdraw(correction: Correction, *, by: User, reason: str = "") -> list[Outcome]:
    """Take every open submission of the correction back; as `workflow.withdraw` for each."""
    return _decide(correction, partial(workflow.withdraw, by=by, reason=reason))


def _decide(correction: Correction, verb: Callable) -> list[Outcome]:
    of_this = Submission.objects.open().filter(correction=correction.pk)
    submissions = list(of_this.defer("document").order_by("kind", "code"))
    if not submissions:
        raise NotAllowed("Nothing of this correction is in review. Nothing was recorded.")
    return [_outcome(submission, lambda one: verb(one) and None) for submission in submissions]


def _outcome(submission: Submission, act: Callable[[Submission], Edition | None]) -> Outcome:
    try:
        return Outcome(submission, edition=act(submission))
    except (PermissionDenied, NotAllowed) as refused:
        return Outcome(submission, refused=str(refused))
