"""Links for readers outside: each shows one frozen text, for whom it was made, until it expires or is revoked.

It shows it only as long as its maker could make it: active, with work at the desk, of an item that may be shown.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
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
    if documents.digest(as_submitted(draft.read())) in _withheld_digests(draft.kind, draft.code):
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
    """Return the link that `secret` opens now; None for every other text, and for a link that is shut.

    Found by the digest of the secret: how long the look-up takes tells nothing about a secret nobody knows.
    """
    link = ShareLink.objects.open().filter(secret_digest=_digest(secret)).first()
    return link if link and not shut([link]) else None


def shut(links: Iterable[ShareLink]) -> dict[int, str]:
    """Return why those of the open `links`, all to one item, show nothing now: a sentence by the key of the link.

    A link stands and falls with who made it: nobody outside reads on in the name of somebody who has left. What
    shuts a link may pass, and the link shows its text again until it ends.
    """
    links = [link for link in links if link.is_open]
    if not links:
        return {}
    kind, code = links[0].kind, links[0].code
    if archived := archive.archived(kind, code):
        return {link.pk: f"{archive.sentence(archived)}." for link in links}
    if _is_withheld(kind, code):
        return {link.pk: f"{code} is withheld." for link in links}
    withheld, last = _withheld_digests(kind, code), _last_withholding(kind, code)
    sharers = {person.pk for person in permissions.desk_people() if permissions.may_share(person, links[0])}
    why = {}
    for link in links:
        if link.digest in withheld:
            why[link.pk] = "This is the very text of a withheld edition."
        elif last and last >= link.made_at.replace(microsecond=0):
            why[link.pk] = f"Something of {code} was withheld after the link was made."
        elif link.made_by_id not in sharers:
            why[link.pk] = f"{link.made_by}, who made it, has no work at the desk any more."
    return why


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


def _withheld_digests(kind: str, code: str) -> set[str]:
    """The digests of the item's withheld editions, whatever stands now."""
    withheld = Edition.objects.filter(kind=kind, code=code, withheld__isnull=False)
    return set(withheld.values_list("digest", flat=True))


def _last_withholding(kind: str, code: str) -> datetime | None:
    """When anything of the item was withheld last: a link made before may show what was withheld."""
    acts = LedgerEntry.objects.filter(kind=kind, code=code, act=LedgerEntry.Act.WITHHOLDING)
    return acts.aggregate(last=Max("time"))["last"]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _purpose(text: str) -> str:
    purpose = documents.clean_line(text)
    if not purpose:
        raise NotAllowed("Say for whom the link is and what for; the reader sees it above the text.")
    if len(purpose) > LONGEST_PURPOSE:
        raise NotAllowed(f"This has {len(purpose):,} characters; use at most {LONGEST_PURPOSE}.")
    return purpose
