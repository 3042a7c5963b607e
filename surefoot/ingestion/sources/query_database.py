"""Connections to a database that documents come from: they only read, for a limited time, from a checked address."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, bindparam, column, create_engine, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from surefoot.ingestion.errors import SourceInvalid, SourceUnreachable
from surefoot.ingestion.sources.network import Surroundings, check_port
from surefoot.ingestion.sources.query_rows import Row, Shape

_CONNECT_S = 10
_ROWS_AT_ONCE = 100
_STEPS_A_LOOK = 10_000
_OPTIONS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "channel_binding", "gssencmode"})
"""What a PostgreSQL address may say after '?': none of these leads to another server."""
_ELSEWHERE = re.compile(r"08|53|55|57|58|XX")
"""Classes of SQLSTATE (PostgreSQL, appendix A) that are the server's fault, not the query's."""
_SQLITE_ELSEWHERE = re.compile(r"locked|busy|unable to open|disk|malformed|not a database|interrupted")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a query may cost."""

    rows: int
    seconds: float
    cell_bytes: int
    """Largest value that SQLite hands out."""


class _Clock:
    """How long a database may still take for the next row; time that a reader takes between rows does not count."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.restart()

    def restart(self) -> None:
        """Give the whole time again."""
        self._end = time.monotonic() + self._seconds

    def over(self) -> int:
        """Whether the time is over, as SQLite wants to hear it."""
        return int(time.monotonic() > self._end)


class QueryDatabase:
    """One database and one query in it."""

    def __init__(self, address: str, statement: str, limits: Limits, around: Surroundings) -> None:
        self._statement, self._limits = statement, limits
        try:
            url = make_url(address)
        except ArgumentError:
            raise SourceInvalid(
                "The database's address cannot be used. It looks like postgresql://user:password@host/name."
            ) from None  # the original shows the password
        self._clock = _Clock(limits.seconds)
        self._engine = _engine(url, limits, around, self._clock)

    def columns(self) -> list[str]:
        """The query's columns, without reading rows."""
        with self._connected() as connection, _in_words(self._limits):
            return list(connection.execute(self._query(0)).keys())

    def rows(self, shape: Shape) -> Iterator[Row]:
        """All rows, as they come from the server; raises SourceInvalid where there are more than the limit."""
        with self._connected() as connection, _in_words(self._limits):
            found = connection.execution_options(stream_results=True, yield_per=_ROWS_AT_ONCE).execute(
                self._query(self._limits.rows + 1)
            )
            shape.check(list(found.keys()))
            for number, row in enumerate(found.mappings()):
                if number == self._limits.rows:
                    raise SourceInvalid(
                        f"The query yields more than {self._limits.rows:,} rows. Narrow it, or raise the limit."
                    )
                yield cast("Row", row)
                self._clock.restart()

    def row(self, values: Mapping[str, object]) -> list[Row]:
        """The rows with these values in the key columns: none, one, or two where the key is none."""
        query = self._query(2)
        for number, (name, value) in enumerate(values.items()):
            query = query.where(column(name) == bindparam(f"key_{number}", value))
        with self._connected() as connection, _in_words(self._limits):
            return [cast("Row", row) for row in connection.execute(query).mappings()]

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _query(self, rows: int) -> Any:
        # a bound value makes the driver send the text as one statement, so that nothing can be appended to it
        quoted = self._statement.replace(":", "\\:")
        return select(text("*")).select_from(text(f"(\n{quoted}\n) AS surefoot_rows")).limit(bindparam("most", rows))

    @contextlib.contextmanager
    def _connected(self) -> Generator[Connection]:
        try:
            connection = self._engine.connect()
        except SQLAlchemyError as error:
            raise SourceUnreachable(
                f"The database cannot be connected to ({_said(error)}). Check its address, user and password."
            ) from None
        with connection:
            yield connection


def _engine(url: URL, limits: Limits, around: Surroundings, clock: _Clock) -> Engine:
    kind = url.get_backend_name()
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return _postgresql(url.set(drivername="postgresql+psycopg"), limits, around)
    if url.drivername == "sqlite" and url.database and url.database != ":memory:" and not url.query:
        around.places.check_own(url.database)  # else the operator named it: the address is not in a source's settings
        return _sqlite(os.path.realpath(url.database), limits, clock)
    raise SourceInvalid(
        f"This {kind!r} address cannot be used: documents come from postgresql://user:password@host/name "
        "or sqlite:////folder/file.db."
    )


def _postgresql(url: URL, limits: Limits, around: Surroundings) -> Engine:
    if not url.host or "," in url.host or set(url.query) - _OPTIONS:
        raise SourceInvalid(
            "The database's address must name one host, and after '?' only options of encryption "
            f"({', '.join(sorted(_OPTIONS))})."
        )
    port = url.port or 5432
    check_port(port)
    arguments: dict[str, Any] = {
        "hostaddr": around.rules.addresses(url.host)[0],  # what was checked is connected to
        "port": port,
        "connect_timeout": _CONNECT_S,
        "application_name": "surefoot",
        "options": f"-c default_transaction_read_only=on -c statement_timeout={int(limits.seconds * 1000)}",
        "keepalives_idle": 30,
        "tcp_user_timeout": int((limits.seconds + _CONNECT_S) * 1000),
    }
    engine = create_engine(url, poolclass=NullPool, connect_args=arguments, hide_parameters=True)
    return engine.execution_options(postgresql_readonly=True)


def _sqlite(path: str, limits: Limits, clock: _Clock) -> Engine:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=5, check_same_thread=False)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.cell_bytes)
        connection.execute("PRAGMA query_only=ON")
        clock.restart()
        connection.set_progress_handler(clock.over, _STEPS_A_LOOK)
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)


@contextlib.contextmanager
def _in_words(limits: Limits) -> Generator[None]:
    try:
        yield
    except DBAPIError as error:
        said, state = _said(error), str(getattr(error.orig, "sqlstate", None) or "")
        if state == "57014" or said == "interrupted":
            raise SourceUnreachable(
                f"The query took longer than {limits.seconds:g} seconds. Make it simpler."
            ) from None
        faulty = _ELSEWHERE.match(state) if state else _SQLITE_ELSEWHERE.search(said)
        if faulty or error.connection_invalidated:
            raise SourceUnreachable(f"The database broke off ({said}). Run again, or ask who runs it.") from None
        raise SourceInvalid(f"The database refuses the query: {said}. Documents come from queries that read.") from None
    except SQLAlchemyError as error:
        raise SourceInvalid(f"The query cannot be run ({type(error).__name__}). Check it.") from None


def _said(error: SQLAlchemyError) -> str:
    """The driver's own words, which hold neither the address nor the query's values."""
    words = str(error.orig if isinstance(error, DBAPIError) else type(error).__name__)
    return " ".join(words.split("\n", 1)[0].split())[:300].rstrip(".")
