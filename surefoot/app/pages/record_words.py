"""Figures, moments and ages of readings in the reader's words."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from surefoot.app.client.reading_forms import ColumnForm, ReadingForm, Value

MINUTE, HOUR, DAY = 60, 3600, 86_400
STALE_SECONDS = HOUR
"""A reading older than that says so in amber; live.js knows the same number."""


@cache
def zone_of(name: str) -> tzinfo:
    """A time zone by its name; UTC where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def figure(value: float | None, unit: str = "", decimals: int = 0) -> str:
    """A number with thousands, its decimals and its unit; a dash where there is none."""
    number = digits(value, decimals)
    if value is None or not unit:
        return number
    return f"{number}\u00a0{singular(unit) if number == '1' else unit}"


def digits(value: float | None, decimals: int = 0) -> str:
    """A number with thousands and decimals, never minus nothing."""
    if value is None:
        return "–"
    number = f"{value:,.{decimals}f}"
    return number.removeprefix("-") if not number.strip("-0.,") else number


def singular(unit: str) -> str:
    """A counted thing in the singular: "1 trip"."""
    return unit.removesuffix("s") if unit.endswith("s") and " " not in unit else unit


def cell(value: Value, column: ColumnForm, zone: tzinfo) -> str:
    """A cell of a reading as text."""
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case date():
            return _at(value, column, zone) if isinstance(value, datetime) else f"{value.day} {value:%B %Y}"
        case int() | float():
            return _number(value, column)
        case _:
            return str(value).replace("_", " ")


def _at(value: datetime, column: ColumnForm, zone: tzinfo) -> str:
    """A moment; a step of time that is a day or longer begins at midnight, which goes without saying."""
    return moment(value, zone, day_alone=column.name == "time" and column.title != "hour")


def _number(value: float, column: ColumnForm) -> str:
    if column.unit == "s":
        return length(value)
    return figure(float(value), column.unit, column.decimals if column.decimals is not None else 0)


def aware(at: datetime) -> datetime:
    """A moment with its zone; one without is UTC."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def moment(at: datetime, zone: tzinfo, *, seconds: bool = True, day_alone: bool = False) -> str:
    """A moment in local time: "14:05:07" today, "Tue 24 November, 14:05:07" before; the day where it stands for one."""
    local, today = aware(at).astimezone(zone), datetime.now(zone).date()
    clock = f"{local:%H:%M:%S}" if seconds and local.second else f"{local:%H:%M}"
    if local.date() == today and not day_alone:
        return clock
    day = f"{local:%a} {local.day} {local:%B}" + (f" {local.year}" if local.year != today.year else "")
    return day if day_alone else f"{day}, {clock}"


def age(at: datetime, now: datetime | None = None) -> float:
    """Seconds since a moment; none where the clocks differ."""
    return max(((now or datetime.now(UTC)) - aware(at)).total_seconds(), 0.0)


def ago(seconds: float) -> str:
    """An age in its largest unit; live.js says the same."""
    if seconds < MINUTE:
        return f"{int(seconds)} s ago"
    if seconds < HOUR:
        return f"{int(seconds / MINUTE)} min ago"
    if seconds < 2 * DAY:
        return f"{int(seconds / HOUR)} h ago"
    return f"{int(seconds / DAY):,} days ago"


def length(seconds: float) -> str:
    """A length of time in its two largest units."""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole}\u00a0s"
    if whole < HOUR:
        return f"{round(whole / MINUTE)}\u00a0min"
    hours, minutes = divmod(round(whole / MINUTE), 60)
    return f"{hours:,}\u00a0h {minutes}\u00a0min" if minutes else f"{hours:,}\u00a0h"


def shown(reading: ReadingForm) -> list[ColumnForm]:
    """The columns that people read; those that only a map needs have no title."""
    return [column for column in reading.columns if column.title]


def changed(reading: ReadingForm) -> str:
    """How much more or less it is than in the period before; empty where nothing is compared."""
    if not reading.before_told:
        return ""
    if reading.value is None or reading.before is None:
        return f"No reading for {reading.before_told} to compare with"
    other = figure(reading.before, reading.unit, reading.decimals)
    change = reading.value - reading.before
    if round(change, reading.decimals) == 0:
        return f"As much as {reading.before_told} ({other})"
    more = "more" if change > 0 else "less"
    by = figure(abs(change), reading.unit, reading.decimals)
    share = f", {abs(change) / abs(reading.before):.0%}" if reading.before else ""
    return f"{by} {more}{share}, than {reading.before_told} ({other})"


def headed(reading: ReadingForm) -> tuple[str, list[str]]:
    """Title of a picture, and the lines below it: of when, from where, and whether it is made up."""
    keys = [c.title for c in shown(reading) if c.decimals is None and c.name not in {reading.metric, "time"}]
    by = f" by {' and '.join(keys[:2])}" if keys and reading.drawn in {"bars", "line"} else ""
    source = f"Source: {reading.source.rstrip('.')}" if reading.source else ""
    return f"{upper(reading.title)}{by}", [period(reading), *filter(None, [source, made_up(reading)])]


def period(reading: ReadingForm) -> str:
    """The time that a reading tells of, on the clocks of its zone."""
    zone, span = zone_of(reading.zone), reading.period
    if span.start is None or span.end is None:
        at = f"As of {aware(reading.as_of).astimezone(zone):%Y-%m-%d %H:%M}" if reading.as_of else "As it is now"
        return f"{at} ({reading.zone})"
    begin, end = (f"{aware(at).astimezone(zone):%Y-%m-%d %H:%M}" for at in (span.start, span.end))
    return f"{begin} to {end} ({reading.zone})"


def made_up(reading: ReadingForm) -> str:
    """That it is simulated; empty where it is not."""
    return "Simulated data" if reading.simulated else ""


def upper(text: str) -> str:
    """The text with a large first letter."""
    return text[:1].upper() + text[1:]
