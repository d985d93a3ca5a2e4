"""A progress bar on a terminal; nothing anywhere else."""

import shutil
import sys
from typing import TextIO

WIDTH = 24


class Progress:
    """Counts steps under a title. `total` may come later, when it is known."""

    def __init__(self, title: str, total: int = 0, stream: TextIO | None = None):
        self.stream = stream or sys.stderr
        self.title, self.total, self.done = title, total, 0
        self.is_shown = self.stream.isatty()

    def expect(self, total: int) -> None:
        """Say how many steps there are."""
        self.total = total

    def step(self, name: str) -> None:
        """Show that the step `name` begins."""
        self.done += 1
        if not self.is_shown:
            return
        share = self.done / self.total if self.total else 0
        bar = "#" * round(share * WIDTH)
        counted = f"[{bar:<{WIDTH}}] {self.done}/{self.total} " if self.total else f"{self.done} "
        columns = shutil.get_terminal_size().columns - 1
        self.stream.write("\r" + f"{self.title} {counted}{name}"[:columns].ljust(columns))
        self.stream.flush()

    def end(self) -> None:
        """Clear the line."""
        if self.is_shown:
            self.stream.write("\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r")
            self.stream.flush()
