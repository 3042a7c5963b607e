"""Reads parts of a longer period: the first half of November, the last day of October, the week of 3 November."""

from __future__ import annotations

from datetime import timedelta

from surefoot.retrieval.records.times.calendar import Calendar, Meant, Stretch, Trouble, plus_months, week_begin
from surefoot.retrieval.records.times.counting import read_count, read_unit
from surefoot.retrieval.records.times.date_figures import read_figures
from surefoot.retrieval.records.times.date_units import read_numbered, read_year
from surefoot.retrieval.records.times.date_words import day_number, month_at, read_month, read_month_day
from surefoot.retrieval.records.times.dates import Dated, resolved
from surefoot.retrieval.records.times.found import Problem
from surefoot.retrieval.records.times.named import read_named, weekday_at
from surefoot.retrieval.records.times.periods import ELAPSED, LENGTHS, MONTHS, Unit
from surefoot.retrieval.records.times.tokens import Line
from surefoot.retrieval.records.times.vocabulary import LAST
from surefoot.retrieval.records.times.vocabulary import MONTHS as MONTH_NAMES

Within = tuple[Stretch | Trouble, int] | None
_OF = "of|in|im|des|der|vom|von the|dem|der?"
_HALVES = {Unit.YEAR: 6, Unit.HALF: 3}


def read_within(line: Line, calendar: Calendar, at: int) -> Within:
    """Part of a period at a place, with the place behind it."""
    start = line.skip(at, "the|der|die|das|dem|den")
    return (
        _week_of(line, calendar, start)
        or _numbered_weekday(line, calendar, start)
        or _numbered_part(line, calendar, start)
        or _german_half(line, calendar, start)
    )


def read_container(line: Line, calendar: Calendar, at: int) -> Within:
    """A week, a month or a longer period at a place."""
    found = (
        read_named(line, calendar, at)
        or read_numbered(line, calendar, at)
        or read_month(line, calendar, at)
        or read_year(line, at)
        or _plain_unit(line, calendar, at)
    )
    if found is None or isinstance(found[0], (Meant, Trouble)):
        return None
    days = resolved(found[0], calendar)
    return None if isinstance(days, Stretch) and days.unit is Unit.DAY else (days, found[1])


def _plain_unit(line: Line, calendar: Calendar, at: int) -> tuple[Stretch, int] | None:
    """The month, as in `the first day of the month`: the one that it is."""
    unit = read_unit(line, at) if line.word(at - 1) in {"the", "des", "der"} else None
    return (calendar.of(unit[0]), unit[2]) if unit and unit[0] not in ELAPSED and unit[1] == 1 else None


def _week_of(line: Line, calendar: Calendar, at: int) -> Within:
    """The week of 3 November: the calendar week that has it; the weekend of 14 November: that of its week."""
    start = line.after(at, "week|woche of|beginning|starting|from|vom|ab|des")
    start = start or line.after(at, "weekend|wochenende of|from|vom|des?")
    date = None
    if start is not None:
        start = line.skip(start, "the|on")
        day = weekday_at(line, start)
        start = line.skip(line.skip(day[1], ","), "the|den|dem") if day else start
        first = day_number(line, start)
        start = line.after(first[1], "/") or start if first else start
        date = read_figures(line, start) or read_month_day(line, calendar, start) or _day_alone(line, first)
    if date is None:
        return None
    day = resolved(date[0], calendar)
    if isinstance(day, Trouble):
        return day, date[1]
    if line.word(at) in {"weekend", "wochenende"}:
        saturday = week_begin(day.first, 0) + timedelta(days=5)
        return Stretch(saturday, saturday + timedelta(days=2), Unit.WEEKEND), date[1]
    begin = week_begin(day.first, calendar.week_start)
    return Stretch(begin, begin + timedelta(days=7), Unit.WEEK), date[1]


def _day_alone(line: Line, number: tuple[int, int, bool] | None) -> tuple[Dated, int] | None:
    """The 5th, of the latest month in which it has begun."""
    in_figures = number is not None and number[2] and line.number(number[1] - 2) is not None
    return (Dated(day=number[0]), number[1]) if number and in_figures else None


def _numbered_part(line: Line, calendar: Calendar, at: int) -> Within:
    """First day, last 3 days, second week, first half of a period."""
    told = _told_part(line, at)
    if told is None:
        return None
    number, (count, unit), behind = told
    start = line.after(behind, _OF)
    if start is None and unit is None and month_at(line, behind):
        start = behind
    container = read_container(line, calendar, start) if start is not None else None
    if container is None:
        return None
    whole, stop = container
    if isinstance(whole, Trouble):
        return whole, stop
    if unit is None:
        return _half(whole, number), stop
    if LENGTHS.index(unit) >= LENGTHS.index(whole.unit):
        return None
    return _part(calendar, whole, unit, (number, count)), stop


def _numbered_weekday(line: Line, calendar: Calendar, at: int) -> Within:
    """The first Friday of November, the last Monday in October; of each month it recurs."""
    ordinal = (-1, at + 1, True) if line.word(at) in LAST else day_number(line, at)
    day = weekday_at(line, ordinal[1]) if ordinal and ordinal[2] else None
    start = line.after(day[1], "of|in|im|des the|dem|der?") if day else None
    if ordinal is None or day is None or start is None:
        return None
    if line.word(start) in {"each", "every", "jeden", "jedes"}:
        return Trouble(Problem.UNSUPPORTED), start + 2
    container = read_container(line, calendar, start)
    if container is None or isinstance(container[0], Trouble):
        return container
    return _nth_weekday(container[0], day[0], ordinal[0]), container[1]


