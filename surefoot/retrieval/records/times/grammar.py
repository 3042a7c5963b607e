"""Finds the times of a question: what is asked for, and what it is compared to.

Decisions, where words may be read in several ways:

* A weekday, a date, a month or a week without its year is the latest that has begun; `last Monday` is before today,
  `this Monday` lies in this week. `From Monday to Friday` is the latest whose last day has begun.
* `Last week` is the calendar week before this one; `the past week` and `the last 7 days` are today so far and the days
  before it; hours and minutes back from now are elapsed time. `Two weeks ago` is that calendar week, `2 hours ago` that
  minute. Weeks with a number are those of ISO 8601, whichever day weeks begin on.
* A clock without a day is today's. Morning is from 5 to 12, afternoon to 18, evening to 24; the night is from 18 to 6
  in English, which calls the evening so as well, and from 22 in German. Hours into the next day begin on the day told.
* `At 14:30` is that minute. `Until` and `before` a clock begin with its day; before a day no start is told.
* Where clocks are set forward, an hour that is skipped is impossible alone, and begins or ends a period at the change;
  where they are set back, a time that comes twice is ambiguous alone, begins with the first and ends with the second.
* 03/11/2026 is ambiguous; so are `from 9 to 5`, the first week of a month, and the last day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from surefoot.retrieval.records.times.calendar import FIRST_YEAR, LAST_YEAR, LONGEST, Calendar, Meant, Trouble
from surefoot.retrieval.records.times.comparing import comparator, compares, differs, over_itself
from surefoot.retrieval.records.times.expressions import read_expression
from surefoot.retrieval.records.times.found import TimeFound
from surefoot.retrieval.records.times.lists import read_list
from surefoot.retrieval.records.times.settling import Spoken, settled
from surefoot.retrieval.records.times.shifts import Shift, read_shift
from surefoot.retrieval.records.times.tokens import Line


def find_times(text: str, now: datetime, zone: ZoneInfo, week_start: int = 0) -> tuple[TimeFound, ...]:
    """The times of a question in their order; `now` may be of any zone, `week_start` 0 is Monday and 6 Sunday.

    Raises:
        ValueError: where now is naive or lies outside the years that are known, or no weekday begins the week.
    """
    if now.tzinfo is None or not FIRST_YEAR + LONGEST <= now.year <= LAST_YEAR - LONGEST:
        raise ValueError(f"Now needs a time zone and a year between 1910 and 2189: {now.isoformat()}.")
    if week_start not in range(7):
        raise ValueError(f"Weeks begin on a day from 0 (Monday) to 6 (Sunday): {week_start}.")
    calendar = Calendar(now.astimezone(zone), zone, week_start)
    return settled(tuple(_spoken(Line.of(text), calendar)), calendar)


def _spoken(line: Line, calendar: Calendar) -> Iterator[Spoken]:
    """The times of a question as they stand, from left to right."""
    at, asked_from, any_before = 0, compares(line), False
    while at < len(line):
        compared = _compared(line, calendar, at, asked_from if any_before else len(line))
        listed = None if compared or at >= asked_from else read_list(line, calendar, at)
        read = compared or (None if listed else _plain(line, calendar, at, plain=at < asked_from))
        for start, stop, meaning in listed or ([(at, read[1], read[0])] if read else []):
            yield Spoken(line.span(start, stop), meaning, compared is not None)
            any_before, at = any_before or compared is None, stop
        if not read and not listed:
            at += 1


def _compared(line: Line, calendar: Calendar, at: int, asked_from: int) -> tuple[Meant | Trouble | Shift, int] | None:
    if differs(line, at):
        return None
    if itself := over_itself(line, at):
        return itself
    for place in comparator(line, at, asked_from):
        found = read_shift(line, place, compared=True) or read_expression(line, calendar, place, plain=at < asked_from)
        if found is not None and line.closed(found[1]):
            return found
    return None


def _plain(line: Line, calendar: Calendar, at: int, *, plain: bool) -> tuple[Meant | Trouble | Shift, int] | None:
    if differs(line, at) or not line.free(at):
        return None
    if shift := read_shift(line, at, compared=False):
        return shift
    return read_expression(line, calendar, at, plain=plain)
