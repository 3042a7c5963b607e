"""Makes a backup while the server runs: a copy of all stores as they are at one moment, then one file of it."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from surefoot import __version__
from surefoot.app.backup.contents import BLOCK, MANIFEST, RESTORED, Counts, Held, Manifest, is_running
from surefoot.app.errors import BackupRefused, StoreFull

ORIGINALS, RECORDS = "originals", "records.duckdb"
COUNTED = {
    "documents": "SELECT count(*) FROM documentrow",
    "conversations": "SELECT count(*) FROM conversationrow",
    "answers": "SELECT count(*) FROM answerrow",
    "people": "SELECT count(*) FROM personrow",
    "trail": "SELECT number FROM auditend",
    "trail_end": "SELECT hash FROM auditend",
}
TOLD_SECONDS = 0.25
SPARE_BYTES = 64 * 1024 * 1024
"""Room that a backup leaves on a disk."""
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class Places:
    """Where the stores lie, and how those are copied that others write to."""

    data: Path
    lock: AbstractContextManager[object]
    """Held by whoever changes documents: in catalogue, index and originals."""
    copy_indexes: Callable[[Path], None]
    """Copies the index of each edition into a folder."""
    copy_records: Callable[[Path], None]
    """Copies the records to a file."""
    elsewhere: tuple[str, ...] = ()
    """Stores that lie outside of the data folder, each with how it is backed up."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a backup is."""

    stage: str
    done: int = 0
    total: int = 0
    manifest: Manifest | None = None
    """Of the backup that is there now, in the last step, in which `done` is its own size."""


class Backups:
    """Makes one backup at a time."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._one = threading.Lock()

    @property
    def busy(self) -> bool:
        """Whether one is being made."""
        return self._one.locked()

    def checked(self, path: Path) -> None:
        """Raise BackupRefused where no backup can be made there, or of these stores."""
        places = self._places
        if places.elsewhere:
            raise BackupRefused(
                f"A backup holds what lies in the data folder, and here {len(places.elsewhere)} of the stores do not. "
                f"Stop Surefoot, so that nothing changes, then: {' '.join(places.elsewhere)} "
                f"And copy the data folder {places.data}. Start it again."
            )
        if not path.is_absolute() or not path.parent.is_dir():
            raise BackupRefused(f"{path.parent} is no folder on the server's machine: make it first.")
        if path.exists() or path.is_symlink():
            raise BackupRefused(f"{path} is there already, and no backup replaces another one. Choose another name.")
        if path.parent.resolve().is_relative_to(places.data.resolve()):
            raise BackupRefused(
                f"{path} is in the data folder itself: choose a place outside of it, best another disk."
            )
        if self.busy:
            raise BackupRefused("A backup is being made already. Wait until it is done.")

    def make(self, path: Path) -> Generator[Step]:
        """Make a backup, telling how far it is; a generator that is closed leaves nothing. Raises BackupRefused."""
        self.checked(path)
        if not self._one.acquire(blocking=False):
            raise BackupRefused("A backup is being made already. Wait until it is done.")
        part = path.with_name(path.name + ".part")
        staging: Path | None = None
        try:
            yield Step("Copying the stores")
            with _room(path):
                _check_room(self._places.data, path.parent)
                scratch = self._places.data / "scratch"
                scratch.mkdir(parents=True, exist_ok=True)
                staging = Path(tempfile.mkdtemp(prefix="backup-", dir=scratch))
                self._copy(staging)
                yield from _packed(staging, part, path)
        finally:
            part.unlink(missing_ok=True)
            if staging is not None:
                shutil.rmtree(staging, ignore_errors=True)
            self._one.release()

    def restored(self) -> dict[str, str]:
        """Of which backup the folder was made, where this is its first start since; the next time nothing."""
        path = self._places.data / RESTORED
        try:
            row = {str(name): str(value) for name, value in json.loads(path.read_text(encoding="utf-8")).items()}
        except (OSError, ValueError, AttributeError):
            row = {}
        path.unlink(missing_ok=True)
        return row

    def _copy(self, staging: Path) -> None:
        """Copy all stores. Documents are not changed meanwhile; originals, which never change, are linked."""
        data = self._places.data
        with self._places.lock:
            _link(data / ORIGINALS, staging / ORIGINALS)
            self._places.copy_indexes(staging)
            # workflows first: a run that is newer than they are waits for its turn, as after a crash
            for database in sorted(data.glob("*.db")):
                _copy_database(database, staging / database.name)
            for path in _others(data):
                with suppress(FileNotFoundError):  # a temporary file that has gone meanwhile
                    target = staging / path.relative_to(data)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
        if (data / RECORDS).exists():
            self._places.copy_records(staging / RECORDS)


def _others(data: Path) -> Iterator[Path]:
    """Files of a data folder that are no store of its own kind, such as the assistants that people made."""
    for top in sorted(data.iterdir()):
        name = top.name
        own = name in {ORIGINALS, "index"} or name.startswith((RECORDS, "index-"))
        database = _is_database(name)
        if own or database or is_running(name) or top.is_symlink():
            continue
        inside = [top] if top.is_file() else sorted(top.rglob("*"))
        yield from (path for path in inside if path.is_file() and not path.is_symlink())


def _is_database(name: str) -> bool:
    """Whether a name is that of a database file, or of a log beside one."""
    return name.removesuffix("-wal").removesuffix("-shm").removesuffix("-journal").endswith(".db")


def _link(source: Path, target: Path) -> None:
    """Give files that never change another name, which keeps them when the first one goes."""
    for path in source.rglob("*") if source.is_dir() else ():
        if path.is_file() and not path.name.endswith(".part"):
            there = target / path.relative_to(source)
            there.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, there)
            except FileNotFoundError:
                continue
            except OSError:  # a file system without links
                shutil.copyfile(path, there)


def _copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, with SQLite's online backup, and check the copy."""
    with closing(sqlite3.connect(source, timeout=10.0)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)
        found = other.execute("PRAGMA quick_check(1)").fetchone()
    if found is None or found[0] != "ok":
        raise BackupRefused(
            f"The database {source.name} is damaged, so a backup of it would be: {found and found[0]}. "
            "Keep the last good backup, and run `surefoot doctor`."
        )


