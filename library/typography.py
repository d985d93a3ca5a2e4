"""Curly quotes and apostrophes for text that was typed with straight ones; the signed bytes stay as they are."""

import re

# Tags and code pass unchanged; of the rest only the straight marks are matched.
MARKS = re.compile(r"<code>.*?</code>|<[^>]*>|'|\"", re.DOTALL)
OPENS_AFTER = re.compile(r"(?:^|[\s(\[“‘—–/>-])$")


def curly(html: str) -> str:
    """Return `html` with typographic quotes and apostrophes in its text."""
    if "'" not in html and '"' not in html:
        return html
    return MARKS.sub(_curl, html)


def typeset(row: dict, *fields: str) -> dict:
    """Return `row` with the plain text of its `fields` curled; a field that it lacks stays away."""
    return {**row, **{name: curly(row[name]) for name in fields if name in row}}


def _curl(match: re.Match) -> str:
    mark = match[0]
    if mark not in ("'", '"'):
        return mark
    before = match.string[max(match.start() - 1, 0) : match.start()]
    after = match.string[match.end() : match.end() + 1]
    opens = bool(OPENS_AFTER.search(before)) and bool(after.strip())
    if mark == '"':
        return "“" if opens else "”"
    return "‘" if opens and not after.isdigit() else "’"
