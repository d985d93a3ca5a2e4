"""The pictures that stand beside shared links."""

from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from library import badges, frame, lookups, preview, typesetting
from library.definitions import WORDS
from library.models import Standing
from library.moments import reading, today
from library.typography import curly

STOOD = ("number", "state", "review_by", "subtitle", "family_name", "until_position")
TEXT = "text/plain; charset=utf-8"
ABOUT = "What fails in them, what to do instead, and the public deals that show it"


@reading
def edition(request, moment, kind, slug, number):
    """The picture of one edition, with how it stands today."""
    found = lookups.edition(kind, slug, number)
    if found is None:
        raise Http404
    if found["slug"] != slug:
        return frame.public(redirect(f"{kind}-preview", found["slug"], number, permanent=True))
    return _picture(request, _told(found))


def _told(found):
    """What is told of the edition: how the item stands while this edition does, else what replaced it."""
    stood = Standing.objects.filter(kind=found["kind"], code=found["code"]).order_by("from_position")
    rows = list(stood.values(*STOOD, withheld=F("edition__withheld")))
    own = [row for row in rows if row["number"] == found["number"]][-1]
    status, word = "", ""
    if own["until_position"] is None:
        status = badges.status({**own, "review_by": own["review_by"].isoformat()}, today())
        word = WORDS[status]
    elif not rows[-1]["withheld"]:
        status, word = "replaced", f"Replaced by {rows[-1]['number']}"
    shelf = " / ".join(part for part in (badges.INDEXES[found["kind"]], curly(own["family_name"])) if part)
    item = {"title": curly(found["title"]), "subtitle": curly(own["subtitle"])}
    return preview.of_item({**found, **item}, shelf, status, word)


@require_safe
def library(request):
    """The picture of every other page."""
    return _picture(request, preview.of_library("Deal patterns in frontier-AI partnerships", ABOUT))


def _picture(request, told):
    try:
        response = frame.respond(request, preview.state(told), lambda: preview.png(told))
    except typesetting.Busy:
        sentence = "Many pictures are being drawn. Try again in a minute.\n"
        return HttpResponse(sentence, status=503, content_type=TEXT, headers={"Retry-After": "60"})
    if response.status_code == HttpResponse.status_code:
        response.headers["Content-Type"] = "image/png"
    return response
