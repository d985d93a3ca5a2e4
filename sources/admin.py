"""Editors' pages of sources, and the sources offered while a citation is typed."""

from functools import partial

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import path

from history.admin import ItemAdmin
from library.models import Cited
from sources import citing, uses
from sources.composition import blank, refuse_namesake
from sources.forms import NewSourceForm, SourceForms
from sources.models import Source


class UsedFilter(admin.SimpleListFilter):
    """Whether a live edition cites the source."""

    title = parameter_name = "cited"

    def lookups(self, request, model_admin):
        return [("live", "in a live edition"), ("nowhere", "in no live edition")]

    def queryset(self, request, queryset):
        live = Cited.objects.filter(standing__until_position__isnull=True).values("key")
        if self.value() == "live":
            return queryset.filter(key__in=live)
        return queryset.exclude(key__in=live) if self.value() == "nowhere" else queryset


@admin.register(Source)
class SourceAdmin(ItemAdmin):
    kind, code_field = "source", "key"
    forms, new_form = SourceForms, NewSourceForm
    list_display = ["key", "title", "kind_in_words", "publisher", "published", "version", "changed", "by"]
    list_display_links = ["key", "title"]
    list_filter = ["kind", UsedFilter]
    search_fields = ["key", "title", "authors", "publisher", "origin", "url"]
    search_help_text = "Key, title, author, publisher, origin or address"

    @admin.display(description="kind", ordering="kind")
    def kind_in_words(self, source):
        return source.kind.replace("_", " ")

    def blank(self, typed):
        return {**blank(typed["code"], typed["source_kind"], typed["title"]), **typed}

    def identity_checks(self, typed):
        return [*super().identity_checks(typed), partial(refuse_namesake, typed.get("code", ""))]

    def prepare(self, forms, draft):
        forms.uses = uses.in_drafts(draft.code)
        forms.live_uses = uses.in_editions(draft.code)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("offered/", wrap(self.offered_view), name="sources-offered"),
            path("titles/", wrap(self.titles_view), name="sources-titles"),
            *super().get_urls(),
        ]

    def offered_view(self, request):
        """The sources that a half-typed citation may mean."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = citing.offered(request.GET.get("q", "")[:200].replace("\x00", ""))
        told = [{"key": s.key, "title": s.title, "by": s.publisher, "published": s.published} for s in found]
        return JsonResponse({"sources": told})

    def titles_view(self, request):
        """The titles of the keys asked for; null for a key that no source has."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        keys = [key[:80].replace("\x00", "") for key in request.GET.getlist("key")[:200]]
        titles = citing.titles_of(keys)
        return JsonResponse({"titles": {key: titles.get(key) for key in keys}})
