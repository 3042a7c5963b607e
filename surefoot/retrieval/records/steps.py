"""Steps of local time: the bounds of hours, days, weeks and months, and the step in which a row's moment lies.

The step is reckoned with whole numbers alone, from seconds since 1970 and the zone's offsets, so that it reads the same
on every database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from surefoot.retrieval.records.plan import Grain
from surefoot.retrieval.records.times.periods import Period

HOUR, DAY = 3600, 86_400
THURSDAY = 3
"""Weekday of 1 January 1970, Monday being 0."""
EPOCH_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a period."""

    period: Period
    grain: Grain
    week_start: int = 0

    @property
    def bounds(self) -> tuple[datetime, ...]:
        """Where steps begin, the first at or before the period's start, and the end of the last."""
        zone = self.period.start.tzinfo
        found = [self._floor(self.period.start)]
        while found[-1].astimezone(UTC) < self.period.end.astimezone(UTC):
            found.append(self._next(found[-1], zone))
        return tuple(found)

    def number(self, at: datetime) -> int:
        """The step in which a moment lies, as `numbered` reckons it for rows."""
        if self.grain is Grain.HOUR:
            return int(at.timestamp() - self._floor(self.period.start).timestamp()) // HOUR
        day = at.date().toordinal() - EPOCH_DAY
        return self._of_day(day, at)

    def numbered(self, seconds: Any, choose: Callable[[list[tuple[Any, Any]], Any], Any]) -> Any:
        """The expression of a row's step; `seconds` are those since 1970 in UTC.

        choose: makes (condition, value) pairs and an else into one expression.
        """
        if self.grain is Grain.HOUR:
            return _floored(seconds - int(self._floor(self.period.start).timestamp()), HOUR)
        if self.grain is Grain.MONTH:
            edges = self.bounds
            pairs = [(seconds < int(e.timestamp()), _month(edges[n])) for n, e in enumerate(edges[1:])]
            return choose(pairs, _month(edges[-1]))
        changes = _offsets(self.period)
        pairs = [(seconds < until, seconds + offset) for until, offset in changes[:-1]]
        local = choose(pairs, seconds + changes[-1][1]) if pairs else seconds + changes[-1][1]
        days = _floored(local, DAY)
        return days if self.grain is Grain.DAY else _floored(days + THURSDAY - self.week_start, 7)

    def _of_day(self, day: int, at: datetime) -> int:
        if self.grain is Grain.DAY:
            return day
        return (day + THURSDAY - self.week_start) // 7 if self.grain is Grain.WEEK else _month(at)

    def _floor(self, at: datetime) -> datetime:
        if self.grain is Grain.HOUR:
            return at.replace(minute=0, second=0, microsecond=0)
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        if self.grain is Grain.WEEK:
            return midnight - timedelta(days=(midnight.weekday() - self.week_start) % 7)
        return midnight.replace(day=1) if self.grain is Grain.MONTH else midnight

    def _next(self, start: datetime, zone: tzinfo | None) -> datetime:
        match self.grain:
            case Grain.HOUR:
                return (start.astimezone(UTC) + timedelta(hours=1)).astimezone(zone)
            case Grain.DAY:
                return start + timedelta(days=1)
            case Grain.WEEK:
                return start + timedelta(days=7)
            case Grain.MONTH:
                return (start + timedelta(days=32)).replace(day=1)


def _floored(number: Any, by: int) -> Any:
    """Whole steps, rounded down; numbers since 1970 are not negative."""
    return number // by


def _month(at: datetime) -> int:
    return at.year * 12 + at.month - 1


def _offsets(period: Period) -> list[tuple[int, int]]:
    """(until, offset): the zone's offset in seconds, until which second since 1970; the last holds to the end."""
    start, end = int(period.start.timestamp()) - DAY, int(period.end.timestamp()) + DAY
    zone = period.start.tzinfo
    found: list[tuple[int, int]] = []
    at, offset = start, _offset(start, zone)
    for hour in range(start, end, DAY):
        if _offset(hour, zone) != offset:
            change = _bisected(at, hour, zone)
            found.append((change, offset))
            offset = _offset(hour, zone)
        at = hour
    return [*found, (end, offset)]


def _bisected(low: int, high: int, zone: tzinfo | None) -> int:
    """The second at which the offset changes, between one with the old and one with the new."""
    old = _offset(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == old else (low, middle)
    return high


def _offset(second: int, zone: tzinfo | None) -> int:
    offset = datetime.fromtimestamp(second, tz=zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0
