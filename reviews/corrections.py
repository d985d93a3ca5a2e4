"""Corrections in bulk: a corrected source or family puts every published text that holds it up for review.

The change itself is recorded in its own transaction (`keep`); the submissions are opened afterwards, in a
transaction that takes the library first, and by `manage.py tick` where a process died in between. What had to be
left out because something of the item was in review is opened by the tick after that was decided, unless people
decide that the correction is wrong first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from history import timeline
from history.kinds import composition
from history.models import Draft
from library.documents import Document
from library.ledger import lock_library
from library.models import Edition, Standing
from mailroom import ticking
from reviews import events, letters, permissions, workflow
from reviews.models import Correction, Event, LeftOut, Submission
from reviews.readiness import Finding, findings, known_for
from reviews.refusals import NotAllowed, clean_note, needed_note

Key = tuple[str, str]  # kind, code


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
        opened = _open(correction, by=by)
        held_up = _leave_out(correction)
        if opened or held_up or affected(correction):  # who reviews hears of what had to be left out, too
            events.tell(correction.kind, correction.code, Event.What.CORRECTED, by=by, reason=correction.note)
        Correction.objects.filter(pk=pk).update(opened_at=timezone.now())


def _leave_out(correction: Correction) -> list[LeftOut]:
    """Note every item that waits until what is in review of it is decided, and return the notes.

    That is a published text to put right, whatever the submission in its way says, and a submission that still
    holds the old copy: published later, it would bring that copy before readers.
    """
    if is_overtaken(correction):
        return []
    put_right = _putting_right(correction)
    held_up = [text for text in affected(correction) if text.is_held_up and text.up.correction != correction.pk]
    keys = {_key(text.live) for text in held_up}
    for up in Submission.objects.open():
        if put_right(document := up.read()) != document:
            keys.add(_key(up))
    rows = [LeftOut(correction=correction, kind=kind, code=code) for kind, code in sorted(keys)]
    return LeftOut.objects.bulk_create(rows, ignore_conflicts=True)


def open_left_out() -> None:
    """Open what corrections left out and nothing holds up any more, oldest correction first; safe twice and at once.

    Raises ExceptionGroup after all were tried when something broke; that is tried again next time.
    """
    broken = "corrections that could not be opened; they are tried again"
    ticking.each(LeftOut.objects.due().values_list("pk", flat=True), _open_left_out, broken)


@transaction.atomic
def _open_left_out(pk: int) -> Submission | None:
    """Open one that is due, in the name of who made the correction, and let its note go; None if that cannot be.

    Not needed: the decision put the live edition right, took it from readers, or the correction itself is past. Where
    the corrected text would not be ready, the note stays, and people are told.
    Who made it may have left since; the change is theirs all the same, and a chief editor answers for it.
    """
    lock_library()
    row = LeftOut.objects.due().filter(pk=pk).select_related("correction").first()
    if row is None:  # another tick was faster, or the next submission
        return None
    correction = row.correction
    text = None if _is_past(correction) else next(iter(affected(correction, of=(row.kind, row.code))), None)
    if text is not None and text.blocking:
        _tell_that_it_waits(row, text)
        return None
    row.delete()
    if text is None or text.why_left_out:
        return None
    by = User.objects.get(pk=correction.by_id)
    return workflow.submit_correction(text.document, text.live, correction, by=by)


def _tell_that_it_waits(row: LeftOut, text: "Text") -> None:
    """Tell who made the correction and the chief editors, once, that it would not be ready; it goes on waiting."""
    if row.told_at:
        return
    row.told_at = timezone.now()
    row.save(update_fields=["told_at"])
    by = User.objects.get(pk=row.correction.by_id)
    events.tell(row.kind, row.code, Event.What.CORRECTION_WAITS, by=by, reason=text.why_left_out)


def _is_past(correction: Correction) -> bool:
    """Whether the library says something else by now: corrected once more, or changed by an import."""
    draft = Draft.objects.get(kind=correction.kind, code=correction.code)
    now = composition(correction.kind).copy_of(draft.read())
    return is_overtaken(correction) or now != corrected_copy(correction)


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
    """Open one submission for every published text that can be put right now. The caller holds the library.

    No letters: one tells of the correction, not one for each text.
    """
    if is_overtaken(correction):
        return []
    with letters.silent():
        for submission in _overtaken_submissions(correction):
            workflow.take_back_overtaken(submission, by=by)
        able = [text for text in affected(correction) if not text.why_left_out]
        opened = [workflow.submit_correction(text.document, text.live, correction, by=by) for text in able]
    waited = LeftOut.objects.of(correction)
    waited.filter(pk__in=[row.pk for row in waited if (row.kind, row.code) in set(map(_key, opened))]).delete()
    return opened


def _key(row: Submission | LeftOut | Standing | Edition) -> Key:
    return row.kind, row.code


def is_overtaken(correction: Correction) -> bool:
    """Whether the source or family was corrected once more, so that nobody signs this correction any more."""
    return Correction.objects.later_than(correction).exists()


def _overtaken_submissions(correction: Correction) -> Iterable[Submission]:
    same = Correction.objects.filter(kind=correction.kind, code=correction.code, pk__lt=correction.pk)
    return Submission.objects.open().filter(correction__in=same.values("pk")).order_by("kind", "code")


@dataclass(frozen=True)
class Text:
    """A live edition that still says what the correction changes, and `document`, the same put right.

    `up` is what is in review of the item, `blocking` what readiness refuses in `document`; `waits`: the correction
    opens for it by itself when nothing of it is in review.
    """

    live: Edition
    document: Document
    is_standing: bool
    up: Submission | None = None
    has_it_up: bool = False
    blocking: list[Finding] = field(default_factory=list)
    waits: bool = False

    @property
    def is_held_up(self) -> bool:
        """Whether nothing but what is in review stands in the way of a submission."""
        return self.is_standing and self.up is not None

    @property
    def why_left_out(self) -> str:
        """Why no submission of the correction can be opened now, and what to do; empty when one can."""
        if not self.is_standing:
            return "Retired or withheld, so it stays as it is."
        if self.has_it_up:
            return "In review already, and the old wording is not in it; there is nothing to do."
        if self.up:
            is_other = self.up.change_class == Submission.Class.CORRECTION
            why = "In review for another correction." if is_other else "In review with the old wording."
            if self.waits:
                return f"{why} When that is decided, this one opens for it by itself."
            return f"{why} Sign that off or withdraw it, then open this one for it."
        if self.blocking:
            told = " ".join(finding.sentence for finding in self.blocking)
            waits = " The correction waits until then." if self.waits else ""
            return f"With the correction it is not ready: {told} Mend the draft and submit that.{waits}"
        return ""


def affected(correction: Correction, of: Key | None = None) -> list[Text]:
    """Return the live editions that still hold the copy as it was, by kind and code, with what stands in the way.

    Only that of the item `of`, where one is named. Nine statements however many there are.
    """
    put_right = _putting_right(correction)
    holding = _holding(correction)
    if of:
        holding = holding.filter(kind=of[0], code=of[1])
    found = [(row, old, put_right(old)) for row in holding if (old := row.edition.read())]
    changed = [(row, new) for row, old, new in found if new != old]
    up = _in_review(row.code for row, _ in changed)
    known = known_for([new for _, new in changed])
    waiting = set(LeftOut.objects.of(correction).values_list("kind", "code"))
    return [_text(row, new, up.get(_key(row)), put_right, known, _key(row) in waiting) for row, new in changed]


def _putting_right(correction: Correction) -> Callable[[Document], Document]:
    """Return the function that gives a document with the corrected copy in the place of the old one."""
    return partial(composition(correction.kind).with_copy, copy=corrected_copy(correction))


def corrected_copy(correction: Correction) -> dict:
    """Return what the correction puts into documents: a source's record, or a family's name."""
    draft = Draft.objects.get(kind=correction.kind, code=correction.code)
    return composition(correction.kind).copy_of(timeline.document_of(draft, correction.to_version))


def _holding(correction: Correction) -> Iterable[Standing]:
    latest = Standing.objects.latest().select_related("edition").order_by("kind", "code")
    if correction.kind == Correction.Kind.FAMILY:
        return latest.filter(family_slug=correction.code)
    return latest.filter(cites__key=correction.code)


def _in_review(codes: Iterable[str]) -> dict[Key, Submission]:
    found = Submission.objects.open().filter(code__in=list(codes))
    return {_key(submission): submission for submission in found}


def _text(row: Standing, document: Document, up: Submission | None, put_right: Callable, known, waits: bool) -> Text:
    is_standing = row.state == Standing.State.VERIFIED
    about = {"live": row.edition, "document": document, "is_standing": is_standing, "waits": waits}
    if up or not is_standing:
        text = up.read() if up else None
        return Text(**about, up=up, has_it_up=text is not None and put_right(text) == text)
    return Text(**about, blocking=[finding for finding in findings(document, known) if finding.blocks])


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


@dataclass(frozen=True)
class Decided:
    """What came of each submission in review, and for how many texts that waited the correction was `stopped`."""

    outcomes: list[Outcome]
    stopped: int = 0


def request_changes(correction: Correction, *, by: User, reason: str) -> Decided:
    """Send every open submission of the correction back, and stop it for what waits.

    As `workflow.request_changes` for each. Raises NotAllowed without a reason, or when nothing is open or waits.
    """
    reason = needed_note(reason, "Say what should change, so that the editor can act on it.")
    stop = partial(_stop, may_stop=permissions.may_review(by), refusal="Only reviewers request changes.")
    return _decide(correction, workflow.request_changes, stop, by=by, reason=reason)


def withdraw(correction: Correction, *, by: User, reason: str = "") -> Decided:
    """Take every open submission of the correction back, and stop it for what waits.

    As `workflow.withdraw` for each. What waits is stopped by who made the correction, or a chief editor. Raises
    NotAllowed when nothing is open or waits.
    """
    refusal = "Only who made a correction, or a chief editor, withdraws it."
    stop = partial(_stop, may_stop=permissions.may_stop_correction(by, correction), refusal=refusal)
    return _decide(correction, workflow.withdraw, stop, by=by, reason=clean_note(reason))


@transaction.atomic
def _decide(correction: Correction, verb: Callable, stop: Callable, *, by: User, reason: str) -> Decided:
    """Do `verb` to what is in review of the correction; unless all of that is refused, `stop` it for what waits."""
    lock_library()
    of_this = Submission.objects.open().filter(correction=correction.pk)
    submissions = list(of_this.defer("document").order_by("kind", "code"))
    waiting = LeftOut.objects.of(correction)
    if not submissions and not waiting.exists():
        raise NotAllowed("Nothing of this correction is in review or waits. Nothing was recorded.")
    outcomes = [_outcome(one, lambda one: verb(one, by=by, reason=reason) and None) for one in submissions]
    if outcomes and all(outcome.refused for outcome in outcomes):
        return Decided(outcomes)
    return Decided(outcomes, stop(correction, waiting, by=by, reason=reason, is_alone=not outcomes))


def _stop(
    correction: Correction, waiting: QuerySet, *, by: User, reason: str, is_alone: bool, may_stop: bool, refusal: str
) -> int:
    """Let the notes of what waits for the correction go, and return how many; none for who may not.

    Raises PermissionDenied with the sentence `refusal` for them where there `is_alone` this to do.
    """
    if not may_stop and is_alone:
        raise PermissionDenied(refusal)
    if not may_stop:
        return 0
    count, _ = waiting.delete()
    if count:
        events.tell(correction.kind, correction.code, Event.What.CORRECTION_STOPPED, by=by, reason=reason)
    return count


def _outcome(submission: Submission, act: Callable[[Submission], Edition | None]) -> Outcome:
    try:
        return Outcome(submission, edition=act(submission))
    except (PermissionDenied, NotAllowed) as refused:
        return Outcome(submission, refused=str(refused))
