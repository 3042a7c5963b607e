"""Reads ranges: from Monday to Wednesday, 3–7 November, between 8 and 10 yesterday, vom 3. bis 7. November."""

from __future__ import annotations

from dataclasses import replace

from surefoot.retrieval.records.times.bounds import Bound
from surefoot.retrieval.records.times.calendar import Calendar, Meant, Trouble
from surefoot.retrieval.records.times.clocks import Clock, bare_hour, measured, read_clock
from surefoot.retrieval.records.times.date_figures import read_figures
from surefoot.retrieval.records.times.date_words import day_number, read_month_day, with_year
from surefoot.retrieval.records.times.dates import Dated
from surefoot.retrieval.records.times.day_words import read_day_phrase
from surefoot.retrieval.records.times.hours import two_hours
from surefoot.retrieval.records.times.pairs import paired
from surefoot.retrieval.records.times.reading import read_bound
from surefoot.retrieval.records.times.tokens import Line

ReadMeaning = tuple[Meant | Trouble, int] | None
_BETWEEN = "in? the? time|period? between|zwischen"
_FROM = "in? the? time|period? from|von|vom|since|seit|ab|starting"
_TO = "up? to|until|till|til|through|thru|bis|- to|until|zu|zum?"
_AND = "and|und|&|-"
_ARTICLES = "on|at|in|am|um|im|dem|den|der|the?"


def read_range(line: Line, calendar: Calendar, at: int, *, plain: bool = True) -> ReadMeaning:
    """A range at a place; without `plain` only one that from or between opens, or days of a month with a stroke."""
    for opener, joiner in ((_BETWEEN, _AND), (_FROM, _TO)):
        if (start := line.after(at, opener)) is not None:
            return _ends(line, calendar, line.skip(start, "on|the|dem|den|am?"), joiner, opened=True)
    start = line.skip(at, "on|in|during|am|im? the?")
    return _ends(line, calendar, start, _TO, opened=False) if plain else _days_of_month(line, calendar, start, "-")


def _ends(line: Line, calendar: Calendar, at: int, joiner: str, *, opened: bool) -> ReadMeaning:
    """Two ends and what joins them."""
    return (
        _days_of_month(line, calendar, at, joiner)
        or _hours(line, calendar, at, joiner)
        or _any(line, calendar, at, joiner, opened=opened)
    )


def _days_of_month(line: Line, calendar: Calendar, at: int, joiner: str) -> ReadMeaning:
    """3–7 November, 3. bis 7. November, 3.–7.11.2026: the second end tells the month of the first."""
    day = day_number(line, at)
    start = line.after(day[1], joiner) or line.after(day[1], "/") if day else None
    if day is None or start is None:
        return None
    start = line.skip(line.skip(start, _ARTICLES), "the|dem|den")
    right = read_figures(line, start) or read_month_day(line, calendar, start)
    stroke = line.word(start - 1) == "/"
    if right is None or right[0].day is None or line.digits(start) > 2 or (stroke and right[0].day != day[0] + 1):
        return None
    return paired(Bound(Dated(day=day[0])), Bound(right[0]), calendar), right[1]


def _hours(line: Line, calendar: Calendar, at: int, joiner: str) -> ReadMeaning:
    """Two hours, and the day behind them: surely ones with a clock or a day beside them, else only behind between."""
    found = two_hours(line, at, joiner)
    if found is None:
        return None
    left, right, behind, sure = found
    start = line.skip(line.skip(behind, ","), _ARTICLES)
    day = read_day_phrase(line, calendar, start)
    if day is None or isinstance(day[0].fixed, Meant):
        likely = joiner == _AND and line.calm(behind) and not measured(line, at)
        return (paired(left, right, calendar), behind) if sure or likely else None
    if not sure and line.word(at - 1) not in {"between", "zwischen", "from", "von", "since", "seit"}:
        return None
    if day[0].fixed is not None:
        return day[0].fixed, day[1]
    return paired(left, replace(day[0], clock=right.clock), calendar), day[1]


def _any(line: Line, calendar: Calendar, at: int, joiner: str, *, opened: bool) -> ReadMeaning:
    """Any two ends; but `yesterday until noon`, which nothing opens, is of yesterday alone."""
    left = read_bound(line, calendar, at, opened=True)
    start = line.after(left[1], joiner) if left else None
    if left is None or start is None:
        return None
    right = _short_end(line, calendar, left[0], start)
    for place in () if right else dict.fromkeys((start, line.skip(line.skip(start, _ARTICLES), "the|dem|den"))):
        right = right or read_bound(line, calendar, place, opened=True)
    if right is None or (right[0].hours and left[0].clock is None and not opened):
        return None
    return paired(left[0], right[0], calendar), right[1]


def _short_end(line: Line, calendar: Calendar, left: Bound, at: int) -> tuple[Bound, int] | None:
    """A second end in one number: November 3–7, KW 45–47, Monday 8:00 to 10."""
    start = line.skip(at, "the")
    if left.clock is not None:
        hour = bare_hour(line, line.skip(start, "at|um"))
        fits = hour is not None and not read_clock(line, start) and line.calm(hour[1])
        return (Bound(clock=hour[0]), hour[1]) if hour and fits and isinstance(hour[0], Clock) else None
    days = left.days
    number = day_number(line, start)
    if not isinstance(days, Dated) or number is None or line.number(start) is None or not line.calm(number[1]):
        return None
    if days.week is not None:
        right, behind = with_year(line, calendar, Dated(week=number[0]), number[1])
        return Bound(right), behind
    if days.day is None or days.month is None:
        return None
    stop = number[1] - (line.word(number[1] - 1) == ".")  # which ends the sentence
    right, behind = with_year(line, calendar, Dated(year=days.year, month=days.month, day=number[0]), stop)
    return Bound(right), behind
