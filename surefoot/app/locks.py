"""Locks between processes, on a file in the data folder; the system frees them when their holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

POLL_SECONDS = 0.05


class FileLock:
    """An exclusive lock on a file, which stays behind empty when it is released."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def acquire(self, wait: float = 0.0) -> bool:
        """Take the lock within `wait` seconds; False where another process holds it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(handle)
                    return False
                time.sleep(POLL_SECONDS)
            else:
                self._handle = handle
                return True

    def release(self) -> None:
        """Give the lock back; nothing happens where it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


@contextmanager
def held(path: Path, wait: float) -> Generator[None]:
    """Hold a file's lock; raises TimeoutError after `wait` seconds."""
    lock = FileLock(path)
    if not lock.acquire(wait):
        raise TimeoutError(f"Another process has held {path} for {wait:.0f} seconds.")
    try:
        yield
    finally:
        lock.release()
