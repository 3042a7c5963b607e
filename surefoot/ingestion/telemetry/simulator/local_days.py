"""Local days of the fleet, and their lengths: 23 and 25 hours long where the clocks change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from surefoot.retrieval.records.samples import microseconds, moment_of

ZONE: Final = ZoneInfo("Europe/Berlin")
DAY: Final = timedelta(days=1)


@lru_cache(maxsize=4096)
def begins(day: date) -> int:
    """When a local day begins, in microseconds since 1970 in UTC."""
    return microseconds(datetime.combine(day, time(), ZONE).astimezone(UTC))


def length_s(day: date) -> float:
    """Seconds of a local day."""
    return (begins(day + DAY) - begins(day)) / 1e6


def into_s(day: date, clock_s: float) -> float:
    """Seconds from the beginning of a local day until its clocks show these seconds after midnight."""
    shown = datetime.combine(day, time(), ZONE) + timedelta(seconds=clock_s)
    return (microseconds(shown.astimezone(UTC)) - begins(day)) / 1e6


def day_of(moment: int) -> date:
    """The local day of microseconds since 1970 in UTC."""
    return moment_of(moment).astimezone(ZONE).date()


def days(start: int, end: int) -> Iterator[date]:
    """The local days that have a part in [start, end), in microseconds."""
    day = day_of(start)
    while start < end and begins(day) < end:
        yield day
        day += DAY
