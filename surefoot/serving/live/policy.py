"""Limits that documents set on a metric, so that readings can be held against them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from surefoot.core.text.quantities import Limit, Quantity, read_quantities
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.records.asking.limits import converted
from surefoot.retrieval.records.asking.outcomes import Side
from surefoot.retrieval.records.asking.vocabulary import Role, Vocabulary
from surefoot.retrieval.records.asking.words import words
from surefoot.retrieval.records.plan import Condition, Filter, Op, Plan
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.units import Unit

LOOKED_AT = 12
"""Sentences that are looked at for the limit."""


@dataclass(frozen=True, slots=True)
class PolicyLimit:
    """A limit with the sentence that sets it, and the rows for which it is set."""

    value: float
    limit: Limit
    """Which side of it the rule wants."""
    unit: Unit
    only: Filter | None = None


def limits_in(
    highlights: Sequence[Highlight], metric: str, semantics: Semantics, vocabulary: Vocabulary
) -> list[PolicyLimit]:
    """The limits on a metric in the likeliest sentence that names it beside numbers that can be its own."""
    for highlight in highlights[:LOOKED_AT]:
        text = highlight.unit.quote
        if not _names(text, metric, vocabulary):
            continue
        declared = semantics.metric(metric)
        found = [
            PolicyLimit(value, _wanted(quantity.limit, declared.worse), highlight.unit, _only(clause, vocabulary))
            for quantity, clause in _clauses(text)
            if (value := _own(quantity, declared.unit)) is not None
        ]
        if found:
            return found
    return []


_KEPT = {Limit.LEAST: Op.LEAST, Limit.OVER: Op.OVER, Limit.UNDER: Op.UNDER, Limit.MOST: Op.MOST, Limit.NONE: Op.MOST}
"""What keeps a rule, by how it states its limit; one that says no side is taken for the most that is allowed."""
_BROKEN = {Op.LEAST: Op.UNDER, Op.OVER: Op.MOST, Op.UNDER: Op.LEAST, Op.MOST: Op.OVER}


_TURNED = {
    "high": {Limit.OVER: Limit.MOST, Limit.LEAST: Limit.UNDER},
    "low": {Limit.UNDER: Limit.LEAST, Limit.MOST: Limit.OVER, Limit.NONE: Limit.LEAST},
}
"""What a rule wants that names the bad side, as in 'above 10 % is too much', by which end of the metric is bad."""


def _wanted(limit: Limit, worse: str | None) -> Limit:
    return _TURNED.get(worse or "", {}).get(limit, limit)


def side_of(limit: PolicyLimit, side: Side) -> Op:
    """How a number is held against a limit, by which side of the rule is asked for."""
    kept = _KEPT[limit.limit]
    if side is Side.BELOW:
        return Op.UNDER
    return kept if side is Side.KEEPING else _BROKEN[kept]


def held_against(plan: Plan, metric: str, side: Side, limits: Sequence[PolicyLimit]) -> list[Plan]:
    """A plan for each limit, narrowed to the rows for which it is set."""
    plans: list[Plan] = []
    asked = {single.dimension: single for single in plan.filters}
    for limit in limits:
        condition = Condition(metric, side_of(limit, side), limit.value)
        only = limit.only
        if only is None:
            plans.append(replace(plan, conditions=(*plan.conditions, condition)))
            continue
        wanted = asked.get(only.dimension)
        if wanted is not None and bool(set(wanted.values) & set(only.values)) == wanted.exclude:
            continue
        filters = tuple(f for f in plan.filters if f.dimension != only.dimension)
        plans.append(replace(plan, filters=(*filters, only), conditions=(*plan.conditions, condition)))
    return plans


def _names(text: str, metric: str, vocabulary: Vocabulary) -> bool:
    said = words(text)
    marks = vocabulary.marks(said)
    return any(meaning.role is Role.METRIC and meaning.name == metric for mark in marks for meaning in mark.meanings)


_PER = re.compile(r"\bper\s+[\d,. ]*$", re.IGNORECASE)


def _clauses(text: str) -> list[tuple[Quantity, str]]:
    """The quantities with their clauses, to which what they are measured per belongs: '9 per 1,000 km for vans'."""
    found: list[tuple[Quantity, str]] = []
    for quantity in read_quantities(text):
        if not _PER.search(text[: quantity.start]):
            found.append((quantity, quantity.clause or text))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {quantity.clause}")
    return found


def _own(quantity: Quantity, unit: str) -> float | None:
    """A quantity's number in the metric's unit; None for what is of another unit."""
    if not quantity.unit and unit in ("%", "km", "h", "min", "km/h", "l", "kWh", "kg"):
        return None
    return converted(quantity, unit)


def _only(clause: str, vocabulary: Vocabulary) -> Filter | None:
    """The value that the words of a quantity name: 'fewer than 9 … for vans, and fewer than 5 for trucks'."""
    for mark in vocabulary.marks(words(clause)):
        for meaning in mark.of(Role.VALUE):
            return Filter(meaning.name, (meaning.value,))
    return None
