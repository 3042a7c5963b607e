"""A store of records in SQL that DuckDB and PostgreSQL both understand; what differs is behind a session."""

# ruff: noqa: S608 - names in statements are those of declared tables, or checked by check_name; values are parameters
from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from surefoot.retrieval.records.columns import (
    ARROW,
    ArrowTable,
    Columns,
    as_table,
    samples_of,
    samples_table,
)
from surefoot.retrieval.records.errors import RowsRefused, TableUnknown
from surefoot.retrieval.records.samples import COLUMNS, Samples, microseconds, moment_of
from surefoot.retrieval.records.store import ROWS, SECONDS, Added, Reading, RecordStore, Replacement
from surefoot.retrieval.records.store_schema import (
    check_name,
    create,
    kinds_of,
    make_tables,
    names,
)
from surefoot.retrieval.records.store_session import Session
from surefoot.retrieval.records.telemetry_tables import (
    INTAKE,
    MINUTES,
    SAMPLES,
    STATES,
    TABLES,
    UNDERIVED,
    VEHICLE_GROUPS,
    Kind,
    Table,
)

if TYPE_CHECKING:
    import ibis

_SAMPLE = pa.schema([(name, ARROW[SAMPLES.columns[name]]) for name in COLUMNS])
_OF_TELEMETRY = {table.name: table.columns for table in TABLES}
_ARRIVED = {"vehicle": Kind.TEXT, "time": Kind.TIME, "position": Kind.WHOLE}


