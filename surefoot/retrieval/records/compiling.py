"""Compiles a plan into one query: aggregated first, joined afterwards, and only rows that the asker may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from surefoot.retrieval.records.declared import ListingDecl, MetricDecl, Scalar
from surefoot.retrieval.records.errors import PlanInvalid
from surefoot.retrieval.records.literals import date_of, moment_of, nothing, zero_if
from surefoot.retrieval.records.plan import Filter, Grain, Plan
from surefoot.retrieval.records.semantic import Column, Semantics
from surefoot.retrieval.records.steps import Steps
from surefoot.retrieval.records.telemetry_tables import Kind
from surefoot.retrieval.records.times.periods import Period

Tables = Callable[[str], Any]
"""Gives the ibis table of a name."""
ADDED = {"sum", "count", "distinct", "mean"}
MOST_GROUPS = 10_000
"""Groups that one query gives at most."""
MOST_LISTED = 1_000
"""Rows of a listing that are fetched at most."""
STEP = "step"


@dataclass(frozen=True, slots=True)
class Scope:
    """In which tables, for whom and for which rows a plan is compiled."""

    semantics: Semantics
    tables: Tables
    groups: frozenset[str]

    def visible(self, table: str) -> Any:
        """A table's rows that the asker may see."""
        rows, declared = self.tables(table), self.semantics.table(table)
        if declared.access is None:
            return rows if self.groups & set(declared.groups) else rows.limit(0)
        allowed = self.tables("vehicle_groups")
        allowed = allowed.filter(allowed.grp.isin(sorted(self.groups)))
        return rows.semi_join(allowed, rows[declared.access] == allowed.vehicle)

    def filtered(self, table: str, filters: Iterable[Filter]) -> Any:
        """The visible rows that the filters leave; what is looked up is asked of the other table, never joined in."""
        rows = self.visible(table)
        for single in filters:
            place = self.at(single.dimension, table)
            if place.table is None:
                rows = rows.filter(_chosen(rows[place.name], single))
                continue
            others = self.visible(place.table)
            others = others.filter(_chosen(others[place.name], single))
            key = self.semantics.table(place.table).key or place.through or ""
            rows = rows.semi_join(others, rows[place.through] == others[key])
        return rows

    def at(self, dimension: str, table: str) -> Column:
        """Where a dimension's value is found; raises PlanInvalid, which a validated plan never does."""
        found = self.semantics.column(dimension, table)
        if found is None:
            raise PlanInvalid(f"The rows of {table} cannot be told apart by {dimension}.")
        return found


def compiled(plan: Plan, scope: Scope, period: Period | None) -> Any:
    """The query of a plan's metrics over a period: a column for each dimension, `step`, and one a base metric."""
    bases = _bases(plan, scope.semantics)
    blocks = [_block(plan, scope, period, base, bases) for base in bases]
    blocks += [_present(plan, scope, period, table, bases) for table in _universes(plan, bases, scope.semantics)]
    stacked = blocks[0]
    for block in blocks[1:]:
        stacked = stacked.union(block)
    keys = [*plan.by, *([STEP] if plan.grain else [])]
    combined = {base: _combined(stacked[base], scope.semantics.metric(base)) for base in bases}
    return (stacked.group_by(keys) if keys else stacked).aggregate(**combined).limit(MOST_GROUPS + 1)


def listed(plan: Plan, scope: Scope, period: Period | None, *, partly: bool = False) -> Any:
    """The query of a listing: its rows that begin in the period, or with `partly` those that overlap it, in order."""
    declared = scope.semantics.listing(plan.listing or "")
    rows = scope.filtered(declared.table, plan.filters)
    rows = _where(rows, declared.where)
    table = scope.semantics.table(declared.table)
    rows = _of_period(rows, scope.semantics, declared, period, partly=partly)
    if declared.order or table.time:
        by = rows[declared.order or table.time]
        rows = rows.order_by(by.desc() if declared.newest_first else by)
    return rows.limit(MOST_LISTED + 1)


def counted(plan: Plan, scope: Scope, period: Period | None, *, partly: bool = False) -> Any:
    """The query of how many rows a listing has in all; where things are counted, of how many things these tell."""
    declared = scope.semantics.listing(plan.listing or "")
    rows = _where(scope.filtered(declared.table, plan.filters), declared.where)
    rows = _of_period(rows, scope.semantics, declared, period, partly=partly)
    if not plan.counting or not plan.by:
        return rows.count()
    place = scope.at(plan.by[0], declared.table)
    if place.table is None:
        return rows[place.name].nunique()
    others = scope.visible(place.table)
    key = scope.semantics.table(place.table).key or place.through or ""
    return others.semi_join(rows, others[key] == rows[place.through])[place.name].nunique()


def lasts(plan: Plan, semantics: Semantics) -> bool:
    """Whether a listing's rows last, so that one may lie in a period that began before."""
    declared = semantics.listing(plan.listing or "")
    return plan.period is not None and not declared.now and semantics.table(declared.table).end is not None


