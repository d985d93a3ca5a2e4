"""An unpublished text on the very page that readers would see, under a bar that says what it is; kept from caches."""

from django.http import HttpResponse
from django.utils.safestring import mark_safe

from library import frame, pages
from library.addresses import LATEST
from library.documents import Document
from library.lookups import newest_position

# No cache may hold it, no search engine list it, no page that it links to learn its address.
PRIVATE = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


def respond(template: str, document: Document, about: dict) -> HttpResponse:
    """Answer with `document` as it would be published now; `template` tells `about` it where badges would stand."""
    drawn = pages.preview(document, newest_position())
    section = f"{document['kind']}-index"
    context = {
        "item": drawn.badges,
        "fragment": mark_safe(drawn.fragment),
        "index": LATEST.to(section),
        **about,
    }
    return HttpResponse(frame.draw(template, context, section), headers=PRIVATE)
