"""Tells periods in words, so that an asker sees which time an answer is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from surefoot.retrieval.records.times.found import TimeFound
from surefoot.retrieval.records.times.periods import Period, opening, repeats

TABLE = Path(__file__).with_name("telling.yaml")
_MINUTE, _DAY, _WEEK = timedelta(minutes=1), timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Wording:
    """How times are told in a language: names, and patterns with their places in braces."""

    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    """With what stands before them, Monday first."""
    day: str
    days: str
    """Of two days of one month."""
    day_of_year: str
    clock: str
    """Behind a time of day."""
    until: str
    compared: str
    alike: str
    on_day: str
    in_month: str
    """Empty where a month stands in brackets."""
    today: str
    yesterday: str
    this_week: str
    last_week: str
    this_month: str
    last_month: str
    months_alone: tuple[str, ...] = ()
    """Their names without a day, where these differ."""


@cache
def _wordings() -> dict[str, Wording]:
    return {code: Wording(**table) for code, table in yaml.safe_load(TABLE.read_text(encoding="utf-8")).items()}


def spoken(period: Period, now: datetime, zone: ZoneInfo, language: str = "en", week_start: int = 0) -> str:
    """A period as it is spoken of in a sentence: `yesterday`, `on Monday`, `last week`, `on 1 May 2026`."""
    words = _wording(language)
    start, end, at = (moment.astimezone(zone) for moment in (period.start, period.end, now))
    exact = told(period, now, zone, language)
    if not _begins_day(start, zone):
        return f"({exact})"
    today, first = at.date(), start.date()
    if end.astimezone(UTC) == at.astimezone(UTC) and not _begins_day(end, zone):
        return _so_far(words, first, today, week_start) or f"({exact})"
    if not _begins_day(end, zone):
        return f"({exact})"
    return _days_spoken(words, first, end.date() - _DAY, today, week_start) or f"({exact})"


def told_day(day: date, language: str = "en") -> str:
    """A day with the month's name."""
    return _day(_wording(language), day)


def compared(periods: Sequence[str], language: str = "en") -> str:
    """A period that is told, or two of them that are compared."""
    return periods[0] if len(periods) == 1 else _wording(language).compared.format(one=periods[0], two=periods[1])


def _so_far(words: Wording, first: date, today: date, week_start: int) -> str:
    """What goes on: today, this week, this month; empty where it began at another time."""
    if first == today:
        return words.today
    if first == _week(today, week_start):
        return words.this_week
    return words.this_month if first == today.replace(day=1) else ""


def _days_spoken(words: Wording, first: date, last: date, today: date, week_start: int) -> str:
    """Whole days by how far they are from today, a day and a month by their names; else empty."""
    if first == last:
        if first == today:
            return words.today
        if first == today - _DAY:
            return words.yesterday
        near = _DAY < today - first < _WEEK
        return words.weekdays[first.weekday()] if near else words.on_day.format(told=_day(words, first))
    week = _week(today, week_start)
    if (first, last) == (week - _WEEK, week - _DAY):
        return words.last_week
    month = today.replace(day=1)
    if (first, last) == ((month - _DAY).replace(day=1), month - _DAY):
        return words.last_month
    one_month = first.day == 1 and last == (first + timedelta(days=31)).replace(day=1) - _DAY
    return words.in_month.format(told=_months(words, first, last)) if one_month and words.in_month else ""


def _week(day: date, week_start: int) -> date:
    """The day on which the week of a day begins."""
    return day - timedelta(days=(day.weekday() - week_start) % 7)


