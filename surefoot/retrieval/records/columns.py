"""Columns of every kind, between Python and the databases: checked, typed, with nulls for what is unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from surefoot.retrieval.records.errors import RowsRefused
from surefoot.retrieval.records.samples import COLUMNS, FLOATS, UNKNOWN, Samples, microseconds
from surefoot.retrieval.records.telemetry_tables import SAMPLES, Kind

Columns = Mapping[str, Sequence[Any] | NDArray[Any]]
"""Rows as columns of one length, by name.

text: str or None. number: float, None or NaN. whole: int or None. yes_no: bool, None, or -1 for unknown. time: an aware
datetime, microseconds since 1970, datetime64 or None. date: a date, datetime64 or None.
"""
ArrowTable: TypeAlias = Any
"""A pyarrow.Table; pyarrow has no annotations."""
ArrowSchema: TypeAlias = Any
"""A pyarrow.Schema."""
ArrowType: TypeAlias = Any
"""A pyarrow.DataType."""
MOMENT = pa.timestamp("us", tz="UTC")
ARROW: dict[Kind, ArrowType] = {
    Kind.TEXT: pa.string(),
    Kind.NUMBER: pa.float64(),
    Kind.WHOLE: pa.int64(),
    Kind.YES_NO: pa.bool_(),
    Kind.TIME: MOMENT,
    Kind.DATE: pa.date32(),
}


def as_table(kinds: Mapping[str, Kind], columns: Columns) -> ArrowTable:
    """The rows as an Arrow table with exactly these columns; RowsRefused says what does not fit."""
    missing, unknown = [n for n in kinds if n not in columns], [n for n in columns if n not in kinds]
    if missing or unknown:
        raise RowsRefused(f"Columns do not fit the table: missing {missing or 'none'}, unknown {unknown or 'none'}.")
    lengths = {name: len(columns[name]) for name in kinds}
    if len(set(lengths.values())) > 1:
        raise RowsRefused(f"Columns of one table are of one length; these are not: {lengths}.")
    return pa.table({name: _column(name, kind, columns[name]) for name, kind in kinds.items()})


def samples_table(samples: Samples, source: str, received: datetime) -> ArrowTable:
    """The samples as rows of their table."""
    count = len(samples)
    columns: dict[str, Any] = {name: getattr(samples, name) for name in COLUMNS}
    columns["driver"] = [driver or None for driver in samples.driver]
    columns["source"] = [source] * count
    columns["received"] = np.full(count, microseconds(received), dtype=np.int64)
    return as_table(SAMPLES.columns, columns)


def samples_of(rows: ArrowTable) -> Samples:
    """Rows of the table of samples, with a Sample's columns, as Samples in order."""
    return Samples(*(_values(name, rows.column(name).combine_chunks()) for name in COLUMNS)).in_order()


def _values(name: str, column: Any) -> NDArray[Any]:
    if name == "time":
        return column.cast(MOMENT).cast(pa.int64()).to_numpy(zero_copy_only=False)
    if name == "engine_on":
        return pc.fill_null(column.cast(pa.int8()), UNKNOWN).to_numpy(zero_copy_only=False)
    if name in FLOATS:
        return column.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    coded = pc.fill_null(column, "").dictionary_encode()  # few names, many rows: each name is one object
    names = np.empty(len(coded.dictionary), dtype=object)
    names[:] = coded.dictionary.to_pylist()
    return names[coded.indices.to_numpy(zero_copy_only=False)]


def _column(name: str, kind: Kind, values: Sequence[Any] | NDArray[Any]) -> Any:
    try:
        return _MAKERS[kind](values)
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as broken:
        raise RowsRefused(
            f"Column '{name}' holds {kind.value}, and some of its values do not fit: {broken}"
        ) from broken


def _text(values: Sequence[Any] | NDArray[Any]) -> Any:
    column = pa.array(list(values), pa.string())
    if any("\x00" in value for value in values if value is not None):
        raise ValueError("a text with a NUL character, which PostgreSQL cannot hold")
    return column


def _number(values: Sequence[Any] | NDArray[Any]) -> Any:
    numbers = np.asarray([np.nan if v is None else v for v in values] if isinstance(values, Sequence) else values)
    numbers = numbers.astype(np.float64)
    if np.isinf(numbers).any():
        raise ValueError("an infinite number")
    return pa.array(numbers, pa.float64(), from_pandas=True)


def _whole(values: Sequence[Any] | NDArray[Any]) -> Any:
    return pa.array(values if isinstance(values, np.ndarray) else list(values), pa.int64())


def _yes_no(values: Sequence[Any] | NDArray[Any]) -> Any:
    return pa.array([None if value is None or value == UNKNOWN else bool(value) for value in values], pa.bool_())


def _time(values: Sequence[Any] | NDArray[Any]) -> Any:
    if isinstance(values, np.ndarray) and values.dtype.kind in "iM":
        return pa.array(values.astype("datetime64[us]")).cast(MOMENT)
    return pa.array([_since_epoch(value) for value in values], pa.int64()).cast(MOMENT)


def _since_epoch(value: Any) -> int | None:
    return microseconds(value) if isinstance(value, datetime) else None if value is None else int(value)


def _date(values: Sequence[Any] | NDArray[Any]) -> Any:
    return pa.array(list(values), pa.date32())


_MAKERS: dict[Kind, Callable[[Sequence[Any] | NDArray[Any]], Any]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.WHOLE: _whole,
    Kind.YES_NO: _yes_no,
    Kind.TIME: _time,
    Kind.DATE: _date,
}
