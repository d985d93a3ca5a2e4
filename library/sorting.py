"""Folding text for sorting and matching, the same everywhere, free of the database's collation."""

import unicodedata


def fold(text: str) -> str:
    """Return `text` case-folded without marks: `Élan Straße` gives `elan strasse`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
