"""Who must know that a source or family was changed which stands inside other documents.

They register when the house starts, because nothing here may know of them.
"""

from collections.abc import Callable

from history.models import Draft

_listeners: list[Callable[..., None]] = []


def register(listener: Callable[..., None]) -> None:
    """Call `listener(draft, by=, note=)` for every new version of a source or family, in its transaction.

    Imports tell nobody: they bring whole corpora, and whoever imports submits what should be reviewed.
    """
    _listeners.append(listener)


def tell(draft: Draft, *, by, note: str) -> None:
    """Tell all who must know of the version that was just saved."""
    for listener in _listeners:
        listener(draft, by=by, note=note)
