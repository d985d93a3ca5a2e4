"""The forms of a source."""

from django import forms
from django.core.validators import RegexValidator

from history.fields import CleanField, DoiField, LineField, LinesField, NameField, PartialDateField, WebAddressField
from history.forms import DocumentForms, TextsForm
from library.prose import KEY
from sources.models import Source

can_be_cited = RegexValidator(
    rf"\A{KEY}\Z", "Begin and end the key with a letter, a digit, _ or -; otherwise no text can cite it."
)
KINDS = [(value, value.replace("_", " ")) for value in Source.Kind.values]


class SourceForm(TextsForm):
    source_kind = forms.ChoiceField(
        label="Kind",
        choices=KINDS,
        help_text="What it is, not where it was found. Filing, court, statute, regulation, government and press"
        " release can carry the grade primary source; a newspaper's report of a filing is an article.",
    )
    title = NameField(required=True, help_text="As the publication itself has it.")
    authors = LinesField(help_text="One per line, family name first: Scanlon, R.")
    publisher = LineField(help_text="Who published the page or paper that was read.")
    published = PartialDateField(
        label="Published on", is_past=True, help_text="As precise as it is known: 2025-05-22, 2025-05, 2025."
    )
    url = WebAddressField(label="Address on the web", help_text="The page that was read.")
    archived_url = WebAddressField(
        label="Archived copy", help_text="A copy in a public archive, for when the page goes."
    )
    doi = DoiField(label="DOI", max_length=200, help_text="The identifier alone: 10.1145/3630106.3659037.")
    accessed = PartialDateField(label="Accessed on", is_past=True, help_text="When somebody of us last read it.")
    origin = LineField(
        help_text="Who first said it. Two reports of one release have one origin, and do not corroborate each other."
    )
    note = CleanField(
        help_text="What should be known of it, such as a paywall or a correction. Readers see it beside the source."
    )


class NewSourceForm(SourceForm):
    code = LineField(
        label="Key",
        required=True,
        max_length=80,
        validators=[*Source._meta.get_field("key").validators[:1], can_be_cited],
        help_text="How texts cite it: [@cnas-2026-sovereignty]. Author or publisher, year, a word. Permanent.",
    )
    field_order = ["code"]


class SourceForms(DocumentForms):
    form_class = SourceForm
