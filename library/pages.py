"""A page is a function of a position and of what is withheld now: the editions that stood, without those."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.template.loader import render_to_string

from library import badges, documents, partnership_page, pattern_page, reading_time, withheld
from library.addresses import LATEST, Links
from library.models import Edition, Kind, LedgerEntry, Page, Standing

LISTED = ("kind", "code", "number", "slug", "title", "subtitle", "state", "announced")
STOOD = (
    *LISTED,
    *("review_by", "reviewed_on", "reviewed_by", "family_slug", "family_name"),
    *("edition__document", "edition__digest", "edition__published_at"),
    *(f"edition__{name}" for name in withheld.TOLD),
    "successor",
)
STORED = ("slug", "position", "fragment", "fragment_digest", "badges", "drawn_by")


@dataclass(frozen=True)
class Drawn:
    """An item's page without badges: the main content and the facts that badges are drawn from."""

    fragment: str
    badges: dict[str, Any]

    @property
    def digest(self) -> str:
        return documents.digest_bytes(self.fragment.encode())


def render(code: str, position: int, links: Links = LATEST) -> Drawn | None:
    """Return the page of item `code` as it stood once the act at `position` was done; None if it did not.

    Takes two statements, for a pattern three. Every internal link keeps what `links` keeps. Raises Unavailable
    when the edition that stood is withheld now.
    """
    standing = Standing.objects.at(position)
    successor = Subquery(_successors(standing).values(named=JSONObject(slug="slug", number="number", title="title")))
    stood = standing.filter(code=code).values(*STOOD, successor_now=successor).first()
    if stood is None:
        return None
    withheld.refuse(stood, "edition__")
    document = documents.parse(bytes(stood["edition__document"]))
    drawn = _view(document, position, links, stood["number"])
    return Drawn(_fragment(document, drawn), badges.facts(stood, drawn, links))


def _successors(standing: QuerySet) -> QuerySet:
    """The standing of the item to which a retired one points, where it may be shown."""
    return standing.shown().filter(kind=OuterRef("kind"), code=OuterRef("successor"))[:1]


def preview(document: documents.Document, position: int) -> Drawn:
    """Return the page of an unpublished `document`, as it would stand after the act at `position`."""
    drawn = _view(document, position, LATEST)
    return Drawn(_fragment(document, drawn), badges.of_draft(document, drawn))


def _view(document: documents.Document, position: int, links: Links, number: str = "") -> dict[str, Any]:
    """Return what the template shows; of a document without the `number` of an edition no row can be cited."""
    kind, code = document["kind"], document["code"]
    done = acts(kind, code, position)
    if kind == Kind.PATTERN:
        drawn = pattern_page.draw(document, _partnerships(code, position), done, links, number)
    else:
        drawn = partnership_page.draw(document, done, links, number)
    return {**drawn, "length": reading_time.of(document)}


def _fragment(document: documents.Document, drawn: dict[str, Any]) -> str:
    return render_to_string(f"library/_{document['kind']}.html", drawn)


def acts(kind: str, code: str, position: int) -> list[dict]:
    """Return the public acts on an item up to `position`, oldest first, with slug and title of their editions.

    `is_withheld` says of an act's edition how things are now, whatever the position.
    """
    edition = Edition.objects.filter(kind=kind, code=code, number=OuterRef("edition"))
    entries = LedgerEntry.objects.filter(kind=kind, code=code, position__lte=position).order_by("position")
    named = entries.annotate(
        slug=Subquery(edition.values("slug")),
        title=Subquery(edition.values("title")),
        is_withheld=Exists(edition.filter(withheld__isnull=False)),
    )
    return list(named.values("kind", "act", "edition", "slug", "title", "is_withheld", "digest", "position", "body"))


def _partnerships(code: str, position: int) -> list[dict]:
    """The partnerships that show pattern `code`, newest first, then by name."""
    standings = (
        Standing.objects.at(position)
        .shown()
        .filter(kind=Kind.PARTNERSHIP, exhibits__pattern=code)
        .order_by("-announced", "sort_key", "code")
    )
    return [
        {**row, "document": documents.parse(bytes(row.pop("edition__document")))}
        for row in standings.values(*LISTED, "edition__document")
    ]


def redraw(codes: set[str], position: int) -> int:
    """Draw the latest pages of the items `codes` again, inside the caller's transaction; return how many.

    An item keeps one row, whatever its slug was before; a code without an edition that may be shown has none.
    """
    drawn = [(code, page) for code in sorted(codes) if (page := _shown(code, position))]
    if without := codes - {code for code, _ in drawn}:
        Page.objects.filter(code__in=without).delete()
    Page.objects.bulk_create(
        [_row(code, position, page) for code, page in drawn],
        update_conflicts=True,
        unique_fields=["kind", "code"],
        update_fields=STORED,
    )
    return len(drawn)


def _shown(code: str, position: int) -> Drawn | None:
    try:
        return render(code, position)
    except withheld.Unavailable:
        return None


def _row(code: str, position: int, page: Drawn) -> Page:
    return Page(
        kind=page.badges["kind"],
        code=code,
        slug=page.badges["slug"],
        position=position,
        fragment=page.fragment,
        fragment_digest=page.digest,
        badges=page.badges,
        drawn_by=drawn_by(),
    )


@cache
def drawn_by() -> str:
    """Return the digest of the code and templates that draw pages; another one draws other pages."""
    app = Path(__file__).parent
    parts = [
        path for folder in settings.TEMPLATES[0]["DIRS"] for path in sorted(Path(folder).glob("library/_*.html"))
    ]
    hashed = hashlib.sha256()
    for path in [*sorted(app.glob("*.py")), *parts]:
        hashed.update(path.name.encode() + b"\0" + path.read_bytes())
    return hashed.hexdigest()