def _packed(staging: Path, part: Path, path: Path) -> Generator[Step]:
    """Write the copy into one file, which gets its name when it is whole and on the disk."""
    files = sorted(one for one in staging.rglob("*") if one.is_file())
    total, done, told = sum(one.stat().st_size for one in files), 0, 0.0
    held = dict[str, Held]()
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)  # it holds everything
    with os.fdopen(handle, "wb") as out:
        with zipfile.ZipFile(out, "w", allowZip64=True, compresslevel=1) as backup:
            for one in files:
                name = one.relative_to(staging).as_posix()
                stored = name.startswith(f"{ORIGINALS}/")  # mostly compressed already, and kept as they came
                info = zipfile.ZipInfo(name, time.gmtime()[:6])
                info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                info.external_attr = 0o600 << 16
                digest, size = hashlib.sha256(), 0
                with one.open("rb") as source, backup.open(info, "w", force_zip64=True) as target:
                    while block := source.read(BLOCK):
                        digest.update(block)
                        target.write(block)
                        size, done = size + len(block), done + len(block)
                        if time.monotonic() - told > TOLD_SECONDS:
                            told = time.monotonic()
                            yield Step("Writing", done, total)
                held[name] = Held(size, digest.hexdigest(), one.stat().st_blocks * 512)
            manifest = _manifest(staging, held)
            backup.writestr(MANIFEST, manifest.text(), zipfile.ZIP_DEFLATED)
        out.flush()
        os.fsync(out.fileno())
    part.rename(path)
    _sync(path.parent)
    yield Step("Done", path.stat().st_size, total, manifest)


def _manifest(staging: Path, files: dict[str, Held]) -> Manifest:
    with closing(sqlite3.connect(staging / "surefoot.db")) as database:
        found = {name: database.execute(query).fetchone()[0] for name, query in COUNTED.items()}
        schema = database.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    return Manifest(datetime.now(UTC).isoformat(timespec="seconds"), __version__, schema, files, Counts(**found))


def _check_room(data: Path, target: Path) -> None:
    """Raise StoreFull where the copy of the stores, or the backup, would fill a disk."""
    sizes = {path: path.stat().st_blocks * 512 for path in data.rglob("*") if path.is_file()}
    originals = sum(size for path, size in sizes.items() if path.is_relative_to(data / ORIGINALS))
    whole = sum(size for path, size in sizes.items() if not is_running(path.relative_to(data).parts[0]))
    same = data.stat().st_dev == target.stat().st_dev
    wanted = {data: whole - originals + (whole if same else 0), target: whole}
    for folder, size in wanted.items():
        free = shutil.disk_usage(folder).free
        if free < size + SPARE_BYTES:
            raise StoreFull(
                f"A backup needs up to {size // 1_000_000:,} MB on the disk of {folder}, where "
                f"{free // 1_000_000:,} MB are free. Free some room, or name a place on another disk."
            )


@contextmanager
def _room(path: Path) -> Generator[None]:
    """Say in words why a file cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StoreFull(f"A disk had no room left for the backup {path}: nothing of it is kept.") from error
        raise BackupRefused(f"The backup {path} cannot be written: {error.strerror or error}.") from error
    except sqlite3.Error as error:
        raise BackupRefused(f"The database cannot be copied: {error}. Run `surefoot doctor`.") from error


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
