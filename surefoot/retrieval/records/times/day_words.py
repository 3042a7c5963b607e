"""Reads days with what stands beside them: Monday of last week, Monday 23 November, yesterday evening, heute Nacht."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from surefoot.retrieval.records.times.bounds import Bound
from surefoot.retrieval.records.times.calendar import Calendar, Meant, Stretch, Trouble
from surefoot.retrieval.records.times.clocks import NACHT, NIGHT, PARTS, Part
from surefoot.retrieval.records.times.date_figures import read_figures
from surefoot.retrieval.records.times.date_units import read_numbered, read_year
from surefoot.retrieval.records.times.date_words import (
    day_number,
    month_at,
    read_day_of_month,
    read_month,
    read_month_day,
)
from surefoot.retrieval.records.times.dates import Dated, Days, Pick, Weekday, one_day, resolved
from surefoot.retrieval.records.times.found import Problem
from surefoot.retrieval.records.times.hours import two_hours
from surefoot.retrieval.records.times.named import read_named, weekday_at
from surefoot.retrieval.records.times.periods import Unit
from surefoot.retrieval.records.times.tokens import Line
from surefoot.retrieval.records.times.vocabulary import LAST, PREVIOUS, THIS, WEEKDAYS
from surefoot.retrieval.records.times.within import read_within

ReadBound = tuple[Bound, int] | None
_ARTICLES = "the|der|den|dem|des|das|die?"
_PLURAL_PARTS = frozenset({"mornings", "afternoons", "evenings", "nights"})
_NIGHT_ENDS = 6
_NACHT_BEGINS = 22


def read_day_phrase(line: Line, calendar: Calendar, at: int) -> ReadBound:
    """Days or a longer period at a place, with a part of the day where one is told."""
    if found := _part_first(line, calendar, at) or _compound(line, at):
        return found
    days = read_days(line, calendar, at)
    if days is None:
        return None
    found, behind = days
    if isinstance(found, (Meant, Trouble)):
        return Bound(fixed=found), behind
    found, behind = _with_neighbour(line, calendar, found, behind)
    part, stop = _part_behind(line, behind)
    if isinstance(part, Trouble):
        return Bound(fixed=part), stop
    if part is not None and isinstance(found, Weekday):
        found, stop = _with_neighbour(line, calendar, found, stop)
    if part is NACHT and line.word(at) == "heute":
        found = this_night(calendar)
    return Bound(found, part), stop


def read_days(line: Line, calendar: Calendar, at: int) -> tuple[Days | Meant | Trouble, int] | None:
    """Days, a month, a week or another period."""
    return (
        _weekday_date(line, calendar, at)
        or read_within(line, calendar, at)
        or read_figures(line, at)
        or read_month_day(line, calendar, at)
        or read_day_of_month(line, calendar, at)
        or read_numbered(line, calendar, at)
        or read_month(line, calendar, at)
        or read_named(line, calendar, at)
        or read_year(line, at)
    )


def this_night(calendar: Calendar) -> Stretch:
    """The day on which the night that `heute Nacht` means begins: the latest that has begun."""
    return calendar.of(Unit.DAY, 0 if calendar.now.hour >= _NACHT_BEGINS else -1)


def _weekday_date(line: Line, calendar: Calendar, at: int) -> tuple[Dated, int] | None:
    """Monday 23 November; Mo, 23.11.2026; Montag, den 23. November."""
    day = weekday_at(line, at)
    if day is None:
        return None
    start = line.skip(line.skip(day[1], ","), _ARTICLES)
    date = read_figures(line, start) or read_month_day(line, calendar, start)
    if date is not None and date[0].day is not None:
        return replace(date[0], weekday=day[0]), date[1]
    number = day_number(line, start)
    if number is None or not 1 <= number[0] <= 31 or not line.calm(number[1]) or line.word(start - 1) == ",":
        return None
    hours = two_hours(line, start, "to|until|till|bis|and|und|-") if not number[2] else None
    return None if hours and hours[3] else (Dated(day=number[0], weekday=day[0]), number[1])


def _with_neighbour(line: Line, calendar: Calendar, days: Days, at: int) -> tuple[Days, int]:
    """A weekday with its week behind it, a week with its weekday, a month with its day, a year with its month."""
    if isinstance(days, Weekday) and days.pick is Pick.LATEST:
        start = line.skip(line.skip(at, "of|in|from|,"), "in? the|der?")
        week = read_numbered(line, calendar, start) or read_named(line, calendar, start)
        if week is not None and not isinstance(week[0], (Meant, Trouble, Weekday)):
            within = resolved(week[0], calendar)
            if isinstance(within, Stretch) and within.unit is Unit.WEEK and not within.to_now and within.count == 1:
                return Weekday(days.index, within=within), week[1]
    if isinstance(days, Dated) and days.week is not None:
        week = resolved(days, calendar)
        days = week if isinstance(week, Stretch) and weekday_at(line, line.skip(at, "on|am")) else days
    if not isinstance(days, Stretch) or days.count != 1 or days.to_now:
        return days, at
    return _smaller(line, days, line.skip(line.skip(at, ","), "on|am|in|im")) or (days, at)


def _smaller(line: Line, whole: Stretch, at: int) -> tuple[Days, int] | None:
    """A weekday of a week, a day of a month, a month of a year."""
    if whole.unit is Unit.WEEK and (day := weekday_at(line, at)):
        return Weekday(day[0], within=whole), day[1]
    if whole.unit is Unit.MONTH and line.word(at) in {"the", "dem"}:
        number = day_number(line, at + 1)
        if number is not None and number[2] and line.calm(number[1]):
            return Dated(whole.first.year, month=whole.first.month, day=number[0]), number[1]
    if whole.unit is Unit.YEAR and line.word(at - 1) in {"in", "im"} and (month := month_at(line, at)):
        return Dated(whole.first.year, month=month[0]), month[1]
    return None


def _part_behind(line: Line, at: int) -> tuple[Part | Trouble | None, int]:
    """A part of the day behind a day: morning, in the evening, am Abend, in der Nacht."""
    start = line.skip(at, "in|at|am|during the|der?")
    if line.word(start) in _PLURAL_PARTS:
        return Trouble(Problem.UNSUPPORTED), start + 1
    part = PARTS.get(line.word(start))
    return (None, at) if part is None or line.tied(start) else (part, start + 1)


def _part_first(line: Line, calendar: Calendar, at: int) -> ReadBound:
    """This morning, last night, tonight, diese Nacht, the evening of 3 November, in der Nacht auf Montag."""
    if line.word(at) == "tonight":
        return Bound(calendar.of(Unit.DAY, -1 if calendar.now.hour < _NIGHT_ENDS else 0), NIGHT), at + 1
    start = line.skip(at, _ARTICLES)
    word, part = line.word(start), PARTS.get(line.word(start + 1))
    if part is not None and word in THIS | LAST | PREVIOUS:
        if part is NIGHT and word in THIS:
            return Bound(calendar.of(Unit.DAY, -1 if calendar.now.hour < _NIGHT_ENDS else 0), NIGHT), start + 2
        if part is NACHT and word in THIS:
            return Bound(this_night(calendar), NACHT), start + 2
        return Bound(calendar.of(Unit.DAY, 0 if word in THIS else -1), part), start + 2
    if word in PARTS and (word != "morgen" or line.capital(start)):
        return _part_of_day(line, calendar, start) or _night_before(line, calendar, start)
    return None


def _part_of_day(line: Line, calendar: Calendar, at: int) -> ReadBound:
    """The evening of 3 November, am Morgen des 3. November, the night of Monday."""
    start = line.after(at + 1, "of|on|des|vom|am? the?")
    days = read_days(line, calendar, start) if start is not None else None
    if days is None or isinstance(days[0], (Meant, Trouble)):
        return None
    return Bound(days[0], PARTS[line.word(at)]), days[1]


def _night_before(line: Line, calendar: Calendar, at: int) -> ReadBound:
    """In der Nacht auf Montag, Nacht von Sonntag auf Montag: the night that ends on that day."""
    start = line.after(at, "nacht auf|zu|zum den?")
    if start is None and (opened := line.after(at, "nacht von|vom")) is not None:
        day = weekday_at(line, opened)
        start = line.after(day[1], "auf|zu|zum den?") if day else None
    days = read_days(line, calendar, start) if start is not None else None
    if days is None or isinstance(days[0], (Meant, Trouble)):
        return None
    day = resolved(days[0], calendar)
    if isinstance(day, Trouble):
        return Bound(fixed=day), days[1]
    return Bound(one_day(day.first - timedelta(days=1)), NACHT), days[1]


def _compound(line: Line, at: int) -> ReadBound:
    """Montagabend, Freitagnachmittag."""
    word = line.word(at)
    for name, part in PARTS.items():
        if word.endswith(name) and word.removesuffix(name) in WEEKDAYS:
            return Bound(Weekday(WEEKDAYS[word.removesuffix(name)]), part), at + 1
    return None
