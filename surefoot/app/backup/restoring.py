"""Makes a data folder of a backup: checked first, marked as not whole until it is, repeatable after any death."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from surefoot.app.address import RESTORING
from surefoot.app.audit.trail import PSEUDONYM, pseudonym
from surefoot.app.backup.contents import (
    BLOCK,
    RESTORED,
    Held,
    Manifest,
    Moved,
    is_running,
    opened,
    read_checked,
    verified,
)
from surefoot.app.errors import BackupRefused, DataFolderBusy, DataFolderUnusable, StoreFull
from surefoot.app.locks import FileLock

ASKED = "document:erasure:asked"
ENTRY: tuple[str, ...] = ("number", "at", "kind", "thing")
"""Columns of the trail that tell of an erasure."""
LOCKS = ("up.lock", "server.lock")


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased after a backup was made, and so is there again when it is restored."""

    document: str
    """Id of the document; empty for a person."""
    person: str
    """Name of the person, where the backup still tells whose pseudonym it was."""
    pseudonym: str
    at: str


def restore(path: Path, data: Path, moved: Moved) -> Manifest:
    """Make a data folder of a backup. Raises BackupUnreadable, BackupRefused, DataFolderBusy and StoreFull."""
    data = data.absolute()
    with _alone(data):
        with suppress(OSError):  # a folder that is somebody else's
            data.chmod(0o700)
        again = (data / RESTORING).exists()
        if not again:
            _check_empty(data)
        manifest = verified(path, moved)
        _check_room(data, manifest, data if again else None)
        mark = {"backup": manifest.made_at, "begun_at": _now()}
        with _in_words(data):
            _write(data / RESTORING, mark)
            _clear(data)
            _unpack(path, data, moved)
            _settle(data)
            _write(data / RESTORED, {"made_at": manifest.made_at, "restored_at": _now()})
            os.sync()
            (data / RESTORING).unlink()
            _sync(data)
        return manifest


def erased_since(backup: Path, trail: Path) -> list[Erasure]:
    """What the trail of an old data folder, or an exported trail, says was erased after a backup was made."""
    with opened(backup) as (file, manifest):
        keys = _keys(file)
        last = manifest.counts.trail
    found = [e for e in _entries(trail) if e["kind"] == ASKED and int(e["number"]) > last]
    return [_erasure(entry, keys) for entry in found]


def _erasure(entry: dict[str, str], keys: dict[str, str]) -> Erasure:
    thing = str(entry["thing"])
    person = keys.get(thing)
    is_person = person is not None or len(thing) == PSEUDONYM
    return Erasure("" if is_person else thing, person or "", thing if is_person else "", str(entry["at"]))


def _keys(file: zipfile.ZipFile) -> dict[str, str]:
    """Names of people by their pseudonyms, as the backup knows them."""
    with tempfile.TemporaryDirectory() as folder:
        file.extract("surefoot.db", folder)
        with closing(sqlite3.connect(Path(folder) / "surefoot.db")) as database:
            rows = database.execute(
                "SELECT k.person_id, k.key, coalesce(p.name, k.person_id) FROM personkey k "
                "LEFT JOIN personrow p ON p.id = k.person_id"
            ).fetchall()
    return {pseudonym(who, bytes.fromhex(key)): name for who, key, name in rows}


def _entries(trail: Path) -> Iterator[dict[str, str]]:
    """The entries of a data folder's trail, or of a file that `surefoot audit export` wrote."""
    try:
        if trail.is_dir():
            address = f"{(trail / 'surefoot.db').absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True)) as database:
                rows = database.execute(f"SELECT {', '.join(ENTRY)} FROM auditentry ORDER BY number").fetchall()  # noqa: S608  names of our own
            yield from (dict(zip(ENTRY, row, strict=True)) for row in rows)
            return
        with trail.open(encoding="utf-8") as lines:
            yield from (dict(json.loads(line)) for line in lines if line.strip())
    except (OSError, sqlite3.Error, ValueError) as error:
        raise BackupRefused(
            f"{trail} holds no audit trail that can be read: {error}. Name an old data folder, or a file that "
            "`surefoot audit export` wrote."
        ) from error


