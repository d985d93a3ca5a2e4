"""The forms of a family."""

from django import forms

from history.fields import CleanField, NameField
from history.forms import DocumentForms, TextsForm
from patterns.forms import SlugField


class NewFamilyForm(forms.Form):
    code = SlugField(label="Short name", help_text="Small letters, digits and hyphens. Permanent.")
    name = NameField(required=True, help_text="As it stands on the pages, such as Sovereign.")


class FamilyForm(TextsForm):
    name = NameField(required=True, help_text="Stands on every pattern of the family; their drafts follow a change.")
    description = CleanField(help_text="What the patterns of this family have in common.")


class FamilyForms(DocumentForms):
    form_class = FamilyForm
