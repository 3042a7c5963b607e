"""DuckDB's file of records: owned by one object, opened without access to anything outside, rewritten on demand."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from surefoot.core.errors import safe_words
from surefoot.retrieval.records.errors import (
    ReadingRefused,
    RecordsError,
    RecordsFull,
    RecordsInUse,
    RecordsTimeout,
    RecordsUnreadable,
)

_NO_ROOM = ("no space left", "disk full", "file too large", "disk quota exceeded", "max_temp_directory_size")


@dataclass(frozen=True, slots=True)
class Limits:
    """What DuckDB may take of the machine."""

    memory: str = "1GB"
    threads: int = 2
    scratch: str = "4GB"
    """Room on disk for what does not fit into memory while a query runs."""


class DuckDBFile:
    """A file and the lock beside it."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self._limits = limits
        self._lock: int | None = None

    def own(self) -> None:
        """Take the lock; RecordsInUse where somebody has it."""
        if self._lock is not None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._beside(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            os.close(lock)
            raise RecordsInUse(
                f"The records in {self.path} are in use by another process: stop it first; one process owns the file."
            ) from taken
        self._lock = lock

    def release(self) -> None:
        """Give the lock back."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def open(self) -> duckdb.DuckDBPyConnection:
        """A connection that reaches nothing but this file; its settings cannot be changed."""
        self._beside(".new").unlink(missing_ok=True)
        shutil.rmtree(self._beside(".tmp"), ignore_errors=True)  # a killed process leaves there what it had read
        connection = self._connect(self.path)
        for setting in ("GLOBAL TimeZone = 'UTC'", "enable_external_access = false", "lock_configuration = true"):
            connection.execute(f"SET {setting}")
        return connection

    def rewrite(self) -> None:
        """Write the file anew with what is in it still, since DuckDB leaves deleted bytes in free blocks.

        Nobody may have the file open. Needs as much room again; on any failure the old file stays as it was.
        """
        new = self._beside(".new")
        new.unlink(missing_ok=True)
        try:
            with self._connect(Path(":memory:")) as connection:
                connection.execute(f"ATTACH '{_quoted(self.path)}' AS old (READ_ONLY)")
                connection.execute(f"ATTACH '{_quoted(new)}' AS new")
                connection.execute("COPY FROM DATABASE old TO new")
                connection.execute("DETACH new")
                connection.execute("DETACH old")
            _synced(new)
            new.replace(self.path)
            _synced(self.path.parent)
        finally:
            new.unlink(missing_ok=True)

    def copy_to(self, path: Path) -> None:
        """Copy it, and its log, which holds what was committed last; to be called while nobody writes."""
        for ending in ("", ".wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(self._beside(ending), path.with_name(path.name + ending))

    def _connect(self, database: Path) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(
            str(database),
            config={
                "memory_limit": self._limits.memory,
                "threads": self._limits.threads,
                "temp_directory": str(self._beside(".tmp")),
                "max_temp_directory_size": self._limits.scratch,
                "python_enable_replacements": False,
                "autoinstall_known_extensions": False,
            },
        )

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _synced(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def opening(path: Path) -> Generator[None]:
    """Say in words why a file cannot be opened."""
    try:
        yield
    except (duckdb.Error, OSError) as broken:
        if _is_full(broken):
            raise full(path) from broken
        raise RecordsUnreadable(
            f"The records in {path} cannot be opened: {_first_line(broken)}. Check that the folder can be written and "
            "that the file is a DuckDB database; if it is damaged, restore a copy, or move it away to begin anew."
        ) from broken


def in_words(path: Path, broken: duckdb.Error, seconds: float | None) -> RecordsError:
    """DuckDB's error as one of ours."""
    if isinstance(broken, duckdb.InterruptException):
        return RecordsTimeout(
            f"Reading the records took longer than {seconds:g} s: ask for less, or for a shorter time."
        )
    if _is_full(broken):
        return full(path)
    if isinstance(broken, duckdb.OutOfMemoryException):
        return ReadingRefused("Reading the records needs more memory than it may take: ask for less.")
    return ReadingRefused(f"The store of records cannot do this: {safe_words(broken)}")


def full(path: Path) -> RecordsFull:
    """What to say where the disk has no room."""
    return RecordsFull(
        f"The disk of {path} has no room for more records: nothing of this batch is kept. Free some room; "
        "what sent it may send it again."
    )


def _is_full(broken: Exception) -> bool:
    return any(words in str(broken).lower() for words in _NO_ROOM)


def _first_line(broken: Exception) -> str:
    return str(broken).strip().splitlines()[0][:300] if str(broken).strip() else type(broken).__name__
