"""What becomes of an edition after its publication: reaffirmed, retired, or withheld by two people.

Every act is one transaction: the library's lock, the checks, the ledger entry with all that follows from it, the
event. It names the edition and the position that were shown; when something else stands by then, nothing is
recorded.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import roles
from accounts.models import User
from library import documents
from library.ledger import as_utc, lock_library
from library.models import Edition, LedgerEntry, Standing
from library.publication import record_act, withhold
from reviews import events, permissions
from reviews.live import Live, live
from reviews.models import Comment, Event, Withholding
from reviews.refusals import NotAllowed, Stale, Unworded, clean_note, needed_note, written_reason

Act = LedgerEntry.Act


@transaction.atomic
def reaffirm(kind: str, code: str, *, digest: str, position: int, by: User, note: str = "") -> LedgerEntry:
    """Stand for the live edition anew, with a new review-by date; return the ledger entry.

    Raises PermissionDenied for whoever is no second person, Stale when what was shown is not what stands.
    """
    lock_library()
    stands = _stands(kind, code)
    if sentence := why_not_reaffirm(stands, by):
        raise PermissionDenied(sentence)
    _check_shown(stands, digest, position)
    _check_verified(stands)
    if Comment.objects.of(kind, code).blocking().exists():
        raise NotAllowed("A comment blocks this text. It can be reaffirmed when a reviewer has resolved it.")
    note = clean_note(note)
    entry = record_act(Act.REAFFIRMATION, stands.edition, [_person(by, by.role, stands.edition.digest)], note)
    events.tell(kind, code, Event.What.REAFFIRMED, by=by, digest=entry.digest, reason=note)
    return entry


def why_not_reaffirm(stands: Live, by: User) -> str:
    """Return the sentence with which `reaffirm` would refuse this person, empty when it would not."""
    return why_no_second_person(stands, by) if permissions.may_review(by) else "Only reviewers reaffirm."


def why_no_second_person(stands: Live, by: User) -> str:
    """Return why a reviewer is no second person beside those who wrote and reviewed what stands, else nothing."""
    if permissions.is_writer(by, stands):
        return "You contributed to this text; somebody who did not reaffirms it."
    if permissions.has_reviewed_last(by, stands):
        return "You reviewed this edition last; a second person reaffirms it."
    return ""


@transaction.atomic
def retire(
    kind: str, code: str, *, digest: str, position: int, by: User, reason: str, successor: str = ""
) -> LedgerEntry:
    """Recommend the item no longer, for a public reason; return the ledger entry.

    `successor` is the code of a verified item of the same kind, or empty. Raises PermissionDenied, Unworded,
    Stale, NotAllowed.
    """
    if not permissions.may_retire(by):
        raise PermissionDenied("Only a chief editor retires an item.")
    reason = written_reason(reason, "Tell readers why this is no longer recommended.")
    lock_library()
    stands = _stands(kind, code)
    _check_shown(stands, digest, position)
    _check_verified(stands)
    if successor and not successors(kind, code).filter(code=successor).exists():
        raise NotAllowed(f"{successor} cannot be the successor: no other {kind} with this code is verified now.")
    people = [_person(by, by.role, stands.edition.digest)]
    entry = record_act(Act.RETIREMENT, stands.edition, people, reason, successor=successor)
    events.tell(kind, code, Event.What.RETIRED, by=by, digest=entry.digest, reason=reason)
    return entry


def successors(kind: str, code: str):
    """Return the standings that the item may point to when it is retired, by title."""
    verified = Standing.objects.latest().filter(kind=kind, state=Standing.State.VERIFIED)
    return verified.exclude(code=code).order_by("sort_key", "code")


@transaction.atomic
def propose_withholding(
    kind: str, code: str, *, digest: str, position: int, editions: list[str], by: User, ground: str, note: str = ""
) -> Withholding:
    """Propose to withhold the `editions` (numbers) of an item on a public `ground`; an administrator decides.

    `note` is for that administrator and stays inside. Raises PermissionDenied, Unworded, Stale, NotAllowed.
    """
    if not permissions.may_propose_withholding(by):
        raise PermissionDenied("Only a chief editor proposes to withhold editions.")
    ground = written_reason(ground, "Give the ground that readers will see in place of the text.")
    lock_library()
    _check_shown(_stands(kind, code), digest, position)
    if not editions or len(withholdable(kind, code).filter(number__in=editions)) != len(set(editions)):
        raise NotAllowed("Choose one edition or more that is published and not withheld yet.")
    if Withholding.objects.open().of(kind, code).exists():
        raise NotAllowed(f"It has been proposed already to withhold editions of {code}; that is decided first.")
    proposed = Withholding.objects.create(
        kind=kind,
        code=code,
        editions=sorted(set(editions)),
        ground=ground,
        note=clean_note(note),
        proposed_at=timezone.now(),
        proposed_by_id=by.pk,
        proposed_by=by.name,
        proposed_role=_acting(by, roles.CHIEF_EDITOR),
    )
    events.tell(kind, code, Event.What.WITHHOLDING_PROPOSED, by=by, digest=digest, reason=ground)
    return proposed


def withholdable(kind: str, code: str):
    """Return the editions of the item that are not withheld, without their documents, newest first."""
    published = Edition.objects.filter(kind=kind, code=code, withheld__isnull=True)
    return published.defer("document").order_by("-position")


@transaction.atomic
def confirm_withholding(
    withholding: Withholding, *, digest: str, position: int, typed_code: str, by: User
) -> list[LedgerEntry]:
    """Withhold what was proposed; return one ledger entry for each edition.

    `typed_code` is what the second person typed to say of which item they speak. Raises PermissionDenied for the
    wrong person, the proposer above all, Unworded for another code, and NotAllowed or Stale when the proposal was
    decided or something else stands.
    """
    if not permissions.may_confirm_withholding(by, withholding):
        raise PermissionDenied("An administrator who did not propose this confirms it.")
    if typed_code.strip() != withholding.code:
        raise Unworded(f"Type the code of this item, {withholding.code}, to confirm.")
    lock_library()
    _check_shown(_stands(withholding.kind, withholding.code), digest, position)
    editions = list(withholdable(withholding.kind, withholding.code).filter(number__in=withholding.editions))
    _decide(withholding, Withholding.State.CONFIRMED, by)
    proposed = {"name": withholding.proposed_by, "role": withholding.proposed_role}
    confirmed = _person(by, _acting(by, roles.ADMINISTRATOR))
    people = [{**confirmed, **proposed, "time": as_utc(withholding.proposed_at)}, confirmed]
    entries = withhold(editions, people, withholding.ground)
    proposer = User.objects.get(pk=withholding.proposed_by_id)
    told = {"by": by, "digest": entries[-1].digest, "reason": withholding.ground, "other": proposer}
    events.tell(withholding.kind, withholding.code, Event.What.WITHHELD, **told)
    return entries


@transaction.atomic
def refuse_withholding(withholding: Withholding, *, by: User, reason: str) -> Withholding:
    """Leave everything as it stands, for a reason that stays inside.

    Raises PermissionDenied, Unworded, NotAllowed.
    """
    if not permissions.may_refuse_withholding(by, withholding):
        raise PermissionDenied("An administrator refuses this, or the chief editor who proposed it takes it back.")
    reason = needed_note(reason, "Say why nothing is withheld.")
    lock_library()
    _decide(withholding, Withholding.State.REFUSED, by, reason)
    proposer = User.objects.get(pk=withholding.proposed_by_id)
    told = {"by": by, "reason": reason, "other": proposer}
    events.tell(withholding.kind, withholding.code, Event.What.WITHHOLDING_REFUSED, **told)
    return withholding


def _decide(withholding: Withholding, state: str, by: User, reason: str = "") -> None:
    decision = {"state": state, "decided_at": timezone.now(), "decided_by_id": by.pk, "decided_by": by.name}
    if not Withholding.objects.open().filter(pk=withholding.pk).update(**decision, reason=reason):
        raise NotAllowed("Somebody else decided on this proposal a moment ago; nothing was recorded.")
    withholding.refresh_from_db()


def _stands(kind: str, code: str) -> Live:
    stands = live(kind, code)
    if stands is None:
        raise NotAllowed(f"Nothing of {code} has been published.")
    return stands


def _check_shown(stands: Live, digest: str, position: int) -> None:
    now = stands.standing
    if digest != now.edition.digest or position != now.from_position:
        raise Stale(
            f"Something changed after you opened this page: edition {now.number} stands now, {now.state}, last "
            f"reviewed on {now.reviewed_on.isoformat()} by {now.reviewed_by}. Nothing was recorded; look once more."
        )


def _check_verified(stands: Live) -> None:
    if not stands.is_verified:
        raise NotAllowed(f"Edition {stands.standing.number} is {stands.standing.state}; nothing was recorded.")


def _acting(by: User, role: str) -> str:
    """The role in which somebody acts who may hold several: each half of a withholding has its own."""
    return role if roles.has_role(by, role) else by.role


def _person(by: User, role: str, digest: str = "") -> dict:
    return {
        "name": by.name,
        "role": role,
        "section": documents.WHOLE,
        "digest": digest,
        "time": as_utc(timezone.now()),
        "override_reason": "",
    }
