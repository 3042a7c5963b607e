"""Puts into words why a database or a disk cannot take or give what it should, where the reason is a known one."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from surefoot.app.errors import AppError, StoreBusy, StoreFull, StoreReadOnly

PRIMARY = 0xFF
"""The part of SQLite's error numbers that says the kind; the rest says the case."""
BUSY = "The database is busy with something else, and nothing of this was kept. Try again in a few seconds."
AWAY = "The database does not answer, and nothing of this was kept. Try again; if that lasts, run `surefoot doctor`."
FULL = "The disk has no room, and nothing of this was kept. Free some space and try again."
READ_ONLY = (
    "The data folder cannot be written, and nothing of this was kept. Make it writable again "
    "(a disk with errors is mounted read-only), then try again."
)
BY_SQLITE: dict[int, AppError] = {
    sqlite3.SQLITE_BUSY: StoreBusy(BUSY),
    sqlite3.SQLITE_LOCKED: StoreBusy(BUSY),
    sqlite3.SQLITE_FULL: StoreFull(FULL),
    sqlite3.SQLITE_READONLY: StoreReadOnly(READ_ONLY),
    sqlite3.SQLITE_IOERR: StoreReadOnly(READ_ONLY),
    sqlite3.SQLITE_CANTOPEN: StoreReadOnly(READ_ONLY),
}
BY_SQLSTATE: dict[str, AppError] = {
    "40001": StoreBusy(BUSY),  # serialization failure
    "40P01": StoreBusy(BUSY),  # deadlock
    "55P03": StoreBusy(BUSY),  # lock not available
    "57014": StoreBusy(BUSY),  # statement timeout
    "53100": StoreFull(FULL),
    "53300": StoreBusy(AWAY),  # too many connections
    "25006": StoreReadOnly(READ_ONLY),
}
"""PostgreSQL's numbers of errors, https://www.postgresql.org/docs/current/errcodes-appendix.html."""
BY_ERRNO: dict[int, AppError] = {
    errno.ENOSPC: StoreFull(FULL),
    errno.EDQUOT: StoreFull(FULL),
    errno.EFBIG: StoreFull(FULL),
    errno.EROFS: StoreReadOnly(READ_ONLY),
}


def known_trouble(error: BaseException) -> AppError | None:
    """What a person is told of an error of the database or the disk; None where its cause is in the program."""
    if isinstance(error, OSError):
        return BY_ERRNO.get(error.errno or 0)
    if isinstance(error, PoolTimeout):
        return StoreBusy(BUSY)
    return _of_driver(error) if isinstance(error, DBAPIError) else None


def _of_driver(error: DBAPIError) -> AppError | None:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return BY_SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & PRIMARY)
    state = getattr(cause, "sqlstate", None)
    if isinstance(state, str):
        return BY_SQLSTATE.get(state) or (StoreBusy(AWAY) if state[:2] in {"08", "57"} else None)
    return StoreBusy(AWAY) if error.connection_invalidated or type(cause).__name__ == "OperationalError" else None
