"""Lets one process or thread at a time work on a file."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from surefoot.serving.models.progress import FileMeter

ASK_EVERY = 0.2
"""Seconds between two looks at a lock that somebody else holds."""


@contextmanager
def exclusive(path: Path, meter: FileMeter) -> Generator[None]:
    """Hold the lock on a file while the block runs; the system frees it when the process ends, however it ends.

    Waiting shows in the progress and raises FetchStopped when the fetch shall stop.
    """
    lock = path.with_name(f"{path.name}.lock")
    while (held := _take(lock)) is None:
        meter.stage("waiting for another download of the same file")
        time.sleep(ASK_EVERY)
    with held:
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def _take(lock: Path) -> IO[bytes] | None:
    """The lock file, held; None while somebody else holds it, or where it was removed between opening and locking."""
    file = lock.open("ab")
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        if lock.exists() and os.path.samestat(os.fstat(file.fileno()), lock.stat()):
            return file
    except (BlockingIOError, FileNotFoundError):
        pass
    file.close()
    return None
