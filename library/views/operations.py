"""What machines ask for: is it up, what may be crawled, what is there."""

from django.db import DatabaseError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from library import frame
from library.addresses import LATEST
from library.lookups import newest_position
from library.models import Page

INDEXES = ("home", "pattern-index", "partnership-index", "source-index", "methodology", "ledger")


@require_safe
@never_cache
def healthz(request):
    """200 while the library can be read, 503 otherwise."""
    try:
        return JsonResponse({"status": "ok", "position": newest_position()})
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=503)


@require_safe
def robots(request):
    sitemap = frame.origin(request) + LATEST.to("sitemap")
    lines = ["User-agent: *", "Disallow: /desk/", "Disallow: /admin/", "Disallow: /accounts/", f"Sitemap: {sitemap}"]
    return frame.public(HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8"))


@require_safe
def favicon(request):
    """Browsers ask for it unasked; the pages name the drawing itself."""
    return frame.public(redirect(static("mark.svg"), permanent=True))


@require_safe
def sitemap(request):
    """The latest pages; editions are reached from them."""
    items = Page.objects.order_by("kind", "slug").values_list("kind", "slug")
    paths = [LATEST.to(name) for name in INDEXES] + [LATEST.item(kind, slug, "") for kind, slug in items]
    origin = frame.origin(request)
    urls = "".join(f"<url><loc>{origin}{path}</loc></url>" for path in paths)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return frame.public(HttpResponse(f"{head}{urls}</urlset>\n", content_type="application/xml"))
