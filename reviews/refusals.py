"""Refusals of the workflow: the wrong moment, what was shown and stands no more, a missing or endless note."""

from library import documents


class NotAllowed(Exception):
    """The moment is wrong; the message is a sentence for the person who tried."""


class Stale(NotAllowed):
    """What the person saw is not what stands now; nothing was recorded."""


class Unworded(NotAllowed):
    """A text that the step needs is missing, too short or too long."""


LONGEST_NOTE = 2_000  # characters; a note stands on the public page and in the ledger for ever
SHORTEST_REASON = 20  # characters; fewer explain nothing to a reader
FEWEST_LETTERS = 5  # different ones; “aaaa” and “. . . .” explain nothing either


def clean_note(text: str) -> str:
    """Return `text` cleaned. Raises Unworded when it is too long."""
    note = documents.clean_text(text)
    if len(note) > LONGEST_NOTE:
        raise Unworded(f"This note has {len(note):,} characters; use at most {LONGEST_NOTE:,}.")
    return note


def needed_note(text: str, sentence: str) -> str:
    """Return `text` cleaned. Raises Unworded with `sentence` when it is empty, and when it is too long."""
    note = clean_note(text)
    if not note.strip():
        raise Unworded(sentence)
    return note


def written_reason(text: str, sentence: str) -> str:
    """Return `text` cleaned. Raises Unworded with `sentence` when it is shorter than SHORTEST_REASON."""
    reason = needed_note(text, sentence)
    says = {letter for letter in reason if letter.isalnum()}
    if len(reason.strip()) < SHORTEST_REASON or len(says) < FEWEST_LETTERS:
        raise Unworded(f"{sentence} Use {SHORTEST_REASON} characters or more.")
    return reason
