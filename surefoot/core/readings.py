"""A reading: rows of live or operational data, with unit, time range and the moment of which they tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

Cell = str | float | int | bool | datetime | date | None


class Drawn(StrEnum):
    """How a reading is best looked at."""

    NUMBER = "number"
    BARS = "bars"
    LINE = "line"
    ROUTE = "route"
    POINTS = "points"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class ReadingColumn:
    """One column of a reading's rows."""

    name: str
    title: str
    unit: str = ""
    decimals: int | None = None
    """Decimals that are shown of a number; None for what is no number."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """What was not heard of in the time that a reading tells of."""

    things: int
    """How many, such as vehicles."""
    seconds: float
    """Added up over all of them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the records say: rows, or one number."""

    id: str
    metric: str
    """The metric, or the listing, by its name in the declaration."""
    title: str
    value: float | None
    """The number where there is one: of a single group, or the mean that was asked for."""
    unit: str
    start: datetime | None
    end: datetime | None
    """Half-open; None where the rows hold however it is now."""
    told: str
    """The plan in plain words."""
    columns: tuple[ReadingColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    """Rows that there are; more than `rows` where only the first were kept."""
    as_of: datetime | None
    """The newest moment that the rows know of; None where nothing was ever heard."""
    plan: str
    """The plan as JSON."""
    drawn: Drawn = Drawn.TABLE
    decimals: int = 0
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What the rows were narrowed to: the dimension, and its values ('not ' before those that were left out)."""
    definition: str = ""
    source: str = ""
    """Where the definition comes from."""
    before: float | None = None
    """The number of the period that it is compared with."""
    before_told: str = ""
    unknown: Unknown | None = None
    begins: datetime | None = None
    """The earliest moment that there are rows of, where the reading asks for an earlier one; else None."""
    incomplete: str = ""
    """Why rows are missing that will be there, in a sentence; empty where none are."""
    simulated: bool = False
    """Whether some of the rows are made up by the simulator."""
    zone: str = "UTC"
    """The time zone in which its days begin."""
    groups: tuple[str, ...] = ()
    """The groups with which it was read: who is not in all of them might see fewer rows."""
    things: tuple[str, ...] | None = None
    """Whose rows it was read from, such as vehicles; None for readings from before that was written down."""
