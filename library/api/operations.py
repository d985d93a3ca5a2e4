"""The operations of the API: their addresses, parameters and answers, for django-ninja to read and describe."""

from functools import partial

from django.http import Http404, HttpResponse
from django.urls import path
from ninja import NinjaAPI, Path, Query
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer

from library.api import access, asked, finding, items, lists, problems, record, shapes
from library.api.description import parameters
from library.models import Kind
from library.withheld import Unavailable

VERSION = "1.0.0"
ABOUT = "What readers see of Anteroom, a library of deal patterns, as JSON. Read only; no key, no cookie."
CODE = {"pattern": asked.CODE, "description": "The permanent code, in any case.", "example": "STC"}
NUMBER = {"pattern": r"^\d{4}\.\d{2}(\.\d{1,9})?$", "description": "The number of an edition.", "example": "2026.06"}
KEY = {"pattern": r"^[A-Za-z0-9_.:-]{1,80}$", "description": "The key of a source.", "example": "oecd-2025"}
FOLDERS = {Kind.PATTERN: "patterns", Kind.PARTNERSHIP: "partnerships"}


class Renderer(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}


class ReadOnly(NinjaAPI):
    def get_openapi_operation_id(self, operation):
        """The name that is written here, without the way to it."""
        return operation.view_func.__name__


api = ReadOnly(
    title="Anteroom",
    version=VERSION,
    description=ABOUT,
    docs_url=None,  # its pages fetch scripts from elsewhere; ours is drawn by us
    openapi_url=None,
    renderer=Renderer(),
    urls_namespace="library-api",
)
api.add_exception_handler(problems.Problem, lambda request, found: problems.answer(found))
api.add_exception_handler(Http404, lambda request, found: problems.answer(problems.nothing()))
api.add_exception_handler(Unavailable, lambda request, found: problems.answer_withheld(found))
api.add_exception_handler(ValidationError, lambda request, found: problems.answer(problems.unreadable(found.errors)))


@api.get("/patterns", response=shapes.PatternList, url_name="api-patterns", tags=["Patterns"])
def list_patterns(request, response: HttpResponse, query: Query[asked.Patterns]):
    """With the facets of the index and their counts. Several values widen, several parameters narrow."""
    return lists.patterns(request, response, query.limit)


@api.get("/partnerships", response=shapes.PartnershipList, url_name="api-partnerships", tags=["Partnerships"])
def list_partnerships(request, response: HttpResponse, query: Query[asked.Partnerships]):
    """With the facets of the index and their counts. Several values widen, several parameters narrow."""
    return lists.partnerships(request, response, query.limit)


def _item_operations(kind):
    """What patterns and partnerships have alike."""
    one, tags = f"/{FOLDERS[kind]}/{{code:code}}", [FOLDERS[kind].capitalize()]

    def of(name, summary):
        """Where an operation is, by the end of its name."""
        ends = {"": "", "editions": "/editions", "edition": "/editions/{edition:number}"}
        ends["compare"] = "/compare/{edition:old}/{edition:new}"
        own = f"{kind.value}-{name}".rstrip("-")
        return {
            "path": one + ends[name],
            "url_name": f"api-{own}",
            "operation_id": own.replace("-", "_"),
            "summary": summary,
            "tags": tags,
        }

    @api.get(**of("", f"Read a {kind}"), response=shapes.Item)
    def read_item(request, query: Query[asked.AsOf], code: str = Path(**CODE)):
        """What stands of it, with its document."""
        return items.item(request, kind, items.as_published(kind, code))

    @api.get(**of("editions", f"List the editions of a {kind}"), response=shapes.EditionList)
    def list_editions(request, query: Query[asked.AsOf], code: str = Path(**CODE)):
        """Newest first, each with its note and with those who signed it off."""
        return items.editions(request, kind, items.as_published(kind, code))

    @api.get(**of("edition", f"Read an edition of a {kind}"), response=shapes.Edition)
    def read_edition(request, code: str = Path(**CODE), number: str = Path(**NUMBER)):
        """With its document, its digest and those who signed it off; it never changes."""
        return items.edition(kind, items.as_published(kind, code), number)

    @api.get(**of("compare", f"Compare two editions of a {kind}"), response=shapes.Comparison)
    def compare_editions(request, code: str = Path(**CODE), old: str = Path(**NUMBER), new: str = Path(**NUMBER)):
        """Row by row and field by field, in the order of the new document."""
        return items.compare(kind, items.as_published(kind, code), old, new)


