"""All editions of an item with their notes, and the difference between two of them."""

from django.http import Http404
from django.shortcuts import redirect

from library import difference_page, frame, history_page, lookups, pages
from library.addresses import LATEST
from library.badges import INDEXES
from library.documents import parse
from library.models import LedgerEntry
from library.moments import NOW, reading
from library.typography import curly, typeset
from library.views import errors


@reading
def history(request, moment, kind, slug):
    """Every public act of the item, newest first, with notes, sign-offs and what changed."""
    code = lookups.code_of(kind, slug)
    position = lookups.newest_position() if moment is NOW else moment.position
    acts = pages.acts(kind, code, position)
    if not acts:
        return errors.not_yet(lookups.first_edition(code), moment.day)
    newest = next(act for act in reversed(acts) if act["act"] != LedgerEntry.Act.WITHHOLDING)
    is_withheld = newest["is_withheld"]
    if newest["slug"] != slug and not is_withheld:
        return frame.public(redirect(moment.links.to(f"{kind}-history", newest["slug"]), permanent=moment is NOW))
    context = {
        "is_withheld": is_withheld,
        "acts": history_page.with_since(history_page.told(acts, moment.links), kind, moment.links),
        "title": code if is_withheld else curly(newest["title"]),
        "moment": moment,
        "address": request.path,
        **_above(kind, slug, newest["edition"], moment.links),
    }
    page = frame.draw("library/history.html", context, f"{kind}-index", moment.links)
    return frame.respond_drawn(request, page)


@reading
def compare(request, moment, kind, slug, old, new):
    """What changed from one edition to another, told in words."""
    before, after = (lookups.edition(kind, slug, number, "document") for number in (old, new))
    if before is None or after is None:
        raise Http404
    if after["slug"] != slug:
        return frame.public(redirect(LATEST.compare(kind, after["slug"], old, new), permanent=True))
    documents = [parse(bytes(edition["document"])) for edition in (before, after)]
    parts = difference_page.parts(*documents)
    positions = (before["position"], after["position"])
    context = {
        "before": typeset(before, "title") | {"href": LATEST.edition(kind, before["slug"], old)},
        "after": typeset(after, "title") | {"href": LATEST.edition(kind, after["slug"], new)},
        **_above(kind, slug, new, LATEST),
        "parts": parts,
        "summary": difference_page.summary(parts),
        "is_correction": difference_page.is_correction(parts),
        "address": LATEST.compare(kind, slug, old, new),
        "notes": [typeset(note, "note") for note in lookups.notes(kind, after["code"], *positions)],
    }
    page = frame.draw("library/compare.html", context, f"{kind}-index", moment.links)
    return frame.respond_drawn(request, page)


def _above(kind, slug, number, links):
    """The places above in the breadcrumb."""
    return {
        "index": links.to(f"{kind}-index"),
        "index_word": INDEXES[kind],
        "item": links.item(kind, slug, number),
        "history": links.to(f"{kind}-history", slug),
    }
