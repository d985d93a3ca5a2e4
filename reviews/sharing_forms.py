"""The form of a link for a reader outside."""

from crispy_forms.layout import Field, Layout
from django import forms

from reviews.forms import Action, DeskForm, ProseField
from reviews.models.share_link import LONGEST_DAYS


class ShareForm(DeskForm):
    """Carries the version that was shown, so that a link never shows a text its maker has not seen."""

    is_typed = False  # the answer to it shows the link and nothing else, and a few words are quickly typed again
    purpose = ProseField(
        label="For whom, and what for",
        help_text="Such as: Prof. Lindqvist, comments on the clauses. The reader sees it above the text.",
        widget=forms.TextInput(attrs={"aria-required": "true", "autocomplete": "off"}),
    )
    days = forms.IntegerField(
        label="Days until it expires",
        initial=7,
        min_value=1,
        max_value=LONGEST_DAYS,
        help_text=f"From 1 to {LONGEST_DAYS}.",
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), f"Write a number of days from 1 to {LONGEST_DAYS}."
        ),
    )
    shown = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    prose = "purpose"

    def layout(self):
        return Layout("purpose", "days", Field("shown"), Action("share", "Make the link"))
