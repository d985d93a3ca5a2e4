"""Deriving what stood when, and what is withheld: the derived rows from editions and ledger entries."""

from datetime import date

from library import facets, passages
from library.ledger import names, title_of
from library.models import Cited, Edition, Exhibited, Extract, LedgerEntry, Standing, Withheld
from library.sorting import fold

SORTED_BY = 200  # characters; an index entry has a limit, a title has none
STATES = {
    LedgerEntry.Act.PUBLICATION: Standing.State.VERIFIED,
    LedgerEntry.Act.REAFFIRMATION: Standing.State.VERIFIED,
    LedgerEntry.Act.RETIREMENT: Standing.State.RETIRED,
    LedgerEntry.Act.WITHHOLDING: Standing.State.WITHHELD,
}


def follow(entry: LedgerEntry) -> set[str]:
    """Write what the act `entry` made of its item; return the codes of all pages that must be drawn again.

    Withholding an edition that another has replaced leaves what stands as it is. Raises Edition.DoesNotExist
    when the entry names an edition that is not there.
    """
    edition = Edition.objects.get(kind=entry.kind, code=entry.code, number=entry.edition)
    before = Standing.objects.latest().filter(kind=entry.kind, code=entry.code).first()
    affected = {entry.code, *_pointing_to(entry)}
    if entry.act == LedgerEntry.Act.WITHHOLDING:
        ground = entry.read()["note"]
        Withheld.objects.create(edition=edition, position=entry.position, day=entry.time.date(), ground=ground)
        passages.forget(edition)
        if before.edition_id != edition.pk:
            return affected
    if before:
        affected |= set(before.exhibits.values_list("pattern", flat=True))
        Standing.objects.filter(pk=before.pk).update(until_position=entry.position)
    document, signed = edition.read(), entry.read()
    standing = Standing.objects.create(
        kind=entry.kind,
        code=entry.code,
        edition=edition,
        from_position=entry.position,
        state=STATES[entry.act],
        review_by=_review_by(signed, before),
        successor=signed.get("successor", ""),
        **_reviewed(entry, signed, before),
        **_listing(document, edition),
    )
    patterns = [exhibit["pattern"] for exhibit in document.get("exhibits", [])]
    Exhibited.objects.bulk_create(Exhibited(standing=standing, pattern=code) for code in patterns)
    Cited.objects.bulk_create(_cited(standing, source) for source in document["bibliography"])
    if standing.state != Standing.State.WITHHELD:
        passages.keep(standing, document)
    facets.derive(standing, document)
    return affected | set(patterns)


def _pointing_to(entry: LedgerEntry) -> set[str]:
    """The retired items whose pages name the item of `entry` as their successor."""
    pointing = Standing.objects.latest().filter(kind=entry.kind, successor=entry.code)
    return set(pointing.values_list("code", flat=True))


def _review_by(signed: dict, before: Standing | None) -> date:
    return date.fromisoformat(signed["review_by"]) if signed["review_by"] else before.review_by


def _reviewed(entry: LedgerEntry, signed: dict, before: Standing | None) -> dict:
    """Publishing and reaffirming are reviews; retiring and withholding leave the last review as it was."""
    if before and entry.act not in (LedgerEntry.Act.PUBLICATION, LedgerEntry.Act.REAFFIRMATION):
        return {"reviewed_on": before.reviewed_on, "reviewed_by": before.reviewed_by}
    return {"reviewed_on": entry.time.date(), "reviewed_by": names(signed["people"])}


def _listing(document: dict, edition: Edition) -> dict:
    family = document.get("family", {})
    return {
        "number": edition.number,
        "slug": edition.slug,
        "title": title_of(document),
        "subtitle": document.get("subtitle", ""),
        "sort_key": fold(title_of(document))[:SORTED_BY],
        "family_slug": family.get("slug", ""),
        "family_name": family.get("name", ""),
        "status": document.get("status", ""),
        "confidence": document.get("confidence", ""),
        "announced": document.get("announced", ""),
        "newest_source": newest_source(document),
    }


def newest_source(document: dict) -> str:
    """Return the newest publication date among the cited sources, at its own precision; empty if none has one."""
    return max((source["published"] for source in document["bibliography"]), default="")


def _cited(standing: Standing, source: dict) -> Cited:
    return Cited(
        standing=standing,
        key=source["key"],
        title=source["title"],
        sort_key=fold(source["title"]),
        source_kind=source["kind"],
        record=source,
    )


def rebuild() -> None:
    """Empty the derived rows and derive them again from the ledger, in its order."""
    passages.rebuild()
    Extract.objects.all().delete()
    Cited.objects.all().delete()
    Exhibited.objects.all().delete()
    Standing.objects.all().delete()
    Withheld.objects.all().delete()
    for entry in LedgerEntry.objects.order_by("position").iterator():
        follow(entry)
