"""Every page that links lead to, and where its links go."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from django.http import HttpResponse

from tests.library.html import read
from tests.library.reading import get

WAYS_OUT = ("past-bar", "versions", "site-foot")  # parts of a past page that lead to other days, and say so
# What needs no day: it never changes, or belongs to none (a report on an edition, the files of the whole library).
DAYLESS = re.compile(
    r"/(patterns|partnerships)/[^/]+/(\d{4}\.\d\d(\.\d+)?[/.]|compare/)|/ledger/\d+\.json"
    r"|/corrections/new$|/downloads/[^/]+\.|/api/v1/openapi\.json"
)
EDITION = re.compile(r"/(patterns|partnerships)/[^/]+/\d{4}\.\d\d(\.\d+)?/")


@dataclass
class Visit:
    """One address with its answer; `links` are all internal ones of a page, as absolute paths with their fragment."""

    answer: HttpResponse
    links: list[str] = field(default_factory=list)
    ways_out: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)

    @property
    def is_page(self):
        kind = self.answer.headers.get("Content-Type", "")
        return self.answer.status_code == 200 and kind.startswith("text/html")


def crawl(client, starts, day, follow=lambda address: True):
    """Visit `starts` and whatever internal address they lead to and `follow` lets through; say what was found."""
    visits, todo = {}, list(starts)
    while todo:
        address = todo.pop()
        if address in visits:
            continue
        visits[address] = visit = Visit(get(client, address, day))
        if visit.is_page:
            page = read(visit.answer)
            visit.ids = {one.attributes["id"] for one in page.all() if "id" in one.attributes}
            visit.links = [*_internal(page, address)]
            boxes = [box for name in WAYS_OUT for box in page.all(class_=name)]
            visit.ways_out = {link for box in boxes for link in _internal(box, address)}
            todo += filter(follow, (urldefrag(link).url for link in visit.links))
    return visits


def _internal(part, address):
    for link in part.all("a"):
        href = link.attributes.get("href")
        if href is not None and not urlsplit(href).scheme and not href.startswith("/static/"):
            yield urljoin(address, href)


def as_of(address):
    """The day that an address keeps, if any."""
    return "".join(parse_qs(urlsplit(address).query).get("as-of", []))


def dead(visits):
    """Links to what does not answer, and fragments that their page does not have."""
    for address, visit in visits.items():
        if visit.answer.status_code >= 400:
            yield f"{address} answers {visit.answer.status_code}"
        for link in visit.links:
            target, fragment = urldefrag(link)
            there = visits.get(target)
            if fragment and there and there.is_page and fragment not in there.ids:
                yield f"{address} links to {link}: no such place"


def leaving(visits):
    """Links of past pages that lead to another day without saying so."""
    for address, visit in visits.items():
        day = as_of(address)
        for link in visit.links:
            if day and as_of(link) != day and link not in visit.ways_out and not DAYLESS.match(urlsplit(link).path):
                yield f"{address} leaves its day for {link}"


def editions_leaving(visits):
    """Links of edition pages that lead to more than the one day on which the edition was published."""
    for address, visit in visits.items():
        if not visit.is_page or not EDITION.fullmatch(address):
            continue
        same = {address, urljoin(address, "..")}  # itself, and the page of the item as of now
        links = [link for link in visit.links if link not in visit.ways_out and urldefrag(link).url not in same]
        days = {as_of(link) for link in links if not DAYLESS.match(urlsplit(link).path)}
        if len(days) > 1 or "" in days:
            yield f"{address} leads to the days {sorted(days)}"
