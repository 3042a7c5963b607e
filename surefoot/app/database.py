"""Opens the relational database, SQLite on one machine or PostgreSQL by URL, and makes its sessions."""

from __future__ import annotations

import importlib
import sqlite3
import time
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from surefoot.app.errors import DatabaseUnusable
from surefoot.app.settings import Settings

BUSY_MS = 10_000
"""How long a writer waits for another one; SQLite has one writer at a time."""
LOOK_SECONDS = 0.02
"""How often it is tried again to switch a file that another process switches."""
PRIMARY = 0xFF
"""The part of SQLite's error numbers that says the kind; the rest says the case."""
CONNECT_SECONDS = 5
POSTGRESQL = "postgresql+psycopg"
TABLE_MODULES = (
    "surefoot.app.accounts.tables",
    "surefoot.app.audit.tables",
    "surefoot.eval.tables",
    "surefoot.ingestion.tables",
    "surefoot.serving.tables",
)


def database_url(settings: Settings) -> URL:
    """Where the database is: a file in the data folder, or the URL of the settings with its driver."""
    if settings.database_url is None:
        return sqlite_url(settings.data / "surefoot.db")
    try:
        url = make_url(settings.database_url.get_secret_value())
    except ArgumentError:
        raise DatabaseUnusable(
            "SUREFOOT_DATABASE_URL is not a database's address. It looks like postgresql://user:password@host/name."
        ) from None  # the original would print the password
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername=POSTGRESQL)
    if url.drivername in {"sqlite", POSTGRESQL}:
        return url
    raise DatabaseUnusable(f"'{url.drivername}' databases are not supported: use postgresql:// or leave it unset.")


def sqlite_url(path: Path) -> URL:
    """The URL of a SQLite file."""
    return URL.create("sqlite", database=str(path))


class Database:
    """One engine for one process."""

    def __init__(self, url: URL) -> None:
        self.engine = _sqlite_engine(url) if url.get_backend_name() == "sqlite" else _postgresql_engine(url)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of this machine."""
        return self.engine.dialect.name == "sqlite"

    def session(self) -> Session:
        """A new session; what is not committed when it closes is rolled back."""
        return Session(self.engine, expire_on_commit=False)

    def answers(self) -> bool:
        """Whether the database answers."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def import_tables() -> None:
    """Make every package's tables known to SQLModel's metadata."""
    for module in TABLE_MODULES:
        importlib.import_module(module)


def write_ahead(connection: sqlite3.Connection) -> None:
    """Switch the file to write-ahead logging, once in its life.

    SQLite answers "locked" at once, whatever the timeout says, where several processes switch a new file together.
    """
    until = time.monotonic() + BUSY_MS / 1000
    done = False
    while not done:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            done = True
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(LOOK_SECONDS)


def _sqlite_engine(url: URL) -> Engine:
    waits = {"timeout": BUSY_MS / 1000}
    engine = create_engine(url, pool_size=8, max_overflow=32, connect_args=waits, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    write_ahead(connection)
    for pragma in (
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",  # a deleted document's text leaves the file, not only the table
    ):
        connection.execute(f"PRAGMA {pragma}")


def _postgresql_engine(url: URL) -> Engine:
    return create_engine(
        url,
        pool_size=8,
        max_overflow=32,
        pool_pre_ping=True,  # a restarted database costs one ping, not one failed answer
        connect_args={"connect_timeout": CONNECT_SECONDS},
        hide_parameters=True,  # an error tells the statement, not what somebody asked
    )
