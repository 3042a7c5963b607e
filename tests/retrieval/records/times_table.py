"""Reads tables of questions and the periods that they mean, and finds those of a question."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from surefoot.retrieval.records.times.found import TimeFound
from surefoot.retrieval.records.times.grammar import find_times
from surefoot.retrieval.records.times.periods import Period

BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY = "2026-11-26T14:05+01:00"
"""An afternoon in the middle of a week, a month and a quarter."""


def rows(table: str) -> list[tuple[str, ...]]:
    """The cells of each line, which are parted by bars."""
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def period(start: str, end: str) -> Period:
    return Period(at(start), at(end))


def all_found(
    question: str, now: str = THURSDAY, zone: ZoneInfo = BERLIN, week_start: int = 0
) -> tuple[TimeFound, ...]:
    return find_times(question, at(now), zone, week_start)


def found(question: str, now: str = THURSDAY, zone: ZoneInfo = BERLIN, week_start: int = 0) -> TimeFound:
    """The only time of a question."""
    times = all_found(question, now, zone, week_start)
    assert len(times) == 1, [(question[slice(*time.span)], time) for time in times]
    return times[0]


def shown(told: Period | None) -> str:
    """Start and end in UTC, so that both can be compared and read."""
    return "none" if told is None else " to ".join(f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}" for moment in told.utc)
