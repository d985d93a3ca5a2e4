"""Giving out codes: permanent, never reused, never renumbered."""

import re

from django.db.models.functions import Lower

from history.models import Code

LETTERS = {
    "sub_variants": ("V", "sub_variant"),
    "clauses": ("C", "clause"),
    "kill_list": ("K", "move"),
    "precedents": ("P", "precedent"),
    "anchors": ("A", "anchor"),
}
SHAPE = re.compile(r"[A-Za-z0-9.-]{1,60}")


class CodeTaken(ValueError):
    """A code that belongs to something else; the message says to what."""

    field = "code"


def claim(wanted: dict[str, str], owner: str) -> None:
    """Give every code in `wanted` (code to what it names) to item `owner`, or confirm that it has it.

    Raises what `free` raises.
    """
    for code in free(wanted, owner):
        Code(code=code, what=wanted[code], owner=owner).save()


def free(wanted: dict[str, str], owner: str) -> list[str]:
    """Return the codes in `wanted` that nothing has yet, the others being `owner`'s own.

    Raises CodeTaken when one was ever given to anything else, and ValueError for a malformed one.
    """
    for code in wanted:
        if not SHAPE.fullmatch(code):
            raise ValueError(f"“{code}” is not a code: use letters, digits, dots and hyphens, 60 at most")
    folded = Code.objects.annotate(folded=Lower("code")).filter(folded__in=[code.lower() for code in wanted])
    given = {row.code.lower(): row for row in folded}
    for code, what in wanted.items():
        row = given.get(code.lower())
        if row and (row.code, row.what, row.owner) != (code, what, owner):
            belongs = row.what if row.owner == row.code else f"{row.what} of {row.owner}"
            raise CodeTaken(f"the code {code} already belongs to the {belongs.replace('_', '-')} {row.code}")
    return [code for code in wanted if code.lower() not in given]


def next_code(owner: str, rows: str) -> str:
    """Give and return the next code of the list `rows` of item `owner`: `STC-K6` after `STC-K5`, for ever."""
    letter, what = LETTERS[rows]
    prefix = f"{owner}-{letter}"
    used = Code.objects.filter(code__startswith=prefix).values_list("code", flat=True)
    numbers = [int(code[len(prefix) :]) for code in used if code[len(prefix) :].isdecimal()]
    code = f"{prefix}{max(numbers, default=0) + 1}"
    claim({code: what}, owner)
    return code


def retired_codes(owner: str, in_use: set[str]) -> list[str]:
    """Return the codes once given to rows of `owner` that no row has now."""
    given = Code.objects.filter(owner=owner).exclude(code=owner).order_by("given_at", "code")
    return [code for code in given.values_list("code", flat=True) if code not in in_use]
