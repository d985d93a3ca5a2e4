"""An edition to take away, as PDF and as Markdown: with what its page shows as published, or on a day."""

import hashlib
import logging

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.cache import get_conditional_response

from library import badges, frame, lookups, pages, typesetting
from library.addresses import LATEST, Links
from library.moments import NOW, Moment, reading, today
from library.paper import item, markdown, pdf
from library.views import errors
from library.views.items import around, sought

logger = logging.getLogger(__name__)
ENDINGS = {"pdf": ("pdf", "application/pdf"), "markdown": ("md", "text/markdown; charset=utf-8")}


def _taken_today(request, day, kind, slug, number, form):
    """What is taken away today stays at its address; a later day leads to today."""
    if day > today():
        return frame.public(redirect(Links(today().isoformat()).taken(kind, slug, number, form)))
    return _taken(request, Moment(lookups.newest_position(), day), kind, slug, number, form)


@reading(on_today=_taken_today)
def taken(request, moment, kind, slug, number, form):
    """One edition in `form` for ever: with the partnerships that stood when it was published, or on a later day."""
    return _taken(request, moment, kind, slug, number, form)


def _taken(request, moment, kind, slug, number, form):
    found = sought(moment, kind, slug, number)
    published = found["published_at"].date()
    links = Links(published.isoformat(), editions=True) if moment is NOW else moment.links
    if found["slug"] != slug:
        return frame.public(redirect(links.taken(kind, found["slug"], number, form), permanent=True))
    if moment is not NOW and found["position"] > moment.position:
        return errors.not_yet(found, moment.day)
    day = moment.day or published
    try:
        state, draw = (_pdf if form == "pdf" else _markdown)(_paper(found, links, day), day)
        return _respond(request, state, draw, links, found, form)
    except typesetting.Busy:
        return errors.try_again(found, links)
    except typesetting.NotSet:
        logger.exception("The PDF of %s %s could not be set", found["code"], number)
        return errors.not_set(found, links)


def _paper(found, links, day):
    """What is taken away of the edition `found`: its page of `day`, with what stands around it."""
    drawn = pages.render(found["code"], found.get("last_position", found["position"]), links)
    shown = badges.shown(drawn.badges, day)
    address = LATEST.edition(shown["kind"], shown["slug"], shown["number"]) + ("" if links.editions else links.query)
    told = {
        "badges": shown,
        "past": {"day": day, "is_edition": links.editions, "is_today": day == today() and not links.editions},
        "day": day,
        "methodology": links.to("methodology"),
        **around(shown, address, links, day),
    }
    return item.compose(drawn.fragment, told, frame.origin() + address, found["position"])


def _pdf(paper, day):
    data = pdf.payload(paper)
    return repr(data) + pdf.drawn_by(), lambda: pdf.draw(data, day)


def _markdown(paper, day):
    text = markdown.write(paper)
    return text, lambda: text


def _respond(request, state, draw, links, found, form):
    """Compare the state first: a PDF is set only for who has not got it yet."""
    etag = f'"{hashlib.sha256(state.encode()).hexdigest()}"'
    ending, media_type = ENDINGS[form]
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(draw(), content_type=media_type)
        day = "" if links.editions else f"-as-of-{links.day}"
        name = f"{found['slug']}-{found['number']}{day}.{ending}"
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return frame.public(response, etag)
