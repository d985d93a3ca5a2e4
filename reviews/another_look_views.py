"""The page *needs another look*."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews import another_look
from reviews.forms import Action
from reviews.gates import desk_page

MOST_LISTED = 100


class PatternFilter(forms.Form):
    pattern = forms.ChoiceField(label="Pattern", required=False)

    def __init__(self, *args, patterns, **options):
        super().__init__(*args, **options)
        self.fields["pattern"].choices = [("", "Any"), *((code, code) for code in patterns)]

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
    context = {
        "form": form,
        "pattern": pattern,
        "partnership": partnership,
        "count": another_look.count_of(entries),
        "entries": entries[:MOST_LISTED],
        "unlisted": max(0, len(entries) - MOST_LISTED),
    }
    return render(request, "reviews/another_look.html", context)
