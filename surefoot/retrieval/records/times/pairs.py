"""What two ends of a range mean together: each tells the other's day, month, year and half of the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from surefoot.retrieval.records.times.bounds import Bound, days_of, end_of, minutes_of, start_of
from surefoot.retrieval.records.times.calendar import HOUR, Calendar, Meant, Stretch, Trouble, between
from surefoot.retrieval.records.times.clocks import DAY, Clock
from surefoot.retrieval.records.times.dates import Dated, Pick, Weekday, in_year, resolved
from surefoot.retrieval.records.times.found import Problem
from surefoot.retrieval.records.times.periods import Unit

HALF_A_YEAR = timedelta(days=184)
"""Days between two dates without years above which they are reversed rather than around New Year."""
_LEAP = 2024
Both = tuple[Stretch, Stretch]


def paired(left: Bound, right: Bound, calendar: Calendar) -> Meant | Trouble:
    """The period from the start of one to the end of the other."""
    for bound in (left, right):
        if isinstance(bound.fixed, Trouble):
            return bound.fixed
    if left.clock and right.clock and (left.hours or right.hours):
        return _hours(left, right, calendar)
    meant = [_joined(one, two, calendar) for one, two in _ordered(left, right)]
    fitting = [one for one in meant if isinstance(one, Meant)]
    if len(fitting) > 1:
        return Trouble(Problem.AMBIGUOUS, tuple(one.period for one in fitting))
    return fitting[0] if fitting else meant[0]


def _joined(left: Bound, right: Bound, calendar: Calendar) -> Meant | Trouble:
    """The period between two ends whose figures are read in one order."""
    left, right = _shared(left, right)
    days = _days(left, right, calendar)
    if isinstance(days, Trouble):
        return days
    if days[0].first > days[1].first and left.fixed is right.fixed is None:
        return Trouble(Problem.REVERSED)
    start, end = start_of(left, days[0], calendar), end_of(right, days[1], calendar)
    if isinstance(start, Trouble):
        return start
    period = end if isinstance(end, Trouble) else between(start, end)
    return period if isinstance(period, Trouble) else Meant(period, Unit.RANGE, to_now=end == calendar.now)


def _ordered(left: Bound, right: Bound) -> list[tuple[Bound, Bound]]:
    """Both ends in each order in which figures such as 03/11/2026 can be read: in one where an end tells it."""
    one, two = left.days, right.days
    ones = one.readings if isinstance(one, Dated) else ()
    twos = two.readings if isinstance(two, Dated) else ()
    if max(len(ones), len(twos)) < 2:
        return [(left, right)]
    told = {days.day_first for days in (one, two) if isinstance(days, Dated)} - {None}
    orders = [0 if told == {True} else 1] if len(told) == 1 else [0, 1]
    return [
        (
            replace(left, days=ones[min(order, len(ones) - 1)]) if ones else left,
            replace(right, days=twos[min(order, len(twos) - 1)]) if twos else right,
        )
        for order in orders
    ]


def _shared(left: Bound, right: Bound) -> tuple[Bound, Bound]:
    """Both ends, with the month, the year and the week that only one of them tells."""
    one, two = left.days, right.days
    if isinstance(one, Dated) and isinstance(two, Dated):
        if one.partial and two.day is not None:
            one = replace(one, month=two.month, year=one.year or two.year)
        elif two.partial:
            two = replace(two, month=one.month, year=two.year or one.year)
    if isinstance(one, Weekday) and isinstance(two, Weekday):
        if two.within is not None and one.pick is Pick.LATEST and one.within is None:
            one = replace(one, within=two.within)
        elif one.within is not None and two.pick is Pick.LATEST and two.within is None:
            two = replace(two, within=one.within)
    return replace(left, days=one), replace(right, days=two)


def _free(bound: Bound) -> bool:
    """Whether its week or its year is to be found."""
    days = bound.days
    if isinstance(days, Weekday):
        return days.pick is Pick.LATEST and days.within is None
    return isinstance(days, Dated) and days.yearless and days.pick is Pick.LATEST


def _days(left: Bound, right: Bound, calendar: Calendar) -> Both | Trouble:
    """The days of both ends."""
    if isinstance(left.days, Dated) and isinstance(right.days, Dated):
        return _dates(left.days, right.days, calendar)
    if _free(left):
        last = days_of(right, calendar)
        if isinstance(last, Trouble):
            return last
        same = isinstance(left.days, Weekday) and left.days.index == last.first.weekday()
        first = days_of(left, calendar, (None, last.first - timedelta(days=1 if same and _free(right) else 0)))
    else:
        first, last = days_of(left, calendar), days_of(right, calendar)
        if _free(right) and isinstance(first, Stretch) and isinstance(last, Stretch) and last.first < first.first:
            last = days_of(right, calendar, (first.first, None))
    if isinstance(first, Trouble):
        return first
    return last if isinstance(last, Trouble) else (first, last)


def _dates(left: Dated, right: Dated, calendar: Calendar) -> Both | Trouble:
    """Two dates, of which none, one or both tell their year."""
    first: Stretch | Trouble
    last: Stretch | Trouble
    if left.month == right.month and left.yearless and (left.day or 0) > (right.day or 31):
        return Trouble(Problem.REVERSED)
    if left.yearless and right.yearless and not left.partial:
        return _yearless(left, right, calendar)
    if left.yearless:
        last = resolved(right, calendar)
        first = resolved(left, calendar, (None, last.first)) if isinstance(last, Stretch) else last
    else:
        first = resolved(left, calendar)
        floor = first.first if isinstance(first, Stretch) and right.yearless else None
        last = resolved(right, calendar, (floor, None))
    return _both(first, last, guessed=left.yearless and left.day is not None)


def _yearless(left: Dated, right: Dated, calendar: Calendar) -> Both | Trouble:
    """Both of one year, the latest in which the first has begun; or around the latest New Year that they can be."""
    one, two = in_year(left, _LEAP), in_year(right, _LEAP)
    if one is None or two is None:
        return Trouble(Problem.IMPOSSIBLE)
    if one.first <= two.first:
        first = resolved(left, calendar)
        last = resolved(right, calendar, (first.first, None)) if isinstance(first, Stretch) else first
        return _both(first, last, guessed=False)
    last = resolved(right, calendar)
    first = resolved(left, calendar, (None, last.first)) if isinstance(last, Stretch) else last
    return _both(first, last, guessed=left.day is not None)


def _both(first: Stretch | Trouble, last: Stretch | Trouble, *, guessed: bool) -> Both | Trouble:
    """Both; reversed where they lie so far apart in two years that the years are badly guessed."""
    if isinstance(first, Trouble):
        return first
    if isinstance(last, Trouble):
        return last
    apart = last.first - first.first > HALF_A_YEAR and last.first.year != first.first.year
    return Trouble(Problem.REVERSED) if guessed and apart else (first, last)


def _hours(left: Bound, right: Bound, calendar: Calendar) -> Meant | Trouble:
    """Hours of one day, or from one day into the next."""
    if left.clock is None or right.clock is None:
        return Trouble(Problem.IMPOSSIBLE)
    told = right if left.hours else left
    days, part = days_of(told, calendar), right.part or left.part
    if isinstance(days, Trouble):
        return days
    if part is not None:
        start = minutes_of(left.clock, part)
        end = minutes_of(right.clock, part, end=True, above=start or 0)
        readings = [] if start is None or end is None else [(start, end)]
    else:
        readings = _readings(left.clock, right.clock)
    meant = [_between_hours(calendar, days, reading, moved=told.days is None) for reading in readings]
    if len(meant) > 1:
        return Trouble(Problem.AMBIGUOUS, tuple(one.period for one in meant if isinstance(one, Meant)))
    return meant[0] if meant else Trouble(Problem.IMPOSSIBLE)


def _readings(left: Clock, right: Clock) -> list[tuple[float, float]]:
    """Start and end in minutes; two where `from 9 to 5` may be eight hours or twenty."""
    half_day = 12 * HOUR
    start, end = left.minutes, minutes_of(right, None, end=True) or 0.0
    if right.half and left.short and not left.half:
        start = start % half_day + (half_day if right.half == "pm" else 0)
        start = start if start < end else (start + half_day) % DAY
    elif left.half and right.short and not right.half:
        end = end % half_day + (half_day if left.half == "pm" else 0)
        end = end if end > start else (end + half_day) % DAY
    elif end < start and left.short and right.short and end + half_day > start:
        return [(start, end + half_day), (start, end + DAY)]
    return [(start, end + DAY if end < start else end)]


def _between_hours(calendar: Calendar, days: Stretch, hours: tuple[float, float], *, moved: bool) -> Meant | Trouble:
    """Hours of a day; with no day told those into the next are the latest that have begun."""
    if days.unit is not Unit.DAY or days.count != 1:
        return Trouble(Problem.UNSUPPORTED)
    start, end = hours
    day = days.first
    if moved and end > DAY and calendar.wall(day, start) > calendar.now:
        day -= timedelta(days=1)
    period = between(calendar.wall(day, start), calendar.wall(day, end, end=end % DAY > 0))
    return period if isinstance(period, Trouble) else Meant(period, Unit.PART)
