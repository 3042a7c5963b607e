"""Moves periods back on the calendar, and cuts two of them to the same elapsed part so that they compare fairly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from surefoot.retrieval.records.times.calendar import Calendar, Meant, Trouble, between, plus_months
from surefoot.retrieval.records.times.found import Problem
from surefoot.retrieval.records.times.periods import DAYS, ELAPSED, MONTHS, Unit, closing, opening

Back = tuple[int, int]
"""Months and days."""


def earlier(main: Meant, unit: Unit, count: int, calendar: Calendar) -> Meant | Trouble:
    """A period moved back by units: what has elapsed by hours, all else by the calendar and the clock on the wall."""
    if unit in ELAPSED:
        back = count * ELAPSED[unit]
        start, end = (moment.astimezone(UTC) - back for moment in (main.period.start, main.period.end))
        period = between(start.astimezone(calendar.zone), end.astimezone(calendar.zone))
    else:
        back = (count * MONTHS[unit], 0) if unit in MONTHS else (0, count * DAYS.get(unit, 1))
        start = opening(_moved(_wall(main.period.start), back), calendar.zone)
        period = between(start, _end(main.period.end, back, calendar))
    if isinstance(period, Trouble):
        return Trouble(Problem.EMPTY)
    return replace(main, period=period, to_now=False)


def just_before(main: Meant, calendar: Calendar) -> Meant | Trouble:
    """A period of the same length that ends where another begins; of one that goes on, with the same part elapsed."""
    if main.unit in ELAPSED or (main.unit is Unit.PART):
        length = main.period.elapsed
        start, end = (moment.astimezone(UTC) - length for moment in (main.period.start, main.period.end))
        period = between(start.astimezone(calendar.zone), end.astimezone(calendar.zone))
        return period if isinstance(period, Trouble) else replace(main, period=period, to_now=False)
    if main.unit in MONTHS or main.unit in DAYS:
        return earlier(main, main.unit, main.count, calendar)
    return earlier(main, Unit.DAY, main.period.days, calendar)


def same_part(main: Meant, other: Meant, calendar: Calendar) -> datetime:
    """The moment at which as much of the other has elapsed as now of the main one."""
    start, begin = main.period.start, other.period.start
    if main.unit in ELAPSED:
        return (calendar.now.astimezone(UTC) - (start.astimezone(UTC) - begin.astimezone(UTC))).astimezone(
            calendar.zone
        )
    if main.unit in MONTHS:
        months = (start.year - begin.year) * 12 + start.month - begin.month
        return _end(calendar.now, (months, 0), calendar)
    return _end(calendar.now, (0, (start.date() - begin.date()).days), calendar)


def _end(end: datetime, back: Back, calendar: Calendar) -> datetime:
    """The end moved back; where the month is shorter, to the end of that month's last day."""
    wall = _wall(end)
    if wall.time() == time() and wall.day != 1:
        last = _moved(wall - timedelta(days=1), back)
        return opening(last + timedelta(days=1), calendar.zone)
    there = _moved(wall, back)
    if back[0] and there.day != wall.day:
        return opening(datetime.combine(there.date() + timedelta(days=1), time()), calendar.zone)
    return closing(there, calendar.zone) if there.time() != time() else opening(there, calendar.zone)


def _moved(wall: datetime, back: Back) -> datetime:
    day: date = plus_months(wall.date(), -back[0]) - timedelta(days=back[1])
    return datetime.combine(day, wall.time())


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None, fold=0)
