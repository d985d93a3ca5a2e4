"""Finding what an address means: slugs that were renamed, editions, permanent ids."""

import re
from dataclasses import dataclass

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Least, Lower
from django.http import Http404

from library import withheld
from library.addresses import LATEST, Links
from library.models import Edition, LedgerEntry, Page, Standing

EDITION = ("kind", "code", "slug", "number", "title", "position", "published_at", "digest", *withheld.TOLD)
STANDING = ("kind", "code", "slug", "number", "edition_id", *(f"edition__{name}" for name in withheld.TOLD))


def code_of(kind: str, slug: str) -> str:
    """Return the code of the item that has or once had `slug`, in any case, else of the one whose code that is.

    Raises Http404 if there never was one.
    """
    code = Edition.objects.filter(kind=kind, slug=slug.lower()).values_list("code", flat=True).first()
    if code is None and (code := spelled(kind, slug)) is None:
        raise Http404
    return code


def spelled(kind: str, code: str) -> str | None:
    """Return the published code of an item of `kind` that is `code` but for case; None if not just one is."""
    found = set(Standing.objects.latest().filter(kind=kind, code__iexact=code).values_list("code", flat=True))
    return code if code in found else found.pop() if len(found) == 1 else None


def page_of_slug(kind: str, slug: str) -> dict:
    """Return slug and badges of the latest page of the item that has or once had `slug`.

    Raises Http404, and Unavailable when the edition that stands is withheld.
    """
    code = code_of(kind, slug)
    page = Page.objects.filter(kind=kind, code=code).values("slug", "badges").first()
    if page is None:
        refuse_standing(kind, code)
        raise Http404
    return page


def refuse_standing(kind: str, code: str) -> None:
    """Raise Unavailable if the edition of the item that stands now is withheld."""
    for stands in Standing.objects.latest().filter(kind=kind, code=code).values(*STANDING):
        withheld.refuse(stands, "edition__")


def notes(kind: str, code: str, after: int, until: int) -> list[dict]:
    """Return number, day and change note of the editions published after one position and until another."""
    between = Edition.objects.filter(kind=kind, code=code, position__gt=after, position__lte=until)
    return list(between.filter(withheld__isnull=True).values("number", "published_at", "note"))


def newest_slug(kind: str, code: str) -> str:
    """Return the slug of the edition of item `code` that was published last and is not withheld."""
    shown = Edition.objects.filter(kind=kind, code=code, withheld__isnull=True).order_by("-position")
    return shown.values_list("slug", flat=True)[0]


def reviewed(code: str, position: int) -> dict:
    """Return when and by whom what stood of item `code` at `position` had been reviewed last."""
    return Standing.objects.at(position).filter(code=code).values("reviewed_on", "reviewed_by").get()


def newest_position() -> int:
    """Return the ledger's last position, 0 for an empty ledger."""
    return LedgerEntry.objects.aggregate(last=Max("position"))["last"] or 0


def edition(kind: str, slug: str, number: str, *columns: str) -> dict | None:
    """Return edition `number` of the item that has or once had `slug`, else that code; None when there is none.

    Raises Unavailable when it is withheld.
    """
    return _readable(_editions(kind, slug, number).values(*EDITION, *columns).first())


def edition_at(kind: str, slug: str, number: str, position: int, *columns: str) -> dict | None:
    """Return the same with `last_position`, the last one up to `position` at which the edition stood."""
    stood = Standing.objects.filter(edition=OuterRef("pk"), from_position__lte=position)
    until = Subquery(stood.order_by("-from_position").values("until_position")[:1])
    last = Least(Value(position), F("until") - 1)  # PostgreSQL's LEAST passes over NULL: it still stands
    found = _editions(kind, slug, number).annotate(until=until, last_position=last)
    return _readable(found.values(*EDITION, "last_position", *columns).first())


def _readable(found: dict | None) -> dict | None:
    if found:
        withheld.refuse(found)
    return found


