"""Reads periods that are named by where they lie beside now: yesterday, last week, two weeks ago, the last 7 days."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from surefoot.retrieval.records.times.calendar import Calendar, Meant, Stretch, Trouble, between, plus_months
from surefoot.retrieval.records.times.counting import (
    compound,
    last_units,
    next_units,
    read_count,
    read_counted,
    read_unit,
    units_ago,
)
from surefoot.retrieval.records.times.dates import Days, Pick, Weekday, one_day
from surefoot.retrieval.records.times.found import Problem
from surefoot.retrieval.records.times.periods import ELAPSED, MONTHS, Period, Unit
from surefoot.retrieval.records.times.tokens import Line, Phrases
from surefoot.retrieval.records.times.vocabulary import (
    BEFORE_LAST,
    FEW,
    GERMAN_CODES,
    LAST,
    NEXT,
    PAST,
    PLURALS,
    PREVIOUS,
    RECURRING_DAYS,
    SHORT_WEEKDAYS,
    THIS,
    UNITS,
    WEEKDAYS,
    words,
)

Named = tuple[Days | Meant | Trouble, int] | None
_DAYS_AWAY = Phrases(
    {
        "today|heute": 0,
        "yesterday|gestern": -1,
        "the? day before yesterday": -2,
        "vorgestern": -2,
        "vorvorgestern": -3,
        "tomorrow|morgen": 1,
        "the? day after tomorrow": 2,
        "uebermorgen": 2,
    }
)
_UNITS_AWAY = Phrases(
    {
        "vorwoche": (Unit.WEEK, -1),
        "vormonat|vormonats": (Unit.MONTH, -1),
        "vorquartal": (Unit.QUARTER, -1),
        "vorjahr|vorjahres": (Unit.YEAR, -1),
        "vortag": (Unit.DAY, -1),
        "heuer": (Unit.YEAR, 0),
        "ytd": (Unit.YEAR, 0),
        "mtd": (Unit.MONTH, 0),
        "wtd": (Unit.WEEK, 0),
    }
)
_ROLLING = frozenset({Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR})
"""Units of which `the past one`, and `the last one` with its article, is counted back from today."""
_FULL = words("full whole complete calendar entire") | words("volle vollen ganze ganzen komplette kompletten")
_WORKING = words("working business work") | words("werktage werktagen arbeitstage arbeitstagen")
_DAY_PREPOSITIONS = words("on since last this next until till from by and between to before after or - ,")
_GERMAN_PREPOSITIONS = words("am seit bis vom zum von und ab letzten vorigen diesen - oder")


def read_named(line: Line, calendar: Calendar, at: int) -> Named:
    """A period beside now at a place, with the place behind it."""
    return (
        _ago(line, calendar, at)
        or _away(line, calendar, at)
        or _qualified(line, calendar, at)
        or _to_date(line, calendar, at)
        or _all_of(line, calendar, at)
        or _weekend(line, calendar, at)
        or read_weekday(line, at)
    )


def read_weekday(line: Line, at: int) -> tuple[Weekday, int] | None:
    """A day of the week; in short only behind a word of time or before a date."""
    index, behind = weekday_at(line, at) or (None, at)
    return None if index is None else (Weekday(index), behind)


def weekday_at(line: Line, at: int) -> tuple[int, int] | None:
    """A weekday's name, in full or in short, with the place behind it."""
    word, before = line.word(at), line.word(at - 1)
    if word in WEEKDAYS:
        return WEEKDAYS[word], at + 1
    behind = at + 2 if line.word(at + 1) == "." and line.tied(at + 1) else at + 1
    paired = line.word(behind) in {"-", "to", "bis"} and line.word(behind + 1) in SHORT_WEEKDAYS | GERMAN_CODES
    dated = (paired or line.number(line.skip(behind, ",")) is not None) and line.capital(at)
    if word in SHORT_WEEKDAYS and (dated or before in _DAY_PREPOSITIONS):
        return SHORT_WEEKDAYS[word], behind
    if word in GERMAN_CODES and line.capital(at) and (dated or before in _GERMAN_PREPOSITIONS):
        return GERMAN_CODES[word], behind
    return None


