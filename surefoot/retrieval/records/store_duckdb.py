"""A store of records in one DuckDB file that this process owns."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock, Timer
from typing import Any

import duckdb

from surefoot.retrieval.records.columns import ArrowSchema, ArrowTable
from surefoot.retrieval.records.errors import RecordsClosed
from surefoot.retrieval.records.shapes import shaped
from surefoot.retrieval.records.store_duckdb_file import DuckDBFile, Limits, in_words, opening
from surefoot.retrieval.records.store_gate import Gate
from surefoot.retrieval.records.store_session import Session
from surefoot.retrieval.records.store_sql import SqlStore

_BREAKING = (duckdb.FatalException, duckdb.InternalException, duckdb.IOException)
"""After these the connection may be of no use: the file is opened again before the next call."""


class DuckDBRecords(SqlStore):
    """One writer at a time, any number of readers; each transaction has a cursor of its own."""

    dialect = "duckdb"

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        """Nothing is opened before prepare()."""
        self._file = DuckDBFile(path, limits or Limits())
        self._gate = Gate()
        self._writer = RLock()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._prepared = False

    def prepare(self) -> None:
        """Own and open the file, and make its tables."""
        if self._prepared:
            return
        with opening(self._file.path):
            self._file.own()
        try:
            with opening(self._file.path):
                self._connection = self._file.open()
            self._prepared = True
            self._make(keys=False)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Wait for readers and writers, then give the file back."""
        with self._writer, self._gate.alone():
            self._prepared = False
            self._shut()
            self._file.release()

    def copy_to(self, path: Path) -> None:
        """Copy the file as it is at one moment, with the log beside it; readers go on meanwhile, writers wait."""
        with self._writer, self._gate.shared(), opening(self._file.path):
            self._file.copy_to(path)

    @contextmanager
    def _writing(self) -> Generator[Session]:
        with self._writer, self._cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield _DuckDBSession(cursor)
                cursor.execute("COMMIT")
            except BaseException:
                with suppress(duckdb.Error):  # a failed commit has been undone already
                    cursor.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self, seconds: float | None = None) -> Generator[Session]:
        with self._cursor(seconds) as cursor:
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            alarm = Timer(seconds, cursor.interrupt) if seconds is not None else None
            if alarm is not None:
                alarm.daemon = True
                alarm.start()
            try:
                yield _DuckDBSession(cursor)
            finally:
                if alarm is not None:
                    alarm.cancel()

    def _erase(self) -> None:
        """Rewrite the file; readers and writers wait meanwhile."""
        with self._writer, self._gate.alone(), opening(self._file.path):
            if self._connection is None:
                self._connection = self._file.open()
            self._connection.execute("CHECKPOINT")
            self._shut()
            self._file.rewrite()
            self._connection = self._file.open()

    @contextmanager
    def _cursor(self, seconds: float | None = None) -> Generator[duckdb.DuckDBPyConnection]:
        if not self._prepared:
            raise RecordsClosed("The store of records is not open: call prepare() first.")
        self._reopened()
        broken: duckdb.Error | None = None
        with self._gate.shared():
            if self._connection is None:
                raise RecordsClosed("The store of records was closed meanwhile.")
            with self._connection.cursor() as cursor:
                try:
                    yield cursor
                except duckdb.Error as caught:
                    broken = caught
        if broken is not None:
            if isinstance(broken, _BREAKING):
                self._break(broken)
            raise in_words(self._file.path, broken, seconds) from broken

    def _break(self, broken: duckdb.Error) -> None:
        """Close the connection where it is of no use any more; the next call opens the file again."""
        with self._gate.alone():
            connection = self._connection
            if connection is None:
                return
            with suppress(duckdb.Error), connection.cursor() as probe:
                probe.execute("SELECT version FROM surefoot_schema").fetchall()
                if isinstance(broken, duckdb.IOException):
                    return  # it was undone, and the database works
            self._shut()

    def _reopened(self) -> None:
        if self._connection is None:
            with self._gate.alone(), opening(self._file.path):
                if self._connection is None and self._prepared:
                    self._connection = self._file.open()

    def _shut(self) -> None:
        if self._connection is not None:
            with suppress(duckdb.Error):
                self._connection.close()
            self._connection = None


class _DuckDBSession:
    """A transaction on a cursor."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        return max(self._cursor.execute(statement, list(parameters)).rowcount, 0)

    def values(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._cursor.execute(statement, list(parameters)).fetchall()

    def table(self, statement: str, parameters: Sequence[Any], schema: ArrowSchema) -> ArrowTable:
        return shaped(self._cursor.sql(statement, params=list(parameters) or None).to_arrow_table(), schema)

    def append(self, table: str, rows: ArrowTable) -> None:
        self._cursor.register("rows_to_append", rows)
        self._cursor.execute(f'INSERT INTO "{table}" BY NAME FROM rows_to_append')
        self._cursor.unregister("rows_to_append")

    def stage(self, name: str, rows: ArrowTable) -> None:
        self._cursor.register(name, rows)
