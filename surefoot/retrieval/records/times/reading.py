"""Reads one end of a time, with the clock beside its day: Monday at 8:00, 14:30 on 3 November, the end of October."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from surefoot.retrieval.records.times.bounds import Bound
from surefoot.retrieval.records.times.calendar import Calendar, Meant, Trouble
from surefoot.retrieval.records.times.clocks import PARTS, Clock, bare_hour, measured, read_clock
from surefoot.retrieval.records.times.date_words import month_at, read_month_day
from surefoot.retrieval.records.times.dates import Weekday, resolved
from surefoot.retrieval.records.times.day_words import read_day_phrase, read_days
from surefoot.retrieval.records.times.found import Kind, Problem
from surefoot.retrieval.records.times.periods import Period, Unit
from surefoot.retrieval.records.times.tokens import Line, Phrases
from surefoot.retrieval.records.times.vocabulary import words
from surefoot.retrieval.records.times.within import read_container

ReadBound = tuple[Bound, int] | None
_NOW = Phrases(
    dict.fromkeys(
        (
            "right now",
            "now|currently|presently",
            "at the|this? moment|present",
            "jetzt|gerade|derzeit|momentan|zurzeit|aktuell",
            "im moment|augenblick",
            "zur zeit",
        ),
        Kind.NOW,
    )
)
_EDGES = Phrases(
    {
        "the? beginning|start of": -1,
        "the? end of": 1,
        "the? middle of": 0,
        "den? anfang|beginn": -1,
        "das? ende": 1,
        "mitte": 0,
        "early|late|mid -? in?": 0,
    }
)
_BEGINNINGS = {
    **dict.fromkeys(["jahresbeginn", "jahresanfang"], Unit.YEAR),
    **dict.fromkeys(["monatsbeginn", "monatsanfang"], Unit.MONTH),
    **dict.fromkeys(["wochenbeginn", "wochenanfang"], Unit.WEEK),
}
_PARTS_OF_CLOCKS = {"morgens": "morgen", "frueh": "frueh", "vormittags": "vormittag", "nachmittags": "nachmittag"} | {
    "abends": "abend",
    "nachts": "nacht",
}
_ROUGHLY = words("around gegen circa ca etwa ungefaehr approximately roughly")
_AT = words("at um")
_TO_CLOCK = ",? at|um|t?"
_TO_DAY = ",? on|of|in|at|am|vom|den|dem|the?"


def read_bound(line: Line, calendar: Calendar, at: int, *, opened: bool = False) -> ReadBound:
    """An end of a time at a place; `opened` where a word of time stands before it, so that a bare hour may."""
    if not line.free(at) and line.word(at - 1) != "-":
        return None
    return (
        _now(line, calendar, at)
        or _edge(line, calendar, at)
        or _rough(line, calendar, at)
        or _clock_first(line, calendar, at, opened=opened)
        or _day_first(line, calendar, at)
    )


def now_of(calendar: Calendar) -> Meant:
    """Now: the minute that ends now."""
    return Meant(Period(calendar.ago(timedelta(minutes=1)), calendar.now), Unit.MINUTE, kind=Kind.NOW, to_now=True)


def _now(line: Line, calendar: Calendar, at: int) -> ReadBound:
    """Now, currently, at the moment; a `Now` that only opens a sentence is none."""
    found = _NOW.at(line, at)
    if found is None or (line.word(at) == "now" and at == 0 and len(line) > 1 and line.word(1) not in {"?", "."}):
        return None
    return Bound(fixed=now_of(calendar)), found[1]


def _edge(line: Line, calendar: Calendar, at: int) -> ReadBound:
    """The beginning, middle or end of a period; early and late only of a month, as trips are late as well."""
    if line.word(at) in _BEGINNINGS:
        return Bound(calendar.of(_BEGINNINGS[line.word(at)]), edge=-1), at + 1
    edge = _EDGES.at(line, at)
    if edge is None:
        return None
    start = line.skip(edge[1], "of|des|der|von|vom|the? the?")
    if line.word(at) in {"early", "late", "mid"} and not month_at(line, start):
        return None
    days = read_container(line, calendar, start) or read_days(line, calendar, start)
    if days is None or isinstance(days[0], Meant):
        return None
    if isinstance(days[0], Trouble):
        return Bound(fixed=days[0]), days[1]
    return Bound(days[0], edge=edge[0]) if edge[0] else Bound(fixed=Trouble(Problem.VAGUE)), days[1]


def _rough(line: Line, calendar: Calendar, at: int) -> ReadBound:
    """Around 14:30, gegen 8 Uhr, at about 3 pm."""
    start = line.after(at, "at about") or (at + 1 if line.word(at) in _ROUGHLY else None)
    if start is None:
        return None
    start = line.skip(start, ".")
    found = _clock_first(line, calendar, start, opened=True)
    if found is None and line.word(at) == "around":
        found = _day_first(line, calendar, start)
    return (Bound(fixed=Trouble(Problem.VAGUE)), found[1]) if found else None


def _clock_first(line: Line, calendar: Calendar, at: int, *, opened: bool) -> ReadBound:
    """A clock, with its day behind it where one is told."""
    start = line.skip(at, "at|um")
    surely = line.word(at) in _AT
    clock = read_clock(line, start)
    bare = clock is None
    if bare and (surely or opened) and not read_month_day(line, calendar, start):
        clock = bare_hour(line, start)
    if clock is None:
        return None
    found, behind = clock
    if isinstance(found, Trouble):
        day = read_day_phrase(line, calendar, line.skip(behind, _TO_DAY))
        return Bound(fixed=found), (day[1] if day else behind)
    if day := _day_behind(line, calendar, found, behind):
        return day
    if bare and not (surely and line.calm(behind) and not measured(line, at)):
        return None
    return Bound(clock=found), behind


def _day_behind(line: Line, calendar: Calendar, clock: Clock, at: int) -> ReadBound:
    """A clock with the part of the day or the day behind it: 8 this morning, 8 in the evening on Monday."""
    part = PARTS.get(_PARTS_OF_CLOCKS.get(line.word(at), ""))
    start = at + 1 if part else at
    if part is None and (named := line.after(at, "in the morning|afternoon|evening")) is not None:
        part, start = PARTS[line.word(named - 1)], named
    if part is None and (named := line.after(at, "at night")) is not None:
        part, start = PARTS["night"], named
    day = read_day_phrase(line, calendar, line.skip(start, _TO_DAY))
    if day is None or isinstance(day[0].fixed, Meant):
        return (Bound(part=part, clock=clock), start) if part else None
    if day[0].fixed is not None:
        return day
    return replace(day[0], clock=clock, part=part or day[0].part), day[1]


def _day_first(line: Line, calendar: Calendar, at: int) -> ReadBound:
    """Days, with the clock behind them where one is told."""
    day = read_day_phrase(line, calendar, at)
    if day is None or day[0].fixed is not None:
        return day
    found, behind = day
    clock = clock_behind(line, behind)
    if clock is None:
        return day
    if not _one_day(found, calendar):  # at 14:30 of every day
        return Bound(fixed=Trouble(Problem.UNSUPPORTED)), clock[1]
    if isinstance(clock[0], Trouble):
        return Bound(fixed=clock[0]), clock[1]
    stop = clock[1]
    part = found.part or PARTS.get(_PARTS_OF_CLOCKS.get(line.word(stop), ""))
    if found.part is None and part is not None:
        stop += 1
    elif part is None and (named := line.after(stop, "in the morning|afternoon|evening")) is not None:
        part, stop = PARTS[line.word(named - 1)], named
    return Bound(found.days, part, clock[0]), stop


def clock_behind(line: Line, at: int) -> tuple[Clock | Trouble, int] | None:
    """A clock behind a day: 14:30, at 8, um 8 Uhr."""
    start = line.skip(at, _TO_CLOCK)
    if clock := read_clock(line, start):
        return clock
    if start == at or line.word(start - 1) not in _AT:
        return None
    bare = bare_hour(line, start)
    return bare if bare and line.closed(bare[1]) and not line.counted(bare[1]) else None


def _one_day(bound: Bound, calendar: Calendar) -> bool:
    """Whether a clock can be told of it."""
    if bound.days is None or isinstance(bound.days, Weekday):
        return True
    days = resolved(bound.days, calendar)
    return isinstance(days, Trouble) or days.unit is Unit.DAY
