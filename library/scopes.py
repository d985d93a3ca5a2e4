"""What a reader follows, the whole library or a part of it: its name, its page and its feeds."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import Http404, QueryDict
from django.urls import reverse

from library import search_page
from library.addresses import LATEST
from library.models import Kind, Page, Standing
from library.moments import NOW
from library.typography import curly

SLUG = re.compile(r"[a-z0-9-]{1,80}")
FORMS = {
    "atom": ("Atom", "application/atom+xml"),
    "json": ("JSON Feed", "application/feed+json"),
}


class Followed(models.TextChoices):
    """The kinds of thing that can be followed."""

    LIBRARY = "library"
    FAMILY = "family"
    PATTERN = Kind.PATTERN.value
    PARTNERSHIP = Kind.PARTNERSHIP.value
    SEARCH = "search"


@dataclass(frozen=True)
class Scope:
    """What is followed: `key` is a family's slug, an item's code, a search's query string, empty for the library."""

    of: str
    key: str = ""


LIBRARY = Scope(Followed.LIBRARY)


def of_search(here: search_page.Address) -> Scope:
    """Return the scope of a search, whatever page and day of it was looked at."""
    return Scope(Followed.SEARCH, urlencode(here.lasting))


def name_of(scope: Scope) -> str:
    """Return what `scope` is called, empty for the library. Raises Http404 for a family that no pattern has.

    Takes at most one statement. An item of which nothing may be shown is called by its code.
    """
    if scope.of == Followed.LIBRARY:
        return ""
    if scope.of == Followed.SEARCH:
        return search_page.spoken(search_page.asked(QueryDict(scope.key), NOW))
    if scope.of == Followed.FAMILY:
        return family_name(scope.key)
    page = Page.objects.filter(kind=scope.of, code=scope.key).values_list("badges__title", flat=True).first()
    return page or scope.key


def family_name(slug: str) -> str:
    """Return the name of a family as its newest pattern has it. Raises Http404 when no pattern ever had it."""
    named = Standing.objects.shown().filter(kind=Kind.PATTERN, family_slug=slug).order_by("-from_position")
    name = named.values_list("family_name", flat=True).first() if SLUG.fullmatch(slug) else None
    if name is None:
        raise Http404
    return curly(name)


def page_of(scope: Scope) -> str:
    """Return the address of the page that shows `scope`; an item's permanent id, which leads to it."""
    if scope.of == Followed.SEARCH:
        return f"{LATEST.to('search')}?{scope.key}"
    if scope.of == Followed.FAMILY:
        return LATEST.narrowed("changes", family=scope.key)
    return LATEST.to("permanent-id", scope.key) if scope.key else LATEST.to("changes")


def feed_of(scope: Scope, form: str, slug: str = "") -> str:
    """Return the address of the feed of `scope` in one of FORMS; an item's has its `slug`."""
    if scope.of in Kind.values:
        return reverse(f"{scope.of}-feed", args=[slug, form])
    if scope.of == Followed.SEARCH:
        return f"{reverse('search-feed', args=[form])}?{scope.key}"
    family = "?" + urlencode({"family": scope.key}) if scope.key else ""
    return reverse("changes-feed", args=[form]) + family


def feeds_of(scope: Scope, slug: str = "") -> list[dict[str, Any]]:
    """Return the feeds of `scope` as pages offer them: word, media type and address."""
    return [
        {"word": word, "type": media_type, "href": feed_of(scope, form, slug)}
        for form, (word, media_type) in FORMS.items()
    ]
