"""What other parts of the house have to say to an editor about a draft that was just saved.

They register what they say when the house starts, because nothing here may know of them.
"""

from collections.abc import Callable

from history.models import Draft

_speakers: list[Callable[[Draft], str]] = []


def register(speaker: Callable[[Draft], str]) -> None:
    """Let `speaker` say a sentence about every draft that is saved; empty for nothing to say."""
    _speakers.append(speaker)


def about(draft: Draft) -> list[str]:
    """Return the sentences about `draft`, which may hold safe HTML."""
    return [sentence for speaker in _speakers if (sentence := speaker(draft))]
