"""The tables of a store of records as SQL: made where they are missing, with the version of their layout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from surefoot.retrieval.records.errors import RecordsNewer, RowsRefused
from surefoot.retrieval.records.store_session import Session
from surefoot.retrieval.records.telemetry_tables import DERIVED, SAMPLES, STATES, TABLES, Kind

VERSION = 1
"""The layout of the tables; a store with a higher one was made by a newer program."""
_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.NUMBER: "DOUBLE PRECISION",
    Kind.WHOLE: "BIGINT",
    Kind.YES_NO: "BOOLEAN",
    Kind.TIME: "TIMESTAMPTZ",
    Kind.DATE: "DATE",
}
"""Names of types that DuckDB and PostgreSQL share."""
_KINDS = {
    "varchar": Kind.TEXT,
    "character varying": Kind.TEXT,
    "double": Kind.NUMBER,
    "double precision": Kind.NUMBER,
    "bigint": Kind.WHOLE,
    "boolean": Kind.YES_NO,
    "timestamp with time zone": Kind.TIME,
    "date": Kind.DATE,
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def check_name(name: str) -> None:
    """Refuse a name of a table or column that is not plain."""
    if not _NAME.fullmatch(name):
        raise RowsRefused(
            f"'{name[:80]}' cannot name a table or column: use lower-case letters, digits and _, a letter first, "
            "63 characters at most."
        )


def names(columns: Iterable[str], prefix: str = "") -> str:
    """The columns in quotes, with commas."""
    return ", ".join(f'{prefix}"{name}"' for name in columns)


def create(name: str, columns: Mapping[str, Kind], key: Iterable[str] = ()) -> str:
    """The statement that makes a table; with a primary key where one is given."""
    parts = [f'"{column}" {_TYPES[kind]}' for column, kind in columns.items()]
    if key := tuple(key):
        parts.append(f"PRIMARY KEY ({names(key)})")
    return f'CREATE TABLE IF NOT EXISTS "{name}" ({", ".join(parts)})'


def make_tables(session: Session, *, keys: bool) -> None:
    """Make all tables that are missing; with primary keys and indexes, where the database gains from them."""
    session.run("CREATE TABLE IF NOT EXISTS surefoot_schema (version BIGINT)")
    found = [row[0] for row in session.values("SELECT version FROM surefoot_schema")]
    if found and max(found) > VERSION:
        raise RecordsNewer(
            f"The store of records has layout {max(found)}, and this program knows layouts up to {VERSION}: "
            "start the newer program, or restore a copy that was made before it ran."
        )
    if not found:
        session.run("INSERT INTO surefoot_schema VALUES (?)", [VERSION])
    for table in TABLES:
        session.run(create(table.name, table.columns, table.key if keys else ()))
    if keys:
        _make_indexes(session)


def _make_indexes(session: Session) -> None:
    session.run(f'CREATE INDEX IF NOT EXISTS samples_by_time ON "{SAMPLES.name}" (time)')
    for table in DERIVED:
        begins = "minute" if "minute" in table.columns else "start"
        if table is not STATES:
            session.run(f'CREATE INDEX IF NOT EXISTS {table.name}_by_vehicle ON "{table.name}" (vehicle, "{begins}")')


def kinds_of(session: Session, name: str) -> dict[str, Kind]:
    """The columns of a table in their order; empty where there is no such table."""
    found = session.values(
        """SELECT column_name, data_type FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position""",
        [name],
    )
    return {column: _KINDS[str(kind).lower()] for column, kind in found}
