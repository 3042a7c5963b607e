"""Tells a plan in plain words: what is read, of whom, over which time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from surefoot.retrieval.records.plan import Filter, Op, Plan
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.times.periods import Period
from surefoot.retrieval.records.times.telling import told

_OPS = {Op.OVER: "over", Op.LEAST: "at least", Op.UNDER: "under", Op.MOST: "at most", Op.EQUAL: "exactly"}
MOST_NAMED = 6
"""Values of a filter that are named one by one."""


def told_plan(plan: Plan, semantics: Semantics, now: datetime | None) -> str:
    """The plan in plain words, such as 'distance by vehicle, 16–22 November 2026, Berlin time'.

    now: None for the words alone that can be asked again.
    """
    what = _what(plan, semantics)
    parts = [what, *(_told_filter(single, semantics) for single in plan.filters)]
    parts += [_told_condition(plan, semantics)] if plan.conditions else []
    if plan.top is not None and plan.listing is None:
        side = "lowest" if plan.top.lowest else "highest"
        parts.append(f"the {side}" if plan.top.limit == 1 else f"the {plan.top.limit} {side}")
    if plan.period is not None:
        zone = f", {city(semantics)} time" if now is not None else ""
        parts.append(told_period(plan.period, semantics, now) + zone)
    if plan.against is not None:
        parts.append(f"beside {told_period(plan.against, semantics, now)}")
    return ", ".join(parts)


def told_period(period: Period, semantics: Semantics, now: datetime | None) -> str:
    """A period in plain words."""
    return told(period, now or datetime.now(UTC), semantics.zone)


def city(semantics: Semantics) -> str:
    """The name of the zone's city."""
    return semantics.declared.zone.rpartition("/")[2].replace("_", " ")


def joined(names: Sequence[str], last: str = "and") -> str:
    """Names in a row, the last one behind 'and'."""
    return f" {last} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _what(plan: Plan, semantics: Semantics) -> str:
    if plan.listing is not None:
        return semantics.listing(plan.listing).title
    titles = joined([semantics.metric(name).title for name in plan.metrics])
    by = [semantics.dimension(name).title for name in plan.by]
    if plan.averaged:
        over = joined([*by, *([plan.grain.value] if plan.grain else [])])
        return f"mean {titles} per {over}"
    return titles + (f" by {joined(by)}" if by else "") + (f" per {plan.grain.value}" if plan.grain else "")


def _told_filter(single: Filter, semantics: Semantics) -> str:
    title = semantics.dimension(single.dimension).title
    named = list(single.values[:MOST_NAMED])
    more = len(single.values) - len(named)
    values = joined([*named, f"{more} more"] if more else named, "and" if single.exclude else "or")
    return f"without {title} {values}" if single.exclude else f"{title} {values}"


def _told_condition(plan: Plan, semantics: Semantics) -> str:
    told_ones: list[str] = []
    for condition in plan.conditions:
        metric = semantics.metric(condition.metric)
        named = "" if condition.metric in plan.metrics[:1] else f"{metric.title} "
        unit = f" {metric.unit}" if metric.unit else ""
        told_ones.append(f"{named}{_OPS[condition.op]} {condition.value:,g}{unit}")
    return joined(told_ones)