_item_operations(Kind.PATTERN)
_item_operations(Kind.PARTNERSHIP)


@api.get("/id/{code:code}", response=shapes.ById, url_name="api-id", tags=["Finding"], summary="Read by code")
def read_by_id(request, query: Query[asked.AsOf], code: str = Path(**{**CODE, "example": "STC-K1"})):
    """An item, or a row of a pattern: a sub-variant, a clause, a move, a precedent, an anchor."""
    return finding.by_id(request, code)


@api.get("/search", response=shapes.Found, url_name="api-search", tags=["Finding"])
def search(request, response: HttpResponse, query: Query[asked.Search]):
    """As the search page does: misspelt words are put right when nothing else is found."""
    return finding.search(request, response)


@api.get("/matrix", response=shapes.Matrix, url_name="api-matrix", tags=["Finding"], summary="Read the matrix")
def read_matrix(request, response: HttpResponse, query: Query[asked.Matrix]):
    """Partnerships by kill-list moves. A move without a cell was not assessed."""
    return finding.cells(request, response, query.pattern, query.limit)


@api.get("/sources", response=shapes.SourceList, url_name="api-sources", tags=["Sources"])
def list_sources(request, response: HttpResponse, query: Query[asked.Sources]):
    """Every source that an edition which stands cites, in the copy of the newest."""
    return lists.sources(request, response, query.limit)


@api.get("/sources/{key:key}", response=shapes.OneSource, url_name="api-source", tags=["Sources"])
def read_source(request, query: Query[asked.AsOf], key: str = Path(**KEY)):
    """Its record, and every item that cites it with the places in it."""
    return finding.one_source(request, key)


@api.get("/families", response=shapes.FamilyList, url_name="api-families", tags=["Patterns"])
def list_families(request, query: Query[asked.AsOf]):
    """With the patterns of each."""
    return record.families(request)


@api.get("/ledger", response=shapes.EntryList, url_name="api-ledger", tags=["Record"], summary="List ledger entries")
def list_entries(request, response: HttpResponse, query: Query[asked.Entries]):
    """Newest first, with hashes and with those who signed."""
    return record.entries(request, response, query.limit, query.after)


@api.get("/ledger/{int:position}", response=shapes.Entry, url_name="api-entry", tags=["Record"])
def read_ledger_entry(request, position: int = Path(ge=0, description="Its position.", example=1)):
    """Its bytes, whose SHA-256 is the hash, are at the address in bytes."""
    return record.entry(position)


@api.get("/changes", response=shapes.ActList, url_name="api-changes", tags=["Record"], summary="List what changed")
def list_changes(request, response: HttpResponse, query: Query[asked.Acts]):
    """The public acts in words, newest first, with the way to what changed."""
    return record.changes(request, response, query.kind, query.limit, query.after)


@api.get("/counts", response=shapes.Counts, url_name="api-counts", tags=["Record"], summary="Count what there is")
def count(request, query: Query[asked.AsOf]):
    """How much the library holds, counted when it is asked for."""
    return record.counts(request)


@api.get("/definitions", response=shapes.Definitions, url_name="api-definitions", tags=["Record"])
def list_definitions(request):
    """What the apparatus words mean."""
    return record.definitions()


def paths():
    """Return the addresses of all operations, plain beside those of the pages."""
    return [_reached(one) for one in api.urls[0] if one.name != "api-root"]


def _reached(one):
    route = str(one.pattern)
    return path(f"api/v1/{route}", access.to(one.callback, partial(parameters, api, route)), name=one.name)
