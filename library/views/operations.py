"""What machines ask for: is it up, what may be crawled, what is there."""

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from library import frame
from library.addresses import LATEST
from library.lookups import newest_position
from library.models import Page

INDEXES = ("home", "pattern-index", "partnership-index", "matrix", "source-index", "methodology", "ledger")


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
    sitemap = frame.origin() + LATEST.to("sitemap")
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
    origin = frame.origin()
    urls = "".join(f"<url><loc>{origin}{path}</loc></url>" for path in paths)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return frame.public(HttpResponse(f"{head}{urls}</urlset>\n", content_type="application/xml"))