def _of_period(rows: Any, semantics: Semantics, declared: ListingDecl, period: Period | None, *, partly: bool) -> Any:
    """The rows of a listing in a period: due in it, begun in it or partly in it, or all where it is of now."""
    if declared.due and period is not None:
        first, last = _days(period)
        return rows.filter((rows[declared.due] >= date_of(first)) & (rows[declared.due] <= date_of(last)))
    if declared.now:
        return rows
    return (_overlapping if partly else _within)(rows, semantics, declared.table, period)


def within(scope: Scope, table: str, filters: Iterable[Filter], period: Period | None) -> Any:
    """A table's visible rows that a plan looks at."""
    return _within(scope.filtered(table, filters), scope.semantics, table, period)


def things(plan: Plan, scope: Scope) -> list[Any]:
    """Queries of whose rows a plan reads, such as vehicles; none where all rows are for the same groups."""
    semantics = scope.semantics
    if plan.listing:
        declared = semantics.listing(plan.listing)
        rows = _where(scope.filtered(declared.table, plan.filters), declared.where)
        return _owners(scope, declared.table, _of_period(rows, semantics, declared, plan.period, partly=True))
    bases = _bases(plan, semantics)
    tables = (*(semantics.metric(base).table or "" for base in bases), *_universes(plan, bases, semantics))
    periods = dict.fromkeys((plan.period, plan.against) if plan.against else (plan.period,))
    return [
        query
        for table in dict.fromkeys(tables)
        for period in periods
        for query in _owners(scope, table, within(scope, table, plan.filters, period))
    ]


def _owners(scope: Scope, table: str, rows: Any) -> list[Any]:
    access = scope.semantics.table(table).access
    return [rows.select(thing=rows[access]).distinct()] if access else []


def until(rows: Any, column: str, moment: datetime) -> Any:
    """The rows up to a moment."""
    return rows.filter(rows[column] <= moment_of(moment))


def _bases(plan: Plan, semantics: Semantics) -> tuple[str, ...]:
    wanted = (*plan.metrics, *(c.metric for c in plan.conditions))
    return tuple(dict.fromkeys(base for metric in wanted for base in semantics.bases(metric)))


def _universes(plan: Plan, bases: Sequence[str], semantics: Semantics) -> tuple[str, ...]:
    """The tables that say who was there, as far as they can be told apart by what the plan names."""
    found = [semantics.table(semantics.metric(base).table or "").universe for base in bases]
    named = (*plan.by, *(single.dimension for single in plan.filters))
    return tuple(t for t in dict.fromkeys(found) if t and all(semantics.column(d, t) is not None for d in named))


def _block(plan: Plan, scope: Scope, period: Period | None, base: str, bases: Sequence[str]) -> Any:
    """One base metric's groups, with nothing in the others' columns."""
    metric = scope.semantics.metric(base)
    table = metric.table or ""
    rows = _where(_within(scope.filtered(table, plan.filters), scope.semantics, table, period), metric.where)
    grouped = _grouped(plan, scope, period, (table, rows), metric)
    values = {name: grouped.value if name == base else nothing() for name in bases}
    return grouped.select(*_keys(plan, grouped), **values)


def _present(plan: Plan, scope: Scope, period: Period | None, table: str, bases: Sequence[str]) -> Any:
    """The groups that were there: nothing happened to them, which is 0 for what is added up."""
    rows = _within(scope.filtered(table, plan.filters), scope.semantics, table, period)
    grouped = _grouped(plan, scope, period, (table, rows), None)
    semantics = scope.semantics
    of_it = {b for b in bases if semantics.table(semantics.metric(b).table or "").universe == table}
    added = {b for b in of_it if _way(semantics.metric(b)) in {"sum", "count", "distinct"}}
    zero = {base: zero_if(grouped.there > 0) if base in added else nothing() for base in bases}
    return grouped.select(*_keys(plan, grouped), **zero)


def _keys(plan: Plan, grouped: Any) -> list[Any]:
    return [grouped[name] for name in (*plan.by, *([STEP] if plan.grain else []))]


