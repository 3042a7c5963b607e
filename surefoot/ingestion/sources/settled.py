"""Reads a file of a folder without leaving the folder, and only once nobody writes it any more."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from surefoot.ingestion.errors import Unreadable

QUIET_S = 0.1
"""Seconds that a file must not have been written for; longer than any local clock's step."""
COARSE_QUIET_S = 2.0
"""The same where times are whole seconds (FAT, old network shares), since two edits may then share a time."""
_ATTEMPTS = 3
_BLOCK = 1 << 20


class Outside(Exception):
    """A path leads out of its folder, or to what is no file."""


def state(found: os.stat_result) -> str:
    """What changes whenever a file's content may have changed.

    The inode's time tells edits that keep size and date, since no program can set it back.
    """
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}"


def read_settled(root: Path, name: str, largest: int) -> tuple[bytes, os.stat_result]:
    """The content of a regular file below `root` (resolved) and its state, read while nobody wrote it.

    Raises Unreadable where it is larger than `largest` bytes or is written all the time, Outside, and OSError.
    """
    with _opened(root, name) as descriptor:
        for _ in range(_ATTEMPTS):
            before = os.fstat(descriptor)
            if before.st_size > largest:
                raise Unreadable(_too_large(before.st_size, largest))
            _wait_until_quiet(before)
            data = _read(descriptor, largest)
            after = os.fstat(descriptor)
            if state(before) == state(after) and len(data) == after.st_size:
                return data, after
    raise Unreadable("The file is still being written. It is read in the next run after that has ended.")


def _wait_until_quiet(found: os.stat_result) -> None:
    """Wait until a next edit surely changes the state, since edits within one step of the clock share a time."""
    quiet = QUIET_S if found.st_ctime_ns % 1_000_000_000 else COARSE_QUIET_S
    age = time.time() - found.st_ctime
    if 0 <= age < quiet:
        time.sleep(quiet - age)


def _read(descriptor: int, largest: int) -> bytes:
    os.lseek(descriptor, 0, os.SEEK_SET)
    blocks: list[bytes] = []
    left = largest + 1
    while left > 0 and (block := os.read(descriptor, min(_BLOCK, left))):
        blocks.append(block)
        left -= len(block)
    return b"".join(blocks)


@contextmanager
def _opened(root: Path, name: str) -> Generator[int]:
    """A file, opened step by step without following a link, so that nobody can lead the way out meanwhile."""
    folder, _, last = _inside(root, name).rpartition("/")
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in folder.split("/") if folder else ():
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = inner
        descriptor = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    finally:
        os.close(at)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Outside(name)
        yield descriptor
    finally:
        os.close(descriptor)


def _inside(root: Path, name: str) -> str:
    """The name below the root that a path leads to once its links are followed; raises Outside."""
    real = Path(os.path.realpath(root / name))
    if real == root or not real.is_relative_to(root):
        raise Outside(name)
    return real.relative_to(root).as_posix()


def is_inside(root: Path, path: str) -> bool:
    """Whether a link's end is below `root` (resolved)."""
    real = Path(os.path.realpath(path))
    return real != root and real.is_relative_to(root)


def _too_large(size: int, largest: int) -> str:
    return f"The file has {size:,} bytes; {largest:,} are the limit. Cut it up and feed the parts."
