"""Form fields whose values can stand in a document: cleaned as all text is, refused with a sentence."""

import re
from datetime import date
from urllib.parse import urlsplit

from django import forms
from django.utils import timezone

from history.words import sentence_case
from library.documents import NotClean, clean_line, clean_text

LONGEST_NAME = 300  # characters of a title or name; the longest of the starter corpus has fewer than 160
LONGEST = 100_000  # characters of one text; the longest text of the starter corpus has 3,000
KEY_SHAPE = re.compile(r"[A-Za-z0-9_.:-]{1,80}")  # of a source; a new one must also be citable
LONGEST_PATTERN_CODE = 54  # so that `-K9999` still fits into the 60 of a row's code


class CleanField(forms.CharField):
    """A text that `clean` accepts, at most LONGEST characters of it."""

    clean_with = staticmethod(clean_text)
    widget = forms.Textarea
    names_sources = False  # whether its page lists the sources named in it

    def __init__(self, **options):
        super().__init__(**{"required": False, "strip": False, **options})

    def widget_attrs(self, widget):
        return {"class": "prose", "rows": 4}

    def to_python(self, value):
        text = value or ""
        if len(text) > LONGEST:
            raise forms.ValidationError(
                f"This text has {len(text):,} characters; one field takes at most {LONGEST:,}. Shorten or divide it."
            )
        try:
            return self.clean_with(text)
        except NotClean as problem:
            raise forms.ValidationError(f"{sentence_case(str(problem))}.") from problem


def check_key(text):
    """Refuse what cannot be the key of a source."""
    if not KEY_SHAPE.fullmatch(text):
        told = text if len(text) <= 80 else f"{text[:77]}..."
        raise forms.ValidationError(
            f"“{told}” cannot be the key of a source. Use letters, digits and _ . : -, 80 at most."
        )


class ProseField(CleanField):
    """Markdown with citations; the page lists under it what its citations resolve to."""

    names_sources = True

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "data-cites": ""}


class LineField(CleanField):
    """A text of one line."""

    clean_with = staticmethod(clean_line)
    widget = forms.TextInput

    def widget_attrs(self, widget):
        return {"class": "line"}


class NameField(LineField):
    """A title or a name, short enough to stand in a list."""

    def validate(self, value):
        super().validate(value)
        if len(value) > LONGEST_NAME:
            raise forms.ValidationError(
                f"This has {len(value):,} characters; a title or name takes at most {LONGEST_NAME}. Shorten it."
            )


class CountryField(LineField):
    """The two letters of a country, in capitals."""

    def to_python(self, value):
        return super().to_python(value).upper()

    def validate(self, value):
        super().validate(value)
        if value and not re.fullmatch("[A-Z]{2}", value):
            raise forms.ValidationError("Write the country’s two letters, such as AE, or nothing where it has none.")


class DoiField(LineField):
    """A digital object identifier, without the address of a resolver."""

    def validate(self, value):
        super().validate(value)
        if value and not re.fullmatch(r"10\.[^\s/]+/\S+", value):
            raise forms.ValidationError("A DOI begins with 10. and holds a slash, such as 10.1145/3630106.3659037.")


class SourceKeyField(LineField):
    """The key of one source; a list of sources opens while typing."""

    names_sources = True

    def __init__(self, **options):
        super().__init__(**{"validators": [check_key], **options})

    def widget_attrs(self, widget):
        return {"class": "line key", "data-source": "", "autocomplete": "off", "spellcheck": "false"}


class PartialDateField(LineField):
    """A date as precise as it is known: 2025-05-22, 2025-05 or 2025."""

    SHAPE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)

    def __init__(self, *, is_past=False, **options):
        """`is_past`: the day, or the first day of the month or year, may not lie after today (UTC)."""
        self.is_past = is_past
        super().__init__(**options)

    def widget_attrs(self, widget):
        return {"class": "date", "placeholder": "2025-05-22"}

    def validate(self, value):
        super().validate(value)
        if not value:
            return
        shape = self.SHAPE.fullmatch(value)
        if not shape:
            raise forms.ValidationError("Write the date as 2025-05-22, 2025-05 or 2025, as precise as it is known.")
        try:
            first = date(*(int(part or 1) for part in shape.groups()))
        except ValueError:
            raise forms.ValidationError(f"There is no day {value} in the calendar.") from None
        if self.is_past and first > timezone.now().date():
            raise forms.ValidationError(f"{value} lies in the future; write the date on which it happened.")


class WebAddressField(LineField):
    """An http or https address."""

    def widget_attrs(self, widget):
        return {"class": "line", "inputmode": "url", "spellcheck": "false"}

    def validate(self, value):
        super().validate(value)
        if value and not is_web_address(value):
            raise forms.ValidationError("Write a whole address that begins with https:// or http://.")


def is_web_address(text):
    """Whether `text` is an http or https address with a host and without blanks."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text


class LinesField(CleanField):
    """A list, one entry per line; empty lines are left out."""

    def widget_attrs(self, widget):
        return {"class": "lines", "rows": 3}

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        if isinstance(value, list):
            value = "\n".join(value)
        lines = [clean_line(line) for line in super().to_python(value).split("\n")]
        return [line for line in lines if line]


class PinpointsField(CleanField):
    """Sources with their pinpoints, one per line: `key` or `key, p. 12`."""

    names_sources = True

    def widget_attrs(self, widget):
        return {"class": "lines", "rows": 2, "data-source": "", "spellcheck": "false"}

    def prepare_value(self, value):
        if not isinstance(value, list):
            return value
        return "\n".join(", ".join(filter(None, (row["source"], row["pinpoint"]))) for row in value)

    def to_python(self, value):
        if isinstance(value, list):
            value = self.prepare_value(value)
        rows = []
        for line in super().to_python(value).split("\n"):
            key, _, pinpoint = clean_line(line).partition(",")
            if key.strip():
                rows.append({"source": key.strip(), "pinpoint": pinpoint.strip()})
        keys = [row["source"] for row in rows]
        for key in keys:
            check_key(key)
        if double := next((key for key in keys if keys.count(key) > 1), None):
            raise forms.ValidationError(f"The source {double} stands twice; join the two lines.")
        return rows
