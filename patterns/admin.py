"""Editors' pages of patterns and families."""

from functools import partial

from django.contrib import admin
from django.urls import reverse

from history.admin import EditionFilter, ItemAdmin, PublishedAdmin
from history.codes import free
from history.kinds import composition
from patterns import families
from patterns.composition import blank, check_address
from patterns.family_forms import FamilyForms, NewFamilyForm
from patterns.forms import NewPatternForm, PatternForms
from patterns.models import Family, Pattern
from sources.citing import show_citations


def public_identity_checks(kind, typed, model):
    """Return the checks of the code and the address that a new item is to have for ever."""
    code, slug = typed.get("code", ""), typed.get("slug", "")
    return [
        *([partial(free, {code: kind}, code)] if code else []),
        *([partial(check_address, kind, code, slug, model)] if slug else []),
    ]


@admin.register(Pattern)
class PatternAdmin(PublishedAdmin):
    kind = "pattern"
    forms, new_form = PatternForms, NewPatternForm
    list_display = ["code", "title", "family", "edition", "version", "changed", "by"]
    list_display_links = ["code", "title"]
    list_filter = ["family", EditionFilter]
    list_select_related = ["family"]
    search_fields = ["code", "title", "subtitle", "in_brief", "kill_list__code", "kill_list__move"]
    search_help_text = "Code, title, subtitle, text in brief, or a kill-list move"

    def blank(self, typed):
        family = {"slug": typed["family"].slug, "name": typed["family"].name}
        return blank(typed["code"], typed["slug"], typed["title"], family)

    def identity_checks(self, typed):
        return [*super().identity_checks(typed), *public_identity_checks("pattern", typed, Pattern)]

    def prepare(self, forms, draft):
        show_citations(forms.forms)
        scored = composition("partnership").scoring(draft.code)
        for form in forms.rows["kill_list"].forms:
            form.used_in = [
                (name, reverse("admin:partnership-part", args=[code, draft.code]))
                for code, name in scored.get(form.identity, [])
            ]


@admin.register(Family)
class FamilyAdmin(ItemAdmin):
    kind, code_field = "family", "slug"
    forms, new_form = FamilyForms, NewFamilyForm
    list_display = ["slug", "name", "version", "changed", "by"]
    search_fields = ["slug", "name", "description"]

    def blank(self, typed):
        return families.blank(typed["code"], typed["name"])
