"""Writing an edition: the one place where a document becomes public."""

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
    today = max(timezone.now().date(), _last_day())
    number = next_number(document["kind"], document["code"], today)
    entry = ledger.append(
        LedgerEntry.Act.PUBLICATION,
        document["kind"],
        document["code"],
        number,
        documents.digest_bytes(body),
        review_by=today + timedelta(days=settings.REVIEW_EVERY_DAYS),
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


def _last_day() -> date:
    newest = ledger.head()
    return newest.time.date() if newest else date.min


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
    pages.redraw(codes, newest.position if newest else 0)
    return len(codes)


def catch_up() -> int:
    """Make good what a crash or an upgrade left: the head outside, pages drawn by other code; return how many."""
    ledger.write_head()
    standing_now = Standing.objects.latest().count()
    if Page.objects.filter(drawn_by=pages.drawn_by()).count() == standing_now:
        return 0
    return rebuild()
