"""The form of a report, and those with which the desk answers one. They check shape and wording, nothing else."""

import re

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Layout, Submit
from django import forms

from library.documents import NotClean, clean_line, clean_text
from readers import mailboxes, tokens
from readers.models import Report
from readers.models.report import LONGEST_ADDRESS, LONGEST_NAME, LONGEST_TEXT, LONGEST_URL

PURPOSE = "report"  # of the token
MOST_LINKS = 3
SHORTEST_SUMMARY, LONGEST_SUMMARY = 20, 1_000
LINK = re.compile(r"https?://|www\.|\[url", re.IGNORECASE)
# What comes along unseen with text that is copied from a page or a PDF, and means nothing in a report.
UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
FILLED_TRAP = (
    "A field that people do not see was filled in, perhaps by your browser. It is empty again; please send this once "
    "more."
)


class Action(Submit):
    field_classes = "button"


class Text(forms.CharField):
    """Plain text, cleaned as documents are; what is copied along unseen is left out instead of refused."""

    clean_with = staticmethod(clean_text)

    def __init__(self, is_needed=False, **options):
        longest = options.pop("longest")
        super().__init__(required=False, **options)
        self.is_needed, self.longest = is_needed, longest

    def to_python(self, value):
        try:
            text = self.clean_with(UNSEEN.sub("", super().to_python(value)))
        except NotClean as problem:
            raise forms.ValidationError(f"In this text {problem}.") from problem
        if len(text) > self.longest:
            raise forms.ValidationError(f"This has {len(text):,} characters; at most {self.longest:,} are taken.")
        return text


class Line(Text):
    clean_with = staticmethod(clean_line)


class Plain(forms.Form):
    """A form that says itself what is wrong, instead of the browser."""

    form_error_title = "Nothing was recorded"

    def __init__(self, *args, action="", **options):
        super().__init__(*args, auto_id=f"id_{type(self).__name__.lower()}_%s", label_suffix="", **options)
        self.action = action

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_action = self.action
        helper.attrs = {"novalidate": ""}
        helper.form_error_title = self.form_error_title
        helper.layout = self.layout()
        return helper

    def refuse(self, sentence):
        """Show a sentence above the form; what was typed stays in it."""
        self.add_error(None, sentence)


class OpenForm(Plain):
    """A form that anybody may send, without signing in and without a cookie. `nonce` is known once it was checked."""

    purpose = ""  # of the token
    remarks = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))
    token = forms.CharField(required=False, widget=forms.HiddenInput)
    form_error_title = "Not sent yet"
    nonce = ""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["remarks"].label = "Leave this empty"

    @classmethod
    def drawn_now(cls):
        return cls(initial={"token": tokens.make(cls.purpose)})

    @property
    def helper(self):
        helper = super().helper
        helper.disable_csrf = True  # the token takes its place, without a cookie
        return helper

    def laid_out(self, *shown, button):
        trap = (HTML('<div class="left-empty" aria-hidden="true">'), Field("remarks"), HTML("</div>"))
        return Layout(*shown, *trap, Field("token"), Action("", button))

    def clean(self):
        token = tokens.read(self.cleaned_data.get("token", ""), self.purpose)
        self.nonce = token.nonce
        if self.cleaned_data.get("remarks"):
            self.refuse(FILLED_TRAP)
        elif token.why_not and not (token.is_early and self.errors):  # who mends something has waited by then
            self.refuse(token.why_not)
        self.show_again(token.nonce and (token.is_early or not token.why_not))

    def show_again(self, keeps_token):
        """Prepare the form for being shown with what was typed; the trap is empty again."""
        self.data = self.data.copy()
        self.data["remarks"] = ""
        if keeps_token:
            self.data["token"] = tokens.again(self.data["token"], self.purpose)
        else:
            self.data["token"] = tokens.make(self.purpose, has_waited=bool(self.nonce))


