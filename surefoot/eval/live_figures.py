"""Compares figures that readings show with those that are right: values, changes, groups, steps and rankings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from surefoot.core.readings import Reading
from surefoot.eval.live_shown import Shown, by_key, groups, number, numbers, told
from surefoot.eval.live_verdicts import RIGHT, Expect, Judgement, Verdict, near


def value(expect: Expect, readings: Sequence[Reading]) -> Judgement:
    """One value."""
    shown = [one for reading in readings for one in told(reading)]
    if not shown and expect["value"] == 0 and not any(reading.total for reading in readings):
        return RIGHT
    return _one_of(shown, expect["value"], expect["unit"], expect["tolerance"])


def count(expect: Expect, readings: Sequence[Reading]) -> Judgement:
    """How many there are: a value, or the rows that there are."""
    shown = [(float(r.total) if r.value is None else r.value, "") for r in readings]
    return _one_of(shown, expect["count"], "", 0.0)


def _one_of(shown: Sequence[Shown], value: float, unit: str, tolerance: float) -> Judgement:
    if any(near(one, value, unit, tolerance) for one in shown):
        return RIGHT
    if not shown:
        return Verdict.BESIDE, "no number"
    return Verdict.WRONG, f"{shown[0][0]:g} {shown[0][1]} instead of {value:g} {unit}"


def change(expect: Expect, readings: Sequence[Reading]) -> Judgement:
    """Two periods: a value with the one before it, two readings, or two rows."""
    pairs = [((r.value, r.unit), (r.before, r.unit)) for r in readings if r.value is not None and r.before is not None]
    singles = [one for reading in readings if (one := number(reading))]
    rows = [one for reading in readings for one in numbers(reading)]
    pairs += [tuple(two) for two in (singles, rows) if len(two) == 2]
    right = (expect["value"], expect["before"])
    slack = (expect["tolerance"], expect["before_tolerance"])
    for pair in pairs:
        if any(_both(two, right, expect["unit"], slack) for two in (pair, pair[::-1])):
            return RIGHT
    if pairs:
        return Verdict.WRONG, f"{pairs[0]} instead of {right}"
    return _halfway(expect, singles, right[0] - right[1], sum(slack))


def _halfway(expect: Expect, singles: Sequence[Shown], difference: float, slack: float) -> Judgement:
    """One number where two are asked for: right only as the difference, where that is what was asked for."""
    if not singles:
        return Verdict.BESIDE, "no number"
    if expect.get("difference") and any(near((abs(v), u), abs(difference), expect["unit"], slack) for v, u in singles):
        return RIGHT
    if "value" in expect and near(singles[0], expect["value"], expect["unit"], expect["tolerance"]):
        return Verdict.BESIDE, "the other period is missing"
    return Verdict.WRONG, f"{singles[0][0]:g} {singles[0][1]} instead of two values"


def _both(two: Sequence[Shown], right: Sequence[float], unit: str, slack: Sequence[float]) -> bool:
    return all(near(one, value, unit, off) for one, value, off in zip(two, right, slack, strict=True))


def rows(expect: Expect, readings: Sequence[Reading]) -> Judgement:
    """Named groups, each with its value."""
    shown = by_key(readings, expect["by"])
    if not shown:
        singles = [one for reading in readings if (one := number(reading))]
        one, other = [*expect["rows"].values(), 0.0][:2]
        return _halfway(expect, singles, one - other, sum(expect["tolerances"].values()))
    return _each(expect["rows"], expect, shown)


def steps(expect: Expect, readings: Sequence[Reading]) -> Judgement:
    """A step that is not shown counts as nothing; one that shows something outside the period is wrong."""
    shown = by_key(readings, expect["by"])
    if not shown:
        return Verdict.BESIDE, "no steps"
    more = [key for key, one in shown.items() if one and one[0] and key not in map(str.casefold, expect["steps"])]
    if more:
        return Verdict.WRONG, f"{more[0]} is not in the period"
    needed = {k: v for k, v in expect["steps"].items() if k.casefold() in shown or v > expect["tolerances"][k]}
    return _each(needed, expect, shown)


def _each(right: Mapping[str, float], expect: Expect, shown: Mapping[str, Shown | None]) -> Judgement:
    """Whether each key is shown with its value."""
    missing = ""
    for key, value in right.items():
        one = shown.get(key.casefold())
        if one is None:
            missing = missing or key
        elif not near(one, value, expect["unit"], expect["tolerances"][key]):
            return Verdict.WRONG, f"{key}: {one[0]:g} {one[1]} instead of {value:g} {expect['unit']}"
    return (Verdict.BESIDE, f"{missing} is missing") if missing else RIGHT


def ranking(expect: Expect, readings: Sequence[Reading]) -> Judgement:
    """The first ones in their order; those of a tier are equal and come in any."""
    shown = [one for reading in readings for one in groups(reading, expect["by"])]
    left, wanted = shown[: expect["top"]], expect["top"]
    if not left:
        return Verdict.BESIDE, "no groups"
    for tier, value, slack in zip(expect["keys"], expect["values"], expect["tolerances"], strict=True):
        names = {key.casefold() for key in tier}
        for key, one in left[: len(tier)]:
            if key not in names:
                return Verdict.WRONG, f"{key} instead of {' or '.join(tier)}"
            if one and not near(one, value, expect["unit"], slack):
                return Verdict.WRONG, f"{key}: {one[0]:g} {one[1]} instead of {value:g} {expect['unit']}"
        left = left[len(tier) :]
    return RIGHT if len(shown) >= wanted else (Verdict.BESIDE, f"{len(shown)} of {wanted} are shown")
