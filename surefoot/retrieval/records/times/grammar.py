"""Finds the times of a question: what is asked for, and what it is compared to."""

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
