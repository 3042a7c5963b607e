"""Reads a file of a folder without leaving the folder, and only once nobody writes it any more."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from surefoot.ingestion.errors import Unreadable

QUIET_S = 0.1
"""Seconds that a file must not have been written for; longer than any local clock's step."""
COARSE_QUIET_S = 2.0
"""The same where times are whole seconds (FAT, old network shares), since two edits may then share a time."""
_ATTEMPTS = 3
_PASS = getattr(os, "O_PATH", os.O_RDONLY)
"""How a folder is opened that is only passed through: on Linux without the right to list it."""
_BLOCK = 1 << 20


class Outside(Exception):
    """A path leads out of its folder, or to what is no file."""


def state(found: os.stat_result) -> str:
    """What changes whenever a file's content may have changed.

    The inode's time tells edits that keep size and date, since no program can set it back.
    """
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}"


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """A folder that is held open: whatever happens to its path, this very one is read."""

    descriptor: int
    path: Path
    """Without links, when it was opened."""
    identity: tuple[int, int]


@contextmanager
def open_folder(path: str | Path, check: Callable[[Path], None]) -> Generator[OpenFolder]:
    """Open the folder behind a path's links once `check` has let the real path pass; raises what it raises, OSError.

    What was checked is what is opened: the real path is walked down step by step, and no link is followed any more.
    """
    real = Path(os.path.realpath(path))
    check(real)
    descriptor = _stepped(os.open(real.anchor, _PASS), real.parts[1:])
    try:
        found = os.fstat(descriptor)
        yield OpenFolder(descriptor, real, (found.st_dev, found.st_ino))
    finally:
        os.close(descriptor)


@contextmanager
def entries_of(folder: OpenFolder, below: str) -> Generator[list[os.DirEntry[str]]]:
    """What lies in a folder below an open one, by name; entries can be asked until the end of the block."""
    at = os.open(".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=folder.descriptor)
    descriptor = _stepped(at, below.split("/") if below else ())
    try:
        with os.scandir(descriptor) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        yield found
    finally:
        os.close(descriptor)


def read_settled(root: OpenFolder, name: str, largest: int) -> tuple[bytes, os.stat_result]:
    """The content of a regular file below an open folder and its state, read while nobody wrote it.

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
def _opened(root: OpenFolder, name: str) -> Generator[int]:
    """A file, opened step by step without following a link, so that nobody can lead the way out meanwhile."""
    folder, _, last = _inside(root.path, name).rpartition("/")
    at = _stepped(os.dup(root.descriptor), folder.split("/") if folder else ())
    try:
        descriptor = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    finally:
        os.close(at)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Outside(name)
        yield descriptor
    finally:
        os.close(descriptor)


def _stepped(at: int, parts: Sequence[str]) -> int:
    """The folder below an open one, each step without following a link; closes the one that it begins at."""
    for number, part in enumerate(parts, 1):
        how = os.O_RDONLY if number == len(parts) else _PASS
        try:
            inner = os.open(part, how | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
        finally:
            os.close(at)
        at = inner
    return at


def _inside(root: Path, name: str) -> str:
    """The name below the root that a path leads to once its links are followed; raises Outside."""
    real = Path(os.path.realpath(root / name))
    if real == root or not real.is_relative_to(root):
        raise Outside(name)
    return real.relative_to(root).as_posix()


def is_inside(root: Path, path: Path) -> bool:
    """Whether a link's end is below `root` (resolved)."""
    real = Path(os.path.realpath(path))
    return real != root and real.is_relative_to(root)


def _too_large(size: int, largest: int) -> str:
    return f"The file has {size:,} bytes; {largest:,} are the limit. Cut it up and feed the parts."
