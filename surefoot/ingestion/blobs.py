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
        """Remove an original; nothing happens where there is none."""

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
    """Originals as files of a folder: `ab/abcdef…`, written beside their place and moved into it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
            _write(path, data)
        except OSError as error:
            raise _worded(error, self._folder, len(data)) from error
        return name

    def get(self, content_hash: str) -> bytes:
        """Read and verify."""
        path = self._path(content_hash)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise BlobMissing(
                f"The original {content_hash[:12]}… is not in {self._folder}. Feed the file again."
            ) from None
        if sha256(data) != content_hash:
            raise BlobDamaged(f"The original {content_hash[:12]}… in {self._folder} is damaged. Feed the file again.")
        return data

    def delete(self, content_hash: str) -> None:
        """Unlink the file, and its folder when it was the last."""
        path = self._path(content_hash)
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            path.parent.rmdir()

    def names(self) -> Iterator[str]:
        """The files' names."""
        return (path.name for path in self._folder.glob("*/*") if _HASH.fullmatch(path.name))

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

    def _drop_parts(self, older_than_s: float = _PART_LIFE_S) -> None:
        """Remove what a killed writer left behind."""
        for part in self._folder.glob(f"*/*{_PART}"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - part.stat().st_mtime >= older_than_s:
                    part.unlink()


def _write(path: Path, data: bytes) -> None:
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
