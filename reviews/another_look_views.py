"""The page *needs another look*."""

from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews import another_look
from reviews.forms import Action
from reviews.gates import desk_page

PER_PAGE = 25  # partnerships


class PatternFilter(forms.Form):
    pattern = forms.ChoiceField(label="Pattern", required=False)

    def __init__(self, *args, patterns, **options):
        super().__init__(*args, **options)
        self.fields["pattern"].choices = [
            ("", "Any"),
            *((code, f"{title or 'Untitled'} ({code})") for code, title in patterns),
        ]

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_method = "get"
        helper.disable_csrf = True
        helper.form_class = "filter"
        helper.layout = Layout("pattern", Action("", "Show", css_class="button-second"))
        return helper


@desk_page
@require_safe
def another_look_page(request):
    form = PatternFilter(request.GET, patterns=another_look.patterns_shown())
    pattern = form.cleaned_data["pattern"] if form.is_valid() else ""
    partnership = request.GET.get("partnership", "")[:60].replace("\x00", "")
    entries = another_look.entries(pattern, partnership)
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    asked = {"pattern": pattern, "partnership": partnership}
    context = {
        "form": form,
        "pattern": pattern,
        "partnership": partnership,
        "count": another_look.count_of(entries),
        "entries": page.object_list,
        "page": page,
        "narrowing": urlencode({name: code for name, code in asked.items() if code}),
    }
    return render(request, "reviews/another_look.html", context)
