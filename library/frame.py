"""The public frame around a page: header, bar, footer, and the answer to a conditional request.

Nothing here sees who is asking: the frame is drawn without the request, so one answer serves everybody.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response

from library.addresses import LATEST, Links

# Shared caches may keep a page for a minute; a browser asks each time, or whoever just signed would read the old one.
CACHE_CONTROL = "public, max-age=0, s-maxage=60, must-revalidate"
PUBLIC = ("base.html", "library/*.html", "css/*.css", "js/contents.js", "js/copy.js", "js/search.js", "*.svg")
SECTIONS = (
    ("pattern-index", "Patterns"),
    ("partnership-index", "Partnerships"),
    ("matrix", "Matrix"),
    ("check-index", "Deal check"),
    ("source-index", "Sources"),
    ("changes", "Changes"),
    ("methodology", "Methodology"),
    ("ledger", "Ledger"),
)


def base_version() -> str:
    """Return a digest of everything around the fragments: templates, styles, scripts, licence, site, demo or not."""
    said = repr((sorted(settings.LIBRARY_LICENCE.items()), settings.DEMO, origin(), _version_of_files()))
    return hashlib.sha256(said.encode()).hexdigest()


@cache
def _version_of_files() -> str:
    hashed = hashlib.sha256()
    for folder in [*settings.TEMPLATES[0]["DIRS"], *settings.STATICFILES_DIRS]:
        for pattern in PUBLIC:
            for path in sorted(Path(folder).glob(pattern)):
                hashed.update(path.name.encode() + b"\0" + path.read_bytes())
    return hashed.hexdigest()


def draw(template: str, context: dict, section: str = "", links: Links = LATEST) -> str:
    """Return the whole page: `template` inside the frame, whose own links keep what `links` keeps."""
    navigation = [{"href": links.to(name), "word": word, "is_current": name == section} for name, word in SECTIONS]
    canonical = origin() + context["address"] if "address" in context else ""  # of a list without what narrows it
    frame = {
        "canonical": canonical,
        "preview": origin() + LATEST.to("preview"),
        "navigation": navigation,
        "home": links.to("home"),
        "search": LATEST.to("search"),
        "methodology": links.to("methodology"),
        "downloads": links.to("downloads"),
        "api": links.to("api"),
        "corrections": links.to("corrections"),
        "licence": settings.LIBRARY_LICENCE,
        "is_demo": settings.DEMO,
        "as_of": links.day,
    }
    return render_to_string(template, {**frame, **context})


def respond(request: HttpRequest, state: list[str], drawing: Callable[[], str]) -> HttpResponse:
    """Answer 304 when the reader has this `state` of the page already, else draw it.

    `state` names all that the page's bytes depend on besides the frame; it is compared before anything is
    drawn.
    """
    parts = "\n".join([*state, base_version()])
    etag = f'"{hashlib.sha256(parts.encode()).hexdigest()}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(drawing())
    return public(response, etag)


def respond_drawn(request: HttpRequest, page: str) -> HttpResponse:
    """Answer with a `page` that had to be drawn to know its state."""
    return respond(request, [page], lambda: page)


def public(response: HttpResponse, etag: str = "") -> HttpResponse:
    """Say on `response` how long anybody may keep it."""
    response.headers["Cache-Control"] = CACHE_CONTROL
    if etag:
        response.headers["ETag"] = etag
    return response


def origin() -> str:
    """Return scheme and host of the library, for addresses that leave it: never those that a request names."""
    return settings.SITE_ORIGIN
