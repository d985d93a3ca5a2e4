"""Comparisons as the desk shows them: see `history.differences`, where the admin's refused page reads them too."""

from history.differences import Told, tell

__all__ = ["Told", "tell"]
