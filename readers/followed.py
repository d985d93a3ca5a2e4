"""What somebody wants to follow, as the form's address names it: found, and called by its name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.http import Http404, QueryDict

from library import asking, lookups, search_page
from library.models import Kind, Page, Standing
from library.moments import NOW
from library.scopes import LIBRARY, Followed, Scope, feeds_of, name_of, of_search, page_of
from library.typography import curly
from readers.models.subscription import LONGEST_KEY


@dataclass(frozen=True)
class Thing:
    """What is followed: its name in a sentence, its page, and the feeds that tell the same without an address."""

    scope: Scope
    name: str
    href: str
    feeds: list[dict[str, Any]]


def find(query: QueryDict) -> Thing:
    """Return what `query` names: `?pattern=STC`, `?family=sovereign`, `?search=q%3Dcompute`, nothing for the library.

    Raises Http404 for what was never published, Unavailable for what is withheld, asking.Unclear for a search that
    cannot be followed.
    """
    scope, slug = LIBRARY, ""
    for of in Followed:
        if of != Followed.LIBRARY and of in query:
            scope, slug = _scope(of, query[of].replace("\0", " ").strip())
            break
    return Thing(scope, names([scope])[scope], page_of(scope), feeds_of(scope, slug))


def _scope(of: str, key: str) -> tuple[Scope, str]:
    """The scope, and the slug of an item."""
    if of == Followed.SEARCH:
        scope = of_search(_asked(key))
        if len(scope.key) > LONGEST_KEY:
            raise asking.Unclear("This search is too long to be followed. Use fewer words.")
        return scope, ""
    if of == Followed.FAMILY:
        name_of(Scope(of, key))
        return Scope(of, key), ""
    key = _spelled(of, key)
    slug = Page.objects.filter(kind=of, code=key).values_list("slug", flat=True).first()
    if slug is None:
        lookups.refuse_standing(of, key)
        raise Http404
    return Scope(of, key), slug


def _spelled(of: str, code: str) -> str:
    """The code as it was published; another case is forgiven where one fits, as permanent ids do."""
    codes = Standing.objects.latest().filter(kind=of, code__iexact=code).values_list("code", flat=True)
    return codes[0] if len(codes) == 1 else code


def _asked(key: str) -> search_page.Address:
    """What a search asks for. Raises Unclear."""
    here = search_page.asked(QueryDict(key), NOW)
    asking.read(here.q)
    return here


def is_clear(scope: Scope) -> bool:
    """Return whether what is followed can be read; a search was checked once, perhaps by other rules."""
    try:
        return scope.of != Followed.SEARCH or bool(_asked(scope.key))
    except asking.Unclear:
        return False


def names(scopes: Iterable[Scope]) -> dict[Scope, str]:
    """Return what each of `scopes` is called in a sentence: `the pattern “Pattern STC”`; in two statements at most.

    An item of which nothing may be shown is called by its code, a family that is no more by its slug.
    """
    wanted = set(scopes)
    titles = _titles({scope.key for scope in wanted if scope.of in Kind.values})
    families = _families({scope.key for scope in wanted if scope.of == Followed.FAMILY})
    return {scope: _name(scope, {**titles, **families}.get((scope.of, scope.key), scope.key)) for scope in wanted}


def _name(scope: Scope, title: str) -> str:
    if scope.of == Followed.LIBRARY:
        return "the whole library"
    if scope.of == Followed.SEARCH:
        return f"the search {search_page.spoken(search_page.asked(QueryDict(scope.key), NOW))}"
    return f"the {scope.of} “{title}”"


def _titles(codes: set[str]) -> dict[tuple[str, str], str]:
    if not codes:
        return {}
    rows = Page.objects.filter(code__in=codes).values_list("kind", "code", "badges__title")
    return {(kind, code): title for kind, code, title in rows}


def _families(slugs: set[str]) -> dict[tuple[str, str], str]:
    if not slugs:
        return {}
    named = Standing.objects.shown().filter(kind=Kind.PATTERN, family_slug__in=slugs).order_by(F("from_position"))
    return {(Followed.FAMILY, slug): curly(name) for slug, name in named.values_list("family_slug", "family_name")}