class SqlStore(RecordStore):
    """All that a store does, over sessions that a database gives."""

    _known_ones = """SELECT a.position FROM arrived a JOIN samples s ON s.vehicle = a.vehicle AND s.time = a.time
        WHERE s.time BETWEEN ? AND ?"""
    """Positions of samples that are kept already; the range of time spares reading most of the table."""

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Session]:
        """A transaction that no other writer is in; it is committed at the end, or undone by an exception."""

    @abstractmethod
    def _reading(self, seconds: float | None = None) -> AbstractContextManager[Session]:
        """A transaction that cannot write, broken off after `seconds`."""

    @abstractmethod
    def _erase(self) -> None:
        """Make the database let go of the bytes of deleted rows."""

    def _make(self, *, keys: bool) -> None:
        with self._writing() as session:
            make_tables(session, keys=keys)

    def add_samples(self, samples: Samples, source: str, received: datetime) -> Added:
        """Find what is there already, then append the rest."""
        if not len(samples):
            return Added(0, 0, np.zeros(0, dtype=bool))
        fresh = _first_of_each(samples)
        with self._writing() as session:
            fresh[self._known(session, samples)] = False
            if fresh.any():
                new = samples.taken(fresh)
                session.append(SAMPLES.name, samples_table(new, source, received))
                session.append(UNDERIVED.name, as_table(UNDERIVED.columns, _to_derive(new)))
        many = int(fresh.sum())
        return Added(many, len(samples) - many, fresh)

    def samples_since(self, cuts: Mapping[str, int]) -> Samples:
        """Join the cuts; the earliest of them spares reading older rows."""
        moments = [moment_of(cut) for cut in cuts.values()]
        return self._samples(
            f"""SELECT {names(COLUMNS, "s.")} FROM samples s
            JOIN (SELECT unnest(?::VARCHAR[]) AS vehicle, unnest(?::TIMESTAMPTZ[]) AS cut) c
            ON s.vehicle = c.vehicle AND s.time >= c.cut WHERE s.time >= ?::TIMESTAMPTZ""",
            [list(cuts), moments, min(moments, default=None)],
        )

    def samples_between(self, vehicle: str, start: datetime, end: datetime) -> Samples:
        """A vehicle's samples, start included, end not."""
        return self._samples(
            f"SELECT {names(COLUMNS)} FROM samples WHERE vehicle = ? AND time >= ? AND time < ?",
            [vehicle, _aware(start), _aware(end)],
        )

    def newest(self, vehicles: Iterable[str] | None = None) -> Samples:
        """Find each newest time first, then its row."""
        wanted = self.vehicles() if vehicles is None else list(dict.fromkeys(vehicles))
        return self._samples(
            f"""SELECT {names(COLUMNS, "s.")} FROM samples s JOIN (
                SELECT w.vehicle, (SELECT max(time) FROM samples t WHERE t.vehicle = w.vehicle) AS time
                FROM (SELECT unnest(?::VARCHAR[]) AS vehicle) w
            ) n ON s.vehicle = n.vehicle AND s.time = n.time""",
            [wanted],
        )

    def vehicles(self) -> list[str]:
        """Vehicles of all samples."""
        with self._reading() as session:
            return sorted(row[0] for row in session.values("SELECT DISTINCT vehicle FROM samples"))

    def replace_derived(self, replacements: Sequence[Replacement], marks: Sequence[str] = ()) -> None:
        """Delete from the cuts on, then append, table by table in one transaction."""
        prepared = [(each, as_table(each.table.columns, each.rows)) for each in replacements]
        with self._writing() as session:
            for each, rows in prepared:
                begins = _begins(each.table)
                later = f'AND d."{begins}" >= c.cut' if begins else ""
                session.run(
                    f"""DELETE FROM "{each.table.name}" AS d
                    USING (SELECT unnest(?::VARCHAR[]) AS vehicle, unnest(?::TIMESTAMPTZ[]) AS cut) c
                    WHERE d.vehicle = c.vehicle {later}""",
                    [list(each.since), [moment_of(cut) for cut in each.since.values()]],
                )
                session.append(each.table.name, rows)
            if marks:
                session.run(
                    "DELETE FROM underived AS d USING (SELECT unnest(?::VARCHAR[]) AS mark) c WHERE d.mark = c.mark",
                    [list(marks)],
                )

    def put(self, table: Table, rows: Columns) -> None:
        """Delete rows of the same keys, then append."""
        given = _last_of_each(as_table(table.columns, rows), table.key)
        same = " AND ".join(f'd."{name}" = b."{name}"' for name in table.key)
        with self._writing() as session:
            session.stage(f"given_{table.name}", given)
            session.run(f'DELETE FROM "{table.name}" AS d USING given_{table.name} b WHERE {same}')
            session.append(table.name, given)

    def set_groups(self, groups: Mapping[str, Collection[str]]) -> None:
        """Delete the vehicles' rows, then append theirs."""
        pairs = [(vehicle, group) for vehicle, some in groups.items() for group in sorted(set(some))]
        rows = as_table(VEHICLE_GROUPS.columns, {"vehicle": [v for v, _ in pairs], "grp": [g for _, g in pairs]})
        with self._writing() as session:
            session.run(
                """DELETE FROM vehicle_groups AS d USING (SELECT unnest(?::VARCHAR[]) AS vehicle) c
                WHERE d.vehicle = c.vehicle""",
                [list(groups)],
            )
            session.append(VEHICLE_GROUPS.name, rows)

    def count_intake(self, rows: Columns) -> None:
        """Add to the rows that are there, then insert the others."""
        same = " AND ".join(f'd."{name}" = b."{name}"' for name in INTAKE.key)
        with self._writing() as session:
            session.stage("counted", _summed(as_table(INTAKE.columns, rows)))
            session.run(
                f"""UPDATE intake AS d SET messages = d.messages + b.messages,
                example = CASE WHEN b.last >= d.last THEN b.example ELSE d.example END, last = greatest(d.last, b.last)
                FROM counted b WHERE {same}"""
            )
            session.run(
                f"""INSERT INTO intake ({names(INTAKE.columns)}) SELECT {names(INTAKE.columns, "b.")} FROM counted b
                WHERE NOT EXISTS (SELECT 1 FROM intake d WHERE {same})"""
            )

    def forget(self, vehicle: str, *, groups: bool = True) -> int:
        """Delete from each table that knows vehicles, and from examples of refused messages."""
        with self._writing() as session:
            gone = sum(
                session.run(f'DELETE FROM "{table.name}" WHERE vehicle = ?', [vehicle])
                for table in TABLES
                if "vehicle" in table.columns and table is not UNDERIVED and (groups or table is not VEHICLE_GROUPS)
            )
            session.run("DELETE FROM underived WHERE vehicle = ?", [vehicle])
            # a message that was refused may tell of a vehicle under another's name, or under none
            session.run("UPDATE intake SET example = NULL WHERE strpos(example, ?) > 0", [vehicle])
        self._erase()
        return gone

    def expire(self, before: datetime) -> int:
        """Delete samples alone."""
        with self._writing() as session:
            gone = session.run("DELETE FROM samples WHERE time < ?", [_aware(before)])
        if gone:
            self._erase()
        return gone

    def load_table(self, name: str, columns: Mapping[str, Kind], rows: Columns) -> None:
        """Drop and make anew in one transaction."""
        for each in (name, *columns):
            check_name(each)
        if not columns or any(name == table.name for table in TABLES):
            raise RowsRefused(f"'{name}' cannot be loaded: it needs columns, and a name that telemetry has not.")
        given = as_table(columns, rows)
        with self._writing() as session:
            session.run(f'DROP TABLE IF EXISTS "{name}"')
            session.run(create(name, columns))
            session.append(name, given)

    def drop_table(self, name: str) -> None:
        """Drop a declared table."""
        check_name(name)
        if any(name == table.name for table in TABLES):
            raise RowsRefused(f"'{name}' is a table of telemetry and stays; only declared tables can be dropped.")
        with self._writing() as session:
            session.run(f'DROP TABLE IF EXISTS "{name}"')

    def columns_of(self, name: str) -> dict[str, Kind]:
        """Telemetry's tables are as they are made; of others the database's own catalogue is asked."""
        if name in _OF_TELEMETRY:
            return dict(_OF_TELEMETRY[name])
        with self._reading() as session:
            kinds = kinds_of(session, name)
        if not kinds:
            raise TableUnknown(f"There is no table '{name}' in the store of records: load it first.")
        return kinds

    def ibis_table(self, name: str) -> ibis.Table:
        """A table by its columns, without a connection."""
        import ibis

        schema = pa.schema([(column, ARROW[kind]) for column, kind in self.columns_of(name).items()])
        return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)

    def sql(self, expression: ibis.Table) -> str:
        """Compile without a connection."""
        operation: Any = expression.op()
        return _statement(operation, self.dialect)

    def read(self, expression: ibis.Table, *, seconds: float = SECONDS, rows: int = ROWS) -> Reading:
        """Compile, run, and fetch one row more than asked for to know whether that is all."""
        schema = expression.schema().to_pyarrow()
        statement = self.sql(expression.limit(rows + 1))
        with self._reading(seconds) as session:
            found = session.table(statement, (), schema)
        return Reading(found.slice(0, rows), complete=found.num_rows <= rows)

    def _known(self, session: Session, samples: Samples) -> list[int]:
        positions = np.arange(len(samples))
        columns = {"vehicle": samples.vehicle, "time": samples.time, "position": positions}
        session.stage("arrived", as_table(_ARRIVED, columns))
        span = [moment_of(samples.time.min()), moment_of(samples.time.max())]
        return [row[0] for row in session.values(self._known_ones, span)]

    def _samples(self, statement: str, parameters: Sequence[Any]) -> Samples:
        with self._reading() as session:
            return samples_of(session.table(statement, parameters, _SAMPLE))


