"""CSV for spreadsheets: no text in it becomes a formula, whatever the reader's spreadsheet takes for a separator."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

BYTE_ORDER_MARK = "\ufeff".encode()  # without it spreadsheets read names wrongly
# Where a cell may begin: at the front of the text and, in a spreadsheet that separates by anything but commas, after
# each separator and line end inside it, where our quotes mean nothing to it. There, perhaps behind blanks and quotes
# that it drops, stands what calculates (full-width too, OWASP "CSV Injection"); at the front also what hides it.
_FORMULA = re.compile(r'(?:^|(?<=[;|\t\r\n]))(?=(?:[^\S\t\r\n]|")*[=+\-@＝＋－＠])|^(?=[\t\r\n])')


def as_csv(columns: Sequence[str], rows: Iterable[Iterable[str | int | None]]) -> Iterator[bytes]:
    """Yield the file line by line (RFC 4180, UTF-8 with a byte order mark): `columns`, then `rows`, None as empty."""
    yield head(columns)
    yield from map(line, rows)


def head(columns: Sequence[str]) -> bytes:
    """Return the beginning of a file: its byte order mark and the names of its columns."""
    return BYTE_ORDER_MARK + _WRITER.writerow(columns)


def line(row: Iterable[str | int | None]) -> bytes:
    """Return one row as a line of the file."""
    return _WRITER.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in row])


def neutral(text: str) -> str:
    """Return `text` with an apostrophe, which makes a cell text, wherever a cell might begin with a formula."""
    return _FORMULA.sub("'", text)


class _Echo:
    """What csv.writer takes for a file: it gives every line back as bytes."""

    def write(self, line: str) -> bytes:
        return line.encode()


_WRITER = csv.writer(_Echo())
