"""The one door to a new version: save, record, list, compare and restore documents of working items."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import reversion
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from reversion.models import Version

from history import archive
from history.kinds import composition, compositions
from history.merging import merge
from history.models import Contribution, Draft
from library import documents
from library.documents import Document

People = dict[int, str] | None  # user id to name
RECORD_LOCKS = 0x534F5243  # the class of the advisory locks on shared records


@dataclass(frozen=True)
class Recorded:
    """One version in the timeline: its number, document digest, author, note and time."""

    version: int
    digest: str
    by: str
    note: str
    at: datetime
    pk: int


def hold(names: set[str], exclusive: bool = False) -> None:
    """Lock shared records (citation keys, `family/<slug>`) until the end of the transaction.

    Shared to embed one in a document, exclusive to change it. A name is locked whether its record exists or
    not, so that citing a source and creating it cannot pass each other. Names are taken in one order; drafts
    are locked only afterwards. 4096 locks serve all names, so that a large import does not exhaust the server's
    table of locks; two names that share one wait for each other.
    """
    function = "pg_advisory_xact_lock" if exclusive else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(%s, hash) FROM (SELECT DISTINCT hashtext(key) & 4095 AS hash"
            " FROM unnest(%s::text[]) AS key ORDER BY 1 OFFSET 0) AS held",
            [RECORD_LOCKS, sorted(names)],
        )


def lock(kind: str, code: str) -> Draft | None:
    """Return the item's draft locked until the end of the transaction; None when it has none yet."""
    return Draft.objects.select_for_update().filter(kind=kind, code=code).first()


def lock_reading(kind: str, code: str, document: Document) -> Draft | None:
    """Hold the shared records that `document` and the draft have inside, then lock the draft and return it.

    What is saved may hold those of both. Once the draft is locked no more records may be waited for: when somebody
    saved between the two steps, all these locks are let go and taken again.
    """
    while True:
        with transaction.atomic():
            seen = Draft.objects.filter(kind=kind, code=code).first()
            hold(composition(kind).reads(document) | (composition(kind).reads(seen.read()) if seen else set()))
            draft = lock(kind, code)
            if (draft and draft.version) == (seen and seen.version):
                return draft
            transaction.set_rollback(True)


def save(kind: str, code: str, document: Document, *, by, note: str, contributors: People = None) -> Draft | None:
    """Apply `document` to the working rows and record it; return the draft, or None if nothing changed.

    Every path that writes content ends here or in `record`: admin, import, desk, restore. Raises what the
    composition's `apply` raises for a document whose identity cannot be taken (ValueError with a sentence), and
    IsArchived for an item that is set aside.
    """
    with transaction.atomic():
        hold(composition(kind).reads(document))
        lock(kind, code)
        archive.refuse_archived(kind, code)
        composition(kind).apply(document)
        return record(kind, code, by=by, note=note, contributors=contributors)


def record(kind: str, code: str, *, by, note: str, contributors: People = None, through: str = "") -> Draft | None:
    """Compose the item and keep it as one new version; return its draft, or None if nothing changed.

    `contributors` (user id to name) are people whose earlier work comes back with a restored version; `through` is
    the source or family (`source/<key>`) by whose change alone the item says something else now. Raises
    RuntimeError outside a transaction, and inside an open revision, where items would merge into one version.
    """
    if reversion.is_active():
        raise RuntimeError("history.record inside an open revision would merge versions of different items")
    if not connection.in_atomic_block:
        raise RuntimeError("history.record needs a transaction")
    document = composition(kind).compose(code)
    body = documents.canonical_bytes(document)
    digest = documents.digest_bytes(body)
    draft = lock(kind, code)
    if draft and draft.digest == digest:
        return None
    draft = draft or Draft(kind=kind, code=code, version=0)
    draft.version += 1
    draft.title = composition(kind).title(document)
    draft.document, draft.digest = body.decode(), digest
    draft.cites = sorted(documents.cited_keys(document))
    draft.changed_at, draft.changed_by = timezone.now(), by.name
    draft.save()
    _keep(draft, by, note)
    _credit(draft, by, contributors or {}, through)
    return draft


def _keep(draft: Draft, by, note: str) -> None:
    with reversion.create_revision(manage_manually=True):
        reversion.set_user(by)
        reversion.set_comment(note)
        reversion.set_date_created(draft.changed_at)
        reversion.add_to_revision(draft)


def _credit(draft: Draft, by, inherited: dict[int, str], through: str) -> None:
    about = {"kind": draft.kind, "code": draft.code, "version": draft.version, "at": draft.changed_at}
    about["through"] = through
    Contribution(user_id=by.pk, name=by.name, **about).save()
    for user_id, name in inherited.items():
        if user_id != by.pk:
            Contribution(user_id=user_id, name=name, inherited=True, **about).save()


def contributors(kind: str, code: str, after: int, up_to: int) -> dict[int, str]:
    """Return user id and name of everybody who contributed to versions after `after`, up to `up_to`."""
    rows = Contribution.objects.filter(kind=kind, code=code, version__gt=after, version__lte=up_to)
    return dict(rows.order_by("pk").values_list("user_id", "name"))


