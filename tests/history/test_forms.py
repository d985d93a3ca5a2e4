"""Texts pass through a form unharmed, and lists through their lines."""

from datetime import UTC, datetime

import pytest
from django import forms

from history.fields import LONGEST, CountryField, LinesField, PartialDateField, PinpointsField, ProseField
from history.forms import MOST_ROWS, TextsForm, with_one_more


class BriefForm(TextsForm):
    brief = ProseField()


def read(typed, before):
    form = BriefForm({"brief": typed})
    assert form.is_valid()
    return form.read({"brief": before})["brief"]


def test_a_text_that_says_the_same_keeps_its_very_form():
    old = "one  \nline"  # imported before texts were cleaned as they are today
    assert read("one\r\nline", old) == old
    assert read("another\r\nline ", old) == "another\nline"


def test_a_text_that_would_be_refused_today_can_be_replaced():
    assert read("short", "x" * (LONGEST + 1)) == "short"


@pytest.mark.parametrize("typed", ["2025", "2025-02", "2024-02-29", ""])
def test_dates_are_as_precise_as_typed(typed):
    assert PartialDateField().clean(typed) == typed


@pytest.mark.parametrize("typed", ["25", "2025-2", "2025-02-29", "0000", "٢٠٢٥", "2025-01-01-01", "2025-00"])
def test_what_is_no_date_is_refused(typed):
    with pytest.raises(forms.ValidationError):
        PartialDateField().clean(typed)


def test_a_country_is_written_in_capitals():
    assert [CountryField().clean(typed) for typed in ("ae", " AE ", "")] == ["AE", "AE", ""]


def test_a_date_in_the_past_reaches_to_today(monkeypatch):
    now = datetime(2026, 11, 22, 0, 41, tzinfo=UTC)
    monkeypatch.setattr("history.fields.timezone.now", lambda: now)
    field = PartialDateField(is_past=True)
    assert [field.clean(typed) for typed in ("2026-11-22", "2026-11", "2026")] == ["2026-11-22", "2026-11", "2026"]
    for typed in ("2026-11-23", "2026-12", "2027"):
        with pytest.raises(forms.ValidationError, match="lies in the future"):
            field.clean(typed)


def test_lists_pass_through_lines():
    field = LinesField()
    assert field.clean(" one \r\n\r\ntwo") == ["one", "two"]
    assert field.clean(field.prepare_value(["one", "two"])) == ["one", "two"]


def test_pinpoints_pass_through_lines():
    field = PinpointsField()
    rows = [{"source": "a", "pinpoint": "p. 1, 2"}, {"source": "b", "pinpoint": ""}]
    assert field.prepare_value(rows) == "a, p. 1, 2\nb"
    assert field.clean(field.prepare_value(rows)) == field.clean(rows) == rows


def test_one_more_row_has_its_limit():
    from django.http import QueryDict

    few, many = QueryDict("moves-TOTAL_FORMS=3"), QueryDict(f"moves-TOTAL_FORMS={MOST_ROWS}")
    assert with_one_more(few, "moves")["moves-TOTAL_FORMS"] == "4"
    assert with_one_more(many, "moves")["moves-TOTAL_FORMS"] == str(MOST_ROWS)
    assert with_one_more(few, "nothing") == few
