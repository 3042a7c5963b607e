"""What the weight store asks of its disk: room, lasting writes, second names, and errors in words."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from surefoot.serving.errors import DiskFull, WeightsError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
SPARE = 128 * 1024**2
"""Bytes that a download needs beside the file itself."""


@contextmanager
def errors_in_words(folder: Path) -> Generator[None]:
    """Turn the system's errors about the folder into DiskFull and WeightsError."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull(
                f"The disk of {folder} is full ({error.strerror}). Make room and fetch again: it goes on from here."
            ) from error
        raise WeightsError(
            f"The weight store {folder} cannot be written ({error.strerror or error}). "
            "Make the folder writable, or set SUREFOOT_WEIGHTS to another."
        ) from error


def require_room(folder: Path, name: str, size: int, partial: Path) -> None:
    """Raise DiskFull where the rest of a file of `size` bytes, and room to work, exceed what is free."""
    here = partial.stat().st_blocks * 512 if partial.exists() else 0
    needed = max(size - here, 0) + min(size, SPARE)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DiskFull(
            f"{name} needs {in_words(needed)} in {folder}, and {in_words(free)} are free. "
            "Make room there, or set SUREFOOT_WEIGHTS to a folder on a larger disk."
        )


def move_for_good(source: Path, target: Path) -> None:
    """Rename a finished file in one step that outlives a power cut."""
    _sync(source)
    source.replace(target)
    _sync(target.parent)


def give_name(stored: Path, named: Path) -> None:
    """Give a stored file a second name: a hard link, or a copy where the file system has none."""
    with tempfile.TemporaryDirectory(dir=named.parent) as folder:
        fresh = Path(folder) / named.name
        try:
            fresh.hardlink_to(stored)
        except OSError:
            shutil.copyfile(stored, fresh)
        fresh.replace(named)


def in_words(count: int) -> str:
    """Bytes for people."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
