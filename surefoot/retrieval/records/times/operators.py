"""What since, after, before and until make of a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from surefoot.retrieval.records.times.bounds import Bound, days_of, end_of, start_of
from surefoot.retrieval.records.times.calendar import Calendar, Meant, Trouble, between
from surefoot.retrieval.records.times.clocks import DAY
from surefoot.retrieval.records.times.dates import one_day
from surefoot.retrieval.records.times.found import Problem
from surefoot.retrieval.records.times.periods import Period, Unit


def since(bound: Bound, calendar: Calendar) -> Meant | Trouble:
    """From the beginning of what is told up to now; a clock without a day is the last that has been."""
    days = days_of(bound, calendar)
    if isinstance(days, Trouble):
        return days
    start = start_of(bound, days, calendar)
    if bound.hours and not isinstance(start, Trouble) and start.astimezone(UTC) >= calendar.now.astimezone(UTC):
        start = start_of(bound, one_day(days.first - timedelta(days=1)), calendar)
    return start if isinstance(start, Trouble) else _up_to_now(start, calendar)


def after(bound: Bound, calendar: Calendar) -> Meant | Trouble:
    """From the end of what is told up to now; after a clock, up to the end of its day or night."""
    days = days_of(bound, calendar)
    if isinstance(days, Trouble):
        return days
    if bound.clock is None:
        end = end_of(bound, days, calendar)
        return end if isinstance(end, Trouble) else _up_to_now(end, calendar)
    start = start_of(bound, days, calendar)
    if isinstance(start, Trouble):
        return start
    last = max(bound.part.end if bound.part else DAY, DAY)
    return _part(between(start, calendar.wall(days.first, last, end=last > DAY)))


def before(bound: Bound, calendar: Calendar) -> Meant | Trouble:
    """Before a clock, from the beginning of its day or night; before all else no start is told."""
    days = days_of(bound, calendar)
    if isinstance(days, Trouble) or bound.clock is None:
        return days if isinstance(days, Trouble) else Trouble(Problem.NO_START)
    end = end_of(bound, days, calendar)
    if isinstance(end, Trouble):
        return end
    first = bound.part.start if bound.part and bound.part.end > DAY else 0
    return _part(between(calendar.wall(days.first, first), end))


def _up_to_now(start: datetime, calendar: Calendar) -> Meant | Trouble:
    if start.astimezone(UTC) >= calendar.now.astimezone(UTC):
        return Trouble(Problem.ALL_FUTURE)
    period = between(start, calendar.now)
    return period if isinstance(period, Trouble) else Meant(period, Unit.RANGE, to_now=True)


def _part(period: Period | Trouble) -> Meant | Trouble:
    return period if isinstance(period, Trouble) else Meant(period, Unit.PART)
