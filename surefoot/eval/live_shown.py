"""What readings show: numbers with their units, groups with their values, steps of time, and cells of named columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from surefoot.core.readings import Cell, Reading
from surefoot.ingestion.telemetry.simulator.local_days import ZONE

Shown = tuple[float, str]
"""A number and its unit."""
SIZES: Final[Mapping[str, tuple[str, float]]] = {
    "km": ("m", 1000.0),
    "m": ("m", 1.0),
    "h": ("s", 3600.0),
    "min": ("s", 60.0),
    "s": ("s", 1.0),
    "l": ("l", 1.0),
    "kWh": ("Wh", 1000.0),
    "t": ("g", 1e6),
    "kg": ("g", 1000.0),
    "km/h": ("km/h", 1.0),
    "%": ("%", 1.0),
}
"""Base unit and size of each unit that measures something; others count something, under whatever name."""


def in_unit(shown: Shown, unit: str) -> float | None:
    """The number in another unit; None where that measures something else."""
    value, said = shown
    one, other = SIZES.get(said, ("", 1.0)), SIZES.get(unit, ("", 1.0))
    return value * one[1] / other[1] if one[0] == other[0] else None


def number(reading: Reading) -> Shown | None:
    """The one number that a reading shows: its value, or the number of its only row."""
    if reading.value is not None:
        return float(reading.value), reading.unit
    return _measured(reading, reading.rows[0]) if len(reading.rows) == 1 else None


def told(reading: Reading) -> list[Shown]:
    """The one number that a reading shows; of a single row with several metrics each of them."""
    one = number(reading)
    if len(reading.rows) != 1:
        return [one] if one else []
    more = [
        (float(cell), column.unit)
        for column, cell in zip(reading.columns, reading.rows[0], strict=True)
        if isinstance(cell, int | float) and not isinstance(cell, bool) and column.unit in SIZES
    ]
    return [*([one] if one else []), *more]


def groups(reading: Reading, dimension: str) -> list[tuple[str, Shown | None]]:
    """The groups of a dimension that a reading shows, in its order, each with its number."""
    at = column(reading, dimension)
    if at is not None:
        return [(key_of(row[at], dimension), _measured(reading, row)) for row in reading.rows]
    named = [values[0] for name, values in reading.filters if _alike(name, dimension) and len(values) == 1]
    shown = number(reading)
    return [(named[0].casefold(), shown)] if named and shown else []


def by_key(readings: Iterable[Reading], dimension: str) -> dict[str, Shown | None]:
    """The groups of a dimension that several readings show, by their key."""
    return {key: shown for reading in readings for key, shown in groups(reading, dimension)}


def numbers(reading: Reading) -> list[Shown]:
    """The number of each row."""
    return [shown for row in reading.rows if (shown := _measured(reading, row))]


def column(reading: Reading, name: str) -> int | None:
    """Where the column of this name, or of this dimension, stands; None where there is none."""
    return next((at for at, one in enumerate(reading.columns) if _alike(one.name, name)), None)


def cells(readings: Iterable[Reading], names: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    """The cells of these columns, row by row, of the readings that have all of them."""
    for reading in readings:
        places = [at for name in names if (at := column(reading, name)) is not None]
        if len(places) == len(names):
            yield from (tuple(row[at] for at in places) for row in reading.rows)


def key_of(cell: Any, dimension: str = "") -> str:
    """A cell as the key of a group, folded; a moment as its local date, or for hours as local time."""
    if isinstance(cell, datetime):
        local = aware(cell).astimezone(ZONE)
        told = local.isoformat(timespec="minutes") if dimension == "hour" else local.date().isoformat()
        return told.casefold()
    return cell.isoformat() if isinstance(cell, date) else str(cell or "").casefold()


def aware(moment: datetime) -> datetime:
    """A moment with a zone; without one it is taken to be in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _alike(name: str, dimension: str) -> bool:
    names = {"class": "vehicle_class", "day": "time", "week": "time", "hour": "time"}
    return name in (dimension, names.get(dimension, dimension))


def _measured(reading: Reading, row: Sequence[Cell]) -> Shown | None:
    """A row's number: in the column of the metric's name, else in the last column that has one."""
    found = [
        (float(cell), one.unit or (reading.unit if one.name == reading.metric else ""), one.name)
        for one, cell in zip(reading.columns, row, strict=True)
        if isinstance(cell, int | float) and not isinstance(cell, bool)
    ]
    own = [shown for shown in found if shown[2] == reading.metric]
    value, unit, _ = (own or found or [(0.0, "", "")])[-1]
    return (value, unit) if found else None
