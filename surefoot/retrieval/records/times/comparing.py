"""Finds the times that others are compared to, and sets them beside those."""

from __future__ import annotations

from surefoot.retrieval.records.times.calendar import Calendar, Meant, Trouble
from surefoot.retrieval.records.times.found import Problem
from surefoot.retrieval.records.times.moving import earlier, same_part
from surefoot.retrieval.records.times.periods import DAYS, ELAPSED, MONTHS, Period, Unit
from surefoot.retrieval.records.times.shifts import Shift, moved
from surefoot.retrieval.records.times.tokens import Line, Phrases
from surefoot.retrieval.records.times.vocabulary import UNITS, words

_COMPARATORS = Phrases(
    dict.fromkeys(
        (
            "as? compared|compare|compares to|with|against",
            "in|by comparison to|with",
            "in contrast to|with",
            "as opposed to",
            "relative to",
            "versus|vs|v|against|than|unlike|als|gegenueber|ggue",
            "next to",
            "as against",
            "verglichen|vergleichend mit|zu|zum|zur",
            "im vergleich zu|zum|zur|mit",
            "im gegensatz zu|zum|zur",
            "im unterschied zu|zum|zur",
        ),
        True,
    )
)
_COMPARES = words(
    "compare compares comparing comparison difference differences differ differs vergleich vergleiche"
    " vergleichen unterschied unterschiede"
)
_DIFFERENCE = words("difference differences differ differs unterschied unterschiede")
_JOINS = words("with to and against und mit zu zum zur or oder")
_FILLERS = words(
    "the that those of in on for at average mean it was were is one . dem der den die das im am an es war waren"
    " durchschnitt des"
)
_MOST_FILLERS = 4
_LENGTHS = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 28, Unit.QUARTER: 90, Unit.HALF: 181, Unit.YEAR: 365}
"""Days of the shortest of each."""


def compares(line: Line) -> int:
    """The place behind the first word that asks for a comparison; beyond the end where none does."""
    return next((at + 1 for at in range(len(line)) if line.word(at) in _COMPARES), len(line) + 1)


def differs(line: Line, at: int) -> bool:
    """Whether `between` sets two times beside each other, as in `the difference between`, and opens no range."""
    if line.word(at) not in {"between", "zwischen"}:
        return False
    return line.word(at - 1) in _COMPARES or any(line.word(place) in _DIFFERENCE for place in range(at - 8, at))


def over_itself(line: Line, at: int) -> tuple[Shift, int] | None:
    """Year over year, week on week: what is asked beside the unit before."""
    unit = UNITS.get(line.word(at))
    behind = line.after(at + 1, "-? over|on|to -?") if unit else None
    if unit is None or behind is None or line.word(behind) != line.word(at) or unit in ELAPSED:
        return None
    return Shift(unit, from_now=True), behind + 1


def comparator(line: Line, at: int, asked_from: int) -> tuple[int, ...]:
    """The places at which the time may stand that something is compared to, if a word of comparison stands here."""
    found = _COMPARATORS.at(line, at)
    if found is None and at >= asked_from and line.word(at) in _JOINS:
        found = True, at + 1
    if found is None or (at == 0 and line.word(at) == "als"):
        return ()
    places = [found[1]]
    while len(places) <= _MOST_FILLERS and line.word(places[-1]) in _FILLERS:
        places.append(places[-1] + 1)
    return tuple(places)


def beside(main: Meant, other: Meant | Shift, calendar: Calendar) -> tuple[Period, Period, Period | None] | Trouble:
    """The main period and what it is compared to, up to now, and the whole of one cut to the elapsed part of the other.

    `This week` goes on, so `last week` beside it ends on the same weekday at the same time. What is told by a longer
    unit, as `last year` beside a month, is the same part of that unit.
    """
    against = _placed(main, other, calendar)
    if isinstance(against, Trouble):
        return against
    main_open, other_open = goes_on(main, calendar), goes_on(against, calendar)
    one, two = main.period.until(calendar.now), against.period.until(calendar.now)
    if one is None or two is None:
        return Trouble(Problem.ALL_FUTURE)
    uncut: Period | None = None
    same = (main.unit, main.count) == (against.unit, against.count) and main.unit is not Unit.RANGE
    if same and main_open and not other_open and not main.to_now:
        uncut, two = two, against.period.until(same_part(main, against, calendar))
    elif same and other_open and not main_open and not against.to_now:
        uncut, one = one, main.period.until(same_part(against, main, calendar))
    if one is None or two is None:
        return Trouble(Problem.ALL_FUTURE)
    return one, two, None if uncut in (one, two) else uncut


def goes_on(meant: Meant, calendar: Calendar) -> bool:
    """Whether a period has begun and is not over."""
    return meant.to_now or meant.period.contains(calendar.now)


def supposed(other: Meant | Shift, calendar: Calendar) -> Meant | Trouble:
    """The main period where only the comparison is told: the unit that it is now, as this week beside last week."""
    if isinstance(other, Shift):
        unit, known = other.unit, other.from_now and other.count == 1
    else:
        unit, known = other.unit, other.count == 1 and not other.to_now
    if unit is None or not known or (unit not in DAYS and unit not in MONTHS) or unit is Unit.WEEKEND:
        return Trouble(Problem.VAGUE)
    return calendar.days(calendar.of(unit))


def _placed(main: Meant, other: Meant | Shift, calendar: Calendar) -> Meant | Trouble:
    """What a main period is compared to, whole."""
    if isinstance(other, Shift):
        longer = other.unit is not None and _LENGTHS.get(other.unit, 0) > _length(main)
        if other.unit is not None and other.only_longer and not longer:
            days = calendar.of(other.unit, -other.count)
            return calendar.days(days)
        return moved(main, other, calendar)
    days = (main.period.start.date() - other.period.start.date()).days
    if other.unit is Unit.DAY and other.count == 1 and _length(main) == 0 and days > 0:
        return earlier(main, Unit.DAY, days, calendar)
    return other


def _length(main: Meant) -> int:
    """Days of a period; 0 where it is within one."""
    within = main.unit in ELAPSED or main.unit is Unit.PART or (main.unit is Unit.RANGE and main.period.days == 1)
    return 0 if within else main.period.days