class ReportForm(OpenForm):
    """What a reader reports."""

    purpose = PURPOSE

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["problem"].is_needed = True

    problem = forms.ChoiceField(
        label="What is the problem?",
        choices=Report.Problem.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind of problem it is.", "invalid_choice": "Choose one of these."},
    )
    text = Text(
        label="Tell us more",
        is_needed=True,
        longest=LONGEST_TEXT,
        help_text="What is wrong, and what would be right? Editors read this and keep it with their answer; it is"
        " never published.",
        widget=forms.Textarea(attrs={"rows": 7, "aria-required": "true"}),
    )
    url = forms.URLField(
        label="A source for it (may stay empty)",
        required=False,
        max_length=LONGEST_URL,
        assume_scheme="https",
        help_text="The address of a page or document, such as https://example.org/filing.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "off", "spellcheck": "false"}),
        error_messages={"invalid": "This is no address of a page. One looks like https://example.org/filing."},
    )
    thanks = Line(
        label="A name to thank you by, in public (may stay empty)",
        longest=LONGEST_NAME,
        help_text="If you give one, you agree that it stands in the public log beside your report. You can take it"
        " out again at any time.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="An e-mail address for the answer (may stay empty)",
        required=False,
        max_length=LONGEST_ADDRESS,
        help_text="For two letters, on receipt and on the decision. No person sees it, nobody else gets it, and it is"
        " erased 30 days after the report is closed.",
        widget=forms.TextInput(
            attrs={"type": "email", "autocomplete": "email", "autocapitalize": "off", "spellcheck": "false"}
        ),
        error_messages={"invalid": "This is no e-mail address. One looks like name@example.org."},
    )

    def layout(self):
        return self.laid_out("problem", "text", "url", "thanks", "email", button="Send the report")

    def clean_text(self):
        text = self.cleaned_data["text"]
        if not text.strip():
            raise forms.ValidationError("Say in a sentence what is wrong.")
        if (links := len(LINK.findall(text))) > MOST_LINKS:
            raise forms.ValidationError(
                f"This holds {links} addresses of pages, and we take at most {MOST_LINKS} in the text. One more has "
                "the field below."
            )
        return text

    def clean_thanks(self):
        if LINK.search(self.cleaned_data["thanks"]):
            raise forms.ValidationError("A name, please, and no address of a page.")
        return self.cleaned_data["thanks"]

    def clean_email(self):
        try:
            return mailboxes.normal(self.cleaned_data["email"]) if self.cleaned_data["email"] else ""
        except mailboxes.NoAddress as problem:
            raise forms.ValidationError(str(problem)) from problem

    @property
    def typed(self):
        """What is recorded of it."""
        return {name: self.cleaned_data[name] for name in ("problem", "text", "url", "thanks", "email")}


class AnswerForm(Plain):
    """What every decision says in public."""

    summary = Text(
        label="What was reported, in your words",
        is_needed=True,
        longest=LONGEST_SUMMARY,
        help_text="Public, in the log of corrections. Leave out whatever tells who reported it.",
        widget=forms.Textarea(attrs={"rows": 3, "aria-required": "true"}),
    )
    is_thanked = forms.BooleanField(required=False)

    def __init__(self, *args, thanks="", **options):
        super().__init__(*args, **options)
        if thanks:
            self.fields["is_thanked"].label = f"Thank “{thanks}” in the log"
            self.fields["is_thanked"].initial = True
        else:
            del self.fields["is_thanked"]

    def clean_summary(self):
        return self.told("summary", "Tell readers what was reported.")

    def told(self, name, sentence):
        if len(self.cleaned_data[name].strip()) < SHORTEST_SUMMARY:
            raise forms.ValidationError(f"{sentence} Use {SHORTEST_SUMMARY} characters or more.")
        return self.cleaned_data[name]

    @property
    def words(self):
        return {"is_thanked": False, **self.cleaned_data}


class CorrectedForm(AnswerForm):
    edition = forms.ChoiceField(
        label="Corrected in",
        help_text="The edition that put it right.",
        error_messages={"required": "Choose the edition.", "invalid_choice": "Choose one of these editions."},
    )
    reason = Text(
        label="What was changed (may stay empty)",
        longest=LONGEST_SUMMARY,
        help_text="Public.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, editions=(), **options):
        super().__init__(*args, **options)
        self.fields["edition"].choices = editions

    def layout(self):
        thanked = ["is_thanked"] if "is_thanked" in self.fields else []
        return Layout("edition", "summary", "reason", *thanked, Action("correct", "Close as corrected"))


class NotChangedForm(AnswerForm):
    reason = Text(
        label="Why nothing is changed",
        is_needed=True,
        longest=LONGEST_SUMMARY,
        help_text="Public.",
        widget=forms.Textarea(attrs={"rows": 3, "aria-required": "true"}),
    )

    def clean_reason(self):
        return self.told("reason", "Tell readers why nothing is changed.")

    def layout(self):
        thanked = ["is_thanked"] if "is_thanked" in self.fields else []
        button = Action("leave", "Close as not changed", css_class="button-second")
        return Layout("summary", "reason", *thanked, button)
