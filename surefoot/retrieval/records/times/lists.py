"""Reads several days or months that share what one of them tells: Monday and Wednesday last week, 3 and 7 November."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from surefoot.retrieval.records.times.bounds import Bound, placed
from surefoot.retrieval.records.times.calendar import Calendar, Meant, Trouble
from surefoot.retrieval.records.times.date_words import day_number
from surefoot.retrieval.records.times.dates import Dated, Pick, Weekday
from surefoot.retrieval.records.times.expressions import hours_behind
from surefoot.retrieval.records.times.reading import read_bound
from surefoot.retrieval.records.times.tokens import Line

Listed = list[tuple[int, int, Meant | Trouble]]
"""First token, token behind the last, and meaning of each."""
_LONGEST = 12
_JOINS = ("and|or|und|oder|&", ", and|or|und|oder", ",")
_LEAD = "on|in|during|for|am|im|an the|den|dem?"


def read_list(line: Line, calendar: Calendar, at: int) -> Listed | None:
    """Two or more days or months at a place; None where there are not."""
    ends: list[tuple[int, int, Bound]] = []
    place: int | None = at
    while place is not None and len(ends) < _LONGEST:
        element = _element(line, calendar, place, led=bool(ends))
        if element is None or (ends and not _alike(ends[0][2], element[0])):
            break
        ends.append((place, element[1], element[0]))
        place = next((behind for join in _JOINS if (behind := line.after(element[1], join)) is not None), None)
    if len(ends) < 2 or not line.free(at) or not line.closed(ends[-1][1]):
        return None
    bounds = _shared([bound for _, _, bound in ends])
    if any(isinstance(bound.days, Dated) and bound.days.partial for bound in bounds):
        return None
    return _meant(line, calendar, ends, bounds)


def _meant(line: Line, calendar: Calendar, ends: Sequence[tuple[int, int, Bound]], bounds: Sequence[Bound]) -> Listed:
    """What each means, with the hours that are told behind all of them."""
    stop = ends[-1][1]
    hours = [hours_behind(line, calendar, bound, stop) for bound in bounds]
    found: Listed = []
    for (start, behind, _), bound, told in zip(ends, bounds, hours, strict=True):
        last = told[1] if told and behind == stop else behind
        found.append((start, last, told[0] if told else placed(bound, calendar)))
    return found


def _element(line: Line, calendar: Calendar, at: int, *, led: bool) -> tuple[Bound, int] | None:
    """A weekday or a date; a number alone where others of its kind stand beside it."""
    start = line.skip(at, _LEAD)
    bound = read_bound(line, calendar, start)
    if bound is not None and isinstance(bound[0].days, (Dated, Weekday)) and bound[0].fixed is None:
        return bound
    day = day_number(line, start)
    if bound is not None or day is None or line.counted(day[1]) or not (led or start > at or day[2]):
        return None
    return Bound(Dated(day=day[0])), day[1]


def _alike(one: Bound, two: Bound) -> bool:
    """Whether both are weekdays, or dates of one sort."""
    if isinstance(one.days, Dated) and isinstance(two.days, Dated):
        return (one.days.day is None) == (two.days.day is None)
    return type(one.days) is type(two.days)


def _shared(bounds: Sequence[Bound]) -> list[Bound]:
    """The same with the week, the month, the year and the clock that one of them tells for all."""
    weeks = [bound.days.within for bound in bounds if isinstance(bound.days, Weekday) and bound.days.within]
    months = [bound.days.month for bound in bounds if isinstance(bound.days, Dated) and bound.days.month]
    years = [bound.days.year for bound in bounds if isinstance(bound.days, Dated) and bound.days.year]
    shared: list[Bound] = []
    for bound in bounds:
        days = bound.days
        if isinstance(days, Weekday) and days.pick is Pick.LATEST and weeks:
            days = replace(days, within=days.within or weeks[-1])
        elif isinstance(days, Dated):
            month = days.month if days.day is None else days.month or (months[-1] if months else None)
            year = days.year or (years[-1] if years and days.pick is Pick.LATEST else None)
            days = replace(days, month=month, year=year)
        last = bounds[-1]
        shared.append(replace(bound, days=days, clock=bound.clock or last.clock, part=bound.part or last.part))
    return shared
