"""Forms of the desk: they check shape and wording; what may happen, the workflow decides."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.urls import reverse
from django.utils.html import format_html

from library.documents import WHOLE, NotClean, clean_text
from library.models import Kind
from reviews import places


class Action(Submit):
    """A button; `css_class` "button-second" for what is not the page's main step."""

    field_classes = "button"


class Declaration:
    """A layout's sentence above its button, which names it as its description."""

    def __init__(self, sentence, name):
        self.sentence, self.name = sentence, name

    def render(self, form, context, template_pack=None, **options):
        return format_html('<p class="declaration" id="{}">{}</p>', self.name, self.sentence)


class ProseField(forms.CharField):
    """A few sentences of plain text, cleaned as documents are. Whether it may be empty, the workflow says."""

    def __init__(self, is_needed=True, **options):
        needed = {"aria-required": "true"} if is_needed else {}
        widget = forms.Textarea(attrs={"rows": 4 if is_needed else 2, **needed})
        super().__init__(**{"required": False, "widget": widget, **options})
        self.is_needed = is_needed

    def to_python(self, value):
        try:
            return clean_text(super().to_python(value))
        except NotClean as problem:
            raise forms.ValidationError(f"In this text {problem}.") from problem


class DeskForm(forms.Form):
    """A form that stands beside others on one page: ids of its own, and room for the workflow's refusal."""

    prose = ""
    css_class = ""
    is_typed = True  # whether it holds something that the browser keeps until it is recorded

    def __init__(self, *args, action="", **options):
        super().__init__(*args, auto_id=f"id_{type(self).__name__.lower()}_%s", label_suffix="", **options)
        self.action = action

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_action = self.action
        helper.form_class = self.css_class
        helper.attrs = {"novalidate": "", **({"data-kept": ""} if self.is_typed else {})}
        helper.layout = self.layout()
        return helper

    def refuse(self, sentence):
        """Show why the workflow refused: at the text when that is missing, else above the form."""
        missing = self.prose and not self.cleaned_data.get(self.prose)
        self.add_error(self.prose if missing else None, sentence)


class SubmitForm(DeskForm):
    note = ProseField(
        label="Change note",
        help_text="What changed and why. Reviewers read it first; with the edition it becomes public.",
    )
    prose = "note"

    def layout(self):
        return Layout("note", Action("submit", "Submit for review"))


class RequestChangesForm(DeskForm):
    reason = ProseField(label="What should change", help_text="The editor reads this on the item’s page.")
    prose = "reason"

    def layout(self):
        return Layout("reason", Action("request", "Request changes", css_class="button-second"))


class WithdrawForm(DeskForm):
    reason = ProseField(label="Reason (may stay empty)", is_needed=False)

    def layout(self):
        return Layout("reason", Action("withdraw", "Withdraw this submission", css_class="button-second"))


class ShownForm(DeskForm):
    """Carries what was shown: the digest and the live edition under it."""

    digest = forms.CharField(required=False, widget=forms.HiddenInput)
    base_edition = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def shown(self):
        """Digest and live edition as they were sent; what is missing or malformed is not what was shown."""
        return {name: self.cleaned_data.get(name, "") for name in ("digest", "base_edition")}


class SignOffForm(ShownForm):
    """The sign-off of one section; the whole text is one, too."""

    is_typed = False
    section = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, declaration="", button="Sign off", **options):
        super().__init__(*args, **options)
        self.declaration = declaration
        self.button = button

    def layout(self):
        name = f"declaration-{self.initial.get('section', WHOLE)}"
        signing = Action("sign", self.button, aria_describedby=name)
        shown = (Field("digest"), Field("base_edition"), Field("section"))
        return Layout(*shown, Declaration(self.declaration, name), signing)


class OverrideForm(ShownForm):
    reason = ProseField(
        label="Reason",
        help_text="At least 20 characters. It stands on the public page and in the ledger for ever.",
    )
    prose = "reason"

    def layout(self):
        button = Action("override", "Override and publish", css_class="button-second")
        return Layout(Field("digest"), Field("base_edition"), "reason", button)


class SubmitAgainForm(SubmitForm):
    """Replaces the submission in review by the draft as it stands now."""

    def layout(self):
        return Layout("note", Action("submit", "Put the newer text up instead", css_class="button-second"))


class ScheduleForm(DeskForm):
    """The moment at which a submission is to be published."""

    due_at = forms.DateTimeField(
        label="Date and time, UTC",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="At most a year ahead. When it comes, everything is asked again: your role, the sign-offs, the text"
        " and the live edition under it.",
        error_messages={"invalid": "Write the moment as 2027-01-31 09:00."},
    )
    prose = "due_at"

    def layout(self):
        return Layout("due_at", Action("schedule", "Schedule the publication", css_class="button-second"))


class UnscheduleForm(DeskForm):
    reason = ProseField(label="Reason (may stay empty)", is_needed=False)

    def layout(self):
        return Layout("reason", Action("unschedule", "Take it off the schedule", css_class="button-second"))


class PublishForm(DeskForm):
    """Publishes at once what is signed off in full."""

    is_typed = False

    def layout(self):
        return Layout(Action("publish", "Publish now", css_class="button-second"))


class RequestChangesInAllForm(RequestChangesForm):
    """Sends every text of a correction back."""

    def layout(self):
        return Layout("reason", Action("request", "Request changes in all of them", css_class="button-second"))


class WithdrawAllForm(WithdrawForm):
    """Takes every text of a correction back."""

    def layout(self):
        return Layout("reason", Action("withdraw", "Withdraw all of them", css_class="button-second"))


class RuleForm(DeskForm):
    """The sign-off rule of one kind of item."""

    people = forms.IntegerField(
        label="Different people", min_value=1, max_value=20, help_text="How many must sign the whole text off."
    )
    legal = forms.MultipleChoiceField(
        label="Sections that a legal reviewer must have signed",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The whole text always needs somebody who reviews. A legal reviewer who signs the whole text has"
        " signed these, too.",
    )
    note = ProseField(label="Why the rule changes", help_text="It stands in the history of the rule for ever.")
    prose = "note"

    def __init__(self, *args, sections, **options):
        super().__init__(*args, **options)
        self.fields["legal"].choices = sections

    def layout(self):
        return Layout("people", "legal", "note", Action("change", "Change the rule"))


class ReplyForm(forms.Form):
    """An answer to a comment. The pages draw it by hand: they have a comment form at every row."""

    text = ProseField()


class CommentForm(ReplyForm):
    """A comment: `place` names what it is about, `at` the form on the page that it was typed into."""

    at = forms.CharField(required=False)
    place = forms.CharField(required=False)
    is_blocking = forms.BooleanField(required=False)

    def clean_place(self):
        try:
            return places.from_value(self.cleaned_data["place"] or "[]")
        except ValueError:
            raise forms.ValidationError("This is no place in the text.") from None


class QueueFilter(forms.Form):
    q = forms.CharField(label="Title or code", required=False, max_length=200, widget=forms.TextInput())
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "Any"), (Kind.PATTERN, "Patterns"), (Kind.PARTNERSHIP, "Partnerships")],
    )

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_method = "get"
        helper.disable_csrf = True
        helper.form_action = f"{reverse('desk:queue')}#everything"
        helper.form_class = "filter"
        helper.attrs = {"role": "search"}
        helper.layout = Layout("q", "kind", Action("", "Show", css_class="button-second"))
        return helper
