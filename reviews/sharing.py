"""Links for readers outside: each shows one frozen text, for whom it was made, until it expires or is revoked."""

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from history import archive, timeline
from history.models import Draft
from library import documents
from library.models import Edition, LedgerEntry, Standing
from reviews import events, permissions
from reviews.models import Event, ShareLink
from reviews.models.share_link import LONGEST_DAYS
from reviews.readiness import as_submitted
from reviews.refusals import NotAllowed

SECRET_BYTES = 32  # 256 bits, 43 characters
LONGEST_PURPOSE = 200
BEGINNING = 6  # characters that tell links apart: with 220 bits left, nobody guesses the rest


@transaction.atomic
def share(kind: str, code: str, *, by, purpose: str, days: int, shown: int) -> tuple[ShareLink, str]:
    """Make a link to the draft as submitting would freeze it; return it with its secret, which is kept nowhere.

    `shown` is the version that its maker has seen. Raises PermissionDenied, and NotAllowed with a sentence.
    """
    draft = timeline.lock(kind, code)
    if draft is None:
        raise NotAllowed(f"There is no draft {code}.")
    if not permissions.may_share(by, draft):
        raise PermissionDenied("Only editors and reviewers share drafts.")
    purpose = _purpose(purpose)
    if not 1 <= days <= LONGEST_DAYS:
        raise NotAllowed(f"A link lasts from 1 to {LONGEST_DAYS} days.")
    if refusal := why_not_share(draft):
        raise NotAllowed(refusal)
    if draft.version != shown:
        raise NotAllowed(
            f"{draft.changed_by} saved version {draft.version} after you opened this page."
            " Look at it before you share it."
        )
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = _keep(draft, secret, by, purpose, days)
    events.tell(kind, code, Event.What.SHARED, by=by, digest=link.digest, reason=purpose)
    return link, secret


def _keep(draft: Draft, secret: str, by, purpose: str, days: int) -> ShareLink:
    body = documents.canonical_bytes(as_submitted(draft.read()))
    now = timezone.now()
    return ShareLink.objects.create(
        secret_digest=_digest(secret),
        beginning=secret[:BEGINNING],
        kind=draft.kind,
        code=draft.code,
        version=draft.version,
        document=body,
        digest=documents.digest_bytes(body),
        purpose=purpose,
        made_at=now,
        made_by_id=by.pk,
        made_by=by.name,
        expires_at=now + timedelta(days=days),
    )


def why_not_share(draft: Draft) -> str:
    """Return the sentence why no link to the draft can be made now, empty when one can."""
    if archived := archive.archived(draft.kind, draft.code):
        return f"{archive.sentence(archived)}."
    if _is_withheld(draft.kind, draft.code):
        return f"{draft.code} is withheld; its text is shown to nobody outside."
    if _was_withheld(draft.kind, draft.code, documents.digest(as_submitted(draft.read()))):
        return f"This is the very text of a withheld edition of {draft.code}; it is shown to nobody outside."
    return ""


@transaction.atomic
def revoke(link: ShareLink, *, by) -> ShareLink:
    """End the link at once; return it. Raises PermissionDenied, and NotAllowed for one that has ended already."""
    link = ShareLink.objects.select_for_update().defer("document").get(pk=link.pk)
    if not permissions.may_revoke(by, link):
        raise PermissionDenied("Only who made a link, or a chief editor, revokes it.")
    if not link.is_open:
        raise NotAllowed("This link has ended already; it shows nothing any more.")
    link.revoked_at, link.revoked_by_id, link.revoked_by = timezone.now(), by.pk, by.name
    link.save(update_fields=["revoked_at", "revoked_by_id", "revoked_by"])
    events.tell(link.kind, link.code, Event.What.SHARE_REVOKED, by=by, digest=link.digest, reason=link.purpose)
    return link


def opened(secret: str) -> ShareLink | None:
    """Return the link that `secret` opens now; None for every other text, and for what is archived or withheld.

    Found by the digest of the secret: how long the look-up takes tells nothing about a secret nobody knows.
    """
    link = ShareLink.objects.open().filter(secret_digest=_digest(secret)).first()
    if link is None or archive.archived(link.kind, link.code) or _is_withheld(link.kind, link.code):
        return None
    if _was_withheld(link.kind, link.code, link.digest) or _ended_by_withholding(link):
        return None
    return link


def edition_of(link: ShareLink) -> Edition | None:
    """Return the first edition that says exactly what the link shows; None while nothing published does."""
    same = Edition.objects.filter(kind=link.kind, code=link.code, digest=link.digest)
    return same.defer("document").order_by("position").first()


def is_out_of_date(link: ShareLink) -> bool:
    """Whether the draft says something else by now than the link shows."""
    draft = Draft.objects.get(kind=link.kind, code=link.code)
    return draft.digest != link.digest and documents.digest(as_submitted(draft.read())) != link.digest


def _is_withheld(kind: str, code: str) -> bool:
    return Standing.objects.latest().filter(kind=kind, code=code, state=Standing.State.WITHHELD).exists()


def _was_withheld(kind: str, code: str, digest: str) -> bool:
    """Whether an edition with exactly this text is withheld, whatever stands now."""
    return Edition.objects.filter(kind=kind, code=code, digest=digest, withheld__isnull=False).exists()


def _ended_by_withholding(link: ShareLink) -> bool:
    """Whether anything of the item was withheld after the link was made: it may show what was withheld."""
    acts = LedgerEntry.objects.filter(kind=link.kind, code=link.code, act=LedgerEntry.Act.WITHHOLDING)
    return acts.filter(time__gte=link.made_at.replace(microsecond=0)).exists()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _purpose(text: str) -> str:
    purpose = documents.clean_line(text)
    if not purpose:
        raise NotAllowed("Say for whom the link is and what for; the reader sees it above the text.")
    if len(purpose) > LONGEST_PURPOSE:
        raise NotAllowed(f"This has {len(purpose):,} characters; use at most {LONGEST_PURPOSE}.")
    return purpose
