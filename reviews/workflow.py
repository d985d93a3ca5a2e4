"""The life of a submission: one table, one private move, and the verbs that people use.

A verb checks permission and readiness, moves the state, writes its event and does what follows, all in one
transaction. It raises NotAllowed with a sentence for people when the moment is wrong.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from history import archive, timeline
from history.kinds import composition
from history.models import Draft
from library import documents
from library.documents import Document
from library.ledger import as_utc, lock_library, title_of
from library.models import Edition, Standing
from library.publication import publish
from reviews import events, permissions, rules
from reviews.cases import Case, case_of, live_edition, overtaken, version_of_live
from reviews.models import Correction, Event, LeftOut, Schedule, SignOff, Submission
from reviews.readiness import Finding, as_submitted, blockers
from reviews.refusals import NotAllowed, Stale, clean_note, needed_note, written_reason

State = Submission.State
TRANSITIONS = {
    State.OPEN: {State.CHANGES_REQUESTED, State.WITHDRAWN, State.PUBLISHED},
    State.CHANGES_REQUESTED: set(),
    State.WITHDRAWN: set(),
    State.PUBLISHED: set(),
}


class NotReady(NotAllowed):
    """Readiness refuses; `findings` holds what to mend."""

    def __init__(self, findings: list[Finding]):
        super().__init__(f"{len(findings)} thing{'s' if len(findings) != 1 else ''} must be mended before review.")
        self.findings = findings


@transaction.atomic
def submit(kind: str, code: str, *, by, note: str) -> Submission:
    """Freeze the item's draft for review and return the submission.

    Scores that name no edition yet are tied to the live wording first, as a version of their own. A correction of
    the item that is in review is taken into it. Raises PermissionDenied, NotReady with what blocks, and NotAllowed
    when there is nothing to review.
    """
    if not permissions.may_submit(by):
        raise PermissionDenied("Only editors submit drafts.")
    note = needed_note(note, "Say in a change note what reviewers should look at.")
    lock_library()
    draft = _tie_scores(_lock_draft(kind, code), by)
    document = draft.read()
    live = live_edition(kind, code)
    if live and live.digest == draft.digest:
        raise NotAllowed(f"Nothing differs from edition {live.number}.")
    if found := blockers(document):
        raise NotReady(found)
    _make_way(draft, document, by)
    _check_address(document)
    _check_not_withheld(kind, code, draft.digest)
    about = {"draft_version": draft.version, "contributors": _people(_contributors(draft, live))}
    return _freeze(document, live, by=by, note=note, **about)


def _make_way(draft: Draft, document: Document, by) -> None:
    """Take back the correction of the item that is in review, if `document` has it too; refuse whatever else is.

    The correction opens for the item again by itself when what is submitted now is not published.
    """
    up = Submission.objects.of(draft.kind, draft.code).open().first()
    if up is None:
        return
    if up.correction is None:
        raise NotAllowed(f"{draft.code} is already in review; withdraw that submission first.")
    if up.digest == draft.digest:
        raise NotAllowed(f"Nothing differs from the correction of {draft.code} that is in review.")
    correction = Correction.objects.get(pk=up.correction)
    corrected = Draft.objects.get(kind=correction.kind, code=correction.code)
    module = composition(correction.kind)
    if module.with_copy(document, module.copy_of(corrected.read())) != document:
        raise NotAllowed(f"This draft lacks the correction of {draft.code} that is in review. Save it once more.")
    _move(up, State.WITHDRAWN, Event.What.WITHDRAWN, by, "Taken into the text that was submitted")
    LeftOut.objects.get_or_create(correction=correction, kind=draft.kind, code=draft.code)


def _freeze(document: Document, live: Edition | None, *, by, note: str, **about) -> Submission:
    """Keep `document` as a submission on top of the edition `live`; `about` is what else is known of it."""
    body = documents.canonical_bytes(document)
    submission = Submission.objects.create(
        kind=document["kind"],
        code=document["code"],
        title=title_of(document),
        document=body,
        digest=documents.digest_bytes(body),
        base_edition=live.number if live else "",
        note=note,
        rule=rules.current(document["kind"]),
        submitted_at=timezone.now(),
        submitted_by_id=by.pk,
        submitted_by=by.name,
        **about,
    )
    events.tell_of(submission, Event.What.SUBMITTED, by=by, reason=submission.note)
    return submission


def submit_correction(document: Document, live: Edition, correction: Correction, *, by) -> Submission:
    """Freeze `document`, the text of the edition `live` with nothing but the correction made in it, for review.

    The caller holds the library, and has found that nothing of the item is in review and nothing blocks. What else
    the draft says stays out, and so does who wrote that: contributors are those who ever wrote the corrected
    record. Only where the draft says the same as `document` does the submission take its version, so that the
    draft's other writers still count as contributors when it is submitted later.
    """
    draft = Draft.objects.filter(kind=live.kind, code=live.code).first()
    is_whole_draft = draft is not None and draft.digest == documents.digest(document)
    return _freeze(
        document,
        live,
        by=by,
        note=f"Correction: {correction.note}",
        draft_version=draft.version if is_whole_draft else version_of_live(live.kind, live.code),
        contributors=_people(timeline.contributors_to(correction.kind, [correction.code])),
        change_class=Submission.Class.CORRECTION,
        correction=correction.pk,
    )


def _lock_draft(kind: str, code: str) -> Draft:
    """Lock first what the draft embeds, then the draft: the order of every save and correction."""
    seen = Draft.objects.filter(kind=kind, code=code).first()
    if seen is None:
        raise NotAllowed(f"There is no draft {code}.")
    timeline.hold(composition(kind).reads(as_submitted(seen.read())))
    draft = timeline.lock(kind, code)
    if draft.digest != seen.digest:
        raise NotAllowed(f"{draft.changed_by} saved {code} a moment ago. Look at it once more, then submit.")
    if archived := archive.archived(kind, code):
        raise NotAllowed(f"{archive.sentence(archived)}.")
    return draft


def _check_address(document: Document) -> None:
    """An address that another item has or had in public, or has in review, is not published again."""
    kind, code, slug = document["kind"], document["code"], document["slug"]
    holders = set(Edition.objects.filter(kind=kind, slug=slug).values_list("code", flat=True))
    others = Submission.objects.open().filter(kind=kind).exclude(code=code)
    holders |= {other.code for other in others if other.read()["slug"] == slug}
    if holder := min(holders - {code}, default=""):
        raise NotAllowed(f"The address “{slug}” belongs to {holder}; give {code} another one.")


def _check_not_withheld(kind: str, code: str, digest: str) -> None:
    """A text that was withheld does not come back under another number."""
    withheld = Edition.objects.filter(kind=kind, code=code, digest=digest, withheld__isnull=False)
    if number := withheld.values_list("number", flat=True).first():
        raise NotAllowed(f"This is the very text of edition {number}, which is withheld; change what led to that.")


def _tie_scores(draft: Draft, by) -> Draft:
    document = draft.read()
    tied = as_submitted(document)
    if tied == document:
        return draft
    return timeline.save(
        draft.kind, draft.code, tied, by=by, note="Scores tied to the published wording of their moves"
    )


def _contributors(draft: Draft, live: Edition | None) -> dict[int, str]:
    """Who wrote what is new since the live edition: the draft's versions and the sources that it did not have."""
    people = timeline.contributors(draft.kind, draft.code, version_of_live(draft.kind, draft.code), draft.version)
    had = {source["key"]: source for source in live.read()["bibliography"]} if live else {}
    new = [source["key"] for source in draft.read()["bibliography"] if had.get(source["key"]) != source]
    people |= timeline.contributors_to("source", new)
    family = draft.read().get("family")
    if family and not _is_public(family):
        people |= timeline.contributors_to("family", [family["slug"]])
    return people


