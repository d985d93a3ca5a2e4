"""Forms of the acts after publication. Each carries the edition and the position that were shown."""

from crispy_forms.layout import Field, Layout
from django import forms

from reviews.forms import Action, Declaration, DeskForm, ProseField

TYPED = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "aria-required": "true"}


class Shown(DeskForm):
    """A form about what stands: what was shown goes with it, so that nothing else is acted on."""

    digest = forms.CharField(required=False, widget=forms.HiddenInput)
    position = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, declaration="", **options):
        super().__init__(*args, **options)
        self.declaration = declaration

    def shown(self):
        """Return digest and position as they were sent; what is missing or malformed was not shown."""
        return {"digest": self.cleaned_data.get("digest", ""), "position": self.cleaned_data.get("position")}

    def above(self):
        """The hidden fields."""
        return Field("digest"), Field("position")


class ReaffirmForm(Shown):
    note = ProseField(
        label="Note (may stay empty)",
        help_text="What you looked at. It stands in the public history.",
        is_needed=False,
    )
    prose = "note"

    def layout(self):
        button = Action("reaffirm", "Reaffirm", aria_describedby="declaration")
        return Layout(*self.above(), "note", Declaration(self.declaration, "declaration"), button)


class RetireForm(Shown):
    reason = ProseField(
        label="Reason",
        help_text="Why this is no longer recommended, in 20 characters or more. Readers see it above the text.",
    )
    successor = forms.ChoiceField(
        label="Successor (may stay empty)",
        help_text="What readers should look at instead.",
        required=False,
    )
    prose = "reason"

    def __init__(self, *args, successors=(), **options):
        super().__init__(*args, **options)
        self.fields["successor"].choices = [("", "None"), *successors]

    def layout(self):
        button = Action("retire", "Retire", aria_describedby="declaration")
        return Layout(*self.above(), "reason", "successor", Declaration(self.declaration, "declaration"), button)


class WithholdForm(Shown):
    editions = forms.MultipleChoiceField(
        label="Editions to withhold", required=False, widget=forms.CheckboxSelectMultiple
    )
    ground = ProseField(
        label="Ground",
        help_text="Public: readers see it in place of the text, in 20 characters or more. Repeat nothing of what "
        "must not be seen.",
    )
    note = ProseField(
        label="Note to the administrator (may stay empty)",
        help_text="Not public: a file number, a letter, who asked.",
        is_needed=False,
    )
    prose = "ground"

    def __init__(self, *args, editions=(), **options):
        super().__init__(*args, **options)
        self.fields["editions"].choices = editions

    def layout(self):
        button = Action("propose", "Propose to withhold", aria_describedby="declaration")
        said = Declaration(self.declaration, "declaration")
        return Layout(*self.above(), "editions", "ground", "note", said, button)


class ConfirmForm(Shown):
    """The second person's half: the item's code, typed, so that nobody withholds by a slip of the hand."""

    typed_code = forms.CharField(
        label="Code of the item", required=False, max_length=100, widget=forms.TextInput(attrs=TYPED)
    )
    prose = "typed_code"

    def __init__(self, *args, code="", **options):
        super().__init__(*args, **options)
        self.fields["typed_code"].help_text = f"Type {code} to confirm."

    def layout(self):
        button = Action("confirm", "Withhold", aria_describedby="declaration")
        return Layout(*self.above(), Declaration(self.declaration, "declaration"), "typed_code", button)


class RefuseForm(DeskForm):
    reason = ProseField(label="Reason", help_text="The chief editor reads it. It stays inside.")
    prose = "reason"

    def layout(self):
        return Layout("reason", Action("refuse", "Do not withhold", css_class="button-second"))
