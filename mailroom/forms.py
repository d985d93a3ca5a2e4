"""The forms of letters."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.urls import reverse

from mailroom.models import Preference

LARGEST_KEY = 2**63 - 1


class Save(Submit):
    field_classes = "button button-second"


class PaceForm(forms.ModelForm):
    class Meta:
        model = Preference
        fields = ["pace"]
        labels = {"pace": "How letters reach you"}
        help_texts = {"pace": "One letter a day comes at 07:00 UTC. What is urgent comes at once all the same."}

    def __init__(self, *args, **options):
        super().__init__(*args, label_suffix="", **options)
        self.fields["pace"].choices = Preference.Pace.choices

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_action = reverse("letters:pace-change")
        helper.form_class = "filter letters-pace"
        helper.layout = Layout("pace", Save("", "Save"))
        return helper


class Older(forms.Form):
    """Which page of letters: those older than the one with the key `before`."""

    before = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)
