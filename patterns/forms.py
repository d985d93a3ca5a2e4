"""The forms of a pattern; their help texts carry the editorial rules."""

from django import forms
from django.db.models import Q

from history import archive
from history.codes import SHAPE
from history.fields import (
    LONGEST_PATTERN_CODE,
    LineField,
    LinesField,
    NameField,
    PartialDateField,
    ProseField,
    SourceKeyField,
)
from history.forms import CodedForm, DocumentForms, RowList, TextsForm
from history.models import Code
from library.definitions import GROUPS
from patterns.models import Family, Move, Pattern, slug_shape


class CodeField(LineField):
    """A permanent code."""

    def validate(self, value):
        super().validate(value)
        if value and not SHAPE.fullmatch(value):
            raise forms.ValidationError("Use letters, digits, dots and hyphens, 60 at most.")


class SlugField(LineField):
    """The item's place in its public address."""

    def __init__(self, **options):
        super().__init__(
            **{
                "label": "Address",
                "required": True,
                "max_length": 80,
                "validators": [slug_shape],
                "help_text": "Small letters, digits and hyphens. An address once public is never given to another"
                " item; after a change the old one leads to the new one.",
                **options,
            }
        )


class FamilyField(forms.ModelChoiceField):
    """The families in use; an archived one only as long as a pattern that was restored is still in it."""

    def __init__(self, **options):
        held = Q(slug__in=Pattern.objects.values("family__slug"))
        offered = Family.objects.filter(held | ~Q(slug__in=archive.codes("family")))
        super().__init__(offered, to_field_name="slug", **options)


class NewPatternForm(forms.Form):
    """What a pattern needs to exist; everything else is typed afterwards."""

    code = CodeField(
        required=True,
        max_length=LONGEST_PATTERN_CODE,
        help_text="Short and permanent, such as STC. It is never reused and names every row: STC-K1.",
    )
    slug = SlugField()
    family = FamilyField()
    title = NameField(required=True, help_text="The name of the structure, such as Sovereign Trade Capacity.")


class PatternForm(TextsForm):
    slug = SlugField()
    family = FamilyField(help_text="Chosen among the families.")
    tags = LinesField(help_text="One per line.")
    title = NameField(required=True, help_text="The name of the structure, such as Sovereign Trade Capacity.")
    subtitle = LineField(help_text="One line that tells a reader what the structure is.")
    in_brief = ProseField(
        help_text="What it is, in a paragraph that can be quoted. Cite with [@key] or [@key, p. 12]; several as"
        " [@a; @b]. Name an organisation only with a citation."
    )
    fits_when = ProseField(label="Fits when", help_text="The conditions under which the pattern applies, as a list.")
    does_not_fit_when = ProseField(
        label="Does not fit when", help_text="Where it misleads, and which pattern to read instead."
    )
    structure = ProseField(
        help_text="Who stands where, which instruments bind them, and in what order things happen."
    )


class SubVariantForm(CodedForm):
    name = NameField()
    description = ProseField()


class ClauseForm(CodedForm):
    title = NameField()
    text = ProseField()
    negotiate = ProseField(label="What to negotiate")


class MoveForm(CodedForm):
    move = ProseField()
    mechanism = ProseField(label="Mechanism: why it fails")
    mitigation = ProseField(label="Mitigation: what to do instead")
    grounding = forms.ChoiceField(required=False, choices=[("", "not said yet"), *Move.Grounding.choices])


class PrecedentForm(CodedForm):
    title = NameField()
    forum = LineField()
    date = PartialDateField()
    status = LineField()
    source = SourceKeyField()
    relevance = ProseField()


class AnchorForm(CodedForm):
    source = SourceKeyField()
    finding = ProseField()


class SubVariantRows(RowList):
    form = SubVariantForm
    title, row_name = "Sub-variants", "sub-variant"
    introduction = "The forms in which the pattern appears. At least one before review."
    rules = (("Description", "What is particular about this form, with a citation for every public deal it names."),)


class ClauseRows(RowList):
    form = ClauseForm
    title, row_name = "Example clauses", "clause"
    introduction = "Hypothetical topics, always shown under the disclaimer that they are not deal terms."
    rules = (
        ("Text", "Write wording as an illustration; never copy a clause from a real contract."),
        ("What to negotiate", "What each side will ask for, and where a fair middle lies."),
    )


class MoveRows(RowList):
    form = MoveForm
    title, row_name = "Kill list", "move"
    introduction = "Intuitive moves that predictably fail for this pattern. At least three before review."
    rules = (
        ("Move", "What a sensible deal team would do, in its own words."),
        (
            "Mechanism",
            "Say why it fails. If the grounding is inferred, write it as a warning, not as a known failure.",
        ),
        ("Mitigation", "Must act on the mechanism named above, not on its symptoms."),
        ("Grounding", " ".join(f"{one.word}: {one.meaning}" for one in GROUPS["Grounding of a move"])),
    )


class PrecedentRows(RowList):
    form = PrecedentForm
    title, row_name = "Precedents", "precedent"
    introduction = "Litigation and regulatory action that counsel reasons against. Each needs a source before review."
    rules = (
        ("Date", "As precise as it is known: 2025-01-15, 2025-01 or 2025."),
        ("Relevance", "What follows for this pattern. It orients and is no legal advice."),
    )


class AnchorRows(RowList):
    form = AnchorForm
    title, row_name = "Scholarly anchors", "anchor"
    introduction = "Primary research the pattern rests on. At least one before review."
    rules = (("Finding", "What the work found, in a sentence its author would accept."),)


class PatternForms(DocumentForms):
    """Everything on a pattern's page."""

    form_class = PatternForm
    lists = {
        "sub_variants": SubVariantRows,
        "clauses": ClauseRows,
        "kill_list": MoveRows,
        "precedents": PrecedentRows,
        "anchors": AnchorRows,
    }

    @property
    def contents(self):
        texts = [("field-in_brief", "Brief", []), ("field-structure", "Structure", [])]
        return [*texts, *(self._part(name) for name in self.lists)]

    def _part(self, name):
        shown = self.rows[name].shown if name == "kill_list" else []
        moves = [(f"row-{form.anchor}", form.identity or "new move") for form in shown]
        return f"field-{name}", self.rows[name].title, moves

    def initial(self, document):
        return {**document, "family": document["family"]["slug"]}

    def is_valid(self):
        return super().is_valid() and self._codes_are_its_own()

    def read(self):
        document = super().read()
        family = self.main.cleaned_data["family"]
        return {**document, "family": {"slug": family.slug, "name": family.name}}

    def _codes_are_its_own(self):
        """Codes are given by the house: a row may carry one that this pattern has or had, or none."""
        typed = {form.cleaned_data.get("code") for rows in self.rows.values() for form in rows.forms}
        mine = set(Code.objects.filter(owner=self.document["code"]).values_list("code", flat=True))
        for code in sorted(typed - mine - {"", None}):
            self.main.add_error(None, f"{code} is no code of this pattern; new rows get theirs when they are saved.")
        return self.main.is_valid()
