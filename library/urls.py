"""The readers' addresses; plain names, because nothing else in the project is at the root."""

from django.urls import path

from library.api import operations as api_operations
from library.models import Kind
from library.views import (
    api,
    checking,
    checklists,
    citing,
    downloads,
    editions,
    following,
    indexes,
    items,
    matrix,
    mementos,
    operations,
    papers,
    previews,
    record,
    searching,
    sources,
)


def item_paths(kind, folder):
    """The addresses that patterns and partnerships have alike."""
    same = {"kind": kind}
    one = f"{folder}/<slug:slug>/"
    return [
        path(one, items.latest, same, name=f"{kind}-page"),
        path(one + "history/", editions.history, same, name=f"{kind}-history"),
        path(one + "timemap", mementos.time_map, same, name=f"{kind}-timemap"),
        path(one + "timegate", mementos.time_gate, same, name=f"{kind}-timegate"),
        path(one + "compare/<edition:old>/<edition:new>/", editions.compare, same, name=f"{kind}-compare"),
        path(one + "<edition:number>/", items.edition, same, name=f"{kind}-edition"),
        path(one + "<edition:number>.json", items.canonical, same, name=f"{kind}-json"),
        path(one + "<edition:number>/preview.png", previews.edition, same, name=f"{kind}-preview"),
        path(one + "<edition:number>.pdf", papers.taken, {**same, "form": "pdf"}, name=f"{kind}-pdf"),
        path(one + "<edition:number>.md", papers.taken, {**same, "form": "markdown"}, name=f"{kind}-markdown"),
        path(one + "<edition:number>/cite/", citing.page, same, name=f"{kind}-cite"),
        path(one + "<edition:number>/cite.<form:form>", citing.download, same, name=f"{kind}-cite-file"),
        path(one + "changes.<feed:form>", following.item_feed, same, name=f"{kind}-feed"),
    ]


urlpatterns = [
    path("", indexes.home, name="home"),
    path("patterns/", indexes.patterns, name="pattern-index"),
    *item_paths(Kind.PATTERN, "patterns"),
    path("partnerships/", indexes.partnerships, name="partnership-index"),
    *item_paths(Kind.PARTNERSHIP, "partnerships"),
    path("sources/", indexes.sources, name="source-index"),
    path("sources/<key:key>/", sources.page, name="source-page"),
    path("search/", searching.search, name="search"),
    path("search.<feed:form>", following.search_feed, name="search-feed"),
    path("changes/", following.page, name="changes"),
    path("changes.<feed:form>", following.library_feed, name="changes-feed"),
    path("matrix/", matrix.page, name="matrix"),
    path("matrix.svg", matrix.picture, name="matrix-picture"),
    path("check/", checking.choose, name="check-index"),
    path("check/<slug:slug>/", checking.form, name="check-form"),
    path("check/<slug:slug>/checklist/", checklists.result, name="checklist"),
    path("id/<code:code>", items.by_code, name="permanent-id"),
    path("ledger/", record.ledger, name="ledger"),
    path("ledger/<int:position>.json", record.entry, name="ledger-entry"),
    path("methodology/", record.methodology, name="methodology"),
    path("downloads/", downloads.page, name="downloads"),
    path("downloads/anteroom-<day:day>.zip", downloads.archive_of_day, name="download-of-day"),
    path("downloads/<key:name>", downloads.file, name="download"),
    path("api/v1/", api.page, name="api"),
    path("api/v1/openapi.json", api.openapi, name="api-description"),
    *api_operations.paths(),
    path("healthz", operations.healthz, name="healthz"),
    path("favicon.ico", operations.favicon, name="favicon"),
    path("robots.txt", operations.robots, name="robots"),
    path("sitemap.xml", operations.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", operations.sitemap_part, name="sitemap-part"),
    path(".well-known/security.txt", operations.security, name="security"),
    path("preview.png", previews.library, name="preview"),
]
