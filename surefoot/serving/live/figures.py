"""Writes figures, moments and lengths of time of readings as people read them."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from surefoot.core.readings import Cell, ReadingColumn

MINUTE, HOUR = 60, 3600


def figure(value: float | None, unit: str, decimals: int) -> str:
    """A number with thousands, its decimals and its unit; 'no value' where there is none."""
    if value is None:
        return "no value"
    number = f"{value:,.{decimals}f}"
    if float(number.replace(",", "")) == 0:
        number = number.removeprefix("-")
    return f"{number} {_one(unit) if number == '1' else unit}".strip()


def cell(value: Cell, column: ReadingColumn, zone: tzinfo | None) -> str:
    """A cell of a reading as text; 'no value' where there is none."""
    if value is None:
        return figure(None, column.unit, 0)
    if isinstance(value, datetime):
        return moment(value, zone)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return figure(float(value), column.unit, column.decimals if column.decimals is not None else 0)
    return str(value)


def moment(at: datetime, zone: tzinfo | None) -> str:
    """A moment in local time, to the second."""
    local = at.astimezone(zone)
    return f"{day(local.date())}, {local:%H:%M:%S}"


def day(at: date) -> str:
    """A day with the month's name."""
    return f"{at.day} {at:%B} {at.year}"


def length(seconds: float) -> str:
    """A length of time in its two largest units."""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{round(whole / MINUTE)} min"
    hours, minutes = divmod(round(whole / MINUTE), 60)
    return f"{hours:,} h {minutes} min" if minutes else f"{hours:,} h"


def _one(unit: str) -> str:
    """A counted thing in the singular."""
    return unit.removesuffix("s") if unit.endswith("s") and " " not in unit else unit
