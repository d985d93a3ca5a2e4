"""Receipts: codes that cannot be guessed and can be typed, such as `R-7F3K-92QD-4XTM`.

Eleven characters are drawn at random from the 32 of Crockford's base 32, which has no I, L, O and U: 55 bits, so
that nobody finds a status page by trying. The twelfth is a check character (Luhn's algorithm, ISO/IEC 7812-1, annex
B, over 32 values instead of 10): it tells a receipt that was mistyped from one that has been erased.
"""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DRAWN = 11
READ_AS = str.maketrans("OILU", "011V")
CODE = re.compile(f"R([{ALPHABET}]{{{DRAWN + 1}}})")


def make() -> str:
    """Return a new receipt."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(DRAWN))
    return _written(drawn + _check_character(drawn))


def read(typed: str) -> str:
    """Return the receipt that somebody typed as it is written, empty when a character is missing or wrong.

    Case, hyphens and blanks do not matter; I and L are read as 1, O as 0, U as V.
    """
    letters = re.sub(r"[\s–-]+", "", typed[:100]).upper()
    found = CODE.fullmatch(letters[:1] + letters[1:].translate(READ_AS))
    if found is None or _check_character(found[1][:-1]) != found[1][-1]:
        return ""
    return _written(found[1])


def _written(code: str) -> str:
    return "-".join(["R", code[:4], code[4:8], code[8:]])


def _check_character(code: str) -> str:
    """Return what makes Luhn's sum of the whole a multiple of 32; one wrong character never keeps it."""
    size, total = len(ALPHABET), 0
    for place, character in enumerate(reversed(code)):
        value = ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += value // size + value % size
    return ALPHABET[-total % size]
