"""Compares listings that readings show with those that are right: things, trips, events, what is due, and positions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from surefoot.core.readings import Reading
from surefoot.eval.live_shown import aware, cells, column, groups, key_of
from surefoot.eval.live_verdicts import RIGHT, Expect, Judgement, Verdict
from surefoot.ingestion.telemetry.simulator.roads import metres


def selection(expect: Expect, readings: Sequence[Reading]) -> Judgement:
    """Which things it is true of, in any order; all things with their values are no such answer."""
    shown = {key for reading in readings for key, _ in groups(reading, expect["by"])}
    right = {key.casefold() for key in expect["any_order"]}
    if shown == right:
        return RIGHT
    if not shown:
        return Verdict.BESIDE, "no groups"
    if shown == {key.casefold() for key in expect["of"]}:
        return Verdict.BESIDE, "all are shown"
    return Verdict.WRONG, f"more: {sorted(shown - right)}, fewer: {sorted(right - shown)}"


def starts(expect: Expect, readings: Sequence[Reading]) -> Judgement:
    """Trips, stops or events by when they begin."""
    listed = [reading for reading in readings if column(reading, "start") is not None]
    if not listed:
        return RIGHT if not expect["rows"] and readings else (Verdict.BESIDE, "nothing is listed")
    shown = sorted(aware(start) for (start,) in cells(listed, ("start",)) if isinstance(start, datetime))
    right = sorted(map(datetime.fromisoformat, expect["starts"]))
    if len(shown) != len(right):
        return Verdict.WRONG, f"{len(shown)} rows instead of {len(right)}"
    names = {key_of(name) for (name,) in cells(listed, ("vehicle",))} - {key_of(name) for name in expect["vehicles"]}
    if names:
        return Verdict.WRONG, f"also of {min(names)}"
    off = max((abs((one - other).total_seconds()) for one, other in zip(shown, right, strict=True)), default=0.0)
    return RIGHT if off <= expect["within_s"] else (Verdict.WRONG, f"a row is off by {off:.0f} s")


def pairs(expect: Expect, readings: Sequence[Reading]) -> Judgement:
    """Rows by the cells of a few columns, in any order."""
    shown = _rows_of(expect, readings)
    right = {tuple(map(key_of, pair)) for pair in expect["pairs"]}
    if shown == right:
        return RIGHT
    if not shown:
        return Verdict.BESIDE, "nothing is listed"
    return Verdict.WRONG, f"more: {sorted(shown - right)[:3]}, fewer: {sorted(right - shown)[:3]}"


def holds(expect: Expect, readings: Sequence[Reading]) -> Judgement:
    """Rows that must be there; one that differs in its last cell alone contradicts."""
    shown = _rows_of(expect, readings)
    for row in (tuple(map(key_of, wanted)) for wanted in expect["holds"]):
        if row in shown:
            continue
        other = [one for one in shown if one[:-1] == row[:-1]]
        return (Verdict.WRONG, f"{other[0][-1]} instead of {row[-1]}") if other else (Verdict.BESIDE, "not listed")
    return RIGHT


def position(expect: Expect, readings: Sequence[Reading]) -> Judgement:
    """Where a vehicle is and what it does; what is not shown is not compared, and a place or a position must be."""
    vehicle = expect["vehicle"].casefold()
    for reading in readings:
        shown = [
            {one.name: cell for one, cell in zip(reading.columns, row, strict=True)}
            for row in reading.rows
            if (at := column(reading, "vehicle")) is None or key_of(row[at]) == vehicle
        ]
        if len(shown) == 1 and {"place", "latitude", "state"} & shown[0].keys():
            return _there(expect, shown[0])
    return Verdict.BESIDE, "no position"


def _there(expect: Expect, shown: dict[str, Any]) -> Judgement:
    for name in ("place", "state"):
        if name in shown and (shown[name] or "") != expect[name]:
            return Verdict.WRONG, f"{name} {shown[name]} instead of {expect[name]}"
    if shown.get("latitude") is not None and shown.get("longitude") is not None:
        here = (float(shown["latitude"]), float(shown["longitude"]))
        off = metres(here, (expect["latitude"], expect["longitude"]))
        if off > expect["within_m"]:
            return Verdict.WRONG, f"{off:.0f} m away"
    return RIGHT


def _rows_of(expect: Expect, readings: Sequence[Reading]) -> set[tuple[str, ...]]:
    return {tuple(map(key_of, row)) for row in cells(readings, expect["columns"])}
