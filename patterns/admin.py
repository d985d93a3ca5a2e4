"""Editors' pages of patterns and families."""

from django.contrib import admin
from django.urls import reverse

from history.admin import EditionFilter, ItemAdmin, PublishedAdmin
from history.kinds import composition
from patterns import families
from patterns.composition import blank
from patterns.family_forms import FamilyForms, NewFamilyForm
from patterns.forms import NewPatternForm, PatternForms
from patterns.models import Family, Pattern
from sources.citing import show_citations


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