def _is_public(family: dict) -> bool:
    """Whether the family stands before readers under this name already, so that somebody has signed it off."""
    named = {"family_slug": family["slug"], "family_name": family["name"]}
    return Standing.objects.latest().filter(state=Standing.State.VERIFIED, **named).exists()


def _people(names: dict[int, str]) -> list[dict]:
    return [{"id": user_id, "name": name} for user_id, name in names.items()]


@transaction.atomic
def request_changes(submission: Submission, *, by, reason: str) -> Submission:
    """Send the submission back with a reason. Raises PermissionDenied, NotAllowed."""
    lock_library()  # a sign-off under way comes before or after
    if not permissions.may_request_changes(by, submission):
        raise PermissionDenied("Only reviewers request changes.")
    reason = needed_note(reason, "Say what should change, so that the editor can act on it.")
    return _move(submission, State.CHANGES_REQUESTED, Event.What.CHANGES_REQUESTED, by, reason)


@transaction.atomic
def withdraw(submission: Submission, *, by, reason: str = "") -> Submission:
    """Take the submission back. Raises PermissionDenied, NotAllowed."""
    lock_library()  # a sign-off under way comes before or after
    if not permissions.may_withdraw(by, submission):
        raise PermissionDenied("Only its submitter or a chief editor withdraws a submission.")
    return _move(submission, State.WITHDRAWN, Event.What.WITHDRAWN, by, clean_note(reason))


