"""Groups with their numbers: which fulfil a condition, which come first, what their mean is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surefoot.core.readings import Cell
from surefoot.retrieval.records.plan import Condition, Plan

Key = tuple[Cell, ...]
Numbers = dict[str, float | None]
TIED = 10
"""Groups with the same number as the last of the first ones that are shown besides."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group with its numbers by metric, and those of the period that it is compared with."""

    key: Key
    numbers: Numbers
    before: Numbers | None = None


def fulfils(group: Group, conditions: Iterable[Condition]) -> bool:
    """Whether a group's numbers are all known and on the right side of their limits."""
    for condition in conditions:
        value = group.numbers[condition.metric]
        if value is None or not condition.op.holds(value, condition.value):
            return False
    return True


def mean(groups: Sequence[Group], metric: str) -> float | None:
    """The mean of a metric over the groups in which it is known; None where it is known in none."""
    known = [value for group in groups if (value := group.numbers[metric]) is not None]
    return sum(known) / len(known) if known else None


def ranked(plan: Plan, groups: Sequence[Group]) -> list[Group]:
    """The groups in their order: along time, or by the first metric, of which only the first ones may be wanted."""
    if plan.grain and plan.top is None:
        return sorted(groups, key=lambda g: _by_name(g.key))
    metric = plan.metrics[0]
    sign = 1 if plan.top and plan.top.lowest else -1
    known = [g for g in groups if g.numbers[metric] is not None]
    known = sorted(known, key=lambda g: (sign * (g.numbers[metric] or 0), _by_name(g.key)))
    unknown = sorted((g for g in groups if g.numbers[metric] is None), key=lambda g: _by_name(g.key))
    if plan.top is None:
        return known + unknown
    first = known[: plan.top.limit]
    tied = [g for g in known[plan.top.limit :] if first and g.numbers[metric] == first[-1].numbers[metric]]
    return first + tied[:TIED]


def _by_name(key: Key) -> tuple[str, ...]:
    return tuple("" if cell is None else cell.isoformat() if hasattr(cell, "isoformat") else str(cell) for cell in key)  # type: ignore[union-attr]
