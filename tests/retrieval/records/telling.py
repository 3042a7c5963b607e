"""Samples and rows that tests of the store are told with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from surefoot.retrieval.records.samples import Sample, Samples
from surefoot.retrieval.records.telemetry_tables import INTAKE, Kind, Table

NINE = datetime(2024, 5, 6, 9, 0, tzinfo=UTC)
NOTHING: dict[Kind, Any] = {
    Kind.TEXT: "",
    Kind.NUMBER: None,
    Kind.WHOLE: 0,
    Kind.YES_NO: None,
    Kind.TIME: None,
    Kind.DATE: None,
}


def at(seconds: float) -> datetime:
    """So many seconds after nine."""
    return NINE + timedelta(seconds=seconds)


def a_sample(vehicle: str = "van 1", seconds: float = 0, **said: Any) -> Sample:
    return Sample(vehicle, at(seconds), **said)


def some(count: int, vehicle: str = "van 1", first: int = 0) -> Samples:
    """Samples a second apart; each has its second as its speed."""
    return Samples.of(a_sample(vehicle, second, speed_kmh=float(second)) for second in range(first, first + count))


def rows_of(table: Table, *rows: dict[str, Any]) -> dict[str, list[Any]]:
    """Rows of a table with nothing where nothing is said."""
    return {name: [row.get(name, NOTHING[kind]) for row in rows] for name, kind in table.columns.items()}


def counted(rule: str, messages: int, seconds: float = 0, example: str = "") -> dict[str, list[Any]]:
    """One row of what happened to messages."""
    row = {"vehicle": "van 1", "source": "mqtt", "rule": rule, "example": example or None}
    return rows_of(INTAKE, {**row, "hour": NINE, "last": at(seconds), "messages": messages})