@transaction.atomic
def take_back_overtaken(submission: Submission, *, by) -> Submission:
    """Take a correction back that `by` has corrected once more: nobody may sign what is known to be wrong.

    Raises NotAllowed when it is none, or was decided on a moment ago.
    """
    if submission.correction not in overtaken([submission]):
        raise NotAllowed("This is no correction that has been corrected since.")
    return _move(
        submission, State.WITHDRAWN, Event.What.WITHDRAWN, by, "Corrected once more; see the newer correction"
    )


@transaction.atomic
def replace(submission: Submission, *, by, note: str) -> Submission:
    """Take the submission back and put the draft as it stands now up instead; return the new submission.

    A correction is taken into the draft's text by whoever submits that. All or nothing: what refuses the new one
    keeps the old one open. Raises what `withdraw` and `submit` raise.
    """
    lock_library()
    if submission.correction is None:
        withdraw(submission, by=by, reason="Replaced by the newer text")
    return submit(submission.kind, submission.code, by=by, note=note)


def sign_off(
    submission: Submission, *, digest: str, base_edition: str, by, section: str = documents.WHOLE
) -> Edition | None:
    """Record `by`'s approval of `section` of the document `digest`; publish when the rule is met.

    `base_edition` is the live edition that the text was compared with. Returns the edition this sign-off
    completed, None while more are needed. Raises PermissionDenied for somebody who may not sign, Stale when
    what was shown is not what stands, NotAllowed for a wrong moment.
    """
    with transaction.atomic():
        lock_library()
        case = case_of(Submission.objects.get(pk=submission.pk))
        _check_may_sign(case, by, section)
        _check_shown(case, digest, base_edition)
        _check_blocking(case)
        _check_unsigned(case, by, section)
        _sign(case.submission, section, by=by, role=rules.role_of(by, case.needs))
        events.tell_of(case.submission, Event.What.SIGNED_OFF, by=by)
        return _publish_when_met(case.submission, by=by)


def _publish_when_met(submission: Submission, *, by) -> Edition | None:
    case = case_of(submission)
    if case.missing or Schedule.objects.waiting().of(submission).exists():
        return None
    return _publish(submission, case.given, by=by)


@transaction.atomic
def publish_signed(submission: Submission, *, by) -> Edition:
    """Publish `submission` on the sign-offs that it has: when its schedule is due, or at once on a chief's word.

    Everything is asked again: that `by` may, that it is open and on top of the live edition, that the sign-offs
    that count meet the rule, that no comment blocks it, that the address is free. Raises PermissionDenied, Stale
    and NotAllowed.
    """
    lock_library()
    submission = Submission.objects.get(pk=submission.pk)
    if not permissions.may_schedule(by):
        raise PermissionDenied("Only a chief editor says when something is published.")
    case = case_of(submission)
    _check_shown(case, submission.digest, submission.base_edition)
    _check_not_taken_down(submission)
    _check_blocking(case)
    _check_signers(case)
    if case.missing:
        raise NotAllowed(f"The sign-off rule is not met. Still open: {'; '.join(case.missing)}.")
    return _publish(submission, case.given, by=by)


def _check_signers(case: Case) -> None:
    """Who signed may review still: between a sign-off and the moment that was set somebody may have left."""
    signers = User.objects.filter(pk__in=[row.user_id for row in case.given])
    if gone := next((one.name for one in signers if not permissions.may_review(one)), ""):
        raise NotAllowed(f"{gone}, who signed this off, reviews no longer. Somebody else signs it off.")


def _check_not_taken_down(submission: Submission) -> None:
    """A moment that was set brings nothing back that was retired or withheld since."""
    standing = Standing.objects.latest().filter(kind=submission.kind, code=submission.code)
    if state := standing.exclude(state=Standing.State.VERIFIED).values_list("state", flat=True).first():
        raise NotAllowed(f"{submission.code} is {state}. Only a sign-off given since publishes it again.")


@transaction.atomic
def override(submission: Submission, *, digest: str, base_edition: str, reason: str, by) -> Edition:
    """Publish `submission` on the chief editor's word alone, whoever wrote it and whoever has not signed yet.

    The written `reason` stands on the public page and in the ledger for ever, and every editor is told. A blocking
    comment is resolved first: it says what is wrong with the text, not who may sign it. Raises PermissionDenied,
    Stale and NotAllowed as `sign_off` does.
    """
    lock_library()
    submission = Submission.objects.get(pk=submission.pk)
    if not permissions.may_override(by):
        raise PermissionDenied("Only a chief editor overrides the sign-off rule.")
    case = case_of(submission)
    _check_shown(case, digest, base_edition)
    _check_blocking(case)
    reason = written_reason(reason, "Say why this cannot wait for a second person; readers will see it.")
    _sign(submission, documents.WHOLE, by=by, role=by.role, override_reason=reason)
    events.tell_of(submission, Event.What.OVERRIDDEN, by=by, reason=reason)
    return _publish(submission, case_of(submission).given, by=by)


