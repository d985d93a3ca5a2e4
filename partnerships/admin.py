"""Editors' pages of partnerships and their scorecards."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse

from history.admin import EditionFilter, PublishedAdmin, tell_problem
from history.forms import problems_of
from history.gates import keeping_what_was_typed
from partnerships.composition import blank
from partnerships.copying import start_from
from partnerships.exhibit_forms import ExhibitForms
from partnerships.forms import CopyForm, NewPartnershipForm, PartnershipForms
from partnerships.models import Partnership
from patterns.admin import public_identity_checks
from patterns.models import Pattern
from sources.citing import show_citations


@admin.register(Partnership)
class PartnershipAdmin(PublishedAdmin):
    kind = "partnership"
    forms, new_form = PartnershipForms, NewPartnershipForm
    list_display = ["name", "announced", "status", "grade", "edition", "version", "changed", "by"]
    list_filter = ["confidence", EditionFilter, "status", "exhibits__pattern"]
    search_fields = ["code", "name", "aliases", "summary", "parties__name"]
    search_help_text = "Code, name, other names, summary, or a party"

    @admin.display(description="confidence", ordering="confidence")
    def grade(self, partnership):
        return partnership.confidence.replace("_", " ")

    def blank(self, typed):
        return blank(typed["code"], typed["slug"], typed["name"], typed["confidence"])

    def identity_checks(self, typed):
        return [*super().identity_checks(typed), *public_identity_checks("partnership", typed, Partnership)]

    def prepare(self, forms, draft):
        show_citations(forms.forms)
        shown = {exhibit["pattern"]: exhibit for exhibit in forms.document["exhibits"]}
        for form in forms.rows["exhibits"].forms if forms.rows else ():
            if form.identity in shown:
                form.exhibit = shown[form.identity]
                form.address = reverse("admin:partnership-part", args=[draft.code, form.identity])

    def links(self, request, draft):
        copy = ("Start another from this", reverse("admin:partnership-copy", args=[draft.code]))
        return [*super().links(request, draft), *([copy] if self.has_add_permission(request) else [])]

    def get_urls(self):
        exhibit, copy = (
            keeping_what_was_typed(self.admin_site.admin_view(view)) for view in (self.exhibit_view, self.copy_view)
        )
        return [
            path("code/<key:code>/exhibit/<code:pattern>/", exhibit, name="partnership-part"),
            path("code/<key:code>/copy/", copy, name="partnership-copy"),
            *super().get_urls(),
        ]

    def copy_view(self, request, code):
        """Start another partnership from this one."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        original = self.draft_of(request, get_object_or_404(Partnership, code=code).pk)
        form = CopyForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            form.is_valid()
            self.check_identity(form)
            made = form.is_valid() and self.copy(request, form, original)
            if made:
                return redirect("admin:partnership-edit", made.code)
        shown = {"main": form, "problems": problems_of([form])}
        context = {"title": f"Start another from {original.title}", "form": form, "forms": shown}
        return self.page(request, "admin/item_copy.html", {**context, "original": original})

    def copy(self, request, form, original):
        try:
            made = start_from(original, **form.cleaned_data, by=request.user)
        except ValueError as problem:
            tell_problem(form, problem)
            return None
        messages.success(request, f"The partnership {made.code} has its first version, started from {original.code}.")
        return made

    def forms_of_part(self, part):
        if not part:
            return self.forms_of
        get_object_or_404(Pattern, code=part)
        return partial(ExhibitForms, pattern=part)

    def address_of(self, draft, part):
        return reverse("admin:partnership-part", args=[draft.code, part]) if part else super().address_of(draft, part)

    def exhibit_view(self, request, code, pattern):
        """The scorecard of one pattern: one line per move."""
        draft = self.draft_of(request, get_object_or_404(Partnership, code=code).pk)
        forms_of = self.forms_of_part(pattern)
        is_shown = pattern in {exhibit["pattern"] for exhibit in draft.read()["exhibits"]}
        # What was typed is not lost when somebody removed the exhibit meanwhile.
        if not (is_shown or request.method == "POST" or {"mine", "unfinished"} & request.GET.keys()):
            raise Http404
        return self.edit(request, draft, forms_of, part=pattern)
