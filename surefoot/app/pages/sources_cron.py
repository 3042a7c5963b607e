"""The next times of a cron expression, for people who are writing one; whether it holds is decided by the server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NAMES = {
    3: {name: number for number, name in enumerate(MONTHS, start=1)},
    4: {name: number for number, name in enumerate(WEEKDAYS)},
}
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
"""Minute, hour, day of the month, month, day of the week (0 and 7 are Sunday)."""
_DAYS = 366 * 9
"""So many days ahead are looked through: 29 February comes every four years, but for 2100 every eight."""
Fields = tuple[frozenset[int], ...]


class NotUnderstood(ValueError):
    """No cron expression, or one of a dialect that is not known here."""


def times(expression: str, after: datetime, number: int) -> list[datetime]:
    """The next times after a moment, fewer where no more come. Raises NotUnderstood."""
    words = expression.lower().split()
    if len(words) != len(_RANGES):
        raise NotUnderstood(f"There must be five fields, not {len(words)}.")
    fields = tuple(_field(word, place) for place, word in enumerate(words))
    either = words[2] != "*" and words[4] != "*"
    return list(islice(_times(fields, after, either=either), number))


def _field(word: str, place: int) -> frozenset[int]:
    found: set[int] = set()
    for part in word.split(","):
        span, slash, step = part.partition("/")
        stride = _number(step, 1, 10_000) if slash else 1
        first, last = _span(span, place, open_ended=bool(slash))
        found.update(range(first, last + 1, stride))
    if place == 4 and 7 in found:
        found.add(0)
    return frozenset(found)


def _span(span: str, place: int, *, open_ended: bool) -> tuple[int, int]:
    least, most = _RANGES[place]
    if span == "*":
        return least, most - (place == 4)
    start, dash, end = span.partition("-")
    first = _number(_named(start, place), least, most)
    if not dash:
        return first, most if open_ended else first
    last = _number(_named(end, place), least, most)
    if last < first:
        raise NotUnderstood(f"{span} ends before it begins.")
    return first, last


def _named(word: str, place: int) -> str:
    return str(_NAMES.get(place, {}).get(word, word))


def _number(word: str, least: int, most: int) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) < 6 and least <= int(word) <= most):
        raise NotUnderstood(f"'{word}' is no number from {least} to {most}.")
    return int(word)


def _times(fields: Fields, after: datetime, *, either: bool) -> Iterator[datetime]:
    """Day by day; where both days are given, either of them is enough, as cron does."""
    minutes, hours, dates, months, weekdays = fields
    midnight = after.replace(hour=0, minute=0, second=0, microsecond=0)
    for day in (midnight + timedelta(days=ahead) for ahead in range(_DAYS)):
        matches = day.day in dates, (day.weekday() + 1) % 7 in weekdays
        if day.month not in months or not (any(matches) if either else all(matches)):
            continue
        for hour in sorted(hours):
            for minute in sorted(minutes):
                found = day.replace(hour=hour, minute=minute)
                if found > after:
                    yield found