def why_not_sign_off(case: Case, by, section: str = documents.WHOLE) -> str:
    """Return the sentence with which `sign_off` would refuse `by` on this page now, empty when it would not."""
    try:
        _check_may_sign(case, by, section)
        _check_shown(case, case.submission.digest, case.submission.base_edition)
        _check_blocking(case)
        _check_unsigned(case, by, section)
    except (PermissionDenied, NotAllowed) as refused:
        return str(refused)
    return ""


def _check_may_sign(case: Case, by, section: str) -> None:
    if not permissions.may_review(by):
        raise PermissionDenied("Only reviewers sign off.")
    if permissions.is_contributor(by, case.submission):
        raise PermissionDenied("You contributed to this text since the live edition; somebody else signs it off.")
    if section not in rules.sections_for(by, case.needs):
        raise PermissionDenied("The sign-off rule does not ask you for this section; sign the whole text off.")


def _check_shown(case: Case, digest: str, base_edition: str) -> None:
    submission = case.submission
    if submission.state == State.PUBLISHED:
        raise Stale(f"This submission is already published as edition {case.live}. Nothing was recorded.")
    if submission.state != State.OPEN:
        raise Stale(f"This submission is {submission.get_state_display().lower()}. Nothing was recorded.")
    if case.is_overtaken:
        raise Stale("This was corrected once more; the newer correction takes its place. Nothing was recorded.")
    if digest != submission.digest:
        raise Stale("The text changed after you opened this page. Nothing was recorded; read what is here now.")
    if base_edition != case.live or submission.base_edition != case.live:
        raise Stale(
            f"Edition {case.live} was published after this was submitted, so the comparison you saw is out of date."
            " Nothing was recorded; the editor withdraws and submits again."
        )


def _check_blocking(case: Case) -> None:
    if case.blocking:
        said = "1 comment blocks" if case.blocking == 1 else f"{case.blocking} comments block"
        raise NotAllowed(f"{said} this text; it can be signed off when a reviewer has resolved what is open.")


def _check_unsigned(case: Case, by, section: str) -> None:
    covered = {row.section for row in case.given if row.user_id == by.pk}
    if covered & {section, documents.WHOLE}:
        raise NotAllowed("You have signed this text off already.")


def _sign(submission: Submission, section: str, *, by, role: str, override_reason: str = "") -> SignOff:
    signature = SignOff(
        kind=submission.kind,
        code=submission.code,
        digest=submission.digest,
        section=section,
        section_digest=documents.digest(documents.section(submission.read(), section)),
        base_edition=submission.base_edition,
        position=_position(submission),
        user_id=by.pk,
        name=by.name,
        role=role,
        at=timezone.now(),
        override_reason=override_reason,
    )
    signature.save()
    return signature


def _position(submission: Submission) -> int:
    """The ledger's position of the act by which the item stands as it does now, 0 before its first publication."""
    standing = Standing.objects.latest().filter(kind=submission.kind, code=submission.code)
    return standing.values_list("from_position", flat=True).first() or 0


def _publish(submission: Submission, signatures: list[SignOff], *, by) -> Edition:
    _check_address(submission.read())
    _check_not_withheld(submission.kind, submission.code, submission.digest)
    _move(submission, State.PUBLISHED, Event.What.PUBLISHED, by, submission.note)
    return publish(bytes(submission.document), [_person(row) for row in signatures], submission.note)


def _person(signature: SignOff) -> dict:
    return {
        "name": signature.name,
        "role": signature.role,
        "section": signature.section,
        "digest": signature.section_digest,
        "time": as_utc(signature.at),
        "override_reason": signature.override_reason,
    }


def _move(submission: Submission, to: str, what: str, by, reason: str) -> Submission:
    """Write the state, if the table and the moment allow it, and the event beside it."""
    expected = submission.state
    if to not in TRANSITIONS[expected]:
        raise NotAllowed(f"This submission is {submission.get_state_display().lower()}; nothing was recorded.")
    if not Submission.objects.filter(pk=submission.pk, state=expected).update(state=to):
        raise NotAllowed("Somebody else decided on this submission a moment ago; nothing was recorded.")
    submission.state = to
    events.tell_of(submission, what, by=by, reason=reason)
    _end_schedule(submission, by)
    return submission


def _end_schedule(submission: Submission, by) -> None:
    """What is decided waits for no moment any more; if it was not published, its chief editor hears of it."""
    how = Schedule.State.PUBLISHED if submission.state == State.PUBLISHED else Schedule.State.CANCELLED
    reason = f"The submission is {submission.get_state_display().lower()}."
    if Schedule.objects.of(submission).end(how, reason) and how == Schedule.State.CANCELLED:
        events.tell_of(submission, Event.What.UNSCHEDULED, by=by, reason=reason)
