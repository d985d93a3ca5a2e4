"""Writing public acts: the one place where a document becomes public and where what stands is changed."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from library import documents, ledger, pages, standing
from library.models import Edition, LedgerEntry, Page, Standing, number_parts


def publish(body: bytes, people: list[dict], note: str) -> Edition:
    """Publish the document whose canonical bytes are `body` and return its edition.

    The caller holds `ledger.lock_library()` and has checked the sign-offs that `people` names. Writes
    edition, ledger entry and derived rows, and draws again every page that depends on them, in the caller's
    transaction.
    """
    document = documents.parse(body)
    today = _today()
    number = next_number(document["kind"], document["code"], today)
    entry = ledger.append(
        LedgerEntry.Act.PUBLICATION,
        document["kind"],
        document["code"],
        number,
        documents.digest_bytes(body),
        review_by=next_review(today),
        people=people,
        note=note,
    )
    edition = Edition(
        kind=entry.kind,
        code=entry.code,
        number=number,
        position=entry.position,
        slug=document["slug"],
        title=ledger.title_of(document),
        document=body,
        digest=entry.digest,
        note=note,
        reviewed_by=ledger.names(people),
        published_at=entry.time,
    )
    edition.save()
    pages.redraw(standing.follow(entry), entry.position)
    return edition


def record_act(act: str, edition: Edition, people: list[dict], note: str, successor: str = "") -> LedgerEntry:
    """Record an act on a published `edition` and return its entry; no act that makes an edition.

    The caller holds `ledger.lock_library()` and has checked who acts and on what. `people` are those who
    answer for it, `note` is public; a reaffirmation sets a new review-by date. Entry, derived rows and pages are
    written in the caller's transaction.
    """
    entry, affected = _append(act, edition, people, note, successor)
    pages.redraw(affected, entry.position)
    return entry


def withhold(editions: list[Edition], people: list[dict], ground: str) -> list[LedgerEntry]:
    """Withhold `editions` on the public `ground`, oldest first; return one entry for each. As `record_act`."""
    entries, affected = [], set()
    for edition in sorted(editions, key=lambda edition: edition.position):
        signed = [{**person, "digest": edition.digest} for person in people]
        entry, codes = _append(LedgerEntry.Act.WITHHOLDING, edition, signed, ground)
        entries.append(entry)
        affected |= codes
    pages.redraw(affected, entries[-1].position)
    return entries


def _append(
    act: str, edition: Edition, people: list[dict], note: str, successor: str = ""
) -> tuple[LedgerEntry, set[str]]:
    about = (edition.kind, edition.code, edition.number, edition.digest)
    renewed = next_review(_today()) if act == LedgerEntry.Act.REAFFIRMATION else None
    entry = ledger.append(act, *about, review_by=renewed, people=people, note=note, successor=successor)
    return entry, standing.follow(entry)


def next_review(day: date) -> date:
    """Return the date by which what was reviewed on `day` is to be looked at again."""
    return day + timedelta(days=settings.REVIEW_EVERY_DAYS)


def _today() -> date:
    """The day of an act that is done now: never before that of the last one."""
    newest, now = ledger.head(), timezone.now().date()
    return max(now, newest.time.date()) if newest else now


def next_number(kind: str, code: str, day: date) -> str:
    """Return the number of the item's next edition on `day`: `2026.06`, then `2026.06.2` in the same month."""
    month = f"{day.year:04d}.{day.month:02d}"
    taken = Edition.objects.filter(kind=kind, code=code, number__startswith=month)
    last = max((number_parts(number)[2] for number in taken.values_list("number", flat=True)), default=0)
    return f"{month}.{last + 1}" if last else month


@transaction.atomic
def rebuild() -> int:
    """Derive Standing, Exhibited, Cited and Page again from the evidence; return the number of pages drawn."""
    ledger.lock_library()
    standing.rebuild()
    Page.objects.all().delete()
    newest = ledger.head()
    codes = set(Standing.objects.latest().values_list("code", flat=True))
    return pages.redraw(codes, newest.position if newest else 0)


def catch_up() -> int:
    """Make good what a crash or an upgrade left: the head outside, pages drawn by other code; return how many."""
    ledger.write_head()
    drawn = set(Page.objects.filter(drawn_by=pages.drawn_by()).values_list("kind", "code"))
    stands = set(Standing.objects.latest().shown().values_list("kind", "code"))
    return 0 if drawn == stands == set(Page.objects.values_list("kind", "code")) else rebuild()
