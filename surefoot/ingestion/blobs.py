"""Originals, kept by the sha256 of their bytes."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from surefoot.ingestion.errors import BlobDamaged, BlobError, BlobMissing, StorageFull

_HASH = re.compile(r"[0-9a-f]{64}")
_PART = ".part"
_PART_LIFE_S = 3600
"""Age in seconds after which a half-written file belongs to no living writer."""
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def sha256(data: bytes) -> str:
    """The name of an original: sha256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An original that no document names, and since when it lies apart."""

    content_hash: str
    since: date


class Blobs(ABC):
    """Stores originals by content; storing the same bytes twice keeps them once."""

    @abstractmethod
    def put(self, data: bytes) -> str:
        """Store bytes durably and return their sha256; raises StorageFull, and then nothing is half-written."""

    @abstractmethod
    def get(self, content_hash: str) -> bytes:
        """The bytes of a hash; raises BlobMissing, or BlobDamaged where they are not those that were stored."""

    @abstractmethod
    def delete(self, content_hash: str) -> None:
        """Remove an original, from the quarantine too; nothing happens where there is none."""

    @abstractmethod
    def set_aside(self, content_hash: str, since: date) -> None:
        """Move an original into the quarantine, where it is no original any more; nothing where there is none."""

    @abstractmethod
    def bring_back(self, content_hash: str) -> bool:
        """Move an original out of the quarantine; False where it is not there."""

    @abstractmethod
    def discard(self, content_hash: str) -> None:
        """Remove what lies in the quarantine; nothing happens where it is not there."""

    @abstractmethod
    def quarantined(self) -> list[Quarantined]:
        """What lies in the quarantine, oldest first."""

    @abstractmethod
    def look_at(self, content_hash: str) -> bytes:
        """The bytes of what lies in the quarantine; raises BlobMissing or BlobDamaged."""

    @abstractmethod
    def names(self) -> Iterator[str]:
        """The hashes of all originals that are there, in no order."""

    @abstractmethod
    def tidy(self) -> None:
        """Remove what killed writers left half-written; to be called when no other process writes."""

    @abstractmethod
    def has(self, content_hash: str) -> bool:
        """Whether an original is there."""


class FolderBlobs(Blobs):
    """Originals as files of a folder: `ab/abcdef…`, written beside their place and moved into it.

    The quarantine is the folder `quarantine` beside it, with a folder for each day: `2026-12-01/abcdef…`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._quarantine = folder.with_name("quarantine")
        folder.mkdir(parents=True, exist_ok=True)
        self._drop_parts()

    def put(self, data: bytes) -> str:
        """Write to a temporary file, flush it to the disk, move it into place."""
        name = sha256(data)
        path = self._path(name)
        if path.exists() and path.stat().st_size == len(data) and sha256(path.read_bytes()) == name:
            return name
        try:
            path.parent.mkdir(exist_ok=True)
            write_whole(path, data)
        except OSError as error:
            raise _worded(error, self._folder, len(data)) from error
        return name

    def get(self, content_hash: str) -> bytes:
        """Read and verify."""
        return _verified(self._path(content_hash), content_hash)

    def delete(self, content_hash: str) -> None:
        """Unlink the file, and its folder when it was the last."""
        path = self._path(content_hash)
        path.unlink(missing_ok=True)
        _drop_empty(path.parent)
        self.discard(content_hash)

    def set_aside(self, content_hash: str, since: date) -> None:
        """Rename the file into the day's folder; a rename loses nothing, wherever it is interrupted."""
        path, day = self._path(content_hash), self._quarantine / since.isoformat()
        if path.is_file():
            try:
                day.mkdir(parents=True, exist_ok=True)
                path.replace(day / content_hash)
            except OSError as error:
                raise _worded(error, self._quarantine, path.stat().st_size) from error
            _sync_folder(day)
            _drop_empty(path.parent)

    def bring_back(self, content_hash: str) -> bool:
        """Rename the file back to its place."""
        path = self._path(content_hash)
        for aside in self._aside(content_hash):
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.replace(path)
            _sync_folder(path.parent)
            _drop_empty(aside.parent)
            return True
        return False

    def discard(self, content_hash: str) -> None:
        """Unlink the file, and the day's folder when it was the last."""
        for path in self._aside(content_hash):
            path.unlink(missing_ok=True)
            _drop_empty(path.parent)

    def quarantined(self) -> list[Quarantined]:
        """The files of the days' folders; a folder that is named otherwise is left alone."""
        found = [path for path in self._quarantine.glob("*/*") if _HASH.fullmatch(path.name)]
        dated = ((path.name, _day(path.parent.name)) for path in sorted(found))
        return sorted((Quarantined(name, day) for name, day in dated if day), key=lambda one: one.since)

    def look_at(self, content_hash: str) -> bytes:
        """Read and verify."""
        path = next(iter(self._aside(content_hash)), self._quarantine / content_hash[:80])
        return _verified(path, content_hash)

    def names(self) -> Iterator[str]:
        """The files' names."""
        return names_in(self._folder)

    def tidy(self) -> None:
        """Remove all half-written files."""
        self._drop_parts(older_than_s=0)

    def has(self, content_hash: str) -> bool:
        """Whether the file is there; its bytes are verified when they are read."""
        return self._path(content_hash).is_file()

    def _path(self, content_hash: str) -> Path:
        if not _HASH.fullmatch(content_hash):
            raise BlobMissing(f"{content_hash[:80]!r} is no sha256, so no original can have it.")
        return self._folder / content_hash[:2] / content_hash

    def _aside(self, content_hash: str) -> list[Path]:
        return sorted(self._quarantine.glob(f"*/{content_hash}")) if _HASH.fullmatch(content_hash) else []

    def _drop_parts(self, older_than_s: float = _PART_LIFE_S) -> None:
        """Remove what a killed writer left behind."""
        for part in self._folder.glob(f"*/*{_PART}"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - part.stat().st_mtime >= older_than_s:
                    part.unlink()


def names_in(folder: Path) -> Iterator[str]:
    """The hashes of the originals in a folder, which may not be there."""
    return (path.name for path in folder.glob("*/*") if _HASH.fullmatch(path.name))


def _verified(path: Path, content_hash: str) -> bytes:
    folder = path.parent.parent
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise BlobMissing(f"The original {content_hash[:12]}… is not in {folder}. Feed the file again.") from None
    if sha256(data) != content_hash:
        raise BlobDamaged(f"The original {content_hash[:12]}… in {folder} is damaged. Feed the file again.")
    return data


def _day(name: str) -> date | None:
    with contextlib.suppress(ValueError):
        return date.fromisoformat(name)
    return None


def _drop_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def write_whole(path: Path, data: bytes) -> None:
    """Write beside the place, put it on the disk, move it in: the file is there whole, or as it was before."""
    handle, part = tempfile.mkstemp(dir=path.parent, suffix=_PART)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _worded(error: OSError, folder: Path, size: int) -> BlobError:
    if error.errno in _NO_ROOM:
        return StorageFull(
            f"The disk of {folder} has no room for a file of {size:,} bytes. Free some space and feed it again."
        )
    return BlobError(
        f"A file of {size:,} bytes could not be stored in {folder}: {error.strerror}. Check the folder's rights."
    )
