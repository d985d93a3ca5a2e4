"""What indexes and matrix answer alike: the right spelling, the file of everything selected."""

from itertools import islice

from django.http import StreamingHttpResponse
from django.shortcuts import redirect

from library import frame, spreadsheets
from library.moments import today

LINES_PER_BLOCK = 500  # of a file, so that a line is not a packet


def respell(request, selection):
    """Lead to the address with the values as they are spelled, None when they are."""
    mended = selection.spelled(format=request.GET.get("format", ""))
    return frame.public(redirect(request.path + mended)) if mended else None


def wants_file(request):
    """Whether the selection was asked for as a file for spreadsheets."""
    return request.GET.get("format") == "csv"


def file(name, moment, columns, lines):
    """Answer with the lines as a file whose name says what it is and of which day."""
    written = spreadsheets.as_csv(columns, lines)
    response = StreamingHttpResponse(_blocks(written), content_type="text/csv; charset=utf-8; header=present")
    day = (moment.day or today()).isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="anteroom-{name}-{day}.csv"'
    return frame.public(response)


def _blocks(lines):
    while block := b"".join(islice(lines, LINES_PER_BLOCK)):
        yield block
