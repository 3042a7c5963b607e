"""Reads the times of a follow-up beside that of the plan before it: 'before noon' of its day, 'against today' of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from surefoot.retrieval.records.asking.draft import Stopped
from surefoot.retrieval.records.asking.marking import Marked
from surefoot.retrieval.records.asking.outcomes import Reason, Unclear
from surefoot.retrieval.records.plan import Plan
from surefoot.retrieval.records.times.calendar import week_begin
from surefoot.retrieval.records.times.found import Problem, TimeFound
from surefoot.retrieval.records.times.grammar import find_times
from surefoot.retrieval.records.times.periods import Period

_CLOCK = re.compile(
    r"(?:(?:before|after|until|till|from|to|and|between|at|by|past|since|in|the|noon|midday|midnight|am|pm|o'clock|uhr|"
    r"bis|nach|vor|ab|von|zwischen|und|um|seit|am|mittags?|mitternacht|morning|afternoon|evening|vormittags?|"
    r"nachmittags?|abends?|früh|morgens|[ap]\.m\.?|\d{1,2}(?:[:.]\d\d)?(?:am|pm)?|-)[\s,]*)+",
    re.IGNORECASE,
)
"""A time of day that names no day."""
_WEEKDAY = re.compile(
    r"(?:on |am |the )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:mon|diens|donners|frei|sams|sonn)tags?|"
    r"mittwochs?)",
    re.IGNORECASE,
)
_ONE_DAY = timedelta(days=1)
_INSTANT = timedelta(seconds=1)


def again(found: Marked, before: Plan, now: datetime, week_start: int) -> Marked:
    """What was found, its times read as of the period of the plan before it.

    now: in the zone of the records. Raises Stopped where a time of day is told and the plan before is of several days.
    """
    if before.period is None or len(found.times) != 1:
        return found
    time = found.times[0]
    if time.problem not in {None, Problem.ALL_FUTURE}:
        return found
    said = found.text[slice(*time.span)].strip()
    start, end = (moment.astimezone(now.tzinfo) for moment in (before.period.start, before.period.end))
    if time.implied:
        told = _told(start, now if before.open else end, now, week_start, is_open=before.open)
        read = _first(f"{told} {found.text}", now, week_start)
        both = read is not None and read.period is not None and read.against is not None
        return replace(found, times=(replace(read, span=time.span),)) if read and both else found
    if _CLOCK.fullmatch(said):
        if (end - _INSTANT).date() != start.date():
            raise Stopped(Unclear(Reason.PLAN, f"Of which day do you mean “{said}”?"))
        return _as_of(found, min(now, _midnight(start) + _ONE_DAY - _INSTANT), before.period, now, week_start)
    if _WEEKDAY.fullmatch(said) and end - start > _ONE_DAY:
        return _as_of(found, end - _INSTANT, before.period, now, week_start)
    return found


def _as_of(found: Marked, moment: datetime, within: Period, now: datetime, week_start: int) -> Marked:
    """The time read as if it were asked at a moment, where it then lies in a period's days."""
    read = _first(found.text, moment, week_start)
    if read is None or read.period is None:
        return found
    begins = _midnight(within.start.astimezone(moment.tzinfo))
    if not (read.period.start < within.end and read.period.end > begins):
        return found
    past = read.open and read.period.end < now
    end = begins + _ONE_DAY if past else read.period.end
    return replace(found, times=(replace(read, period=Period(read.period.start, end), open=read.open and not past),))


def _first(text: str, now: datetime, week_start: int) -> TimeFound | None:
    zone = now.tzinfo
    times = find_times(text, now, zone, week_start) if isinstance(zone, ZoneInfo) else ()
    return next(iter(times), None)


def _told(start: datetime, end: datetime, now: datetime, week_start: int, *, is_open: bool) -> str:
    """A period in words that are read as that period."""
    whole = {
        "today": now.date(),
        "this week": week_begin(now.date(), week_start),
        "this month": now.date().replace(day=1),
    }
    if is_open:
        return next((words for words, day in whole.items() if day == start.date()), f"since {start:%Y-%m-%d}")
    last = (end - _INSTANT).date()
    if start != _midnight(start) or end != _midnight(end):
        return f"{start:%Y-%m-%d} between {start:%H:%M} and {end:%H:%M}"
    if last == start.date():
        return f"{start:%Y-%m-%d}"
    if start.day == 1 and end.day == 1 and last.month == start.month:
        return f"{start:%B %Y}"
    if (last - start.date()).days == 6 and week_begin(start.date(), week_start) == start.date():
        return f"the week of {start.day} {start:%B %Y}"
    return f"{start:%Y-%m-%d} to {last:%Y-%m-%d}"


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
