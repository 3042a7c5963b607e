"""Dates as they are told, often without a month or a year, and the days that they mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, auto

from surefoot.retrieval.records.times.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    Calendar,
    Stretch,
    Trouble,
    plus_months,
    week_begin,
)
from surefoot.retrieval.records.times.found import Problem
from surefoot.retrieval.records.times.periods import Unit

_SEARCHED = 9
"""Years that are looked through for a date without a year: 29 February comes back within eight."""

_MONTHS_SEARCHED = 24
"""Months that are looked through for a day of the month: a Friday the 13th comes back within 14."""


class Pick(Enum):
    """Which of the days of a name is meant where no year or week is told."""

    LATEST = auto()
    """The last that has begun; today's too."""
    OVER = auto()
    """The last that is over: `last Monday`, `last November`."""
    THIS = auto()
    """That of this week or this year, be it ahead."""
    AHEAD = auto()
    """The next one that has not begun."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A date, a month, a calendar week (of ISO 8601), a quarter, a half or a year, as far as told."""

    year: int | None = None
    half: int | None = None
    quarter: int | None = None
    month: int | None = None
    week: int | None = None
    day: int | None = None
    weekday: int | None = None
    """Told beside a date: one that does not fit makes it impossible."""
    pick: Pick = Pick.LATEST
    other: Dated | None = None
    """The other reading of figures whose order may be either: 03/11/2026."""
    day_first: bool | None = None
    """The order of figures that can be read in one order alone: 25/11/2026."""

    @property
    def readings(self) -> tuple[Dated, ...]:
        """Itself in each order of its figures: first with the day first."""
        return (replace(self, other=None),) if self.other is None else (replace(self, other=None), self.other)

    @property
    def yearless(self) -> bool:
        """Whether its year is to be found."""
        return self.year is None and self.pick is not Pick.THIS

    @property
    def partial(self) -> bool:
        """Whether only the day of a month is told."""
        return self.day is not None and self.month is None


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, with the days among which it lies where they are told."""

    index: int
    pick: Pick = Pick.LATEST
    within: Stretch | None = None


Days = Dated | Weekday | Stretch
"""What names whole days."""
Bounds = tuple[date | None, date | None]
"""The first and the last day on which what is sought may begin; None where open."""
ANY: Bounds = (None, None)


def resolved(days: Days, calendar: Calendar, bounds: Bounds = ANY) -> Stretch | Trouble:
    """The days that are meant: the latest that have begun, or the first from a day on, or the latest up to one."""
    if isinstance(days, Stretch):
        return days
    if isinstance(days, Weekday):
        return _weekday(days, calendar, bounds)
    if days.other is not None:
        return _either(days, calendar)
    found = next(iter(_fitting(_candidates(days, calendar, bounds), days, calendar, bounds)), None)
    if found is None or (days.weekday is not None and days.weekday != found.first.weekday()):
        return Trouble(Problem.IMPOSSIBLE)
    return found


def _either(days: Dated, calendar: Calendar) -> Stretch | Trouble:
    """Trouble with both readings; the one that exists where only one does."""
    read = [resolved(replace(reading, weekday=days.weekday), calendar) for reading in days.readings]
    fitting = [stretch for stretch in read if isinstance(stretch, Stretch)]
    if len(fitting) == 1:
        return fitting[0]
    meant = [calendar.days(stretch) for stretch in fitting]
    candidates = tuple(one.period for one in meant if not isinstance(one, Trouble))
    return Trouble(Problem.AMBIGUOUS if candidates else Problem.IMPOSSIBLE, candidates)


def _weekday(days: Weekday, calendar: Calendar, bounds: Bounds) -> Stretch | Trouble:
    today = calendar.today
    floor, ceiling = bounds
    if days.within is not None:
        begin = days.within.first
        day = begin + timedelta(days=(days.index - begin.weekday()) % 7)
        if day >= days.within.until:
            return Trouble(Problem.IMPOSSIBLE)
    elif days.pick is Pick.THIS:
        begin = week_begin(today, calendar.week_start)
        day = begin + timedelta(days=(days.index - begin.weekday()) % 7)
    elif days.pick is Pick.AHEAD:
        day = today + timedelta(days=(days.index - today.weekday() - 1) % 7 + 1)
    elif floor is not None:
        day = floor + timedelta(days=(days.index - floor.weekday()) % 7)
    else:
        day = _last_weekday(days, ceiling or today)
    return one_day(day)


def _last_weekday(days: Weekday, ceiling: date) -> date:
    """The latest on or before a day; before it where it has to be over."""
    if days.pick is Pick.OVER:
        ceiling -= timedelta(days=1)
    return ceiling - timedelta(days=(ceiling.weekday() - days.index) % 7)


def one_day(day: date) -> Stretch:
    """A day as a stretch of days."""
    return Stretch(day, day + timedelta(days=1), Unit.DAY)


def _candidates(days: Dated, calendar: Calendar, bounds: Bounds) -> Iterable[Stretch]:
    """What the date may be, in the order in which it is to be tried."""
    floor, ceiling = bounds
    if days.partial and days.year is None:
        near = floor or ceiling or calendar.today
        steps = range(-1, _MONTHS_SEARCHED) if floor or days.pick is Pick.AHEAD else range(1, -_MONTHS_SEARCHED, -1)
        months = (plus_months(near.replace(day=1), step) for step in steps)
        found = _existing((month.year, month.month, days.day or 0) for month in months)
        yield from (day for day in found if days.weekday in {None, day.first.weekday()})
        return
    if days.year is not None or days.pick is Pick.THIS:
        years: Iterable[int] = (days.year if days.year is not None else calendar.today.year,)
    elif floor is not None or days.pick is Pick.AHEAD:
        years = range((floor or calendar.today).year - 1, (floor or calendar.today).year + _SEARCHED)
    else:
        latest = (ceiling or calendar.today).year
        years = range(latest + 1, latest - _SEARCHED, -1)
    yield from (found for year in years if (found := in_year(days, year)) is not None)


def _fitting(found: Iterable[Stretch], days: Dated, calendar: Calendar, bounds: Bounds) -> Iterable[Stretch]:
    """Those that begin within the bounds, or have begun, or are over, or are ahead."""
    floor, ceiling = bounds
    today = calendar.today
    for stretch in found:
        if not days.yearless and not days.partial:
            yield stretch
        elif floor is not None:
            if stretch.first >= floor:
                yield stretch
        elif days.pick is Pick.AHEAD:
            if stretch.first > today:
                yield stretch
        elif stretch.first <= (ceiling or today) and (days.pick is not Pick.OVER or stretch.until <= today):
            yield stretch


def in_year(days: Dated, year: int) -> Stretch | None:
    """The days of a date in a year; None where that year does not have them."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if days.week is not None:
        return _week(year, days.week)
    if days.day is not None:
        return next(iter(_existing([(year, days.month or 0, days.day)])), None)
    for unit, number, months in (
        (Unit.MONTH, days.month, 1),
        (Unit.QUARTER, days.quarter, 3),
        (Unit.HALF, days.half, 6),
        (Unit.YEAR, 1, 12),
    ):
        if number is not None:
            if not 1 <= number <= 12 // months:
                return None
            first = date(year, (number - 1) * months + 1, 1)
            return Stretch(first, plus_months(first, months), unit)
    return None


def _existing(days: Iterable[tuple[int, int, int]]) -> Iterable[Stretch]:
    for year, month, day in days:
        try:
            yield one_day(date(year, month, day))
        except ValueError:  # such a month has no such day
            continue


def _week(year: int, week: int) -> Stretch | None:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:  # most years have 52 weeks
        return None
    return Stretch(monday, monday + timedelta(days=7), Unit.WEEK)
