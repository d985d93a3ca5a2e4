"""What waits for one person at the desk, and why; every item behind it. As many statements for forty as for one."""

from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db.models import Max, Q

from accounts.models import User
from history.models import Contribution, Draft
from library.sorting import fold
from reviews import permissions
from reviews.models import Event, SignOff, Submission
from reviews.readiness import Finding, findings_of_drafts
from reviews.state import CHANGES_REQUESTED, Item, items

MOST_LISTED = 100
Key = tuple[str, str]


@dataclass(frozen=True)
class Waiting:
    """One item that waits, with the reason given for it (changes requested) and what blocks it."""

    item: Item
    reason: str = ""
    reason_by: str = ""
    blockers: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Queue:
    """One person's lists; oldest first where somebody waits, else by name. Which lists apply, the role says."""

    may_review: bool
    may_edit: bool
    to_sign: list[Item]
    not_theirs: list[Item]
    signed: list[Item]
    sent_back: list[Waiting]
    unsubmitted: list[Waiting]
    in_review: list[Item]
    listed: list[Item]
    unlisted: int


def queue_of(user: User, day: date, *, kind: str = "", words: str = "") -> Queue:
    """Return what waits for `user` on `day` among the items of `kind` whose title or code holds `words`."""
    found = items(sorted(_drafts(kind, words), key=lambda draft: (fold(draft.title), draft.code)), day)
    reviews, drafts = permissions.may_review(user), permissions.may_edit(user)
    mine = _written_by(user) if drafts else {}
    sent_back, unsubmitted = _to_do(user, found, mine) if drafts else ([], [])
    return Queue(
        may_review=reviews,
        may_edit=drafts,
        **_reviews(user, found) if reviews else {"to_sign": [], "not_theirs": [], "signed": []},
        sent_back=sent_back,
        unsubmitted=unsubmitted,
        in_review=[] if reviews else [item for item in _open(found) if _is_of(user, item)],
        listed=found[:MOST_LISTED],
        unlisted=max(0, len(found) - MOST_LISTED),
    )


def _drafts(kind: str, words: str):
    kinds = [kind] if kind in settings.ITEM_KINDS else list(settings.ITEM_KINDS)
    named = Q(title__icontains=words) | Q(code__icontains=words)
    drafts = Draft.objects.unarchived().filter(kind__in=kinds)
    return (drafts.filter(named) if words else drafts).defer("document", "cites")


def _open(found: list[Item]) -> list[Item]:
    waiting = [item for item in found if item.open_submission]
    return sorted(waiting, key=lambda item: item.open_submission.submitted_at)


def _is_of(user: User, item: Item) -> bool:
    """Whether the person submitted the newest submission or wrote in it."""
    return item.latest.submitted_by_id == user.pk or permissions.is_contributor(user, item.latest)


def _reviews(user: User, found: list[Item]) -> dict[str, list[Item]]:
    given = SignOff.objects.filter(user_id=user.pk, digest__in=[i.open_submission.digest for i in _open(found)])
    signed = set(given.values_list("kind", "code", "digest", "base_edition"))
    lists = {"to_sign": [], "not_theirs": [], "signed": []}
    for item in _open(found):
        up = item.open_submission
        if permissions.is_contributor(user, up):
            lists["not_theirs"].append(item)
        elif (up.kind, up.code, up.digest, up.base_edition) in signed:
            lists["signed"].append(item)
        else:
            lists["to_sign"].append(item)
    return lists


def _written_by(user: User) -> dict[Key, int]:
    """Return the newest version that the person contributed to, by item."""
    rows = Contribution.objects.filter(user_id=user.pk).values_list("kind", "code").annotate(Max("version"))
    return {(kind, code): version for kind, code, version in rows.order_by()}


def _to_do(user: User, found: list[Item], mine: dict[Key, int]) -> tuple[list[Waiting], list[Waiting]]:
    """Return the person's items that reviewers sent back, and those with changes not yet submitted."""
    live = _live_versions()
    sent_back, unsubmitted = [], []
    for item in found:
        key = (item.draft.kind, item.draft.code)
        if item.state.work == CHANGES_REQUESTED and _is_of(user, item):
            sent_back.append(item)
        elif item.is_unsubmitted and mine.get(key, 0) > live.get(key, 0):
            unsubmitted.append(item)
    return _with_reasons(sent_back), _with_blockers(unsubmitted)


def _live_versions() -> dict[Key, int]:
    rows = Submission.objects.published().values_list("kind", "code").annotate(Max("draft_version"))
    return {(kind, code): version for kind, code, version in rows.order_by()}


def _with_reasons(found: list[Item]) -> list[Waiting]:
    asked = Event.objects.filter(what=Event.What.CHANGES_REQUESTED, submission__in=[item.latest.pk for item in found])
    reasons = {event.submission: event for event in asked}
    return [
        Waiting(item, reason=reasons[item.latest.pk].reason, reason_by=reasons[item.latest.pk].name) for item in found
    ]


def _with_blockers(found: list[Item]) -> list[Waiting]:
    drafts = Draft.objects.filter(pk__in=[item.draft.pk for item in found])
    findings = findings_of_drafts(drafts)
    return [Waiting(item, blockers=[f for f in findings[item.draft.pk] if f.blocks]) for item in found]
