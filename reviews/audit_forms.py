"""What the audit is narrowed to."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from reviews.audit import TRAILS, Asked, Place
from reviews.forms import Action


def _choices(column):
    """Return the choices of every trail, in their order, after “any”."""
    told = {value: word for trail in TRAILS for value, word in getattr(trail, column).items()}
    return [("", "Any"), *told.items()]


class DayField(forms.DateField):
    def __init__(self, label):
        super().__init__(
            label=label,
            required=False,
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": "Write the day as 2026-06-29."},
        )


class AuditFilter(forms.Form):
    """Read from the address, so that a selection can be kept and sent. `before` is the page."""

    who = forms.CharField(label="Person", required=False, max_length=200)
    what = forms.ChoiceField(label="Step", required=False, choices=lambda: _choices("steps"))
    kind = forms.ChoiceField(label="Kind", required=False, choices=lambda: _choices("kinds"))
    code = forms.CharField(label="Code or key", required=False, max_length=80)
    from_day = DayField("From")
    until_day = DayField("Until")
    words = forms.CharField(label="Words in the reason", required=False, max_length=200)
    before = forms.CharField(required=False, max_length=60)

    def __init__(self, *args, **options):
        super().__init__(*args, label_suffix="", **options)

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_method = "get"
        helper.disable_csrf = True
        helper.form_class = "audit-filter"
        helper.attrs = {"role": "search", "novalidate": ""}
        shown = [name for name in self.fields if name != "before"]
        helper.layout = Layout(*shown, Action("", "Show", css_class="button-second"))
        return helper

    def clean_before(self):
        text = self.cleaned_data["before"]
        try:
            return Place.read(text) if text else None
        except ValueError as problem:
            raise forms.ValidationError("There is no such page of the audit; begin at the newest.") from problem

    def clean(self):
        typed = super().clean()
        first, last = typed.get("from_day"), typed.get("until_day")
        if first and last and last < first:
            self.add_error("until_day", "This day is before the first one.")
        return typed

    @property
    def asked(self):
        """What was asked for. Only of a valid form."""
        return Asked(**{name: value for name, value in self.cleaned_data.items() if name != "before"})

    @property
    def narrowing(self):
        """The fields that narrow the audit, as the address holds them."""
        return {name: self.data[name] for name in self.fields if name != "before" and self.data.get(name)}
