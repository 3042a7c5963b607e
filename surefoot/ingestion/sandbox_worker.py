"""One reading process, as its parent sees it: it is asked, waited for, and ended when its time is over."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from surefoot.ingestion.errors import ReaderBroken
from surefoot.ingestion.frames import BrokenFrame, read_frame, write_frame
from surefoot.ingestion.limits import ReadLimits

_START_S = 30.0
_LARGEST_ANSWER = 256 * 1024 * 1024


class Died(Exception):
    """A process ended before it answered."""

    def __init__(self, *, seconds: float | None) -> None:
        super().__init__("the reading process ended")
        self.seconds = seconds
        """Seconds after which it was ended, or None where it ended by itself."""


class Worker:
    """One reading process."""

    def __init__(self, limits: ReadLimits) -> None:
        command = [sys.executable, "-I", "-B", "-m", "surefoot.ingestion.sandbox_child"]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [*command, str(os.getpid()), str(limits.memory_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "HOME": "/", "LANG": "C.UTF-8"},
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            raise ReaderBroken(f"The process that reads files cannot be started: {error}.") from error
        self._limits = limits
        self.pid = self._process.pid
        self.jobs = 0
        self.healthy = True
        self._greeted = False

    def greet(self) -> None:
        """Wait until a new process is ready; raises ReaderBroken where it is not."""
        if self._greeted:
            return
        timer = threading.Timer(_START_S, self._process.kill)
        timer.start()
        try:
            read_frame(cast("BinaryIO", self._process.stdout), 0)
        except BrokenFrame as error:
            raise ReaderBroken(
                f"The process that reads files ended at its start (status {self._process.wait()}). "
                "Check that the machine has memory free and that the installation is complete."
            ) from error
        finally:
            timer.cancel()
        self._greeted = True

    def ask(self, header: dict[str, Any], block: bytes, seconds: float) -> tuple[tuple[str, str] | None, bytes]:
        """Send one task and wait; the kind and reason of a failure, or None, and the answer. Raises Died."""
        watch = Watch(self._kill, seconds, self._limits.ocr_longest)
        self.jobs += 1
        try:
            write_frame(cast("BinaryIO", self._process.stdin), header, block)
            answer, result = self._answer(watch)
            failure = _failure(answer)
        except (OSError, BrokenFrame) as error:
            self.healthy = False
            raise Died(seconds=watch.allowed if watch.overran else None) from error
        finally:
            watch.end()
        self.healthy = failure is None or failure[0] != "memory"
        return failure, result

    def _answer(self, watch: Watch) -> tuple[dict[str, Any], bytes]:
        """The frame that answers; those before it ask for more time, because pages are to be recognised."""
        while True:
            answer, result = read_frame(cast("BinaryIO", self._process.stdout), _LARGEST_ANSWER)
            if "more_seconds" not in answer:
                return answer, result
            watch.extend(answer["more_seconds"])

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process now, with the programs that it started, and take back what it held."""
        self._kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if stream:
                    stream.close()

    def _kill(self) -> None:
        """End it with its group; its number is its own until it was waited for."""
        if self._process.returncode is None:
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.kill()


class Watch:
    """Calls a function when a time is over, which may be extended by some seconds in all."""

    def __init__(self, alarm: Callable[[], None], seconds: float, extension: float) -> None:
        self.overran = False
        self.allowed = seconds
        """Seconds, with what was added."""
        self._alarm = alarm
        self._extension = extension
        self._began = time.monotonic()
        self._timer = self._started(seconds)

    def extend(self, seconds: object) -> None:
        """Wait longer, as far as that may be; what is no number of seconds comes from no honest process."""
        if not isinstance(seconds, int | float) or not seconds >= 0:
            raise BrokenFrame("a demand for time that is no time")
        seconds = min(seconds, self._extension)
        self._extension -= seconds
        self.allowed += seconds
        self._timer.cancel()
        self._timer = self._started(self._began + self.allowed - time.monotonic())

    def end(self) -> None:
        """Watch no longer."""
        self._timer.cancel()

    def _started(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(max(seconds, 0.0), self._ring)
        timer.daemon = True
        timer.start()
        return timer

    def _ring(self) -> None:
        self.overran = True
        self._alarm()


def _failure(answer: dict[str, Any]) -> tuple[str, str] | None:
    match answer.get("failure"):
        case None:
            return None
        case [str(kind), str(reason)]:
            return kind, reason[:1000]
        case _:
            raise BrokenFrame("an answer without its form")
