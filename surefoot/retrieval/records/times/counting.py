"""Reads counts and units of time, and what they amount to before now: last 7 days, 2 hours ago, seit 3 Tagen."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from surefoot.retrieval.records.times.calendar import (
    FIRST_YEAR,
    LONGEST,
    Calendar,
    Meant,
    Stretch,
    Trouble,
    between,
    plus_months,
)
from surefoot.retrieval.records.times.found import Problem
from surefoot.retrieval.records.times.periods import DAYS, ELAPSED, MONTHS, Unit
from surefoot.retrieval.records.times.tokens import Line
from surefoot.retrieval.records.times.vocabulary import FORTNIGHT, NUMERALS, UNITS

MANY = 10**12
"""Counts are not told from larger ones."""
_SHORT_UNITS = {"d": Unit.DAY, "w": Unit.WEEK, "s": Unit.SECOND}
_DAYS_OF_YEAR = 366
_SECONDS_OF_YEAR = _DAYS_OF_YEAR * 86_400


def read_count(line: Line, at: int) -> tuple[Fraction, int] | None:
    """A count in digits or words: 7, 1.5, 1,000, three, an, half an, two and a half; with the place behind it."""
    count = _whole_count(line, at)
    half = line.after(count[1], "and a half") if count else None
    return (count[0] + Fraction(1, 2), half) if count and half else count


def _whole_count(line: Line, at: int) -> tuple[Fraction, int] | None:
    if half := line.after(at, "half|halbe|halben an|a?") or line.after(at, "einer|eine|einen halben|halbe"):
        return Fraction(1, 2), half
    number = line.number(at)
    if number is None:
        told = NUMERALS.get(line.word(at), 1 if line.word(at) in {"a", "an"} else None)
        return (Fraction(told), at + 1) if told is not None else None
    behind = at + 1
    while number < MANY and line.word(behind) in {".", ","} and line.tied(behind) and line.tied(behind + 1):
        if line.number(behind + 1) is None:
            break
        digits, part = line.digits(behind + 1), line.number(behind + 1) or 0
        if digits != 3:
            return number + Fraction(part, 10 ** min(digits, 6)), behind + 2
        number, behind = min(number * 1000 + part, MANY), behind + 2  # thousands, in English and in German
    return Fraction(number), behind


def read_unit(line: Line, at: int) -> tuple[Unit, int, int] | None:
    """A unit of time, how many of them the word is, and the place behind it."""
    word = line.word(at)
    if word in FORTNIGHT:
        return Unit.WEEK, 2, at + 1
    if word in _SHORT_UNITS and line.tied(at):
        return _SHORT_UNITS[word], 1, at + 1
    if word in UNITS:
        return UNITS[word], 1, at + 1
    return None


def read_counted(line: Line, at: int) -> tuple[Fraction, Unit, int] | None:
    """A count with its unit, as `7 days`, `2h` or `a fortnight`; with the place behind it."""
    count = read_count(line, at)
    unit = count and read_unit(line, count[1])
    return compound(line, count[0] * unit[1], unit[0], unit[2]) if count and unit else None


def compound(line: Line, count: Fraction, unit: Unit, at: int) -> tuple[Fraction, Unit, int]:
    """The count with a smaller one behind it, as `2 hours and 30 minutes`, in the smaller unit."""
    start = line.skip(at, "and|und")
    more = _whole_count(line, start)
    less = read_unit(line, more[1]) if more else None
    if not more or not less or unit not in ELAPSED or ELAPSED.get(less[0], ELAPSED[unit]) >= ELAPSED[unit]:
        return count, unit, at
    return count * (ELAPSED[unit] // ELAPSED[less[0]]) + more[0], less[0], less[2]


def last_units(calendar: Calendar, count: Fraction, unit: Unit) -> Stretch | Meant | Trouble:
    """The time up to now: elapsed hours and minutes; else whole days, of which today, so far, is the last.

    The last 7 days are today and the six days before; the last month begins on the day after today's date in the month
    before, so that it has as many days as a month.
    """
    if count <= 0:
        return Trouble(Problem.EMPTY)
    if unit in ELAPSED:
        elapsed = _elapsed(count, unit)
        period = Trouble(Problem.TOO_LONG) if elapsed is None else between(calendar.ago(elapsed), calendar.now)
        return period if isinstance(period, Trouble) else Meant(period, unit, max(1, round(count)), to_now=True)
    if unit is Unit.WEEKEND or count.denominator != 1:
        return Trouble(Problem.UNSUPPORTED)
    number = int(count)
    if too_many(number, unit):
        return Trouble(Problem.TOO_LONG)
    tomorrow = calendar.today + timedelta(days=1)
    if unit in DAYS:
        return Stretch(tomorrow - timedelta(days=number * DAYS[unit]), tomorrow, unit, number, to_now=True)
    first = plus_months(calendar.today, -number * MONTHS[unit]) + timedelta(days=1)
    return Stretch(first, tomorrow, unit, number, to_now=True)


def next_units(calendar: Calendar, count: Fraction, unit: Unit) -> Stretch | Meant | Trouble:
    """The time from now on; whole days begin tomorrow."""
    if count <= 0:
        return Trouble(Problem.EMPTY)
    if unit in ELAPSED:
        elapsed = _elapsed(count, unit)
        period = Trouble(Problem.TOO_LONG) if elapsed is None else between(calendar.now, calendar.ago(-elapsed))
        return period if isinstance(period, Trouble) else Meant(period, unit, max(1, round(count)))
    number = int(count)
    if unit is Unit.WEEKEND or count.denominator != 1:
        return Trouble(Problem.UNSUPPORTED)
    if too_many(number, unit):
        return Trouble(Problem.TOO_LONG)
    first = calendar.today + timedelta(days=1)
    until = plus_months(first, number * MONTHS[unit]) if unit in MONTHS else first + timedelta(days=number * DAYS[unit])
    return Stretch(first, until, unit, number)


def units_ago(calendar: Calendar, count: Fraction, unit: Unit) -> Stretch | Meant | Trouble:
    """The calendar unit so many units back: that day, week, month or year; of hours and minutes, that minute."""
    if unit in ELAPSED:
        elapsed = _elapsed(count, unit)
        return Trouble(Problem.IMPOSSIBLE) if elapsed is None else calendar.moment(calendar.ago(elapsed))
    if count.denominator != 1:
        return Trouble(Problem.UNSUPPORTED)
    far = int(count) * (MONTHS[unit] / 12 if unit in MONTHS else DAYS[unit] / _DAYS_OF_YEAR)
    if far > calendar.today.year - FIRST_YEAR:
        return Trouble(Problem.IMPOSSIBLE)
    return calendar.of(unit, -int(count))


def _elapsed(count: Fraction, unit: Unit) -> timedelta | None:
    """A count of elapsed units; None where it is longer than the longest period."""
    far = count * (ELAPSED[unit] // timedelta(seconds=1)) / _SECONDS_OF_YEAR > LONGEST
    return None if far else float(count) * ELAPSED[unit]


def too_many(number: int, unit: Unit) -> bool:
    """Whether so many units are longer than the longest period."""
    if unit in ELAPSED:
        return _elapsed(Fraction(number), unit) is None
    return number > LONGEST * (12 // MONTHS[unit] if unit in MONTHS else _DAYS_OF_YEAR // DAYS[unit])