def _away(line: Line, calendar: Calendar, at: int) -> Named:
    """Today, yesterday, gestern, Vorwoche, the week before last."""
    if day := _DAYS_AWAY.at(line, at):
        return (calendar.of(Unit.DAY, day[0]), day[1]) if _is_day(line, at) else None
    if found := _UNITS_AWAY.at(line, at):
        (unit, offset), behind = found
        return calendar.of(unit, offset), behind
    last_but_one = read_unit(line, line.skip(at, "the"))
    stop = last_but_one and line.after(last_but_one[2], "before last")
    if last_but_one and stop and last_but_one[0] not in ELAPSED:
        return calendar.of(last_but_one[0], -2), stop
    return None


def _is_day(line: Line, at: int) -> bool:
    """Whether `morgen` is tomorrow, and no greeting and no part of a day."""
    return line.word(at) != "morgen" or line.word(at - 1) not in words("am guten jeden dem den")


def _running(calendar: Calendar, unit: Unit) -> bool:
    """Whether today is in the calendar's unit; it may be in no weekend."""
    return calendar.of(unit).first <= calendar.today


def _ago(line: Line, calendar: Calendar, at: int) -> Named:
    """3 days ago, vor 3 Tagen, a week ago today, heute vor einer Woche."""
    if (
        week := line.after(at, "on|am? the? this|same|gleichen|selben day|weekday|tag last|letzte|letzter week|woche")
    ) is not None:
        return _same_day(calendar, Fraction(1), Unit.WEEK, 0), week
    day = line.after(at, "today|heute") or line.after(at, "yesterday|gestern")
    start = at if day is None else day
    german = line.after(start, "vor")
    counted = read_counted(line, start if german is None else german)
    behind = counted and (counted[2] if german is not None else line.after(counted[2], "ago"))
    if counted is None or behind is None or (german is not None and line.word(behind) == "ago"):
        return None
    today = line.after(behind, "today") if german is None and counted[1] not in ELAPSED else None
    if day is None and today is None:
        return units_ago(calendar, counted[0], counted[1]), behind
    away = 0 if day is None or line.word(at) in {"today", "heute"} else 1
    return _same_day(calendar, counted[0], counted[1], away), today or behind


def _same_day(calendar: Calendar, count: Fraction, unit: Unit, away: int) -> Days | Trouble:
    """The day that lies whole units before today or yesterday."""
    units = units_ago(calendar, count, unit)
    if not isinstance(units, Stretch):
        return units if isinstance(units, Trouble) else Trouble(Problem.UNSUPPORTED)
    day = calendar.today - timedelta(days=away)
    if unit in MONTHS:
        return one_day(plus_months(day, -int(count) * MONTHS[unit]))
    return one_day(day + (units.first - calendar.of(unit).first))


def _qualified(line: Line, calendar: Calendar, at: int) -> Named:
    """This, last, past, next with a weekday, a unit, or a count of units."""
    start = line.skip(at, "the|der|den|die|das|dem|des")
    word = line.word(start)
    if word not in THIS | LAST | PREVIOUS | PAST | BEFORE_LAST | NEXT:
        return None
    counted = _many(line, calendar, start)
    if counted is not None:
        return counted
    if day := weekday_at(line, start + 1):
        pick = Pick.THIS if word in THIS else Pick.AHEAD if word in NEXT else Pick.OVER
        return (Weekday(day[0], pick), day[1]) if word not in BEFORE_LAST else None
    full = start + 1 + (line.word(start + 1) in _FULL)
    unit = read_unit(line, full)
    late = unit is not None and unit[0] is Unit.MINUTE and start == at and word not in THIS  # last minute changes
    other = unit is not None and unit[0] is Unit.DAY and line.word(unit[2]) == "of"  # the last day of service
    if unit is None or line.tied(start + 1) or late or (other and word in LAST):
        return None
    return _one(line, calendar, start, unit[0], unit[1]), unit[2]


def _one(line: Line, calendar: Calendar, at: int, unit: Unit, count: int) -> Days | Meant | Trouble:
    """One unit, as in `last week`, `this quarter`, `the past month`."""
    word = line.word(at)
    if word in BEFORE_LAST and unit not in ELAPSED:
        return calendar.of(unit, -2)
    if unit is Unit.DAY and word in LAST:
        return _last_day(calendar)
    if word in THIS:
        return _this_hour(calendar, unit) if unit in ELAPSED else calendar.of(unit)
    if word in NEXT:
        return next_units(calendar, Fraction(1), unit) if unit in ELAPSED else calendar.of(unit, 1)
    rolls = word in PAST or (word == "last" and line.word(at - 1) == "the" and line.word(at + 1) not in _FULL)
    if unit in ELAPSED or (rolls and unit in _ROLLING) or count > 1:
        return last_units(
            calendar, Fraction(24 if unit is Unit.DAY else count), Unit.HOUR if unit is Unit.DAY else unit
        )
    return calendar.of(unit, -1)


