"""Settles what is found: cuts periods at now, and joins each to the one that it is compared to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from surefoot.retrieval.records.times.calendar import Calendar, Meant, Trouble
from surefoot.retrieval.records.times.comparing import beside, goes_on, supposed
from surefoot.retrieval.records.times.found import Problem, TimeFound
from surefoot.retrieval.records.times.moving import earlier
from surefoot.retrieval.records.times.periods import Unit
from surefoot.retrieval.records.times.shifts import Shift, moved


@dataclass(frozen=True, slots=True)
class Spoken:
    """A time as it stands in a question."""

    span: tuple[int, int]
    meaning: Meant | Trouble | Shift
    compared: bool = False
    """Whether something is compared to it."""


def settled(spoken: Sequence[Spoken], calendar: Calendar) -> tuple[TimeFound, ...]:
    """What is found, in the order of the question."""
    mains = _mains(spoken, calendar)
    periods = {place: main for place, main in mains.items() if isinstance(main, Meant)}
    found = {place: _alone(spoken[place].span, main, calendar) for place, main in mains.items()}
    for place, one in enumerate(spoken):
        if one.compared:
            main = _main_of(place, periods)
            joined = _compared(one, periods.get(place if main is None else main), calendar)
            free = main is not None and found[main].against is None and joined.problem is None
            if main is not None and free:
                found[main] = replace(joined, span=spoken[main].span, against_span=one.span, implied=False)
            else:
                found[place] = joined
    return tuple(sorted(found.values(), key=lambda time: time.span))


def _mains(spoken: Sequence[Spoken], calendar: Calendar) -> dict[int, Meant | Trouble]:
    """What stands alone; what is told beside another time, as `the week before`, by the last one before it."""
    mains: dict[int, Meant | Trouble] = {}
    last: Meant | None = None
    for place, one in enumerate(spoken):
        if one.compared:
            continue
        meaning = one.meaning
        if isinstance(meaning, Shift):
            meaning = moved(last, meaning, calendar) if last is not None else _elapsed(meaning, calendar)
        mains[place] = meaning
        last = meaning if isinstance(meaning, Meant) else last
    return mains


def _elapsed(shift: Shift, calendar: Calendar) -> Meant | Trouble:
    """By this time yesterday: as much of that day as has elapsed of this one; all else is vague."""
    today = calendar.days(calendar.of(Unit.DAY))
    if shift != Shift(Unit.DAY, from_now=True) or isinstance(today, Trouble):
        return Trouble(Problem.VAGUE)
    elapsed = today.period.until(calendar.now)
    return earlier(replace(today, period=elapsed), Unit.DAY, 1, calendar) if elapsed else Trouble(Problem.EMPTY)


def _main_of(place: int, periods: dict[int, Meant]) -> int | None:
    """The nearest period before a comparison, else the nearest behind it."""
    before = [at for at in periods if at < place]
    return before[-1] if before else next(iter(periods), None)


def _compared(one: Spoken, main: Meant | None, calendar: Calendar) -> TimeFound:
    """A main period beside what it is compared to; the one of now where none is told."""
    if isinstance(one.meaning, Trouble):
        return _trouble(one.span, one.meaning)
    supposes = main if main is not None else supposed(one.meaning, calendar)
    if isinstance(supposes, Trouble):
        return _trouble(one.span, supposes)
    both = beside(supposes, one.meaning, calendar)
    if isinstance(both, Trouble):
        return _trouble(one.span, both)
    period, against, uncut = both
    alone = _alone(one.span, supposes, calendar)
    return replace(alone, period=period, against=against, against_span=one.span, uncut=uncut, implied=True)


def _alone(span: tuple[int, int], meant: Meant | Trouble, calendar: Calendar) -> TimeFound:
    """A period up to now; in the future its whole alone."""
    if isinstance(meant, Trouble):
        return _trouble(span, meant)
    period = meant.period.until(calendar.now)
    if period is None:
        return TimeFound(span, None, meant.period, kind=meant.kind, problem=Problem.ALL_FUTURE)
    return TimeFound(span, period, meant.period, goes_on(meant, calendar), meant.kind)


def _trouble(span: tuple[int, int], trouble: Trouble) -> TimeFound:
    return TimeFound(span, None, candidates=trouble.candidates, problem=trouble.problem)
