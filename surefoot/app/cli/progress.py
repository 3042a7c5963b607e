"""Progress bars on stderr, for people and not for pipes."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

from surefoot.app.cli.output import note, one_line

COUNT = re.compile(r"\d.*")
"""From the first number on, the words of a stage tell how far it is."""


class Bar(Protocol):
    """A progress bar that can be moved."""

    def move(self, done: int, total: int, words: str | None = None) -> None:
        """Say how much is done, and in other words than before where there are any."""


class _Silent:
    def move(self, done: int, total: int, words: str | None = None) -> None:
        """Say nothing."""


class Remarks:
    """What is being waited for: on a terminal a line that is written over, elsewhere a line for each new stage."""

    def __init__(self) -> None:
        self._stage = ""

    def say(self, words: str, before: str = "") -> None:
        """Say what is being waited for now; what goes `before` it is for terminals."""
        stage = COUNT.sub("", words)
        if sys.stderr.isatty():
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\x1b[K{one_line(before + words, width)}", end="", file=sys.stderr, flush=True)
        elif stage != self._stage:
            note(words)
        self._stage = stage

    def end(self) -> None:
        """Take the line away, so that something else can be said."""
        if self._stage and sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._stage = ""


@contextmanager
def bar(words: str, *, in_bytes: bool = False) -> Generator[Bar]:
    """Show a progress bar for the time of the block where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield _Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    amount = DownloadColumn() if in_bytes else MofNCompleteColumn()
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), amount, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(words, total=None)

        class Shown:
            def move(self, done: int, total: int, words: str | None = None) -> None:
                """Move the shown bar."""
                progress.update(task, completed=done, total=total or None)
                if words is not None:
                    progress.update(task, description=words)

        yield Shown()
