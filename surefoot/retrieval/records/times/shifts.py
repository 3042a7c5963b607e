"""Reads times that are told beside another time: the week before, a year earlier, the same period last month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from surefoot.retrieval.records.times.calendar import Calendar, Meant, Trouble, between
from surefoot.retrieval.records.times.counting import read_count, read_unit, too_many
from surefoot.retrieval.records.times.found import Problem
from surefoot.retrieval.records.times.moving import earlier, just_before
from surefoot.retrieval.records.times.periods import ELAPSED, LENGTHS, Unit
from surefoot.retrieval.records.times.tokens import Line, Phrases
from surefoot.retrieval.records.times.vocabulary import LAST, PREVIOUS, words


@dataclass(frozen=True, slots=True)
class Shift:
    """So many units before another period; its own length before it where no unit is told."""

    unit: Unit | None
    count: int = 1
    from_now: bool = False
    """Whether without another period it is the unit before this one: the previous week."""
    only_longer: bool = False
    """Whether it is told of now, and moves only what is shorter: last year, beside a month."""


ReadShift = tuple[Shift, int] | None
_GERMAN_NOUNS = Phrases(
    {
        "vortag|vortages": Shift(Unit.DAY, from_now=True),
        "vorwoche": Shift(Unit.WEEK, from_now=True),
        "vormonat|vormonats": Shift(Unit.MONTH, from_now=True),
        "vorquartal|vorquartals": Shift(Unit.QUARTER, from_now=True),
        "vorjahr|vorjahres|vorjahreszeitraum|vorjahresmonat|vorjahreswert": Shift(Unit.YEAR, from_now=True),
        "vorperiode|vorzeitraum": Shift(None),
    }
)
_SAME = Phrases(
    {
        "the? same period|time|day|days|week|month|quarter|hours|hour|part|span in|of|the?": None,
        "this time": None,
        "dem|der|im|zum|zur? gleichen|selben zeitraum|zeit|tag|woche|monat|quartal in|im? der|des?": None,
        "demselben|derselben|denselben zeitraum|zeit|tag|woche|monat|quartal in|im? der|des?": None,
    }
)
_UP_TO = words("by to until till bis")
_ARTICLES = words("the this die der dem das den im zum zur demselben derselben denselben am")
_ENDS = frozenset({"", *".,;:?!)", *"and or und oder as too was".split()})
_EARLIER = "before|earlier|prior|davor|zuvor|vorher that|then|it?"


def read_shift(line: Line, at: int, *, compared: bool) -> ReadShift:
    """A time beside another one at a place; `compared` where a word of comparison stands before it."""
    found = _same(line, at, compared=compared) or _earlier(line, at)
    if compared:
        return found or _GERMAN_NOUNS.at(line, at) or _previous(line, at)
    told = found is not None and line.word(at) in _ARTICLES and line.word(found[1]) in _ENDS  # not 3 days before a trip
    return found if told else None


def _same(line: Line, at: int, *, compared: bool) -> ReadShift:
    """The same period last year, by this time yesterday, im gleichen Zeitraum des Vorjahres."""
    same = _SAME.at(line, at)
    if same is None:
        return None
    start = same[1]
    if line.word(start) in {"yesterday", "gestern"}:
        return Shift(Unit.DAY, from_now=compared or line.word(at - 1) in _UP_TO), start + 1
    german = _GERMAN_NOUNS.at(line, start)
    ago = read_count(line, start)
    unit = read_unit(line, ago[1]) if ago else None
    if ago and unit and line.word(unit[2]) in {"ago", "earlier", "before"} and ago[0].denominator == 1:
        return Shift(unit[0], int(ago[0]) * unit[1]), unit[2] + 1
    found = german or _previous(line, start) or _earlier(line, start)
    return (Shift(found[0].unit, found[0].count), found[1]) if found else None


def _earlier(line: Line, at: int) -> ReadShift:
    """The week before, a year earlier, the 7 days before that, die Woche davor."""
    start = line.skip(at, "the|die|der|dem|das|den|dessen")
    count = read_count(line, start)
    unit = read_unit(line, count[1] if count else start)
    if unit is None and line.word(start) in {"night", "evening", "morning", "nacht", "abend"}:
        unit = (Unit.DAY, 1, start + 1)
    behind = line.after(unit[2], _EARLIER) if unit else None
    if unit is None or behind is None or (count is None and start == at and line.word(at + 1) in {"before", "earlier"}):
        return None
    other = line.word(behind) in {"last", "yesterday", "the", "gestern"} or line.number(behind) is not None
    if other or (count and count[0].denominator != 1):
        return None
    return Shift(unit[0], int(count[0]) * unit[1] if count else unit[1]), behind


def _previous(line: Line, at: int) -> ReadShift:
    """The previous week, the preceding 7 days, the period before; and last year, which moves what is shorter."""
    start = line.skip(at, "the|der|dem|den|die|das|des")
    if (behind := line.after(start, "previous|prior|preceding|vorherigen|vorigen period|zeitraum|periode")) is not None:
        return Shift(None), behind
    if (behind := line.after(start, "period|zeitraum|periode before|davor|zuvor")) is not None:
        return Shift(None), behind
    word = line.word(start)
    if word not in PREVIOUS | LAST:
        return None
    count = read_count(line, start + 1) if word in PREVIOUS else None
    unit = read_unit(line, count[1] if count else start + 1)
    if unit is None or (count and count[0].denominator != 1) or line.word(unit[2]) in {"of", "in"}:
        return None
    if word in LAST and unit[0] in ELAPSED:
        return None
    number = int(count[0]) * unit[1] if count else unit[1]
    return Shift(unit[0], number, from_now=True, only_longer=word in LAST), unit[2]


def moved(main: Meant, shift: Shift, calendar: Calendar) -> Meant | Trouble:
    """The period that lies so far before another one; the unit that ends where the other begins, if that is shorter."""
    if shift.unit is None:
        return just_before(main, calendar)
    if too_many(shift.count, shift.unit):
        return Trouble(Problem.TOO_LONG)
    longer = LENGTHS.index(shift.unit) >= LENGTHS.index(main.unit)
    if longer or main.unit is Unit.RANGE or shift.count * main.count > 1:
        return earlier(main, shift.unit, shift.count, calendar)
    if shift.unit in ELAPSED:
        start = main.period.start
        begin = (start.astimezone(UTC) - shift.count * ELAPSED[shift.unit]).astimezone(calendar.zone)
        period = between(begin, start)
        return period if isinstance(period, Trouble) else Meant(period, shift.unit, shift.count)
    return _unit_before(main, shift.unit, calendar)


def _unit_before(main: Meant, unit: Unit, calendar: Calendar) -> Meant | Trouble:
    """The calendar unit before the one in which a period begins."""
    there = Calendar(main.period.start, calendar.zone, calendar.week_start)
    return calendar.days(there.of(unit, -1))
