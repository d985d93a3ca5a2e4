"""Forms over a document: shown from it, read back into it; nothing here writes a row."""

from django import forms

from history.fields import LineField
from library.documents import Document

MOST_ROWS = 300
APPARATUS = ("code", "ORDER", "DELETE")  # fields of a row that are not its texts


class TextsForm(forms.Form):
    """Named texts of one document or row. `names` lists the fields that stand in it under the same name."""

    def read(self, before: dict) -> dict:
        """Return what was typed; a text that says what `before` says keeps its very form."""
        return {name: self._kept(name, before.get(name)) for name in self.fields if name not in APPARATUS}

    def _kept(self, name, before):
        typed = self.cleaned_data[name]
        if before is None or before == typed:
            return typed
        try:
            same = self.fields[name].clean(before) == typed
        except forms.ValidationError:
            same = False
        return before if same else typed


class NoteForm(forms.Form):
    """The change note: no version without one."""

    note = LineField(
        label="Change note",
        required=True,
        help_text="What you changed and why; it stands in the history for ever.",
        error_messages={"required": "Say in the change note what you changed and why."},
    )


class RowForm(TextsForm):
    """One row of a list; `row_key` names the field by which it is known."""

    row_key = ""

    @property
    def identity(self):
        """What the page calls the row; empty for a new one."""
        return self[self.row_key].value() or ""

    @property
    def anchor(self):
        """The row's part in the addresses of its fields: its code; of rows without one, their number in the form."""
        has_code = self.row_key in ("code", "pattern") and self.identity
        return self.identity if has_code else self.prefix

    @property
    def texts(self):
        """The fields to type in."""
        return [self[name] for name in self.fields if name not in APPARATUS and not self[name].is_hidden]

    def is_blank(self):
        """Whether nothing at all was typed into the row."""
        return not any(value for name, value in self.cleaned_data.items() if name not in ("ORDER", "DELETE"))


class CodedForm(RowForm):
    """A row with a code, which the house gives and a hidden field carries."""

    row_key = "code"
    code = forms.CharField(required=False, widget=forms.HiddenInput)

    def read(self, before):
        return {"code": self.cleaned_data["code"], **super().read(before)}


class NamedForm(RowForm):
    """A row that is known by one of its own texts, which therefore may not be empty."""

    nameless = "This row needs a name."

    def clean(self):
        named = self.cleaned_data.get(self.row_key) or self.row_key in self.errors
        if not named and not self.is_blank():
            self.add_error(self.row_key, self.nameless)


class RowList(forms.BaseFormSet):
    """The rows of one list, in the order of their numbers.

    `title` heads the list, `row_name` is what one row is called, `rules` says for each field what belongs into it.
    """

    form = CodedForm
    title = row_name = introduction = ""
    rules: tuple[tuple[str, str], ...] = ()
    # What Django's formset factory would set.
    extra, min_num, max_num, absolute_max = 0, 0, MOST_ROWS, MOST_ROWS + 50
    can_order = can_delete = can_delete_extra = True
    validate_min, validate_max = False, True
    renderer = None

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["ORDER"].label = "Place"
        form.fields["ORDER"].widget.attrs["class"] = "place"
        form.fields["DELETE"].label = f"Remove this {self.row_name}"

    @property
    def article(self):
        """What stands before the name of one row: an anchor, a move."""
        return "an" if self.row_name[0] in "aeiou" else "a"

    @property
    def shown(self):
        """The rows as the page lists them: in the order of the numbers typed."""

        def place(form):
            value = str(form["ORDER"].value() or "")
            return int(value) if value.isdecimal() and len(value) < 10 else len(self.forms) + 1

        return sorted(self.forms, key=place)

    def read(self, before: list[dict]) -> list[dict]:
        """Return the rows that were typed, in their order, without those marked as removed."""
        return [self.read_row(form, before) for form in self.ordered_forms if not form.is_blank()]

    def read_row(self, form, before: list[dict]) -> dict:
        """Return one row, on top of the row of the same identity in `before`."""
        key = form.row_key
        return form.read(next((row for row in before if row[key] == form.cleaned_data[key]), {}))


class DocumentForms:
    """The main form and the lists of one page. `lists` names the RowList of every list of rows."""

    form_class = TextsForm
    lists: dict[str, type[RowList]] = {}

    def __init__(self, document: Document, data=None, **options):
        """Show `document`, or bind what was posted in `data`, to be read on top of it."""
        self.document = document
        self.main = self.form_class(data, initial=None if data else self.initial(document), **options)
        self.rows = {
            name: row_list(data, prefix=name, initial=None if data else document[name], **self.options_of(name))
            for name, row_list in self.lists.items()
        }

    def initial(self, document: Document) -> dict:
        return document

    @property
    def contents(self):
        """Return anchor, title and rows (anchor, title) of every part that a long form jumps to."""
        return []

    def options_of(self, name: str) -> dict:
        """Return what list `name` needs beyond its rows."""
        return {}

    def is_valid(self) -> bool:
        return all([self.main.is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    def read(self) -> Document:
        """Return the document that was typed. Only of valid forms."""
        texts = self.main.read(self.initial(self.document))
        return {
            **self.document,
            **texts,
            **{name: rows.read(self.document[name]) for name, rows in self.rows.items()},
        }

    @property
    def forms(self):
        """Every single form of the page."""
        return [self.main, *(form for rows in self.rows.values() for form in rows.forms)]

    @property
    def problems(self):
        """Every field of the page that was refused, with the sentence; of the forms that would be saved."""
        return problems_of(self.forms)

    def lock(self) -> None:
        """Show everything and let nothing be typed."""
        for form in self.forms:
            for field in form.fields.values():
                field.disabled = True


def problems_of(shown):
    """Return every refused field of the forms `shown` with its sentence; of rows not marked as removed."""
    bound = [form for form in shown if form.is_bound and not form.data.get(f"{form.prefix}-DELETE")]
    return [
        (form[name], error)
        for form in bound
        for name in form.errors
        if name in form.fields
        for error in form.errors[name]
    ]


def with_one_more(data, name: str):
    """Return the posted `data` with one more empty row in list `name`, for who adds rows without scripts."""
    data = data.copy()
    count = data.get(f"{name}-TOTAL_FORMS", "")
    if count.isdecimal() and int(count) < MOST_ROWS:
        data[f"{name}-TOTAL_FORMS"] = str(int(count) + 1)
    return data
