"""The limits that a question sets on numbers, each on the metric that has its unit."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile

from surefoot.core.text.quantities import Limit, Quantity
from surefoot.core.text.units_of_measure import UNITS
from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft, named
from surefoot.retrieval.records.asking.vocabulary import Mark, Role
from surefoot.retrieval.records.plan import Condition, Op
from surefoot.retrieval.records.semantic import Semantics

OPS = {Limit.LEAST: Op.LEAST, Limit.MOST: Op.MOST, Limit.OVER: Op.OVER, Limit.UNDER: Op.UNDER}
_TELLING = frozenset({"length", "miles", "speed", "miles an hour", "volume", "energy"})
"""Kinds of units that one metric alone is likely meant by."""
_WHO = re.compile(r"\b(?:who|wer)\b", re.IGNORECASE)
KILOMETRES = 1.609344
"""In one mile."""


def implied(draft: Draft, semantics: Semantics) -> None:
    """'Who went faster than 130 km/h' names no metric: it is the first that has the unit of the limit and its rows."""
    someone = {semantics.declared.thing, "driver"}
    asked = draft.marked.of(Role.DIMENSION) or _WHO.search(draft.marked.text)
    asked = (
        asked
        or draft.marked.has(Cue.TOTAL)
        or any(
            (name := named(mark, Role.VALUE)) and (name in someone or semantics.dimension(name).kind)
            for mark in draft.marked.marks
        )
    )
    if draft.metrics or draft.listing is not None or not asked:
        return
    for n in sorted(draft.numbers):
        quantity = draft.marked.quantities[n]
        if quantity.limit is Limit.NONE or quantity.unit not in _TELLING:
            continue
        for name, metric in semantics.declared.metrics.items():
            own = metric.table is not None and bool(metric.sum or metric.max) and not metric.hidden
            fits = converted(quantity, metric.unit) is not None
            if own and fits and metric.table and bool(semantics.table(metric.table).time) != draft.of_now:
                draft.metrics = [name]
                return


def conditions(draft: Draft, semantics: Semantics) -> None:
    """Set the draft's conditions; numbers that fit no metric stay unaccounted for."""
    for n in sorted(draft.numbers):
        quantity = draft.marked.quantities[n]
        op = OPS.get(quantity.limit) or (Op.EQUAL if _is_exact(draft, quantity) else None)
        metric = _metric_of(quantity, draft, semantics)
        if op is None or not metric:
            continue
        value = converted(quantity, semantics.metric(metric).unit)
        if value is not None:
            draft.conditions.append(Condition(metric, op, value))
            draft.numbers.discard(n)
    for mark in draft.marked.of(Role.METRIC):
        near = takewhile(lambda other: not other.of(Role.METRIC), draft.before(mark, 4))
        cues = {m.name for other in near if not _is_of_value(draft, other) for m in other.of(Role.CUE)}
        if Cue.NONE in cues and named(mark, Role.METRIC) in draft.metrics:
            _denied(draft, named(mark, Role.METRIC))
    if len(draft.metrics) > 1 and draft.conditions and draft.conditions[0].metric in draft.metrics[1:]:
        draft.metrics = [m for m in draft.metrics if m != draft.conditions[0].metric]


_TURNED = {Op.OVER: Op.MOST, Op.LEAST: Op.UNDER, Op.MOST: Op.OVER, Op.UNDER: Op.LEAST}


def _is_of_value(draft: Draft, none: Mark) -> bool:
    """Whether a 'not' stands right before a value, which it leaves out."""
    behind = draft.after(none, 3)
    return bool(behind) and bool(behind[0].of(Role.VALUE)) and not behind[0].of(Role.METRIC)


def _denied(draft: Draft, metric: str) -> None:
    """'Not more than 50 km' turns the limit; without one there is none of it."""
    limits = [condition for condition in draft.conditions if condition.metric == metric]
    if not limits:
        draft.conditions.append(Condition(metric, Op.EQUAL, 0))
    draft.conditions = [
        replace(one, op=_TURNED[one.op]) if one in limits and one.op in _TURNED else one for one in draft.conditions
    ]


def _is_exact(draft: Draft, quantity: Quantity) -> bool:
    return draft.marked.text[: quantity.start].rstrip().lower().endswith(("exactly", "genau"))


def _metric_of(quantity: Quantity, draft: Draft, semantics: Semantics) -> str:
    """The metric with the quantity's unit; without a unit the one behind it, else the first."""
    fitting = [m for m in draft.metrics if converted(quantity, semantics.metric(m).unit) is not None]
    if quantity.unit:
        return fitting[0] if fitting else ""
    if _counts_things(quantity, draft):
        return ""
    words = draft.marked.words
    behind = [named(m, Role.METRIC) for m in draft.marked.of(Role.METRIC) if words[m.first].start >= quantity.start]
    return next((m for m in behind if m in fitting), fitting[0] if fitting else "")


def _counts_things(quantity: Quantity, draft: Draft) -> bool:
    """Whether a number is of what a dimension or a kind names: 'more than two vehicles'."""
    words = draft.marked.words
    return any(
        0 < words[m.first].start - quantity.end <= 1 and not m.of(Role.METRIC) and not m.of(Role.CUE)
        for m in (*draft.marked.of(Role.DIMENSION), *draft.marked.of(Role.VALUE))
    )


def converted(quantity: Quantity, unit: str) -> float | None:
    """A quantity's number in a metric's unit; None where it is of another kind, or can be read in two ways."""
    values = sorted(quantity.values)
    if len(values) > 1 and "." in quantity.shown:
        values = values[:1]
    if not quantity.unit:
        return values[0]
    kind, factor = UNITS.get(unit.lower(), ("", 1.0))
    if kind == quantity.unit:
        return values[0] / factor
    if quantity.unit == "miles" and kind == "length":
        return values[0] * KILOMETRES * 1e6 / factor
    if quantity.unit == "miles an hour" and kind == "speed":
        return values[0] * KILOMETRES
    return None
