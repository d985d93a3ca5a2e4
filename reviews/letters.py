"""Which event is told to whom, and in which words: one table from event to letter."""

from reviews.models import Event


def about(event: Event) -> None:
    """Write the letters that `event` makes due, in the caller's transaction."""
