"""Folding text for sorting and searching, the same everywhere, free of the database's collation."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
LONGEST = 100  # characters of a word that count
# Letters that Unicode takes for letters of their own, as people type them on a keyboard without them.
BARE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})


def fold(text: str) -> str:
    """Return `text` case-folded without marks: `Élan Straße` gives `elan strasse`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold()  # once more: ™ decomposes to TM
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).translate(BARE)


def words(text: str) -> list[str]:
    """Return the words of `text` folded, one for each match of WORD: `L’Élan, K-3` gives `l`, `elan`, `k`, `3`."""
    return [fold_word(word) for word in WORD.findall(text)]


def fold_word(word: str) -> str:
    """Return one match of WORD folded, again letters and digits only; `_` for what folds to nothing."""
    return "".join(WORD.findall(fold(word)))[:LONGEST] or "_"
