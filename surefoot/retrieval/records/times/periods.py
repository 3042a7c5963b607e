"""Half-open periods of time, and what a clock on the wall means where it is set forward and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Unit(StrEnum):
    """What a period is one of, from short to long."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    PART = "part"
    """Part of a day: a morning, a night, hours between two times."""
    DAY = "day"
    WEEKEND = "weekend"
    WEEK = "week"
    RANGE = "range"
    """Between any two dates."""
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


ELAPSED = {Unit.SECOND: timedelta(seconds=1), Unit.MINUTE: timedelta(minutes=1), Unit.HOUR: timedelta(hours=1)}
"""Units of elapsed time; all others are counted on the calendar."""
DAYS = {Unit.DAY: 1, Unit.WEEK: 7, Unit.WEEKEND: 7}
MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF: 6, Unit.YEAR: 12}
LENGTHS = tuple(Unit)


@dataclass(frozen=True, slots=True, eq=False)
class Period:
    """From a moment up to, and without, another; both aware.

    Compare moments in UTC: Python compares those of one zone by the wall clock, on which an hour may come twice.

    Raises:
        ValueError: where a moment is naive, or the end is not after the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A period needs moments with a time zone.")
        if not self.start.astimezone(UTC) < self.end.astimezone(UTC):
            raise ValueError(f"A period ends after it begins: {self.start.isoformat()} to {self.end.isoformat()}.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Period) and self.utc == other.utc

    def __hash__(self) -> int:
        return hash(self.utc)

    @property
    def utc(self) -> tuple[datetime, datetime]:
        """Start and end in UTC."""
        return self.start.astimezone(UTC), self.end.astimezone(UTC)

    @property
    def elapsed(self) -> timedelta:
        """How long it lasts by a stopwatch: 23 hours on the day on which the clock is set forward."""
        start, end = self.utc
        return end - start

    @property
    def days(self) -> int:
        """Calendar days that it touches."""
        last = (self.end.astimezone(UTC) - timedelta(microseconds=1)).astimezone(self.end.tzinfo)
        return (last.date() - self.start.date()).days + 1

    def contains(self, moment: datetime) -> bool:
        """Whether an aware moment lies in it."""
        start, end = self.utc
        return start <= moment.astimezone(UTC) < end

    def until(self, moment: datetime) -> Period | None:
        """Its part before an aware moment; None where there is none."""
        start, end = self.utc
        cut = min(end, moment.astimezone(UTC))
        return Period(self.start, cut.astimezone(self.end.tzinfo)) if cut > start else None


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock of the zone ever shows this naive time."""
    shown = wall.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)
    return shown.replace(tzinfo=None, fold=0) == wall.replace(fold=0)


def repeats(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock of the zone shows this naive time twice."""
    early, late = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    return exists(wall, zone) and early.utcoffset() != late.utcoffset()


def opening(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which the zone's clock shows a naive time; where it skips it, the moment of the change.

    As the later of two times never comes out earlier, what lies between two times stays in order.
    """
    if exists(wall, zone):
        return wall.replace(tzinfo=zone, fold=0)
    return _change(wall.replace(tzinfo=zone, fold=1), wall.replace(tzinfo=zone, fold=0)).astimezone(zone)


def closing(wall: datetime, zone: ZoneInfo) -> datetime:
    """The end of what lies before a naive time on the zone's clock: the second one where it is shown twice."""
    return wall.replace(tzinfo=zone, fold=1) if repeats(wall, zone) else opening(wall, zone)


def _change(before: datetime, after: datetime) -> datetime:
    """The second, in UTC, at which the zone's offset changes between two of its moments."""
    zone, low, high = before.tzinfo, before.astimezone(UTC), after.astimezone(UTC)
    offset = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
