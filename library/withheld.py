"""Editions that may no longer be shown: what refuses them, and the answer readers get (RFC 7725)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from library import frame
from library.addresses import LATEST
from library.models import Page
from library.typography import curly

UNAVAILABLE = 451  # for legal reasons
TOLD = ("withheld__position", "withheld__day", "withheld__ground")


@dataclass(eq=False)
class Unavailable(Exception):
    """What was asked for is withheld; carries what readers are told of it, never a word of its text."""

    kind: str
    code: str
    number: str
    position: int
    day: date
    ground: str


def refuse(edition: dict[str, Any], prefix: str = "") -> None:
    """Raise Unavailable if the edition with these columns is withheld.

    `edition` has `kind`, `code`, `number` and the columns TOLD, these with `prefix`.
    """
    position, day, ground = (edition[prefix + name] for name in TOLD)
    if position is not None:
        raise Unavailable(edition["kind"], edition["code"], edition["number"], position, day, ground)


def answer(request: HttpRequest, found: Unavailable) -> HttpResponse:
    """Return the page that says what is withheld, since when and on what ground, with the way to what stands."""
    current = Page.objects.filter(kind=found.kind, code=found.code).values_list("slug", flat=True).first()
    section = "source-index" if request.resolver_match.url_name == "source-page" else f"{found.kind}-index"
    context = {
        "found": found,
        "index": LATEST.to(section),
        "index_word": dict(frame.SECTIONS)[section],
        "ground": curly(found.ground),
        "current": LATEST.item(found.kind, current, "") if current else "",
        "ledger": f"{LATEST.to('ledger')}?before={found.position + 1}#entry-{found.position}",
    }
    page = frame.draw("library/withheld.html", context, section)
    return marked(HttpResponse(page, status=UNAVAILABLE))


def answer_machine(found: Unavailable) -> HttpResponse:
    """Return the same facts as JSON, where the bytes of an edition were asked for."""
    told = {
        "status": "withheld",
        "kind": found.kind,
        "code": found.code,
        "edition": found.number,
        "withheld": found.day.isoformat(),
        "ground": found.ground,
        "entry": LATEST.to("ledger-entry", found.position),
    }
    return marked(JsonResponse(told, status=UNAVAILABLE))


def marked(response: HttpResponse) -> HttpResponse:
    """Name who withholds: the library itself, not who demanded it (RFC 7725, section 4)."""
    response.headers["Link"] = f'<{frame.origin()}{LATEST.to("home")}>; rel="blocked-by"'
    return frame.public(response)
