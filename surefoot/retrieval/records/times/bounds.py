"""One end of a time as it is told: days, part of a day, a clock; and the moments at which it begins and ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from surefoot.retrieval.records.times.calendar import HOUR, Calendar, Meant, Stretch, Trouble, between
from surefoot.retrieval.records.times.clocks import DAY, Clock, Part
from surefoot.retrieval.records.times.dates import ANY, Bounds, Days, resolved
from surefoot.retrieval.records.times.found import Kind, Problem
from surefoot.retrieval.records.times.periods import Unit, closing, exists, opening, repeats


@dataclass(frozen=True, slots=True)
class Bound:
    """A time as told: any of days, a part of a day and a clock; or what is already a period or a trouble."""

    days: Days | None = None
    part: Part | None = None
    clock: Clock | None = None
    edge: int = 0
    """-1 for the beginning of the days, 1 for their end."""
    fixed: Meant | Trouble | None = None

    @property
    def hours(self) -> bool:
        """Whether a clock is told and no day."""
        return self.clock is not None and self.days is None


def days_of(bound: Bound, calendar: Calendar, bounds: Bounds = ANY) -> Stretch | Trouble:
    """The days of a bound: today where none are told."""
    return calendar.of(Unit.DAY) if bound.days is None else resolved(bound.days, calendar, bounds)


def placed(bound: Bound, calendar: Calendar) -> Meant | Trouble:
    """The period of a bound that stands alone."""
    if bound.fixed is not None:
        return bound.fixed
    days = days_of(bound, calendar)
    if isinstance(days, Trouble):
        return days
    if bound.edge:
        return Trouble(Problem.VAGUE)
    if bound.clock is None and bound.part is None:
        return calendar.days(days)
    return _hours(bound, days, calendar)


def _hours(bound: Bound, days: Stretch, calendar: Calendar) -> Meant | Trouble:
    """A clock, or a part, of a day; of more days it recurs."""
    if days.unit is not Unit.DAY or days.count != 1:
        return Trouble(Problem.UNSUPPORTED)
    if bound.clock is not None:
        return _moment(bound.clock, bound.part, days, calendar)
    start, end = start_of(bound, days, calendar), end_of(bound, days, calendar)
    if isinstance(start, Trouble) or isinstance(end, Trouble):
        return Trouble(Problem.IMPOSSIBLE)
    period = between(start, end)
    return period if isinstance(period, Trouble) else Meant(period, Unit.PART)


def _moment(clock: Clock, part: Part | None, days: Stretch, calendar: Calendar) -> Meant | Trouble:
    """The minute of a clock on a day: impossible where the clock skips it, ambiguous where it comes twice."""
    minutes = minutes_of(clock, part)
    if minutes is None:
        return Trouble(Problem.IMPOSSIBLE)
    wall = datetime.combine(days.first, time()) + timedelta(minutes=minutes)
    if not exists(wall, calendar.zone):
        return Trouble(Problem.IMPOSSIBLE)
    first = calendar.moment(opening(wall, calendar.zone), clock.precision)
    if repeats(wall, calendar.zone):
        second = calendar.moment(closing(wall, calendar.zone), clock.precision)
        return Trouble(Problem.AMBIGUOUS, (first.period, second.period))
    if clock.midnight and part is None:
        second = calendar.moment(calendar.wall(days.until), clock.precision)
        if second.period.start <= calendar.now:
            return Trouble(Problem.AMBIGUOUS, (first.period, second.period))
    return first


def minutes_of(clock: Clock, part: Part | None, *, end: bool = False, above: float = -1) -> float | None:
    """Minutes since the day's midnight.

    Of the hours that are told alike it is the one within the part of the day, and `above` the other end of a range.
    """
    if part is None:
        return clock.minutes + (DAY if clock.midnight and end else 0)
    choices = [clock.minutes, clock.minutes + DAY]
    if clock.short:
        choices = sorted({clock.minutes % (12 * HOUR) + half for half in (0, 12 * HOUR, DAY, DAY + 12 * HOUR)})
    fitting = [minutes for minutes in choices if part.told_from <= minutes <= part.told_to]
    return next((minutes for minutes in fitting if minutes > above), fitting[0] if fitting else None)


def start_of(bound: Bound, days: Stretch, calendar: Calendar) -> datetime | Trouble:
    """When what is told begins."""
    if isinstance(bound.fixed, Trouble):
        return bound.fixed
    if bound.fixed is not None:
        return bound.fixed.period.start
    if bound.edge > 0:
        return calendar.wall(days.until)
    if bound.clock is not None:
        return _wall(minutes_of(bound.clock, bound.part), days, calendar)
    return calendar.wall(days.first, bound.part.start if bound.part else 0)


def end_of(bound: Bound, days: Stretch, calendar: Calendar) -> datetime | Trouble:
    """When what is told ends: a clock and the beginning of something at once, all else when it is over."""
    if isinstance(bound.fixed, Trouble):
        return bound.fixed
    if bound.fixed is not None:
        return bound.fixed.period.start if bound.fixed.kind is Kind.MOMENT else bound.fixed.period.end
    if bound.clock is not None:
        return _wall(minutes_of(bound.clock, bound.part, end=True), days, calendar, end=True)
    if bound.part is not None:
        return calendar.wall(days.first, bound.part.end, end=bound.part.end % DAY > 0)
    if bound.edge < 0:
        return calendar.wall(days.first)
    return calendar.now if days.to_now else calendar.wall(days.until)


def _wall(minutes: float | None, days: Stretch, calendar: Calendar, *, end: bool = False) -> datetime | Trouble:
    if minutes is None or days.unit is not Unit.DAY or days.count != 1:
        return Trouble(Problem.IMPOSSIBLE if minutes is None else Problem.UNSUPPORTED)
    return calendar.wall(days.first, minutes, end=end and minutes % DAY > 0)
