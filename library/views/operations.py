"""What machines ask for: is it up, what may be crawled, what is there."""

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from library import frame, security_file
from library import sitemap as sitemaps
from library.addresses import LATEST, STAFF
from library.lookups import newest_position

XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


@require_safe
@never_cache
def healthz(request):
    """200 while the library can be read and settings.HEALTH_CHECKS find nothing, 503 with a sentence otherwise."""
    try:
        position = newest_position()
        wrong = [sentence for name in settings.HEALTH_CHECKS if (sentence := import_string(name)())]
    except DatabaseError:
        wrong = ["the database does not answer"]
    if wrong:
        return JsonResponse({"status": "; ".join(wrong)}, status=503)
    return JsonResponse({"status": "ok", "position": position})


@require_safe
def robots(request):
    """What crawlers leave alone: the pages of staff, and searches and forms of reports, of which there is no end."""
    closed = [f"/{part}/" for part in STAFF] + [LATEST.to("search") + "?", LATEST.to("report-new")]
    sitemap = frame.origin() + LATEST.to("sitemap")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), f"Sitemap: {sitemap}"]
    return frame.public(HttpResponse("\n".join(lines) + "\n", content_type=TEXT))


@require_safe
def security(request):
    """Whom to tell of a weakness (RFC 9116); without a contact there is no such file."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    address = frame.origin() + reverse("security")
    return frame.public(HttpResponse(security_file.text(settings.SECURITY_CONTACT, address), content_type=TEXT))


@require_safe
def favicon(request):
    """Browsers ask for it unasked; the pages name the drawing itself."""
    return frame.public(redirect(static("mark.svg"), permanent=True))


@require_safe
def sitemap(request):
    """The latest pages with the days of their last changes, or the files that list them."""
    files = sitemaps.parts(sitemaps.located())
    if len(files) == 1:
        return _sitemap(request, sitemaps.urlset(files[0], frame.origin()))
    return _sitemap(
        request, sitemaps.index(files, lambda number: frame.origin() + reverse("sitemap-part", args=[number]))
    )


@require_safe
def sitemap_part(request, number):
    """One of the files that list the latest pages."""
    files = sitemaps.parts(sitemaps.located())
    if not 1 <= number <= len(files):
        raise Http404
    return _sitemap(request, sitemaps.urlset(files[number - 1], frame.origin()))


def _sitemap(request, text):
    response = frame.respond_drawn(request, text)
    response.headers["Content-Type"] = XML
    return response
