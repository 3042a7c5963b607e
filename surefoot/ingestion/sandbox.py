"""Runs the readers in a limited process of their own, which is replaced when a file breaks it."""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import sys
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any, BinaryIO, cast

from pydantic import TypeAdapter, ValidationError

from surefoot.ingestion.errors import PageMissing, ReaderBroken, Unreadable
from surefoot.ingestion.frames import BrokenFrame, read_frame, write_frame
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.results import Content

_AT_ONCE = 2
"""Reading processes that may run at the same time; one of them stays for the next file."""
_JOBS_PER_WORKER = 200
_LARGE_FILE = 8 * 1024 * 1024
"""Bytes of a file after which a process is not used again, because its memory stays in pieces."""
_START_S = 30.0
_LARGEST_ANSWER = 256 * 1024 * 1024
_CONTENT = TypeAdapter(Content)

# A child that dies with its parent dies with the *thread* that started it, so one long-lived thread starts them all.
_spawner = ThreadPoolExecutor(1, thread_name_prefix="surefoot-reader")


class Sandbox:
    """Reads files and draws pages in processes with limits on memory and time; may be used by many threads."""

    def __init__(self, limits: ReadLimits) -> None:
        self._limits = limits
        self._slots = threading.Semaphore(_AT_ONCE)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []

    def read(self, data: bytes, name: str) -> Content:
        """The file's sections; raises Unreadable with the reason, ReaderBroken where no process can be started."""
        if len(data) > self._limits.file_bytes:
            raise Unreadable(
                f"The file has {len(data):,} bytes; {self._limits.file_bytes:,} are the limit. "
                "Cut it up and feed the parts."
            )
        answer = self._run({"task": "read", "name": name}, data)
        try:
            return _CONTENT.validate_json(answer)
        except ValidationError as error:
            raise Unreadable("The file broke the reader. Save it in another format and feed that.") from error

    def render(self, pdf: bytes, page: int, quote: str) -> bytes:
        """A page of a PDF as PNG with the quote's boxes marked; raises PageMissing and Unreadable."""
        picture = self._run({"task": "render", "page": page, "quote": quote}, pdf)
        if not picture.startswith(b"\x89PNG"):
            raise Unreadable("The page cannot be drawn.")
        return picture

    def close(self) -> None:
        """End the process that waits for the next file."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.kill()

    def _run(self, header: dict[str, Any], block: bytes) -> bytes:
        header = {**header, "limits": asdict(self._limits)}
        with self._slots:
            failure, answer = self._answered(header, block)
        if failure is None:
            return answer
        kind, reason = failure
        if kind == "page":
            raise PageMissing(reason)
        raise Unreadable(self._over_memory() if kind == "memory" else reason)

    def _answered(self, header: dict[str, Any], block: bytes) -> tuple[tuple[str, str] | None, bytes]:
        """The answer of a process; of a fresh one, where a used one died, since earlier files may be to blame."""
        failure, answer, used = self._attempt(header, block)
        if used and failure and failure[0] in ("died", "memory"):
            failure, answer, _ = self._attempt(header, block)
        return failure, answer

    def _attempt(self, header: dict[str, Any], block: bytes) -> tuple[tuple[str, str] | None, bytes, bool]:
        """Failure and answer of a process, and whether other files had been read in it."""
        with self._worker(len(block)) as worker:
            used = worker.jobs > 0
            try:
                return *worker.ask(header, block, self._limits.seconds), used
            except _Died as death:
                kind = "overran" if death.overran else "died"
                return (kind, self._fatal(overran=death.overran)), b"", used

    @contextlib.contextmanager
    def _worker(self, size: int) -> Generator[_Worker]:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is not None and not worker.alive():
            worker.kill()  # closes its pipes
            worker = None
        worker = worker or _spawner.submit(_Worker, self._limits).result()
        kept = False
        try:
            worker.greet()
            yield worker
            with self._lock:
                kept = worker.jobs < _JOBS_PER_WORKER and size < _LARGE_FILE and worker.healthy and not self._idle
                if kept:
                    self._idle.append(worker)
        finally:
            if not kept:
                worker.kill()

    def _fatal(self, *, overran: bool) -> str:
        if overran:
            return f"Reading the file took longer than {self._limits.seconds:g} seconds. Cut it up and feed the parts."
        return self._over_memory()

    def _over_memory(self) -> str:
        limit = self._limits.memory_bytes / 2**20
        return f"The file broke the reader or needs more than {limit:,.0f} MB of memory. Save it in another format."


class _Died(Exception):
    """A process ended before it answered."""

    def __init__(self, *, overran: bool) -> None:
        super().__init__("the reading process ended")
        self.overran = overran


class _Worker:
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
        """Send one task and wait; the kind and reason of a failure, or None, and the answer. Raises _Died."""
        overran = threading.Event()
        timer = threading.Timer(seconds, self._overrun, (overran,))
        timer.daemon = True
        timer.start()
        self.jobs += 1
        try:
            write_frame(cast("BinaryIO", self._process.stdin), header, block)
            answer, result = read_frame(cast("BinaryIO", self._process.stdout), _LARGEST_ANSWER)
            failure = _failure(answer)
        except (OSError, BrokenFrame) as error:
            self.healthy = False
            raise _Died(overran=overran.is_set()) from error
        finally:
            timer.cancel()
        self.healthy = failure is None or failure[0] != "memory"
        return failure, result

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process now and take back what it held."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if stream:
                    stream.close()

    def _overrun(self, overran: threading.Event) -> None:
        overran.set()
        self._process.kill()


def _failure(answer: dict[str, Any]) -> tuple[str, str] | None:
    match answer.get("failure"):
        case None:
            return None
        case [str(kind), str(reason)]:
            return kind, reason[:1000]
        case _:
            raise BrokenFrame("an answer without its form")


@functools.cache
def shared(limits: ReadLimits) -> Sandbox:
    """The process's own sandbox for these limits."""
    return Sandbox(limits)
