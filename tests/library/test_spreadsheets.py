"""No spreadsheet calculates what somebody wrote, whatever it takes for a separator."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.spreadsheets import as_csv, neutral

CALCULATES = "=+-@＝＋－＠"


def written(*rows):
    return b"".join(as_csv(["time", "reason"], rows)).decode().removeprefix("\ufeff")


def cells_by(separator, text):
    """The cells as a spreadsheet sees them that opens our file with `separator`; it drops blanks before them.

    Quotes count at the beginning of a cell only; what follows the closing one belongs to the cell.
    """
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return [cell.strip() for row in rows for cell in row]


def formulas(text):
    """The cells that calculate in a spreadsheet of any separator."""
    return [cell for separator in ",;\t|" for cell in cells_by(separator, text) if cell.startswith((*CALCULATES,))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("＝1", "'＝1"),
        (" =1", "' =1"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\tx", "'\tx"),
        ("\nx", "'\nx"),
        ('"=1', "'\"=1"),
        (";=1+1", ";'=1+1"),
        ('Said "no"; =1+1', 'Said "no";\' =1+1'),
        ('a;"=1";b', 'a;\'"=1";b'),
        ("a|@SUM(A1)", "a|'@SUM(A1)"),
        ("A list:\n\n- one\r\n- two", "A list:\n\n'- one\r\n'- two"),
    ],
)
def test_what_would_calculate_is_made_text(text, expected):
    assert neutral(text) == expected
    assert formulas(written(["2026", text])) == []


@pytest.mark.parametrize(
    "text", ["", "plain", "a=b", "one, -2, three", "e-mail@example.org", "1 + 1", "well; so", "'=1", "Éva | Otto"]
)
def test_what_would_not_stays_as_it_was_written(text):
    assert neutral(text) == text


def test_a_spreadsheet_would_calculate_what_is_only_quoted():
    """Why quoting is not enough: the measure sees the formula in the file as plain CSV writes it."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(["2026", "Said so, twice;=1+1;"])
    assert formulas(line.getvalue()) == ["=1+1"]


@given(st.lists(st.text(alphabet="=+-@＝\t\r\n;|,\"' ax"), min_size=1, max_size=3))
def test_no_text_calculates_and_none_is_lost(texts):
    text = written(["2026", *texts])
    assert formulas(text) == []
    first, row = csv.reader(io.StringIO(text, newline=""))
    assert first == ["time", "reason"] and row == ["2026", *map(neutral, texts)]
    for before, after in zip(texts, row[1:], strict=True):
        assert after.replace("'", "") == before.replace("'", "")


def test_numbers_stay_numbers_and_nothing_is_empty():
    assert written([-5, None], ["é", 12]) == "time,reason\r\n-5,\r\né,12\r\n"


def test_a_long_text_takes_no_time():
    assert len(neutral(";" * 1_000_000 + ' "' * 1_000_000 + "=")) == 3_000_002
