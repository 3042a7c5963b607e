"""Warehouses that others fill: BigQuery, Trino and other databases, read by URL and never written to."""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import RLock
from typing import Any

from surefoot.core.errors import safe_words
from surefoot.retrieval.records.errors import ReadingRefused, RecordsInvalid, RecordsUnavailable
from surefoot.retrieval.records.store import ROWS, Reading
from surefoot.retrieval.records.telemetry_tables import Kind

SQL_DIALECTS = ("duckdb", "postgres", "bigquery", "trino")
"""Databases for which every metric's query is checked."""
EXTRAS = ("bigquery", "trino")
"""Databases whose driver is an extra of the product, and of ibis, by the beginning of the URL."""


def sql_in(dialect: str, expression: Any) -> str:
    """The statement of an expression over unbound tables, in a database's dialect; no connection is needed."""
    from ibis.backends.sql import compilers

    kinds = {
        "duckdb": compilers.DuckDBCompiler,
        "postgres": compilers.PostgresCompiler,
        "bigquery": compilers.BigQueryCompiler,
        "trino": compilers.TrinoCompiler,
    }
    compiler = kinds[dialect]()
    return str(compiler.to_sqlglot(expression).sql(dialect=compiler.dialect))


class Warehouse:
    """A database at a URL such as `bigquery://project/dataset` or `trino://user@host:8080/catalog/schema`.

    It opens at the first reading; a driver's connection is for one thread at a time.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._kind = url.partition("://")[0]
        self._lock = RLock()
        self._backend: Any = None

    def ibis_table(self, name: str) -> Any:
        """The table of a name. Raises RecordsInvalid without its driver, RecordsUnavailable."""
        with self._lock:
            backend = self._opened()
            try:
                return backend.table(name)
            except Exception as error:  # each driver has errors of its own
                message = f"The table '{name}' of the {self._kind} database cannot be read: {safe_words(error)}"
                raise RecordsUnavailable(message) from error

    def columns_of(self, name: str) -> dict[str, Kind]:
        """The columns of a table and their kinds; those of other kinds are left out."""
        found = {column: _kind(kind) for column, kind in self.ibis_table(name).schema().items()}
        return {column: kind for column, kind in found.items() if kind is not None}

    def read(self, expression: Any, *, rows: int = ROWS) -> Reading:
        """The rows of an expression over its tables, at most so many. Raises ReadingRefused."""
        with self._lock:
            try:
                found = expression.limit(rows + 1).to_pyarrow()
            except Exception as error:  # each driver has errors of its own
                raise ReadingRefused(f"The {self._kind} database cannot carry this out: {safe_words(error)}") from error
        return Reading(found.slice(0, rows), found.num_rows <= rows)

    def _opened(self) -> Any:
        if self._backend is None:
            self._backend = self._connected()
        return self._backend

    def _connected(self) -> Any:
        import ibis

        try:
            return ibis.connect(self._url)
        except ImportError as error:
            remedy = "Install its driver."
            if self._kind in EXTRAS:
                named = f"ibis-framework[{self._kind}]=={ibis.__version__}"
                remedy = f"Run `{sys.executable} -m pip install '{named}'`, then start again."
            raise RecordsInvalid(f"Records at {self._kind}:// need a driver that is not installed. {remedy}") from error
        except Exception as error:  # each driver has errors of its own
            raise RecordsUnavailable(f"The {self._kind} database does not answer: {safe_words(error)}") from error


def _kind(kind: Any) -> Kind | None:
    """The kind of a column; the first that fits counts."""
    kinds = (
        (kind.is_boolean(), Kind.YES_NO),
        (kind.is_integer(), Kind.WHOLE),
        (kind.is_numeric(), Kind.NUMBER),
        (kind.is_timestamp(), Kind.TIME),
        (kind.is_date(), Kind.DATE),
        (kind.is_string(), Kind.TEXT),
    )
    return next((found for fits, found in kinds if fits), None)


def url_of(named: str | None, secret: Callable[[str], str | None]) -> str:
    """The URL that a declaration names by its secret. Raises RecordsInvalid where it is not set."""
    if named is None:
        raise RecordsInvalid("Records in a database need `url`, the name of the variable that holds its address.")
    value = secret(named)
    if not value:
        raise RecordsInvalid(f"The variable {named}, which holds the address of the records' database, is not set.")
    return value