def told(period: Period, now: datetime, zone: ZoneInfo, language: str = "en") -> str:
    """A period in words: `16–22 November 2026`, `today until 14:05`, `26 November 2026, 08:00–10:00`.

    What ends now is told as going on. A time that the clock shows twice is told with its offset.

    Raises:
        ValueError: for a language without wording.
    """
    words = _wording(language)
    start, end, at = (moment.astimezone(zone) for moment in (period.start, period.end, now))
    if _begins_day(start, zone) and _begins_day(end, zone):
        return _days(words, start.date(), end.date() - timedelta(days=1))
    if end.astimezone(UTC) == at.astimezone(UTC):
        return _going_on(words, start, end, zone)
    seconds = any(moment.second and moment.second != at.second for moment in (start, end))
    if end.astimezone(UTC) - start.astimezone(UTC) == _MINUTE:
        return f"{_day(words, start.date())}, {_clock(start, zone, seconds=seconds)}{words.clock}"
    last = end.date() - timedelta(days=1) if _begins_day(end, zone) else end.date()
    closes = "24:00" if last != end.date() else _clock(end, zone, seconds=seconds)
    opens = _clock(start, zone, seconds=seconds)
    if last == start.date():
        return f"{_day(words, last)}, {opens}–{closes}{words.clock}"
    if _begins_day(start, zone):
        return f"{_day(words, start.date())} {words.until} {_day(words, last)}, {closes}{words.clock}"
    return f"{_day(words, start.date())}, {opens}{words.clock} – {_day(words, last)}, {closes}{words.clock}"


def told_found(found: TimeFound, now: datetime, zone: ZoneInfo, language: str = "en") -> str:
    """A time that was found, with the one it is compared to; empty where there is no period."""
    if found.period is None:
        return ""
    one = told(found.period, now, zone, language)
    if found.against is None:
        return one
    words = _wording(language)
    both = words.compared.format(one=one, two=told(found.against, now, zone, language))
    return words.alike.format(told=both) if found.alike else both


def _wording(language: str) -> Wording:
    if language not in _wordings():
        raise ValueError(f"Periods are told in {', '.join(_wordings())}; not in '{language}'.")
    return _wordings()[language]


def _going_on(words: Wording, start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """A period that ends now, which is today."""
    closes = f"{_clock(end, zone)}{words.clock}"
    if start.date() != end.date():
        opens = "" if _begins_day(start, zone) else f", {_clock(start, zone)}{words.clock}"
        return f"{_day(words, start.date())}{opens} {words.until} {words.today}, {closes}"
    if _begins_day(start, zone):
        return f"{words.today} {words.until} {closes}"
    return f"{words.today}, {_clock(start, zone)}–{closes}"


def _days(words: Wording, first: date, last: date) -> str:
    """Whole days; as months and years where they are whole ones."""
    if first.day == 1 and (last + timedelta(days=1)).day == 1:
        return _months(words, first, last)
    if first == last:
        return _day(words, first)
    if (first.year, first.month) == (last.year, last.month):
        return words.days.format(first=first.day, day=last.day, month=words.months[last.month - 1], year=last.year)
    same_year = words.day_of_year.format(day=first.day, month=words.months[first.month - 1])
    return f"{same_year if first.year == last.year else _day(words, first)} – {_day(words, last)}"


def _months(words: Wording, first: date, last: date) -> str:
    months, years = (first.month, last.month), (first.year, last.year)
    if months == (1, 12):
        return f"{first.year}" if first.year == last.year else f"{first.year}–{last.year}"
    names = words.months_alone or words.months
    begin, end = (names[month - 1] for month in months)
    if years[0] != years[1]:
        return f"{begin} {years[0]} – {end} {years[1]}"
    return f"{end} {years[1]}" if begin == end else f"{begin}–{end} {years[1]}"


def _day(words: Wording, day: date) -> str:
    return words.day.format(day=day.day, month=words.months[day.month - 1], year=day.year)


def _clock(moment: datetime, zone: ZoneInfo, *, seconds: bool = False) -> str:
    """A time of day; with its offset where the clock shows it twice."""
    shown = f"{moment:%H:%M:%S}" if seconds else f"{moment:%H:%M}"
    if not repeats(moment.replace(tzinfo=None), zone):
        return shown
    offset = moment.strftime("%z")
    return f"{shown} (UTC{offset[:3]}:{offset[3:5]})"


def _begins_day(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether a day begins then; not always at midnight, where clocks are set forward there."""
    begin = opening(datetime.combine(moment.date(), time()), zone)
    return begin.astimezone(UTC) == moment.astimezone(UTC)