def _editions(kind: str, slug: str, number: str) -> QuerySet:
    named = Edition.objects.filter(kind=kind, slug=slug.lower())
    by_code = Q(code__iexact=slug) & ~Exists(named)  # a slug comes first
    return Edition.objects.filter(Q(code__in=named.values("code")) | by_code, kind=kind, number=number)


def first_edition(code: str) -> dict:
    """Return when and as what item `code` was first published. Raises Unavailable when that is withheld."""
    return _readable(Edition.objects.filter(code=code).values(*EDITION).first())


@dataclass(eq=False)
class Removed(Exception):
    """A row that its item has no longer; carries the `edition` that last had it."""

    code: str
    edition: dict


@dataclass(frozen=True)
class Place:
    """Where a permanent id leads: an edition's columns, whether it is the one that stands, the row if it is one."""

    edition: dict
    stands: bool
    row: str = ""

    def address(self, links: Links = LATEST) -> str:
        """Return its address in the style of `links`."""
        address = links.item if self.stands else links.edition
        return address(self.edition["kind"], self.edition["slug"], self.edition["number"], self.row)


def place_of(code: str, position: int) -> Place:
    """Return where an item or a row is at `position` by its permanent id; a row's edition has its `document`.

    Another case is forgiven where one id fits. Raises Http404 for an id not published by then, Removed for a row
    that was taken out, Unavailable for one that only withheld editions have.
    """
    place = _place_of(code, position)
    if not place and len(spelled := spellings(code)) == 1:
        place = _place_of(spelled.pop(), position)
    if not place:
        raise Http404
    return place


def _place_of(code: str, position: int) -> Place | None:
    parts = code.split("-")
    items = ["-".join(parts[: end + 1]) for end in range(len(parts))]
    stood = Standing.objects.at(position).filter(code__in=items).values(*STANDING)
    for item in sorted(stood, key=lambda row: len(row["code"]), reverse=True):
        if place := _within(item, code, position):
            return place
    return None


def spellings(code: str) -> set[str]:
    """Return the ids that were published and differ from `code` in nothing but case."""
    parts = code.lower().split("-")
    items = ["-".join(parts[: end + 1]) for end in range(len(parts))]
    stood = Standing.objects.latest().annotate(lower=Lower("code")).filter(lower__in=items)
    own = set(stood.filter(lower=code.lower()).values_list("code", flat=True))
    spelled = re.compile(rb'"code":"(%s)"' % re.escape(code).encode(), re.IGNORECASE)
    bodies = Edition.objects.filter(code__in=stood.values("code")).values_list("document", flat=True)
    return own.union(*({found.decode() for found in spelled.findall(bytes(body))} for body in bodies))


def _within(item: dict, code: str, position: int) -> Place | None:
    """The place of `code` in the newest edition of `item` that has it; canonical JSON spells it in one way.

    Raises Removed when the standing edition has it no longer, Unavailable when every edition that has it is
    withheld. Of a standing edition that is withheld it is not told what it lacks.
    """
    if item["code"] == code:
        withheld.refuse(item, "edition__")
        return Place(item, stands=True)
    having = _having(item, code, position)
    shown = next((edition for edition in having if edition["withheld__position"] is None), None)
    if having and shown is None:
        withheld.refuse(having[0])
    if shown is None:
        return None
    stands = item["edition__withheld__position"] is None
    if stands and item["edition_id"] not in [edition["pk"] for edition in having]:
        raise Removed(code, shown)
    return Place(shown, shown["pk"] == item["edition_id"], code)


def _having(item: dict, code: str, position: int) -> list[dict]:
    """The editions of `item` up to `position` that have a row `code`, newest first."""
    editions = Edition.objects.filter(kind=item["kind"], code=item["code"], position__lte=position)
    spelled = f'"code":"{code}"'.encode()
    rows = editions.order_by("-position").values("pk", *EDITION, "document")
    return [edition for edition in rows if spelled in bytes(edition["document"])]