def _grouped(plan: Plan, scope: Scope, period: Period | None, at: tuple[str, Any], metric: MetricDecl | None) -> Any:
    """Rows aggregated by their own columns first; only then is what is looked up joined, and aggregated again."""
    table, rows = at
    places = {name: scope.at(name, table) for name in plan.by}
    own = {place.through or place.name for place in places.values()}
    if metric is not None and metric.distinct:
        own.add(metric.distinct)
    names = {column: f"k_{column}" for column in sorted(own)}
    keyed = {alias: rows[column] for column, alias in names.items()}
    if plan.grain and period:
        keyed[STEP] = _step(rows, scope.semantics, table, Steps(period, plan.grain, scope.semantics.week_start))
    inner = (
        rows.group_by(**keyed).aggregate(**_parts(rows, metric)) if keyed else rows.aggregate(**_parts(rows, metric))
    )
    for target in dict.fromkeys(place.table for place in places.values() if place.table):
        inner = _joined(inner, scope, target, {n: p for n, p in places.items() if p.table == target})
    outer = {name: inner[f"v_{name}" if place.table else names[place.name]] for name, place in places.items()}
    if plan.grain:
        outer[STEP] = inner[STEP]
    result = _result(inner, metric, names)
    if metric is not None and scope.semantics.table(table).universe and _way(metric) in {"count", "distinct"}:
        result["value"] = result["value"].nullif(0.0)  # whether nothing happened is for those to say who were there
    return inner.group_by(**outer).aggregate(**result) if outer else inner.aggregate(**result)


def _joined(inner: Any, scope: Scope, target: str, places: dict[str, Column]) -> Any:
    """The aggregated rows with the values of another table, of which each row is one at most."""
    others = scope.visible(target)
    through = next(iter(places.values())).through
    key = scope.semantics.table(target).key or through or ""
    values = {f"v_{name}": others[place.name].max() for name, place in places.items()}
    others = others.group_by(**{f"j_{target}": others[key]}).aggregate(**values)
    joined = inner.left_join(others, inner[f"k_{through}"] == others[f"j_{target}"])
    return joined.drop(f"j_{target}")


def _way(metric: MetricDecl) -> str:
    return next(way for way in ("sum", "count", "mean", "min", "max", "distinct") if getattr(metric, way))


def _parts(rows: Any, metric: MetricDecl | None) -> dict[str, Any]:
    """What is kept of each inner group, so that it can be combined."""
    if metric is None or metric.count or metric.distinct:
        return {"part": rows.count()}
    if metric.mean:
        return {"part": rows[metric.mean].sum(), "many": rows[metric.mean].count()}
    way = _way(metric)
    return {"part": getattr(rows[getattr(metric, way)], way)()}


def _result(inner: Any, metric: MetricDecl | None, names: dict[str, str]) -> dict[str, Any]:
    if metric is None:
        return {"there": inner.part.sum()}
    way = _way(metric)
    if way == "distinct":
        value = inner[names[metric.distinct or ""]].nunique()
    elif way == "mean":
        value = inner.part.sum() / inner.many.sum().nullif(0)
    else:
        value = {"min": inner.part.min, "max": inner.part.max}.get(way, inner.part.sum)()
    return {"value": value.cast("float64") * metric.scale}


def _combined(column: Any, metric: MetricDecl) -> Any:
    way = _way(metric)
    return {"min": column.min, "max": column.max, "mean": column.max}.get(way, column.sum)()


def _where(rows: Any, where: dict[str, Scalar | tuple[Scalar, ...]]) -> Any:
    for column, wanted in where.items():
        values = list(wanted) if isinstance(wanted, tuple) else [wanted]
        rows = rows.filter(rows[column].isin(values))
    return rows


def _chosen(column: Any, single: Filter) -> Any:
    chosen = column.isin(list(single.values))
    return ~chosen | column.isnull() if single.exclude else chosen


def _within(rows: Any, semantics: Semantics, table: str, period: Period | None) -> Any:
    """The rows whose moment lies in the period; for a column of dates, those of its days."""
    at = semantics.table(table).time
    if period is None or at is None:
        return rows
    if semantics.columns(table).get(at) is Kind.DATE:
        first, last = _days(period)
        return rows.filter((rows[at] >= date_of(first)) & (rows[at] <= date_of(last)))
    return rows.filter((rows[at] >= moment_of(period.start)) & (rows[at] < moment_of(period.end)))


def _overlapping(rows: Any, semantics: Semantics, table: str, period: Period | None) -> Any:
    """The rows of which a part lies in the period; those that tell of a moment lie in it themselves."""
    declared = semantics.table(table)
    if period is None or declared.time is None or declared.end is None:
        return _within(rows, semantics, table, period)
    return rows.filter((rows[declared.time] < moment_of(period.end)) & (rows[declared.end] > moment_of(period.start)))


def _step(rows: Any, semantics: Semantics, table: str, steps: Steps) -> Any:
    at = semantics.table(table).time or ""
    if semantics.columns(table).get(at) is Kind.DATE:
        if steps.grain is Grain.HOUR:
            raise PlanInvalid("These records tell of days, not of hours: ask per day.")
        first, last = _days(steps.period)
        steps = replace(steps, period=Period(_midnight(first), _midnight(last + timedelta(days=1))))
        return steps.numbered(rows[at], lambda bound: date_of(bound.date()))
    return steps.numbered(rows[at], moment_of)


def _days(period: Period) -> tuple[date, date]:
    """The first and the last day of which a period holds a part."""
    return period.start.date(), (period.end - timedelta(microseconds=1)).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
