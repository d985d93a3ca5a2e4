"""Setting items aside and bringing them back: nothing is deleted, code and address stay taken."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from history import archive as shelf
from history import timeline, unfinished
from history.kinds import composition, is_published
from history.models import Archived, Draft
from library.documents import cited_keys
from library.ledger import lock_library
from library.models import Cited, Standing
from patterns.models import Pattern
from reviews import events, permissions
from reviews.models import Event, Submission
from reviews.refusals import NotAllowed, needed_note

MOST_NAMED = 3
NEEDED = "Say why; whoever looks for it later reads the reason."


@transaction.atomic
def archive(kind: str, code: str, *, by, reason: str) -> Archived:
    """Set the item aside with everything that belongs to it; return who did, when and why.

    Raises PermissionDenied, and NotAllowed while it is in review, stands verified, or is used by a draft.
    """
    draft = _lock(kind, code)
    if not permissions.may_archive(by, draft):
        raise PermissionDenied(f"Only an editor who wrote in {code}, or a chief editor, archives it.")
    about = {"user_id": by.pk, "name": by.name, "role": by.role, "reason": needed_note(reason, NEEDED)}
    if refusal := why_not_archive(kind, code):
        raise NotAllowed(refusal)
    made = Archived.objects.create(kind=kind, code=code, at=timezone.now(), **about)
    events.tell(kind, code, Event.What.ARCHIVED, by=by, digest=draft.digest, reason=made.reason)
    return made


@transaction.atomic
def recover(kind: str, code: str, *, by, reason: str) -> Draft:
    """Bring an archived item back as it was; return its draft. Raises PermissionDenied, NotAllowed."""
    draft = _lock(kind, code)
    if not permissions.may_archive(by, draft):
        raise PermissionDenied(f"Only an editor who wrote in {code}, or a chief editor, recovers it.")
    told = needed_note(reason, NEEDED)
    archived = shelf.archived(kind, code)
    if archived is None:
        raise NotAllowed(f"{code} is not archived; somebody has recovered it already.")
    archived.delete()
    unfinished.came_back(kind, code)
    events.tell(kind, code, Event.What.RECOVERED, by=by, digest=draft.digest, reason=told)
    return draft


def why_not_archive(kind: str, code: str) -> str:
    """Return the sentence with which `archive` would refuse the item now, empty when it would not."""
    if found := shelf.archived(kind, code):
        return f"{found.code} was archived by {found.name} already."
    if users := used_by(kind, code):
        more = f" and {len(users) - MOST_NAMED} more" if len(users) > MOST_NAMED else ""
        verb = "needs" if len(users) == 1 else "need"
        return f"{', '.join(users[:MOST_NAMED])}{more} still {verb} it; change that first."
    if Submission.objects.of(kind, code).open().exists():
        return f"{code} is in review; have it decided or withdrawn first."
    standing = Standing.objects.latest().filter(kind=kind, code=code, state=Standing.State.VERIFIED).first()
    if standing:
        return f"Edition {standing.number} stands for readers; retire it first."
    return ""


def used_by(kind: str, code: str) -> list[str]:
    """Return the codes of the drafts that the source or family stands in; archived ones too, to come back whole."""
    if kind == "source":
        drafts = Draft.objects.filter(cites__contains=[code]).values_list("code", flat=True)
        live = Cited.objects.filter(key=code, standing__until_position=None).values_list("standing__code", flat=True)
        up = [one.code for one in Submission.objects.open() if code in cited_keys(one.read())]
        return sorted({*drafts, *live, *up})
    if kind == "family":
        return list(Pattern.objects.filter(family__slug=code).order_by("code").values_list("code", flat=True))
    return []


def _lock(kind: str, code: str) -> Draft:
    """Lock in the order of all writers: the library against submitting, what is shared, then the draft."""
    lock_library()
    if not is_published(kind):
        timeline.hold({composition(kind).shared_as(code)}, exclusive=True)
    draft = timeline.lock(kind, code)
    if draft is None:
        raise NotAllowed(f"There is no draft {code}.")
    return draft
