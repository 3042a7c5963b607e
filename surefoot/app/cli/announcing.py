"""What `surefoot up` tells a person: the address, how far the loading is, and what went wrong."""

from __future__ import annotations

import sys
from contextlib import ExitStack

from surefoot.app.cli.output import note, print_json, say
from surefoot.app.cli.progress import Bar, bar
from surefoot.app.client.forms import EngineStatus, Status

MEGABYTE = 1_000_000
PIPE_STEPS = 10
"""Lines that a whole download takes where no bar can be shown."""


class Announcer:
    """Says each thing once; progress moves on a terminal and is a line now and then elsewhere."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._said = ""
        self._shown: tuple[ExitStack, Bar] | None = None

    def address(self, pages: str, api: str) -> None:
        """Say where the pages are."""
        self.quiet()
        if self._as_json:
            print_json({"url": pages, "api": api})
            sys.stdout.flush()
        else:
            say(f"\nSurefoot is at  {pages}\n")

    def progress(self, status: Status) -> bool:
        """Say what is being loaded, where that has changed; False when nothing is any more."""
        engine = status.engine
        if status.loading:
            self._once(status.loading)
        elif engine.state in {"downloading", "loading"}:
            self._coming(engine)
        else:
            self._once(_settled(engine))
            return False
        return True

    def say(self, text: str) -> None:
        """Say something that has happened."""
        self.quiet()
        note(text)

    def quiet(self) -> None:
        """Take the progress bar away."""
        if self._shown is not None:
            self._shown[0].close()
            self._shown = None

    def _coming(self, engine: EngineStatus) -> None:
        total = engine.bytes_total
        words = f"Answering with quotes while the language model loads: {engine.stage or engine.state}"
        if sys.stderr.isatty() and total:
            self._moved(words, engine)
            return
        if total:
            step = engine.bytes_done * PIPE_STEPS // total
            words += f" ({step * total // PIPE_STEPS // MEGABYTE} MB of {total // MEGABYTE} MB)"
        self._once(words)

    def _moved(self, words: str, engine: EngineStatus) -> None:
        if self._shown is None:
            stack = ExitStack()
            self._shown = (stack, stack.enter_context(bar(words, in_bytes=True)))
        self._shown[1].move(engine.bytes_done, engine.bytes_total, words)

    def _once(self, words: str) -> None:
        if words != self._said:
            self._said = words
            self.say(words)


def _settled(engine: EngineStatus) -> str:
    match engine.state:
        case "ready":
            return f"Answering with {engine.model or 'the language model'}. Ctrl-C stops it all."
        case "failed":
            return f"The language model cannot be used: {engine.reason or engine.stage}. Answering with quotes."
        case _:
            return "Answering with quotes alone: no language model is set. Ctrl-C stops it all."
