"""The form with which somebody asks for letters."""

from django import forms

from readers import mailboxes
from readers.models import Subscription
from readers.report_forms import OpenForm


class FollowForm(OpenForm):
    """An address and a pace; what is followed stands in the form's address."""

    purpose = "subscription"
    address = forms.CharField(
        label="Your e-mail address",
        required=False,
        help_text="One letter goes there at once, with a link to confirm that you want this.",
        widget=forms.TextInput(
            attrs={
                "type": "email",
                "autocomplete": "email",
                "autocapitalize": "off",
                "spellcheck": "false",
                "aria-required": "true",
            }
        ),
    )
    pace = forms.ChoiceField(
        label="How often",
        choices=Subscription.Pace.choices,
        initial=Subscription.Pace.IMMEDIATE,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how often.", "invalid_choice": "Choose one of these."},
    )

    def layout(self):
        return self.laid_out("address", "pace", button="Send me the link")

    def clean_address(self):
        typed = self.cleaned_data["address"]
        if not typed:
            raise forms.ValidationError("Type the address that letters should go to.")
        try:
            return mailboxes.normal(typed)
        except mailboxes.NoAddress as problem:
            raise forms.ValidationError(str(problem)) from problem
