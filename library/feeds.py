"""What changed, as feeds: Atom (RFC 4287, paged by RFC 5005) and JSON Feed 1.1.

An entry is one act of the ledger. Its id is made of its day, its code and its position, which never change; so does
nothing else of it, unless its edition is withheld: then title and note go and `updated` says since when.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.xmlutils import SimplerXMLGenerator

from library import frame
from library.addresses import LATEST
from library.changes import Change
from library.ledger import as_utc
from library.models import Kind
from library.scopes import FORMS, Scope, feed_of

PER_PAGE = 50
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)  # the day in the ids of feeds (RFC 4151), and of a feed without entries
ABOUT = "Editions published, reaffirmed, retired and withheld. What rests on a single source is left out."
NAMESPACE = "http://www.w3.org/2005/Atom"
KINDS = {Kind.PATTERN: "Pattern", Kind.PARTNERSHIP: "Partnership"}
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold


@dataclass(frozen=True)
class Feed:
    """One page of a feed: what changed in `scope`, newest first.

    `name` is what the scope is called, empty for the library; `home` the path of its page, `slug` its item's;
    `before` the position that the page was asked for with, `older` the one that asks for the next, if any.
    """

    scope: Scope
    name: str
    home: str
    changes: list[Change]
    slug: str = ""
    before: int | None = None
    older: int | None = None

    @property
    def title(self) -> str:
        return f"Anteroom: {self.name or 'all changes'}"

    @property
    def id(self) -> str:
        """The same for both forms and all pages; an item's holds its code, since its slug may change."""
        return tag(BEGAN.date(), "/".join(filter(None, ("changes", str(self.scope.of), self.scope.key))))

    @property
    def updated(self) -> datetime:
        return max((change.changed for change in self.changes), default=BEGAN)

    def address(self, form: str, before: int | None = None) -> str:
        """Return the absolute address of this feed in `form`, of the page that begins below position `before`."""
        path = feed_of(self.scope, form, self.slug)
        page = f"{'&' if '?' in path else '?'}before={before}" if before else ""
        return frame.origin() + path + page


def tag(day: date, specific: str) -> str:
    """Return a tag URI (RFC 4151) that this library gave something on `day`."""
    return f"tag:{urlsplit(frame.origin()).hostname},{day.isoformat()}:{specific}"


def entry_id(change: Change) -> str:
    """Return the id of a change, the same in every feed for ever."""
    return tag(change.time.date(), f"{change.code}/{change.position}")


def headline(change: Change) -> str:
    """Return what an entry is called: `Published: Sovereign Trade Capacity, edition 2026.06`."""
    return _clean(f"{change.word}: {change.title}, edition {change.edition}")


def summary(change: Change) -> str:
    """Return what happened in a few plain sentences, a line for each; the same in every feed."""
    told = [change.note]
    if change.is_withheld and change.act != "withholding":
        told.append("This edition has been withheld since.")
    told += [f"Override: {reason}" for reason in change.reasons]
    told += [f"{KINDS[change.kind]} that shows {', '.join(change.shows)}."] if change.shows else []
    told += [f"No longer shows {', '.join(change.no_longer)}."] if change.no_longer else []
    told += [f"Successor: {change.successor}."] if change.successor else []
    return _clean("\n".join(filter(None, told)))


def link(change: Change) -> str:
    """Return where an entry leads: to what changed, else to the edition, of a withheld one to the ledger."""
    is_publication = change.act == "publication"
    place = change.comparison or (change.edition_page if is_publication else change.page())
    return frame.origin() + (place or change.ledger())


def _clean(text: str) -> str:
    return NO_XML.sub("", text)


def atom(feed: Feed) -> str:
    """Return `feed` as an Atom document."""
    written = StringIO()
    xml = SimplerXMLGenerator(written, "utf-8")
    xml.startDocument()
    xml.startElement("feed", {"xmlns": NAMESPACE, "xml:lang": "en"})
    for name, text in (("id", feed.id), ("title", _clean(feed.title)), ("subtitle", ABOUT)):
        xml.addQuickElement(name, text)
    xml.addQuickElement("updated", as_utc(feed.updated))
    _person(xml, "Anteroom", frame.origin() + LATEST.to("home"))
    _link(xml, "self", feed.address("atom", feed.before), FORMS["atom"][1])
    _link(xml, "alternate", frame.origin() + feed.home, "text/html")
    if feed.before:
        _link(xml, "first", feed.address("atom"), FORMS["atom"][1])
    if feed.older:
        _link(xml, "next", feed.address("atom", feed.older), FORMS["atom"][1])
    _link(xml, "license", settings.LIBRARY_LICENCE["url"], "text/html")
    xml.addQuickElement("rights", settings.LIBRARY_LICENCE["name"])
    for change in feed.changes:
        _entry(xml, change)
    xml.endElement("feed")
    xml.endDocument()
    return written.getvalue()


def _entry(xml: SimplerXMLGenerator, change: Change) -> None:
    xml.startElement("entry", {})
    xml.addQuickElement("id", entry_id(change))
    xml.addQuickElement("title", headline(change))
    xml.addQuickElement("published", as_utc(change.time))
    xml.addQuickElement("updated", as_utc(change.changed))
    for name in change.people:
        _person(xml, _clean(name))
    _link(xml, "alternate", link(change), "text/html")
    if change.comparison:
        _link(xml, "related", frame.origin() + change.edition_page, "text/html")
    for term in (change.act, change.kind):
        xml.addQuickElement("category", attrs={"term": term})
    xml.addQuickElement("summary", summary(change))
    xml.endElement("entry")


def _person(xml: SimplerXMLGenerator, name: str, address: str = "") -> None:
    xml.startElement("author", {})
    xml.addQuickElement("name", name)
    if address:
        xml.addQuickElement("uri", address)
    xml.endElement("author")


def _link(xml: SimplerXMLGenerator, relation: str, address: str, media_type: str) -> None:
    xml.addQuickElement("link", attrs={"rel": relation, "href": address, "type": media_type})


def json_feed(feed: Feed) -> str:
    """Return `feed` as a JSON Feed, version 1.1; what is the library's own stands under `_anteroom`."""
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": _clean(feed.title),
            "home_page_url": frame.origin() + feed.home,
            "feed_url": feed.address("json", feed.before),
            "description": ABOUT,
            **({"next_url": feed.address("json", feed.older)} if feed.older else {}),
            "authors": [{"name": "Anteroom", "url": frame.origin() + LATEST.to("home")}],
            "language": "en",
            "items": [_item(change) for change in feed.changes],
        },
        ensure_ascii=False,
        indent=1,
    )


def _item(change: Change) -> dict[str, Any]:
    own = {name: getattr(change, name) for name in ("position", "act", "kind", "code", "edition")}
    more = {"shows": [*change.shows], "no_longer_shows": [*change.no_longer], "is_withheld": change.is_withheld}
    return {
        "id": entry_id(change),
        "url": link(change),
        "title": headline(change),
        "content_text": summary(change),
        "date_published": as_utc(change.time),
        "date_modified": as_utc(change.changed),
        "authors": [{"name": _clean(name)} for name in change.people],
        "tags": [change.act, change.kind],
        "_anteroom": {"about": frame.origin() + LATEST.to("changes"), **own, **more},
    }


WRITERS = {"atom": atom, "json": json_feed}
