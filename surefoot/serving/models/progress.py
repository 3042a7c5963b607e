"""Counts bytes on their way into the weight store, for a progress bar, and carries the wish to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from surefoot.serving.errors import FetchStopped

REPORT_EVERY = 0.1
"""Seconds between two reports of the same stage."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a fetch has come."""

    stage: str
    """In words, for people: what is being done now."""
    name: str
    """The model or file that is being fetched."""
    bytes_done: int
    bytes_total: int


ReportProgress = Callable[[Progress], None]


def quietly(_progress: Progress) -> None:
    """Report to nobody."""


class Meter:
    """The bytes of one fetch, counted by several threads; reports are made one at a time."""

    def __init__(self, name: str, total: int, report: ReportProgress, stop: threading.Event) -> None:
        self._name = name
        self._total = total
        self._report = report
        self._stop = stop
        self._lock = threading.Lock()
        self._done = 0
        self._stage = "starting"
        self._reported_at = 0.0

    def add(self, count: int) -> None:
        """Count bytes (negative where work is lost); raises FetchStopped when the fetch shall stop."""
        with self._lock:
            self._done += count
            now = time.monotonic()
            if count and (now - self._reported_at >= REPORT_EVERY or self._done >= self._total):
                self._reported_at = now
                self._tell()
        self.check()

    def stage(self, words: str) -> None:
        """Say what is being done now."""
        with self._lock:
            if words != self._stage:
                self._stage = words
                self._tell()
        self.check()

    def check(self) -> None:
        """Raise FetchStopped when the fetch shall stop."""
        if self._stop.is_set():
            raise FetchStopped(f"The download of {self._name} was stopped. What has arrived is kept: fetch it again.")

    def _tell(self) -> None:
        done = min(max(self._done, 0), self._total)
        self._report(Progress(self._stage, self._name, done, self._total))


class FileMeter:
    """One file's bytes in a meter; they are taken back when its source fails."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._lock = threading.Lock()
        self._done = 0
        self._aborted = threading.Event()

    def add(self, count: int) -> None:
        """Count bytes of this file."""
        with self._lock:
            self._done += count
        self._meter.add(count)
        self.check()

    def reset(self) -> None:
        """Take back what was counted, before the file is tried once more or from another source."""
        self._aborted.clear()
        with self._lock:
            count, self._done = self._done, 0
        self._meter.add(-count)

    def abort(self) -> None:
        """Let the other threads that work on this file end at their next check."""
        self._aborted.set()

    def stage(self, words: str) -> None:
        """Say what is being done now."""
        self._meter.stage(words)

    def check(self) -> None:
        """Raise FetchStopped when the fetch shall stop, or another part of this file has failed."""
        if self._aborted.is_set():
            raise FetchStopped("Another part of the same file could not be fetched.")
        self._meter.check()

    def share(self, size: int) -> Share:
        """The part of this file that one transfer brings: `size` bytes when it is complete."""
        return Share(self, size)


class Share:
    """One transfer's part of a file; a packed transfer counts as the bytes that it unpacks to."""

    def __init__(self, meter: FileMeter, size: int) -> None:
        self._meter = meter
        self._size = size
        self._counted = 0

    def at(self, done: int, total: int) -> None:
        """The transfer has `done` of `total` bytes; raises FetchStopped when the fetch shall stop."""
        reached = self._size * min(done, total) // total if total else 0
        step, self._counted = reached - self._counted, reached
        self._meter.add(step)

    def complete(self) -> None:
        """All of it is there."""
        self.at(1, 1)

    def check(self) -> None:
        """Raise FetchStopped when the fetch shall stop."""
        self._meter.check()