def contributors_to(kind: str, codes: Iterable[str]) -> dict[int, str]:
    """Return user id and name of everybody who ever contributed to the items `codes` of `kind`."""
    rows = Contribution.objects.filter(kind=kind, code__in=list(codes))
    return dict(rows.order_by("pk").values_list("user_id", "name"))


def recompose_citing(source_key: str, *, by, note: str, contributors: People = None) -> list[Draft]:
    """Record every draft that cites `source_key` again, after its source was written; return the new versions.

    The caller holds `hold({source_key}, exclusive=True)`.
    """
    which = Q(cites__contains=[source_key])
    return recompose(which, by=by, note=note, contributors=contributors, through=f"source/{source_key}")


def recompose(which: Q, *, by, note: str, contributors: People = None, through: str = "") -> list[Draft]:
    """Record the drafts `which` again, locked in the order of kind and code; return the new versions.

    Archived ones too: what stands inside them has changed, and they must come back as their rows say.
    `contributors` wrote what comes into them with an older version of a source or family; `through` as for `record`.
    """
    items = Draft.objects.filter(which).order_by("kind", "code").select_for_update()
    credit = {"by": by, "note": note, "contributors": contributors, "through": through}
    recorded = [record(draft.kind, draft.code, **credit) for draft in items]
    return [draft for draft in recorded if draft]


def versions(draft: Draft, offset: int = 0, limit: int | None = None) -> list[Recorded]:
    """Return the versions of `draft`, newest first, `limit` of them from `offset`."""
    rows = _kept(draft).order_by("-pk")
    return [_recorded(row) for row in rows[offset : offset + limit if limit else None]]


def _kept(draft: Draft):
    return Version.objects.get_for_object(draft).select_related("revision")


def _recorded(row: Version) -> Recorded:
    fields = row.field_dict
    return Recorded(
        version=fields["version"],
        digest=fields["digest"],
        by=fields["changed_by"],
        note=row.revision.comment,
        at=fields["changed_at"],
        pk=row.pk,
    )


def document_of(draft: Draft, version: int) -> Document:
    """Return the document of `draft` at `version`. Raises LookupError when there is no such version."""
    if version == draft.version:
        return draft.read()
    # Version n is the n-th that was kept; nothing is ever deleted.
    row = _kept(draft).order_by("pk")[version - 1 : version].first() if version > 0 else None
    if row is None or row.field_dict["version"] != version:
        raise LookupError(f"{draft.code} has no version {version}")
    return documents.parse(row.field_dict["document"].encode())


def version_of_digest(draft: Draft, digest: str) -> int | None:
    """Return the newest version of `draft` whose document has `digest`; None when none ever had it."""
    return next((kept.version for kept in versions(draft) if kept.digest == digest), None)


class MovedOn(Exception):
    """What would be changed was changed by somebody else after the page was opened."""


def restore(kind: str, code: str, version: int, *, by, note: str, shown: int) -> Draft | None:
    """Make the content of `version` the newest version; return the draft, or None if nothing differs.

    `shown` is the newest version that whoever restores has seen. Everybody who contributed up to `version`
    counts as a contributor of the new version: their words may come back after editions without them. Raises
    LookupError when there is no such version, MovedOn as `restored` does, IsArchived.
    """
    with transaction.atomic():
        document = document_of(Draft.objects.get(kind=kind, code=code), version)
        document = restored(lock_reading(kind, code, document), version, shown)
        archive.refuse_archived(kind, code)
        composition(kind).apply(document)
        return record(kind, code, by=by, note=note, contributors=contributors(kind, code, 0, version))


def restored(draft: Draft, version: int, shown: int) -> Document:
    """Return what the locked `draft` says with `version` restored: what was saved after `shown` is kept.

    Raises MovedOn when that was changed since which the restored version would change too.
    """
    document = document_of(draft, version)
    if shown == draft.version:
        return document
    moved = MovedOn(f"{draft.changed_by} saved version {draft.version} after you opened this page; look at it first")
    try:
        merged = merge(document_of(draft, shown), document, draft.read())
    except LookupError:
        raise moved from None
    if merged.conflicts:
        raise moved
    return merged.document


def verify() -> list[str]:
    """Recompose every draft and return a sentence for each whose rows and document differ."""
    problems = []
    for draft in Draft.objects.order_by("kind", "code").iterator():
        try:
            found = documents.digest(composition(draft.kind).compose(draft.code))
        except LookupError:
            problems.append(f"{draft.kind} {draft.code}: its working rows are missing")
            continue
        if documents.digest_bytes(draft.document.encode()) != draft.digest:
            problems.append(f"{draft.kind} {draft.code}: the kept document does not have the kept digest")
        if found != draft.digest:
            problems.append(f"{draft.kind} {draft.code}: the working rows do not give the kept document")
    recorded = set(Draft.objects.values_list("kind", "code"))
    for kind, module in compositions():
        problems += [
            f"{kind} {code}: has rows but no version" for code in module.codes() if (kind, code) not in recorded
        ]
    return problems
