"""Reads two hours and what joins them, where it stays open whether they are hours at all."""

from __future__ import annotations

from surefoot.retrieval.records.times.bounds import Bound
from surefoot.retrieval.records.times.calendar import Trouble
from surefoot.retrieval.records.times.clocks import Clock, bare_hour, read_clock
from surefoot.retrieval.records.times.tokens import Line


def two_hours(line: Line, at: int, joiner: str) -> tuple[Bound, Bound, int, bool] | None:
    """Two times of day with what joins them, the place behind them, and whether either is surely a clock."""
    one = _hour(line, line.skip(at, "at|um"))
    start = line.after(one[1], joiner) if one else None
    two = _hour(line, line.skip(start, "at|um")) if start is not None else None
    if one is None or two is None:
        return None
    left, right = (Bound(fixed=c) if isinstance(c, Trouble) else Bound(clock=c) for c in (one[0], two[0]))
    return left, right, two[1], one[2] or two[2]


def _hour(line: Line, at: int) -> tuple[Clock | Trouble, int, bool] | None:
    if clock := read_clock(line, at):
        return clock[0], clock[1], True
    bare = bare_hour(line, at)
    return (bare[0], bare[1], False) if bare else None
