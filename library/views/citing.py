"""How an edition, or one row of it, is cited: a page with the texts, and the files for reference managers."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property

from library import citations, frame, lookups
from library.addresses import AS_PUBLISHED, LATEST, Links
from library.badges import INDEXES
from library.documents import parse
from library.moments import NOW, reading, today
from library.typography import curly
from library.views import errors


class Sought:
    """What the address of a citation names: an edition, a row of it, and the moment of which it is cited."""

    def __init__(self, request, moment, kind, slug, number):
        position = lookups.newest_position() if moment is NOW else moment.position
        self.edition = lookups.edition_at(kind, slug, number, position, "document")
        if self.edition is None:
            raise Http404
        self.moment, self.asked = moment, request.GET
        self.is_as_published = moment is NOW and request.GET.get("page") == AS_PUBLISHED
        self.is_yet = self.edition["position"] <= position

    @property
    def links(self):
        """How the page that is cited keeps its moment; today ends with a day, too."""
        if self.is_as_published:
            return Links(self.edition["published_at"].date().isoformat(), editions=True)
        return Links((self.moment.day or today()).isoformat())

    @cached_property
    def row(self):
        """The row that is cited, None for the whole. Raises Http404 for one that the edition does not have."""
        code = self.asked.get("row", "")
        found = citations.row_of(parse(bytes(self.edition["document"])), code) if code else None
        if code and found is None:
            raise Http404
        return found

    @property
    def page(self):
        """The page that is cited, at the row."""
        edition = self.edition
        path = LATEST.edition(edition["kind"], edition["slug"], edition["number"])
        query = "" if self.is_as_published else self.links.query
        return path + query + (f"#{self.row.code}" if self.row else "")

    def cited(self):
        edition = self.edition
        stood_at = edition["position" if self.is_as_published else "last_position"]
        return citations.Cited(
            code=edition["code"],
            title=edition["title"],
            number=edition["number"],
            published=edition["published_at"].date(),
            address=frame.origin() + self.page,
            accessed=None if self.is_as_published or self.moment is not NOW else today(),
            row=self.row,
            **lookups.reviewed(edition["code"], stood_at),
        )


def _found(view):
    """Make `view(request, sought, *arguments)` a reading page about what its address names."""

    @reading
    def answer(request, moment, kind, slug, number, *arguments, **named):
        sought = Sought(request, moment, kind, slug, number)
        if not sought.is_yet:
            return errors.not_yet(sought.edition, moment.day)
        if sought.edition["slug"] != slug:
            match = request.resolver_match
            own = {**match.kwargs, "slug": sought.edition["slug"]}
            own.pop("kind")
            address = redirect(match.view_name, **own)["Location"]
            return frame.public(redirect(f"{address}?{request.GET.urlencode()}".rstrip("?"), permanent=True))
        return view(request, sought, *arguments, **named)

    return answer


@_found
def page(request, sought):
    """The citation in every style, the files, the permanent id."""
    edition = sought.edition
    links = sought.links if sought.is_as_published else sought.moment.links
    kind, cited = edition["kind"], sought.cited()
    own = sought.row.code if sought.row and kind == "pattern" else edition["code"]
    context = {
        "title": curly(edition["title"]),
        "row": sought.row,
        "row_title": curly(sought.row.title) if sought.row else "",
        "page": sought.page,
        "index": sought.moment.links.to(f"{kind}-index"),
        "index_word": INDEXES[kind],
        "citation": told(cited, kind, edition["slug"], links),
        "permanent_id": frame.origin() + LATEST.to("permanent-id", own),
        "is_for_ever": sought.is_as_published,
        "day": sought.moment.day or today(),
        "moment": sought.moment,
        "address": request.path,
    }
    shown = frame.draw("library/cite.html", context, f"{kind}-index", sought.moment.links)
    return frame.respond_drawn(request, shown)


@_found
def download(request, sought, form):
    """The citation as a file."""
    _, media_type, write = citations.FILES[form]
    cited = sought.cited()
    response = HttpResponse(write(cited), content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{cited.key}.{form}"'
    return frame.public(response)


def told(cited, kind, slug, links):
    """What the parts of a page say about citing: the texts, the address, the files."""
    row = cited.row.code if cited.row else ""
    files = [
        {"word": word, "href": links.cite(kind, slug, cited.number, row, form)}
        for form, (word, *_) in citations.FILES.items()
    ]
    return {"texts": citations.texts(cited), "address": cited.address, "files": files}
