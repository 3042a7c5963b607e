"""Runs the readers in a limited process of their own, which is replaced when a file breaks it."""

from __future__ import annotations

import contextlib
import functools
import json
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError

from surefoot.ingestion.errors import PageMissing, Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.results import Content
from surefoot.ingestion.sandbox_worker import Died, Worker

_AT_ONCE = 4
"""Reading processes that may run at the same time, of which one upload has two; each waits for the next file, and ends
after a quiet minute."""
_JOBS_PER_WORKER = 200
_LARGE_FILE = 8 * 1024 * 1024
"""Bytes of a file after which a process is not used again, because its memory stays in pieces."""
_CONTENT = TypeAdapter(Content)

# A child that dies with its parent dies with the *thread* that started it, so one long-lived thread starts them all.
_spawner = ThreadPoolExecutor(1, thread_name_prefix="surefoot-reader")


class Sandbox:
    """Reads files and draws pages in processes with limits on memory and time; may be used by many threads."""

    def __init__(self, limits: ReadLimits) -> None:
        self.limits = limits
        self._slots = threading.Semaphore(_AT_ONCE)
        self._lock = threading.Lock()
        self._idle: list[Worker] = []

    def read(self, data: bytes, name: str) -> Content:
        """The file's sections; raises Unreadable with the reason, ReaderBroken where no process can be started."""
        if len(data) > self.limits.file_bytes:
            raise Unreadable(
                f"The file has {len(data):,} bytes; {self.limits.file_bytes:,} are the limit. "
                "Cut it up and feed the parts."
            )
        answer = self._run({"task": "read", "name": name}, data)
        try:
            return _CONTENT.validate_json(answer)
        except ValidationError as error:
            raise Unreadable("The file broke the reader. Save it in another format and feed that.") from error

    def render(self, data: bytes, page: int, quote: str) -> bytes:
        """A page of a PDF or an image as PNG with the quote's boxes marked; raises PageMissing and Unreadable."""
        return self._drawn("render", data, page, [quote])

    def outline(self, data: bytes, page: int, texts: Sequence[str]) -> bytes:
        """A page as PNG with each of the texts outlined and numbered; raises PageMissing and Unreadable."""
        return self._drawn("outline", data, page, texts)

    def close(self) -> None:
        """End the process that waits for the next file."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.kill()

    def _drawn(self, task: str, data: bytes, page: int, texts: Sequence[str]) -> bytes:
        block = json.dumps(list(texts)).encode()
        picture = self._run({"task": task, "page": page, "texts": len(block)}, block + data)
        if not picture.startswith(b"\x89PNG"):
            raise Unreadable("The page cannot be drawn.")
        return picture

    def _run(self, header: dict[str, Any], block: bytes) -> bytes:
        header = {**header, "limits": asdict(self.limits)}
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
                return *worker.ask(header, block, self.limits.seconds), used
            except Died as death:
                kind = "died" if death.seconds is None else "overran"
                return (kind, self._fatal(death.seconds)), b"", used

    @contextlib.contextmanager
    def _worker(self, size: int) -> Generator[Worker]:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is not None and not worker.alive():
            worker.kill()  # closes its pipes
            worker = None
        worker = worker or _spawner.submit(Worker, self.limits).result()
        kept = False
        try:
            worker.greet()
            yield worker
            with self._lock:
                fit = worker.healthy and worker.jobs < _JOBS_PER_WORKER and size < _LARGE_FILE
                kept = fit and len(self._idle) < _AT_ONCE
                if kept:
                    self._idle.append(worker)
        finally:
            if not kept:
                worker.kill()

    def _fatal(self, seconds: float | None) -> str:
        if seconds is None:
            return self._over_memory()
        scans = f" ({self.limits.ocr_seconds:g} for each scanned page)" if seconds > self.limits.seconds else ""
        return f"Reading the file took longer than {seconds:g} seconds{scans}. Cut it up and feed the parts."

    def _over_memory(self) -> str:
        limit = self.limits.memory_bytes / 2**20
        return f"The file broke the reader or needs more than {limit:,.0f} MB of memory. Save it in another format."


@functools.cache
def shared(limits: ReadLimits) -> Sandbox:
    """The process's own sandbox for these limits."""
    return Sandbox(limits)
