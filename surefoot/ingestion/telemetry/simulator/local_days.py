"""Local days of the fleet, and their lengths: 23 and 25 hours long where the clocks change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from surefoot.retrieval.records.samples import microseconds, moment_of

ZONE: Final = ZoneInfo("Europe/Berlin")
"""Whose clocks a fleet goes by, unless said otherwise."""
DAY: Final = timedelta(days=1)
NOON: Final = 12


@dataclass(frozen=True, slots=True)
class LocalDays:
    """The days of those who work by the clocks of a zone: from midnight on, or at night from noon to noon."""

    zone: ZoneInfo = ZONE
    from_hour: int = 0
    """The hour at which a day begins: at noon for night work, which so lies within one day."""

    def begins(self, day: date) -> int:
        """When a day begins, in microseconds since 1970 in UTC."""
        return _begins(self.zone, self.from_hour, day)

    def length_s(self, day: date) -> float:
        """Seconds of a day."""
        return (self.begins(day + DAY) - self.begins(day)) / 1e6

    def into_s(self, day: date, clock_s: float) -> float:
        """Seconds from a day's beginning until clocks show these seconds after its midnight; 26 hours: 2 at night."""
        shown = datetime.combine(day, time(), self.zone) + timedelta(seconds=clock_s)
        return (microseconds(shown.astimezone(UTC)) - self.begins(day)) / 1e6

    def day_of(self, moment: int) -> date:
        """The day of microseconds since 1970 in UTC."""
        shown = moment_of(moment).astimezone(self.zone).replace(tzinfo=None)
        return (shown - timedelta(hours=self.from_hour)).date()

    def days(self, start: int, end: int) -> Iterator[date]:
        """The days that have a part in [start, end), in microseconds."""
        day = self.day_of(start)
        while start < end and self.begins(day) < end:
            yield day
            day += DAY


@lru_cache(maxsize=8192)
def _begins(zone: ZoneInfo, from_hour: int, day: date) -> int:
    return microseconds(datetime.combine(day, time(from_hour), zone).astimezone(UTC))