def _nth_weekday(whole: Stretch, weekday: int, number: int) -> Stretch | Trouble:
    """A weekday of a period, counted from its beginning (1, 2 …), or its last (-1)."""
    if number < 0:
        end = whole.until - timedelta(days=1)
        first = end - timedelta(days=(end.weekday() - weekday) % 7)
    else:
        first = whole.first + timedelta(days=(weekday - whole.first.weekday()) % 7 + 7 * (number - 1))
    fits = number != 0 and whole.first <= first < whole.until
    return Stretch(first, first + timedelta(days=1), Unit.DAY) if fits else Trouble(Problem.IMPOSSIBLE)


def _told_part(line: Line, at: int) -> tuple[int, tuple[int, Unit | None], int] | None:
    """Which part (-1 is the last), how many units (no unit: halves), and the place behind it."""
    last = line.word(at) in LAST or line.word(at) == "final"
    ordinal = (1, at + 1, True) if last else day_number(line, at)
    if ordinal is None or not ordinal[2] or ordinal[0] < 1:
        return None
    number, behind = -1 if last else ordinal[0], ordinal[1]
    if line.word(behind) in {"half", "haelfte"}:
        return number, (1, None), behind + 1
    count = read_count(line, behind) if number in {1, -1} else None
    unit = read_unit(line, count[1] if count else behind)
    many = int(count[0]) if count else 1
    return (number, (many * unit[1], unit[0]), unit[2]) if unit else None


def _part(calendar: Calendar, whole: Stretch, unit: Unit, which: tuple[int, int]) -> Stretch | Trouble:
    """Some units at the beginning (1, 2 …) or the end (-1) of a period."""
    number, count = which
    if unit is Unit.DAY:
        first = whole.until - timedelta(days=count) if number < 0 else whole.first + timedelta(days=number - 1)
        until = first + timedelta(days=count)
    elif unit in MONTHS and MONTHS[unit] < MONTHS.get(whole.unit, 0):
        length = MONTHS[unit]
        first = (
            plus_months(whole.until, -length * count) if number < 0 else plus_months(whole.first, (number - 1) * length)
        )
        until = plus_months(first, length * count)
    else:
        return _weeks(calendar, whole, number) if unit is Unit.WEEK and count == 1 else Trouble(Problem.UNSUPPORTED)
    if first < whole.first or until > whole.until or count < 1:
        return Trouble(Problem.IMPOSSIBLE)
    return Stretch(first, until, unit, count)


def _weeks(calendar: Calendar, whole: Stretch, number: int) -> Stretch | Trouble:
    """The first week of a month is its first seven days, or the first calendar week with most of its days in it.

    The weeks of a year are numbered by ISO 8601; only its first and last may be meant either way.
    """
    if whole.unit is Unit.YEAR and number > 1:
        return resolved(Dated(whole.first.year, week=number), calendar)
    days, most = timedelta(days=7), timedelta(days=3)
    week_start = 0 if whole.unit is Unit.YEAR else calendar.week_start
    if number < 0:
        plain, week = whole.until - days, week_begin(whole.until - timedelta(days=4), week_start)
    else:
        plain = whole.first + (number - 1) * days
        week = week_begin(whole.first + most, week_start) + (number - 1) * days
    if plain >= whole.until or week + most >= whole.until:
        return Trouble(Problem.IMPOSSIBLE)
    if plain == week:
        return Stretch(week, week + days, Unit.WEEK)
    meant = [calendar.days(Stretch(first, first + days, Unit.WEEK)) for first in (plain, week)]
    return Trouble(Problem.AMBIGUOUS, tuple(one.period for one in meant if isinstance(one, Meant)))


def _half(whole: Stretch, number: int) -> Stretch | Trouble:
    """The first half of a month is its first 15 days; halves of weeks and quarters are not told by any calendar."""
    if whole.unit is Unit.MONTH and whole.count == 1:
        middle = whole.first + timedelta(days=15)
        unit = Unit.RANGE
    elif whole.unit in _HALVES:
        middle = plus_months(whole.first, _HALVES[whole.unit])
        unit = Unit.HALF if whole.unit is Unit.YEAR else Unit.QUARTER
    else:
        return Trouble(Problem.VAGUE)
    if number not in {1, 2, -1}:
        return Trouble(Problem.IMPOSSIBLE)
    return Stretch(whole.first, middle, unit) if number == 1 else Stretch(middle, whole.until, unit)


def _german_half(line: Line, calendar: Calendar, at: int) -> Within:
    """Erste Novemberhälfte."""
    ordinal = day_number(line, at)
    name = line.word(ordinal[1]).removesuffix("haelfte") if ordinal else ""
    if ordinal is None or name not in MONTH_NAMES or name == line.word(ordinal[1]):
        return None
    month = resolved(Dated(month=MONTH_NAMES[name]), calendar)
    return (month if isinstance(month, Trouble) else _half(month, ordinal[0])), ordinal[1] + 1
