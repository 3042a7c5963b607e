"""The calendar of a fleet: days, weeks, months and hours beside now, as periods."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from surefoot.retrieval.records.times.found import Kind, Problem
from surefoot.retrieval.records.times.periods import DAYS, MONTHS, Period, Unit, closing, opening

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Years that are known; others are impossible."""
LONGEST = 10
"""Years of the longest period."""
HOUR = 60
"""Minutes; times of day are told in minutes since its midnight, on the wall."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole days, as one or several units."""

    first: date
    until: date
    """The day after the last."""
    unit: Unit
    count: int = 1
    to_now: bool = False
    """Whether it ends now, as `the last 7 days` do."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A period that words mean, not yet cut at now."""

    period: Period
    unit: Unit
    count: int = 1
    kind: Kind = Kind.PERIOD
    to_now: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why words give no period."""

    problem: Problem
    candidates: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Now, in a zone, with the day on which weeks begin (0 is Monday, 6 Sunday)."""

    now: datetime
    zone: ZoneInfo
    week_start: int

    @property
    def today(self) -> date:
        """The day it is."""
        return self.now.date()

    def of(self, unit: Unit, offset: int = 0, count: int = 1) -> Stretch:
        """A calendar unit beside the one that today is in: 0 that one, -1 the one before.

        A weekend is Saturday and Sunday; the one of today is the one in progress, else the next one.
        """
        if unit in MONTHS:
            months = MONTHS[unit]
            first = date(self.today.year, (self.today.month - 1) // months * months + 1, 1)
            return Stretch(
                plus_months(first, offset * months), plus_months(first, (offset + count) * months), unit, count
            )
        if unit is Unit.WEEKEND:
            saturday = self.today + timedelta(days=5 - min(self.today.weekday(), 5) - (self.today.weekday() == 6))
            return Stretch(saturday + timedelta(days=7 * offset), saturday + timedelta(days=7 * offset + 2), unit)
        first = self.today if unit is Unit.DAY else week_begin(self.today, self.week_start)
        length = DAYS[unit]
        return Stretch(
            first + timedelta(days=offset * length), first + timedelta(days=(offset + count) * length), unit, count
        )

    def days(self, stretch: Stretch) -> Meant | Trouble:
        """The period of whole days; impossible where the zone's clock skips them."""
        start = self.wall(stretch.first)
        end = self.now if stretch.to_now else self.wall(stretch.until)
        period = between(start, end)
        if isinstance(period, Trouble):
            return Trouble(Problem.ALL_FUTURE if stretch.to_now else Problem.IMPOSSIBLE)
        return Meant(period, stretch.unit, stretch.count, to_now=stretch.to_now)

    def wall(self, day: date, minutes: float = 0, *, end: bool = False) -> datetime:
        """The moment of a time of day, in minutes since midnight and beyond the day's end where more than 24 hours."""
        wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
        return closing(wall, self.zone) if end else opening(wall, self.zone)

    def ago(self, elapsed: timedelta) -> datetime:
        """The moment that lies an elapsed time before now."""
        return (self.now.astimezone(UTC) - elapsed).astimezone(self.zone)

    def moment(self, moment: datetime, precision: float = 1) -> Meant:
        """The minute, or the part of one, that begins at or before a moment."""
        length = timedelta(minutes=precision)
        at = moment.astimezone(UTC)
        start = at - (at - datetime(at.year, at.month, at.day, tzinfo=UTC)) % length
        unit = Unit.MINUTE if precision == 1 else Unit.SECOND
        end = (start + length).astimezone(self.zone)
        return Meant(Period(start.astimezone(self.zone), end), unit, kind=Kind.MOMENT)


def between(start: datetime, end: datetime) -> Period | Trouble:
    """The period between two moments; what is wrong where they do not make one of at most ten years."""
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    if first >= last:
        return Trouble(Problem.EMPTY if first == last else Problem.REVERSED)
    if last.date() > plus_months(first.date(), 12 * LONGEST) + timedelta(days=1):
        return Trouble(Problem.TOO_LONG)
    return Period(start, end)


def week_begin(day: date, week_start: int) -> date:
    """The first day of the week that a day is in."""
    return day - timedelta(days=(day.weekday() - week_start) % 7)


def plus_months(day: date, months: int) -> date:
    """The same day some months later, or that month's last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