def _this_hour(calendar: Calendar, unit: Unit) -> Meant | Trouble:
    """The hour or the minute that it is."""
    start = calendar.now.replace(second=0, microsecond=0, minute=0 if unit is Unit.HOUR else calendar.now.minute)
    period = between(start, calendar.ago((calendar.now - start) - ELAPSED[unit]))
    return period if isinstance(period, Trouble) else Meant(period, unit)


def _last_day(calendar: Calendar) -> Trouble:
    """Yesterday, or the last 24 hours."""
    yesterday = calendar.days(calendar.of(Unit.DAY, -1))
    candidates = [Period(calendar.ago(timedelta(hours=24)), calendar.now)]
    if isinstance(yesterday, Meant):
        candidates.insert(0, yesterday.period)
    return Trouble(Problem.AMBIGUOUS, tuple(candidates))


def _many(line: Line, calendar: Calendar, at: int) -> Named:
    """Several units, as in `the last 7 days`; vague without a number, as in `the last few days`."""
    word, start = line.word(at), at + 1
    if word in BEFORE_LAST | THIS or line.tied(start):
        return None
    if few := _few(line, start):
        return few
    count = read_count(line, start)
    if count is None or (line.word(start) in {"a", "an"} and line.word(start + 1) != "half"):
        return None
    number, behind = count
    if line.word(behind) in _WORKING or line.word(behind) in RECURRING_DAYS:
        return Trouble(Problem.UNSUPPORTED), behind + 1 + (line.word(behind + 1) in UNITS)
    full = line.word(behind) in _FULL
    unit = read_unit(line, behind + full)
    if unit is None:
        return None
    number, kind, stop = compound(line, number * unit[1], unit[0], unit[2])
    return _counted(calendar, word, number, kind, full=full), stop


def _few(line: Line, at: int) -> tuple[Trouble, int] | None:
    """Few days, a couple of weeks, days: how many is not told."""
    start = at + (line.word(at) in {"a", "ein"})
    start = line.skip(start + 1, "of") if line.word(start) in FEW else None
    if start is not None and read_unit(line, start):
        return Trouble(Problem.VAGUE), start + 1
    return (Trouble(Problem.VAGUE), at + 1) if line.word(at) in PLURALS else None


def _counted(calendar: Calendar, word: str, count: Fraction, unit: Unit, *, full: bool) -> Days | Meant | Trouble:
    if word in NEXT:
        return next_units(calendar, count, unit)
    rolling = last_units(calendar, count, unit)
    if full and isinstance(rolling, Stretch):
        return calendar.of(unit, -int(count), int(count))
    return rolling


def _to_date(line: Line, calendar: Calendar, at: int) -> Named:
    """Year to date, month-to-date; today so far is read where days are."""
    unit = read_unit(line, line.skip(at, "the"))
    behind = unit and line.after(unit[2], "-? to -? date")
    return (calendar.of(unit[0]), behind) if unit and behind and unit[0] not in ELAPSED else None


def _all_of(line: Line, calendar: Calendar, at: int) -> Named:
    """All day, the whole week, den ganzen Monat: the one that it is."""
    start = line.after(at, "all") or line.after(at, "the|die|den|das|der whole|entire|full|ganze|ganzen")
    unit = read_unit(line, start) if start is not None else None
    plain = unit is not None and unit[0] not in ELAPSED and unit[1] == 1 and line.word(unit[2]) not in {"of", "before"}
    if unit is None or not plain or line.word(unit[2] - 1) in PLURALS:
        return None
    told = _away(line, calendar, unit[2]) or read_weekday(line, line.skip(unit[2], "on|am"))  # all day yesterday
    return None if told else (calendar.of(unit[0]), unit[2])


def _weekend(line: Line, calendar: Calendar, at: int) -> Named:
    """The weekend: the latest that has begun; before a noun (weekend trips) all of them, which is not supported."""
    start = line.skip(at, "the|das|dem")
    if line.word(start) not in {"weekend", "wochenende"}:
        return None
    latest = calendar.of(Unit.WEEKEND, 0 if _running(calendar, Unit.WEEKEND) else -1)
    told = line.word(start - 1) in {"the", "this", "one"} or line.word(start) == "wochenende"
    if not told and not line.calm(start + 1) and not weekday_at(line, start + 1):
        return Trouble(Problem.UNSUPPORTED), start + 1
    return latest, start + 1