@lru_cache(maxsize=64)  # an expression is large, and most are asked for once
def _statement(operation: Any, dialect: str) -> str:
    """What an expression is in a database's words; the same one is compiled once."""
    import ibis

    return str(ibis.to_sql(operation.to_expr(), dialect=dialect))


def _aware(moment: datetime) -> datetime:
    """The moment in UTC; TypeError for one without a time zone, which a database would take for its own."""
    return moment_of(microseconds(moment))


def _first_of_each(samples: Samples) -> NDArray[np.bool_]:
    """Whether a sample is the first of its vehicle and time in the batch."""
    _, codes = np.unique(samples.vehicle.astype(str), return_inverse=True)
    order = np.lexsort((samples.time, codes))  # stable: equal ones stay in the order in which they came
    first = np.ones(len(samples), dtype=bool)
    first[order[1:]] = (np.diff(codes[order]) != 0) | (np.diff(samples.time[order]) != 0)
    return first


def _to_derive(samples: Samples) -> Columns:
    """Rows of UNDERIVED for new samples."""
    vehicles, codes = np.unique(samples.vehicle.astype(str), return_inverse=True)
    since = np.full(len(vehicles), np.iinfo(np.int64).max)
    np.minimum.at(since, codes, samples.time)
    batch = uuid4().hex
    return {"vehicle": vehicles, "mark": [f"{batch}:{n}" for n in range(len(vehicles))], "since": since}


def _last_of_each(rows: ArrowTable, key: Sequence[str]) -> ArrowTable:
    keys = zip(*(rows.column(name).to_pylist() for name in key), strict=True)
    last = {each: position for position, each in enumerate(keys)}
    return rows.take(sorted(last.values())) if len(last) < rows.num_rows else rows


def _summed(rows: ArrowTable) -> ArrowTable:
    """One row for each key: messages added up, the newest example."""
    sums: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows.to_pylist():
        key = tuple(row[name] for name in INTAKE.key)
        seen = sums.get(key)
        if seen is not None:
            newer, older = (row, seen) if row["last"] >= seen["last"] else (seen, row)
            row = {**newer, "messages": newer["messages"] + older["messages"]}  # noqa: PLW2901
        sums[key] = row
    return pa.Table.from_pylist(list(sums.values()), schema=rows.schema)


def _begins(table: Table) -> str | None:
    """The column that says when a derived row begins; None where a vehicle has one row."""
    if table is STATES:
        return None
    return "minute" if table is MINUTES else "start"
