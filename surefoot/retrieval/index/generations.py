"""The folder of an embedded index: owned by one process, replaced as a whole, whole again after any crash.

    in-use        held with flock by the owner
    generation-7  the index
    building-8    its successor, until it is complete: then renamed, and generation-7 is removed

The generation with the highest number is the index; everything else is left over from an interrupted replacement.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from typing import IO

from surefoot.retrieval.errors import IndexInUse, IndexUnreadable

_COMPLETE = "generation-"
_BUILDING = "building-"
_BLOCK = 1024 * 1024


class Generations:
    """Owns a folder in which one generation of an index follows another."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, making it where it does not exist, and clear leftovers.

        Raises IndexInUse where another process or object owns it, and IndexUnreadable where it cannot be used.
        """
        self._folder = folder
        self._owned = _own(folder)
        self._clear_leftovers()

    def current(self) -> Path | None:
        """The index, or None where none was completed yet."""
        complete = self._complete()
        return complete[-1] if complete else None

    def begin(self) -> Path:
        """A path, not yet existing, at which to build the next generation."""
        current = self.current()
        path = self._folder / f"{_BUILDING}{_number(current) + 1 if current else 1}"
        shutil.rmtree(path, ignore_errors=True)
        return path

    def complete(self, building: Path) -> Path:
        """Make what was built (and closed) the index from now on, also after a crash."""
        path = self._folder / building.name.replace(_BUILDING, _COMPLETE)
        building.rename(path)
        _sync(self._folder)
        return path

    def discard(self, complete: Path) -> None:
        """Take back a generation that cannot be opened, so that the one before it stays the index."""
        shutil.rmtree(complete)
        _sync(self._folder)

    def drop_older(self) -> None:
        """Remove all generations before the current one."""
        for path in self._complete()[:-1]:
            shutil.rmtree(path)
        _sync(self._folder)

    def copy_to(self, folder: Path) -> None:
        """Copy the current generation into a folder, to be called while nobody writes to it."""
        current = self.current()
        for path in sorted(current.rglob("*")) if current else ():
            target = folder / path.relative_to(self._folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                target.mkdir(exist_ok=True)
            else:
                _copy(path, target)

    def sync_log(self) -> None:
        """Put the current generation's write-ahead log on the disk."""
        current = self.current()
        for segment in (current / "wal").glob("open-*") if current else ():
            _sync(segment)

    def release(self) -> None:
        """Let another process have the folder."""
        self._owned.close()

    def _complete(self) -> list[Path]:
        return sorted(self._folder.glob(f"{_COMPLETE}*"), key=_number)

    def _clear_leftovers(self) -> None:
        for path in self._folder.glob(f"{_BUILDING}*"):
            shutil.rmtree(path)
        self.drop_older()


def _own(folder: Path) -> IO[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "in-use").open("a+", encoding="utf-8")
    except OSError as error:
        raise IndexUnreadable(f"The index folder {folder} cannot be used: {error}.") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        owner = file.read().strip() or "unknown"
        file.close()
        raise IndexInUse(
            f"The index folder {folder} is in use by process {owner}. "
            "Stop that process, or choose another data folder with SUREFOOT_DATA."
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _copy(source: Path, target: Path) -> None:
    """Copy a file with its holes, of which most of a small index consists."""
    with source.open("rb") as one, target.open("wb") as other:
        end, at = os.fstat(one.fileno()).st_size, 0
        while at < end:
            try:
                at = os.lseek(one.fileno(), at, os.SEEK_DATA)
            except OSError:  # nothing but a hole is left
                break
            until = os.lseek(one.fileno(), at, os.SEEK_HOLE)
            one.seek(at)
            other.seek(at)
            while at < until and (block := one.read(min(_BLOCK, until - at))):
                at += other.write(block)
        other.truncate(end)


def _number(path: Path) -> int:
    digits = path.name.rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0


def _sync(path: Path) -> None:
    """Put a file's bytes, or a folder's renames and removals, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
