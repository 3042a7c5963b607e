"""What `surefoot up` tells a person: the address, how far the loading is, and what went wrong."""

from __future__ import annotations

import sys
from contextlib import ExitStack

from surefoot.app.cli.output import note, print_json, say
from surefoot.app.cli.progress import Bar, Remarks, bar
from surefoot.app.client.forms import EngineStatus, Status

MEANWHILE = "Answering with quotes while the language model loads"
BAR_WORDS = "Language model"
MEGABYTE = 1_000_000
PIPE_STEPS = 10
"""Lines that a whole download takes where no bar can be shown."""


class Announcer:
    """Says each thing once; progress moves on a terminal and is a line now and then elsewhere."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._said = ""
        self._remarks = Remarks()
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
        on_its_way = engine.state in {"downloading", "loading"}
        if status.loading:
            self._remarks.say(status.loading, before=f"Language model: {_amount(engine)} · " if on_its_way else "")
        elif on_its_way:
            self._coming(engine)
        else:
            self._once(_settled(engine))
        return on_its_way or status.loading is not None

    def say(self, text: str) -> None:
        """Say something that has happened."""
        self.quiet()
        note(text)

    def quiet(self) -> None:
        """Take the progress bar, or the line of what is being loaded, away."""
        self._remarks.end()
        if self._shown is not None:
            self._shown[0].close()
            self._shown = None

    def _coming(self, engine: EngineStatus) -> None:
        if not (sys.stderr.isatty() and engine.bytes_total):
            self._once(f"{MEANWHILE}: {engine.stage or engine.state}{_tenth(engine)}")
        elif self._shown is None:
            self._once(f"{MEANWHILE} ({_amount(engine)}).")
            stack = ExitStack()
            self._shown = (stack, stack.enter_context(bar(BAR_WORDS, in_bytes=True)))
        else:
            self._shown[1].move(engine.bytes_done, engine.bytes_total)

    def _once(self, words: str) -> None:
        if words != self._said:
            self._said = words
            self.say(words)


def _amount(engine: EngineStatus) -> str:
    """How much of a model is here, or what is done with it."""
    if not engine.bytes_total or engine.state == "loading":
        return engine.stage or engine.state
    return f"{engine.bytes_done // MEGABYTE} of {engine.bytes_total // MEGABYTE} MB"


def _tenth(engine: EngineStatus) -> str:
    """How much of a model is here, to a tenth of it, so that a pipe gets ten lines and no more."""
    if not engine.bytes_total:
        return ""
    done = engine.bytes_done * PIPE_STEPS // engine.bytes_total * engine.bytes_total // PIPE_STEPS
    return f" ({done // MEGABYTE} MB of {engine.bytes_total // MEGABYTE} MB)"


def _settled(engine: EngineStatus) -> str:
    match engine.state:
        case "ready":
            return f"Answering with {engine.model or 'the language model'}. Ctrl-C stops it all."
        case "failed":
            return f"The language model cannot be used: {engine.reason or engine.stage}. Answering with quotes."
        case _:
            return "Answering with quotes alone: no language model is set. Ctrl-C stops it all."
