"""Results of both databases in one shape: the types that were declared, moments in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from surefoot.retrieval.records.columns import MOMENT, ArrowSchema, ArrowTable, ArrowType


def shaped(found: ArrowTable, schema: ArrowSchema) -> ArrowTable:
    """The table with the schema's types; a moment keeps that it is in UTC, where the schema has forgotten it."""
    columns = {
        field.name: found.column(position).cast(_wanted(field.type, found.column(position).type))
        for position, field in enumerate(schema)
    }
    return pa.table(columns)


def table_of(rows: Sequence[Sequence[Any]], schema: ArrowSchema) -> ArrowTable:
    """Rows of Python values as a table of the schema's types."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table({field.name: _array(columns[at], field.type) for at, field in enumerate(schema)})


def _array(values: Sequence[Any], wanted: ArrowType) -> Any:
    inferred = pa.array(values)
    if inferred.type == pa.null():
        return inferred.cast(wanted)
    return inferred.cast(_wanted(wanted, inferred.type))


def _wanted(declared: ArrowType, found: ArrowType) -> ArrowType:
    if pa.types.is_timestamp(declared) and pa.types.is_timestamp(found):
        return MOMENT if found.tz else pa.timestamp("us")
    return declared