@contextmanager
def _alone(data: Path) -> Generator[None]:
    """Hold what a server of the folder would hold."""
    with ExitStack() as held:
        for name in LOCKS:
            lock = FileLock(data / name)
            try:
                taken = lock.acquire()
            except OSError as error:
                raise DataFolderUnusable(f"The data folder {data} cannot be written: {error.strerror}.") from error
            if not taken:
                raise DataFolderBusy(f"A server runs on the data folder {data}. Stop it first.")
            held.callback(lock.release)
        yield


def _check_empty(data: Path) -> None:
    held = sorted(path.name for path in data.iterdir() if not is_running(path.name))
    if held:
        raise BackupRefused(
            f"The data folder {data} is not empty: it holds {', '.join(held[:5])}. A backup is restored into an empty "
            "folder alone. Move it away, or set SUREFOOT_DATA to another folder."
        )


def _check_room(data: Path, manifest: Manifest, begun: Path | None) -> None:
    there = sum(path.stat().st_blocks * 512 for path in begun.rglob("*") if path.is_file()) if begun else 0
    free = shutil.disk_usage(data).free + there
    if free < manifest.on_disk:
        raise StoreFull(
            f"The backup needs {manifest.on_disk // 1_000_000:,} MB on the disk of {data}, where "
            f"{free // 1_000_000:,} MB are free. Free some room, or set SUREFOOT_DATA to a folder on another disk."
        )


def _clear(data: Path) -> None:
    """Remove what a restore that died has left; the mark says that nothing else was there."""
    for path in data.iterdir():
        if path.name == RESTORING or is_running(path.name):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _unpack(path: Path, data: Path, moved: Moved) -> None:
    with opened(path) as (backup, manifest):
        done = 0
        for name, held in manifest.files.items():
            for size in _file(path, backup, (name, held), data):
                done += size
                moved("Restoring", done, manifest.size)


def _file(path: Path, backup: zipfile.ZipFile, named: tuple[str, Held], data: Path) -> Generator[int]:
    name, held = named
    target = data / name
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:

        def write(block: bytes) -> None:
            if block.count(0) == len(block) == BLOCK:  # a hole, as it was
                file.seek(len(block), os.SEEK_CUR)
            else:
                file.write(block)

        yield from read_checked(path, backup, name, held, write)
        file.truncate(held.size)


def _settle(data: Path) -> None:
    """Check the databases, and end sessions: one that was ended since the backup would be open again."""
    for path in sorted(data.glob("*.db")):
        with closing(sqlite3.connect(path)) as database:
            found = database.execute("PRAGMA quick_check(1)").fetchone()
            if found is None or found[0] != "ok":
                raise BackupRefused(f"The database {path.name} of the backup is damaged. Take another backup.")
            if path.name == "surefoot.db":
                database.execute("DELETE FROM sessionrow")
                database.commit()


@contextmanager
def _in_words(data: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        again = f"{data} is not whole now, and no server starts on it: restore again."
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise StoreFull(f"The disk had no room left. {again}") from error
        raise DataFolderUnusable(f"The backup cannot be written: {error.strerror or error}. {again}") from error
    except sqlite3.Error as error:
        raise BackupRefused(f"The database of the backup cannot be opened: {error}. Take another backup.") from error


def _write(path: Path, row: dict[str, str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump(row, file)
        file.flush()
        os.fsync(file.fileno())
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def words(found: Iterable[Erasure]) -> list[dict[str, str]]:
    """Erasures as rows of text."""
    return [{"document": e.document, "person": e.person, "pseudonym": e.pseudonym, "at": e.at} for e in found]
