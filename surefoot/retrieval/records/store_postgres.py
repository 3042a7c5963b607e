"""A store of records in a schema of a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any, LiteralString, cast

import psycopg
import pyarrow as pa

from surefoot.core.errors import safe_words
from surefoot.retrieval.records.columns import ArrowSchema, ArrowTable, ArrowType
from surefoot.retrieval.records.errors import (
    ReadingRefused,
    RecordsClosed,
    RecordsError,
    RecordsFull,
    RecordsTimeout,
    RecordsUnavailable,
)
from surefoot.retrieval.records.shapes import table_of
from surefoot.retrieval.records.store_schema import check_name, names
from surefoot.retrieval.records.store_session import Session
from surefoot.retrieval.records.store_sql import SqlStore
from surefoot.retrieval.records.telemetry_tables import TABLES

_ONE_WRITER = 7_305_802_919
"""The number of the lock that keeps writers of several processes apart."""
_IDLE_CONNECTIONS = 4
_CONNECT_SECONDS = 5

Connection = psycopg.Connection[tuple[Any, ...]]


class PostgresRecords(SqlStore):
    """Tables in a schema of their own; writers wait for each other, also across processes."""

    dialect = "postgres"
    _known_ones = """SELECT a.position FROM arrived a CROSS JOIN LATERAL (
        SELECT 1 FROM samples s WHERE s.vehicle = a.vehicle AND s.time = a.time AND s.time BETWEEN ? AND ? OFFSET 0
        ) k"""
    """OFFSET keeps PostgreSQL to one look into the primary key for each sample, however wide the range is."""

    def __init__(self, url: str, schema: str = "records") -> None:
        """`url` as postgresql://user:password@host/database; nothing is opened before prepare()."""
        check_name(schema)
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._schema = schema
        self._idle: list[Connection] = []
        self._lock = Lock()
        self._prepared = False

    def prepare(self) -> None:
        """Make the schema and its tables where they are missing."""
        if self._prepared:
            return
        with self._connection() as connection:
            _execute(connection, "SELECT pg_advisory_xact_lock(%s)", [_ONE_WRITER])
            _execute(connection, f'CREATE SCHEMA IF NOT EXISTS "{self._schema}"')
        self._prepared = True
        try:
            self._make(keys=True)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the idle connections; those in use are closed when they are given back."""
        with self._lock:
            self._prepared = False
            connections, self._idle = self._idle, []
        for connection in connections:
            connection.close()

    @contextmanager
    def _writing(self) -> Generator[Session]:
        self._check_open()
        with self._connection() as connection:
            _execute(connection, "SELECT pg_advisory_xact_lock(%s)", [_ONE_WRITER])
            yield _PostgresSession(connection)

    @contextmanager
    def _reading(self, seconds: float | None = None) -> Generator[Session]:
        self._check_open()
        with self._connection(seconds) as connection:
            _execute(connection, "SET TRANSACTION READ ONLY")
            if seconds is not None:
                _execute(connection, f"SET LOCAL statement_timeout = {max(int(seconds * 1000), 1)}")
            yield _PostgresSession(connection)

    def _erase(self) -> None:
        """Free the room of deleted rows; write-ahead logs and copies of the database are its administrator's."""
        with self._connection() as connection:
            connection.commit()
            connection.autocommit = True
            for table in TABLES:
                _execute(connection, f'VACUUM "{table.name}"')
            connection.autocommit = False

    def _check_open(self) -> None:
        if not self._prepared:
            raise RecordsClosed("The store of records is not open: call prepare() first.")

    @contextmanager
    def _connection(self, seconds: float | None = None) -> Generator[Connection]:
        """A connection in a transaction: committed at the end, undone and translated on errors."""
        try:
            connection = self._taken()
            try:
                yield connection
                connection.commit()
            except BaseException:
                with suppress(psycopg.Error):
                    connection.rollback()
                raise
            finally:
                self._give_back(connection)
        except psycopg.Error as broken:
            raise _in_words(broken, seconds) from broken

    def _taken(self) -> Connection:
        with self._lock:
            while self._idle:
                connection = self._idle.pop()
                if not connection.closed and not connection.broken:
                    return connection
        return psycopg.connect(
            self._url,
            connect_timeout=_CONNECT_SECONDS,
            options=f"-c search_path={self._schema} -c timezone=UTC",
            application_name="surefoot records",
        )

    def _give_back(self, connection: Connection) -> None:
        with self._lock:
            usable = not connection.closed and not connection.broken
            if self._prepared and usable and not connection.autocommit and len(self._idle) < _IDLE_CONNECTIONS:
                self._idle.append(connection)
                return
        connection.close()


class _PostgresSession:
    """A transaction on a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        return max(_execute(self._connection, _marked(statement), parameters).rowcount, 0)

    def values(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return _execute(self._connection, _marked(statement), parameters).fetchall()

    def table(self, statement: str, parameters: Sequence[Any], schema: ArrowSchema) -> ArrowTable:
        found = _execute(self._connection, _marked(statement) if parameters else statement, parameters)
        return table_of(found.fetchall(), schema)

    def append(self, table: str, rows: ArrowTable) -> None:
        copy = f'COPY "{table}" ({names(rows.column_names)}) FROM STDIN'
        columns = [column.to_pylist() for column in rows.columns]
        with self._connection.cursor() as cursor, cursor.copy(cast("LiteralString", copy)) as into:
            for row in zip(*columns, strict=True):
                into.write_row(row)

    def stage(self, name: str, rows: ArrowTable) -> None:
        columns = ", ".join(f'"{field.name}" {_SQL[field.type]}' for field in rows.schema)
        # made once a connection: a table for each batch would fill PostgreSQL's own catalogue
        self.run(f'CREATE TEMP TABLE IF NOT EXISTS "{name}" ({columns}) ON COMMIT DELETE ROWS')
        self.append(name, rows)


_SQL: dict[ArrowType, str] = {
    pa.string(): "text",
    pa.float64(): "double precision",
    pa.int64(): "bigint",
    pa.bool_(): "boolean",
    pa.timestamp("us", tz="UTC"): "timestamptz",
    pa.date32(): "date",
}


def _marked(statement: str) -> str:
    return statement.replace("?", "%s")


def _execute(connection: Connection, statement: str, parameters: Sequence[Any] = ()) -> psycopg.Cursor[tuple[Any, ...]]:
    return connection.execute(cast("LiteralString", statement), list(parameters) or None)


def _in_words(broken: psycopg.Error, seconds: float | None) -> RecordsError:
    reason = (str(broken).strip() or type(broken).__name__).splitlines()[0][:300]
    if isinstance(broken, psycopg.errors.QueryCanceled) and seconds is not None:
        return RecordsTimeout(
            f"Reading the records took longer than {seconds:g} s: ask for less, or for a shorter time."
        )
    if isinstance(broken, psycopg.errors.DiskFull):
        return RecordsFull(
            f"The disk of the database has no room for more records ({reason}): nothing of this batch is kept. "
            "Free some room; what sent it may send it again."
        )
    if isinstance(broken, psycopg.OperationalError | psycopg.InterfaceError):
        return RecordsUnavailable(
            f"The database of the records does not answer: {reason}. Check that it runs and its address is right."
        )
    return ReadingRefused(f"The store of records cannot do this: {safe_words(broken)}")
