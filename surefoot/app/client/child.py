"""A child process in a process group of its own, whose output goes to a log of bounded size."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

LAUNCHER = Path(__file__).with_name("launch.py")
LOG_BYTES = 5_000_000
"""A log that reaches this size becomes `….log.1`, in place of the one before."""
TAIL_LINES = 20
LINE_BYTES = 64 * 1024
STOP_SECONDS = 10.0


class BoundedLog:
    """A log file of bounded size that remembers its last lines; without a path it only remembers."""

    def __init__(self, path: Path | None = None, limit: int = LOG_BYTES) -> None:
        self._path = path
        self._limit = limit
        self._file: IO[bytes] | None = None
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)

    def write(self, line: bytes) -> None:
        """Append a line; a full disk loses the line but stops nobody."""
        self.tail.append(line.decode("utf-8", "replace").rstrip())
        with suppress(OSError):
            self._append(line)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _append(self, line: bytes) -> None:
        if self._path is None:
            return
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("ab")
        if self._file.tell() + len(line) > self._limit:
            self.close()
            self._path.replace(self._path.with_name(self._path.name + ".1"))
            self._file = self._path.open("ab")
        self._file.write(line)
        self._file.flush()


class Child:
    """A running child process; `start_child` makes one."""

    def __init__(self, process: subprocess.Popen[bytes], log: BoundedLog) -> None:
        self._process = process
        self._log = log
        self._pump = threading.Thread(target=self._drain, name=f"log of {process.pid}", daemon=True)
        self._pump.start()

    @property
    def pid(self) -> int:
        """Its process id, which is its group's too."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """Its exit status; negative for the signal that ended it, None while it runs."""
        return self._process.poll()

    def worked_seconds(self) -> float | None:
        """Seconds that the processor has worked for it; None where that cannot be known (proc_pid_stat(5))."""
        try:
            told = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8", errors="replace")
            user, system = told.rpartition(")")[2].split()[11:13]
            return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
        except (OSError, ValueError):
            return None

    def last_words(self, lines: int = TAIL_LINES) -> str:
        """Give its last lines of output."""
        if not self.running:
            self._pump.join(1.0)
        return "\n".join(list(self._log.tail)[-lines:])

    def ask_to_stop(self) -> None:
        """Send SIGTERM to its group."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End its whole group at once."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    def wait(self, seconds: float) -> bool:
        """Wait for its end; False where it still runs after so many seconds."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask it to stop, and end it where it does not; nothing of its group is left afterwards."""
        try:
            if self.running:
                self.ask_to_stop()
                self.wait(seconds)
        finally:
            self.kill()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def _drain(self) -> None:
        output = self._process.stdout
        if output is None:
            return
        with output:
            while line := output.readline(LINE_BYTES):
                self._log.write(line)
        self._log.close()


def launcher(number: signal.Signals) -> list[str]:
    """Give what stands before a command that shall get a signal when this process ends."""
    return [sys.executable, "-S", "-P", str(LAUNCHER), str(os.getpid()), str(int(number))]


def start_child(
    command: Sequence[str],
    settings: Mapping[str, str],
    log: BoundedLog | None = None,
    *,
    bound: signal.Signals | None = None,
    folder: Path | None = None,
) -> Child:
    """Start a command with some environment variables set, in its own process group, in a folder, without input.

    A `bound` child gets that signal from the system when this process ends, however it ends; start it from a thread
    that lives as long. One that says something before it obeys SIGTERM needs SIGKILL: nobody hears it any more, and
    that is an error to it.
    """
    prefix = ["env", *(f"{name}={value}" for name, value in settings.items())]
    if bound is not None:
        prefix += launcher(bound)
    process = subprocess.Popen(  # noqa: S603  our own command, without a shell
        [*prefix, *command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        process_group=0,
    )
    return Child(process, log or BoundedLog())
