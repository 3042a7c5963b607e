"""What a backup holds: its files with their hashes, what counts as a file of a running process, how it is read."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import IO

from surefoot.app.address import RESTORING
from surefoot.app.errors import BackupRefused, BackupUnreadable
from surefoot.app.migrations.runner import head

FORMAT = 1
MANIFEST = "manifest.json"
BLOCK = 1024 * 1024
RUNNING = ("logs", "scratch", "lost+found", "server.json*", "server.users", "up.json", "up.draft", "*.lock", "*.part")
"""Names in a data folder that belong to running processes, and mean nothing to the next one."""
RESTORED = "restored.json"
"""Lies in a folder that was made of a backup until its first start."""
Moved = Callable[[str, int, int], None]
"""Hears the stage, and how many bytes of how many are done."""
_NAME = re.compile(r"[^\x00-\x1f\\]+")


@dataclass(frozen=True, slots=True)
class Held:
    """A file in a backup."""

    size: int
    sha256: str
    on_disk: int
    """Bytes that it takes, which for a file with holes are fewer than its size."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the database of a backup holds."""

    documents: int = 0
    conversations: int = 0
    answers: int = 0
    people: int = 0
    trail: int = 0
    """Entries of the audit trail."""
    trail_end: str = ""
    """The last entry's hash."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself; it is written last."""

    made_at: str
    version: str
    schema: str
    files: Mapping[str, Held]
    counts: Counts
    format: int = FORMAT

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(held.size for held in self.files.values())

    @property
    def on_disk(self) -> int:
        """Bytes that all files take on a disk."""
        return sum(held.on_disk for held in self.files.values())

    def text(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


def is_running(name: str) -> bool:
    """Whether a name at the top of a data folder belongs to a running process."""
    return any(fnmatchcase(name, pattern) for pattern in RUNNING)


@contextmanager
def opened(path: Path) -> Generator[tuple[zipfile.ZipFile, Manifest]]:
    """A backup and what it says of itself. Raises BackupUnreadable, or BackupRefused where it is of a newer version."""
    try:
        with zipfile.ZipFile(path) as backup:
            yield backup, _manifest(path, backup)
    except FileNotFoundError as error:
        raise BackupUnreadable(f"There is no file {path}.") from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError) as error:
        raise BackupUnreadable(
            f"{path} is no whole backup: it was cut off, is damaged, or is another kind of file. Take another one."
        ) from error
    except OSError as error:
        raise BackupUnreadable(f"{path} cannot be read: {error.strerror}.") from error


def verified(path: Path, moved: Moved) -> Manifest:
    """What a backup says of itself, after every byte in it was held against its hash. Raises as `opened` does."""
    with opened(path) as (backup, manifest):
        done = 0
        for name, held in manifest.files.items():
            for size in read_checked(path, backup, name, held):
                done += size
                moved("Checking", done, manifest.size)
        return manifest


def read_checked(
    path: Path, backup: zipfile.ZipFile, name: str, held: Held, into: Callable[[bytes], object] = len
) -> Generator[int]:
    """Read a file of a backup in blocks, giving their sizes. Raises BackupUnreadable where it is not what was kept."""
    digest, size = hashlib.sha256(), 0
    damaged = BackupUnreadable(f"{path} is damaged: {name} in it is not what was backed up. Take another backup.")
    try:
        with backup.open(name) as file:
            while block := _read(file, held.size - size):
                size += len(block)
                digest.update(block)
                into(block)
                yield len(block)
            whole = not file.read(1)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise damaged from error
    if not whole or size != held.size or digest.hexdigest() != held.sha256:
        raise damaged


def _read(file: IO[bytes], left: int) -> bytes:
    return file.read(min(BLOCK, left)) if left > 0 else b""


def _manifest(path: Path, backup: zipfile.ZipFile) -> Manifest:
    strange = BackupUnreadable(f"{path} is no backup of Surefoot, or one whose list of files is damaged.")
    try:
        row = json.loads(backup.read(MANIFEST))
        if row["format"] > FORMAT or row["schema"] > head():
            raise BackupRefused(
                f"{path} was made by a newer Surefoot ({row['version']}). Install that version or a later one first."
            )
        files = {name: Held(int(h["size"]), str(h["sha256"]), int(h["on_disk"])) for name, h in row["files"].items()}
        manifest = Manifest(
            str(row["made_at"]), str(row["version"]), str(row["schema"]), files, Counts(**row["counts"]), row["format"]
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise strange from error
    if not all(map(_is_safe, files)) or sorted(backup.namelist()) != sorted([*files, MANIFEST]):
        raise strange
    return manifest


def _is_safe(name: str) -> bool:
    """Whether a name leads to a file below the folder and is none that a restore writes itself."""
    path = PurePosixPath(name)
    plain = _NAME.fullmatch(name) and not path.is_absolute() and ".." not in path.parts and str(path) == name
    return bool(plain) and not is_running(path.parts[0]) and name not in {RESTORING, RESTORED}
