"""Reads a whole time of a question: a period, a range, what since, after and before make of it, or a trouble."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from surefoot.retrieval.records.times.bounds import Bound, placed
from surefoot.retrieval.records.times.calendar import Calendar, Meant, Stretch, Trouble
from surefoot.retrieval.records.times.clocks import bare_hour, read_clock
from surefoot.retrieval.records.times.counting import last_units, read_counted
from surefoot.retrieval.records.times.dates import Weekday, resolved
from surefoot.retrieval.records.times.found import Problem
from surefoot.retrieval.records.times.hours import two_hours
from surefoot.retrieval.records.times.operators import after, before, since
from surefoot.retrieval.records.times.pairs import paired
from surefoot.retrieval.records.times.periods import Unit
from surefoot.retrieval.records.times.ranges import read_range
from surefoot.retrieval.records.times.reading import read_bound
from surefoot.retrieval.records.times.recurring import read_part_alone, read_recurring
from surefoot.retrieval.records.times.tokens import Line

ReadMeaning = tuple[Meant | Trouble, int] | None
Operator = Callable[[Bound, Calendar], Meant | Trouble]
_LEAVES_OUT = "except|excluding|excepting|ausser|ausgenommen|ohne for|on|in|at|am|im|the?"
_SINCE = "ever? since|seit|starting|beginning from|on|at|dem|der|den|the?"
_ONWARDS = "on|onward|onwards|forward|an|ab"
_AFTER = "after|nach|past the|dem|der?"
_BEFORE = "up? before|until|till|by|bis|vor|to zu|zum|zur|the|dem|der?"
_LEAD = (
    "in|on|during|over|for|at|within|throughout|from|of|am|im|um|an|waehrend|ueber|uebers|vom|von the|dem|der|den|des?"
)


def read_expression(line: Line, calendar: Calendar, at: int, *, plain: bool = True) -> ReadMeaning:
    """A time at a place, with the place behind it; ranges without from and between only where `plain`."""
    if not line.free(at):
        return None
    found = (
        _left_out(line, calendar, at)
        or _ago_or_longer(line, calendar, at)
        or read_recurring(line, at)
        or _since(line, calendar, at)
        or read_range(line, calendar, at, plain=plain)
        or _open_ended(line, calendar, at)
        or _single(line, calendar, at)
        or read_part_alone(line, at)
    )
    return _each_day(line, found) if found and line.closed(found[1]) else None


def _each_day(line: Line, found: tuple[Meant | Trouble, int]) -> ReadMeaning:
    """At 8 every day, from 9 to 14 on Saturdays: hours that recur are not supported."""
    meaning, behind = found
    recurs = line.after(behind, "every|each|jeden|per day|weekday|tag|werktag") or line.after(behind, "daily|taeglich")
    days = read_recurring(line, behind)
    if days and days[0].problem is Problem.UNSUPPORTED:
        recurs = days[1]
    hours = isinstance(meaning, Meant) and meaning.unit in {Unit.PART, Unit.MINUTE}
    return (Trouble(Problem.UNSUPPORTED), recurs) if recurs and hours else found


def _left_out(line: Line, calendar: Calendar, at: int) -> ReadMeaning:
    """Except on Monday, not on Sunday, apart from yesterday: what leaves a time out is not supported."""
    start = line.after(at, _LEAVES_OUT) or line.after(at, "apart|other from|than on|in|the?")
    start = start or line.after(at, "not|nicht on|in|at|during|am|im|an the?")
    found = start and (read_recurring(line, start) or read_bound(line, calendar, start))
    return (Trouble(Problem.UNSUPPORTED), found[1]) if found else None


def _ago_or_longer(line: Line, calendar: Calendar, at: int) -> ReadMeaning:
    """More than 3 days ago has no start; less than 3 days ago is the last 3 days."""
    start, german = line.after(at, "more|less|longer|fewer than"), line.after(at, "vor mehr|weniger als")
    counted = read_counted(line, start or german or at) if start or german else None
    behind = counted and (counted[2] if german else line.after(counted[2], "ago"))
    if counted is None or behind is None:
        return None
    if line.word(at + (1 if german else 0)) in {"more", "longer", "mehr"}:
        return Trouble(Problem.NO_START), behind
    units = last_units(calendar, counted[0], counted[1])
    return (calendar.days(units) if isinstance(units, Stretch) else units), behind


def _since(line: Line, calendar: Calendar, at: int) -> ReadMeaning:
    """Since Monday, seit 3 Tagen, from Monday on, starting 1 November; a range where an end is told."""
    start = line.after(at, _SINCE)
    if start is not None:
        counted = read_counted(line, start)
        if counted and line.word(counted[2]) != "ago":
            units = last_units(calendar, counted[0], counted[1])
            return (calendar.days(units) if isinstance(units, Stretch) else units), counted[2]
        return read_range(line, calendar, at, plain=False) or _bound(line, calendar, start, since)
    start = line.after(at, "from|von|vom the?")
    bound = read_bound(line, calendar, start, opened=True) if start is not None else None
    behind = line.after(bound[1], _ONWARDS) if bound else None
    if bound and bound[0].edge < 0 and behind is None:
        return since(bound[0], calendar), bound[1]
    english = behind is not None and line.word(behind - 1) == "on" and not line.calm(behind)
    return (since(bound[0], calendar), behind) if bound and behind and not english else None


def _bound(line: Line, calendar: Calendar, at: int, made: Operator) -> ReadMeaning:
    """What an operator makes of the bound at a place; a bare hour may end there."""
    bound = read_bound(line, calendar, at, opened=True)
    if bound is None and made is since and (hour := bare_hour(line, at)) and line.calm(hour[1]):
        bound = None if isinstance(hour[0], Trouble) else (Bound(clock=hour[0]), hour[1])
    if bound is None:
        return None
    fixed = bound[0].fixed
    return (fixed if isinstance(fixed, Trouble) else made(bound[0], calendar)), bound[1]


def _open_ended(line: Line, calendar: Calendar, at: int) -> ReadMeaning:
    """After, later than, before, until, by and ab with a time."""
    start = line.after(at, "no? not? later|earlier than")
    if start is not None:
        late = line.word(start - 2) == "later" and line.word(at) not in {"no", "not"}
        return _bound(line, calendar, start, after if late else before)
    if (start := line.after(at, "ab dem|der|den?")) is not None:
        found = read_bound(line, calendar, start, opened=True)
        clocked = found is not None and found[0].clock is not None
        return _bound(line, calendar, start, after if clocked else since)
    if (start := line.after(at, _AFTER)) is not None:
        return _bound(line, calendar, start, after)
    if line.word(at) != "to" and (start := line.after(at, _BEFORE)) is not None:
        return _bound(line, calendar, start, before)
    start = line.after(at, "from|von")
    clock = read_bound(line, calendar, start, opened=True) if start is not None else None
    return (after(clock[0], calendar), clock[1]) if clock and clock[0].clock is not None else None


def _single(line: Line, calendar: Calendar, at: int) -> ReadMeaning:
    """A bound alone, with the hours or the days of it that are told behind it."""
    start = line.skip(at, "so far|thus?") if line.word(at) == "so" else line.skip(at, "earlier|bisher")
    if (state := line.after(at, "as of")) is not None:
        found = read_bound(line, calendar, state)
        return (Trouble(Problem.VAGUE), found[1]) if found else None
    places = dict.fromkeys((start, line.skip(start, _LEAD), line.skip(line.skip(start, _LEAD), "month|year of")))
    for place in places:
        if bound := read_bound(line, calendar, place):
            more = hours_behind(line, calendar, bound[0], bound[1]) or _days_behind(line, calendar, bound[0], bound[1])
            meaning, behind = more or (placed(bound[0], calendar), bound[1])
            return meaning, _so_far(line, behind)
    return None


def _so_far(line: Line, at: int) -> int:
    for phrase in ("so|thus far", "to date", "until now", "bis jetzt", "bisher"):
        if (behind := line.after(at, phrase)) is not None:
            return behind
    return at


def hours_behind(line: Line, calendar: Calendar, day: Bound, at: int) -> ReadMeaning:
    """Yesterday between 8 and 10, gestern nach 18 Uhr, Monday before 8."""
    if day.clock is not None or day.days is None:
        return None
    start = line.skip(at, ",")
    for opener, joiner in (("between|zwischen", "and|und|-"), ("from|von?", "to|until|till|bis|-")):
        place = line.after(start, opener)
        hours = two_hours(line, place, joiner) if place is not None else None
        if hours and line.closed(hours[2]) and (hours[3] or (place != start and line.calm(hours[2]))):
            left, right = hours[0], hours[1]
            return paired(replace(day, clock=left.clock, fixed=left.fixed), right, calendar), hours[2]
    for phrase, made in (("after|nach|from|ab|past|since|seit|von", after), ("before|until|till|by|bis|vor", before)):
        place = line.after(start, phrase)
        clock = (read_clock(line, place) or bare_hour(line, place)) if place is not None else None
        if place is not None and clock and (read_clock(line, place) or line.calm(clock[1])):
            if isinstance(clock[0], Trouble):
                return clock[0], clock[1]
            bound = replace(day, clock=clock[0])
            return (since if line.word(start) in {"since", "seit"} else made)(bound, calendar), clock[1]
    return None


def _days_behind(line: Line, calendar: Calendar, week: Bound, at: int) -> ReadMeaning:
    """Last week between Monday and Wednesday."""
    if week.days is None or isinstance(week.days, Weekday):
        return None
    days = resolved(week.days, calendar)
    if isinstance(days, Trouble) or days.unit is not Unit.WEEK or days.to_now:
        return None
    for opener, joiner in (("between|zwischen", "and|und"), ("from|von", "to|until|through|bis")):
        start = line.after(line.skip(at, ","), opener)
        left = read_bound(line, calendar, start) if start is not None else None
        place = line.after(left[1], joiner) if left else None
        right = read_bound(line, calendar, place) if place is not None else None
        if left and right and isinstance(left[0].days, Weekday) and isinstance(right[0].days, Weekday):
            within = replace(left[0], days=replace(left[0].days, within=days))
            return paired(within, right[0], calendar), right[1]
    return None
