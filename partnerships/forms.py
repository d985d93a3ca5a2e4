"""The forms of a partnership; their help texts carry the editorial rules."""

from django import forms
from django.db.models import Q

from history import archive
from history.fields import (
    CleanField,
    CountryField,
    LineField,
    LinesField,
    NameField,
    PartialDateField,
    ProseField,
    SourceKeyField,
)
from history.forms import DocumentForms, NamedForm, RowList, TextsForm
from history.words import sentence_case
from partnerships.composition import refuse_doubles
from partnerships.exhibit_forms import empty_exhibit
from partnerships.models import Partnership
from patterns.forms import CodeField, SlugField
from patterns.models import Pattern

GRADES = [
    (
        "primary_source",
        "primary source: a filing, court text, statute, government text or release says it first-hand",
    ),
    ("corroborated", "corroborated: two secondary sources of different origin"),
    ("single_source", "single source: may be signed off, and every page says so"),
    ("rumored", "rumored: stays a draft, is never published"),
]
STATUSES = [(value, value) for value in Partnership.Status.values]


class GradeField(forms.ChoiceField):
    def __init__(self):
        super().__init__(
            label="Confidence",
            choices=GRADES,
            help_text="The grade is checked against the sources below: primary source needs one of a first-hand kind"
            " marked first-party; corroborated needs two of different origin.",
        )


class NewPartnershipForm(forms.Form):
    """What a partnership needs to exist; everything else is typed afterwards."""

    code = CodeField(required=True, help_text="Permanent, such as stargate-uae. It is never reused.")
    slug = SlugField()
    name = NameField(required=True, help_text="As the public knows the deal, such as Stargate UAE.")
    confidence = GradeField()


class CopyForm(forms.Form):
    """What tells the new partnership from the one it is started from."""

    code = CodeField(required=True, help_text="Permanent, such as stargate-uae. It is never reused.")
    slug = SlugField()
    name = NameField(required=True, help_text="As the public knows the deal, such as Stargate UAE.")
    with_scores = forms.BooleanField(
        required=False,
        label="With scores and evidence",
        help_text="Leave it open unless the terms are the same: evidence says what one deal shows.",
    )


class PartnershipForm(TextsForm):
    slug = SlugField()
    name = NameField(required=True, help_text="As the public knows the deal.")
    aliases = LinesField(label="Other names", help_text="One per line.")
    announced = PartialDateField(help_text="As precise as it is known: 2025-05-22, 2025-05 or 2025. No more.")
    status = forms.ChoiceField(choices=STATUSES, help_text="What is known today; unknown is an honest answer.")
    status_note = ProseField(
        label="Note on the status", help_text="What is settled and what is not, with dates and citations."
    )
    summary = ProseField(
        help_text="What was announced, by whom and when; every statement with its source. What rests on rumour is"
        " marked *(unconfirmed)*."
    )
    confidence = GradeField()


class PartyForm(NamedForm):
    row_key = "name"
    nameless = "Name the party, or remove the row."
    name = NameField()
    country = CountryField()
    role = LineField()


class SupportForm(NamedForm):
    row_key = "source"
    nameless = "Name the source, or remove the row."
    source = SourceKeyField()
    supports = CleanField(label="What it supports")
    first_party = forms.BooleanField(required=False, label="First-party on the core fact")


class ExhibitForm(NamedForm):
    row_key = "pattern"
    nameless = "Choose the pattern, or remove the row."
    pattern = forms.ChoiceField(required=False)

    def __init__(self, *args, patterns, **options):
        super().__init__(*args, **options)
        self.fields["pattern"].choices = [("", "choose a pattern"), *patterns]


class PartyRows(RowList):
    form = PartyForm
    title, row_name = "Parties", "party"
    introduction = "At least two before review. A party is named once."
    rules = (
        ("Country", "Two letters, such as AE; empty where it has no meaning."),
        ("Role", "What it does in this deal, such as operator or host."),
    )


class SupportRows(RowList):
    form = SupportForm
    title, row_name = "Sources", "source"
    introduction = "What the partnership rests on; the grade is checked against these rows."
    rules = (
        ("What it supports", "The fact that this source carries."),
        ("First-party", "The source speaks for a party, court or authority on the core fact: that the deal exists."),
    )


class ExhibitRows(RowList):
    form = ExhibitForm
    title, row_name = "Patterns shown", "pattern"
    introduction = "Each pattern has a page of its own here, with its sub-variants and scores. Add it, save, open it."

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if index is not None and index < self.initial_form_count():
            form.fields["pattern"].widget = forms.HiddenInput()


class PartnershipForms(DocumentForms):
    """Everything on a partnership's page but the scorecards, which have pages of their own."""

    form_class = PartnershipForm
    lists = {"parties": PartyRows, "sources": SupportRows, "exhibits": ExhibitRows}

    def options_of(self, name):
        return {"form_kwargs": {"patterns": pattern_choices(self.document)}} if name == "exhibits" else {}

    def is_valid(self):
        return super().is_valid() and self._nothing_stands_twice()

    def read(self):
        document = super().read()
        known = {exhibit["pattern"]: exhibit for exhibit in self.document["exhibits"]}
        shown = [known.get(row["pattern"]) or empty_exhibit(row["pattern"]) for row in document["exhibits"]]
        return {**document, "exhibits": shown}

    def _nothing_stands_twice(self):
        try:
            refuse_doubles(self.read())
        except ValueError as problem:
            self.main.add_error(None, f"{sentence_case(str(problem))}.")
        return self.main.is_valid()


def pattern_choices(document):
    """Return code and title of every pattern in use, and of those in `document`, archived or without a draft."""
    shown = {exhibit["pattern"]: exhibit["pattern"] for exhibit in document["exhibits"]}
    offered = Pattern.objects.filter(~Q(code__in=archive.codes("pattern")) | Q(code__in=shown))
    return list({**shown, **{pattern.code: f"{pattern.code} {pattern.title}" for pattern in offered}}.items())
