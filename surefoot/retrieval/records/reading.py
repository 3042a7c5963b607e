"""Runs plans: reads the rows, reckons from them, ranks and compares, and stamps them with their time."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from surefoot.core.nouns import Asker
from surefoot.core.readings import Cell, Drawn, Reading, ReadingColumn
from surefoot.retrieval.records.compiling import (
    MOST_GROUPS,
    MOST_LISTED,
    STEP,
    Scope,
    compiled,
    counted,
    lasts,
    listed,
    things,
)
from surefoot.retrieval.records.declared import ListingDecl
from surefoot.retrieval.records.errors import PlanInvalid
from surefoot.retrieval.records.freshness import stamped
from surefoot.retrieval.records.place import Place
from surefoot.retrieval.records.plan import Plan
from surefoot.retrieval.records.plan_form import plan_json
from surefoot.retrieval.records.ranking import Group, Key, Numbers, fulfils, mean, ranked
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.steps import Steps
from surefoot.retrieval.records.telling import told_period, told_plan
from surefoot.retrieval.records.times.periods import Period

_PLACES = {
    Drawn.ROUTE: ("route",),
    Drawn.POINTS: ("latitude", "longitude"),
    Drawn.TABLE: (),
}
"""Columns that a map needs beside those that are shown."""


class RecordReader:
    """Reads one assistant's records."""

    def __init__(self, semantics: Semantics, place: Place) -> None:
        self.semantics = semantics
        self.place = place

    def read(self, plan: Plan, asker: Asker, now: datetime) -> Reading:
        """What the records say. Raises PlanInvalid, RecordsTimeout, RecordsUnavailable."""
        plan = self.semantics.validated(plan)
        scope = Scope(self.semantics, self.place.table, asker.groups)
        shown = self._listing(plan, scope, now) if plan.listing else self._metrics(plan, scope, now)
        owners = {row["thing"] for query in things(plan, scope) for row in self.place.rows(query)}
        whose = tuple(sorted(asker.groups)), tuple(sorted(owners))
        return replace(stamped(shown, plan, scope, self.place), groups=whose[0], things=whose[1])

    def _metrics(self, plan: Plan, scope: Scope, now: datetime) -> Reading:
        groups = self._groups(plan, scope)
        groups = groups if plan.closed else [g for g in groups if fulfils(g, plan.conditions)]
        total = len(groups)
        value = mean(groups, plan.metrics[0]) if plan.averaged else None
        groups = ranked(plan, groups)
        first = groups[0] if len(groups) == 1 and not plan.grain else None
        if first is not None and value is None:
            value = first.numbers[plan.metrics[0]]
        metric = self.semantics.metric(plan.metrics[0])
        unit, decimals = metric.unit, metric.decimals
        if plan.counting and plan.by:
            value, unit, decimals = float(total), self.semantics.dimension(plan.by[0]).of_many(total), 0
        return Reading(
            id=uuid.uuid4().hex,
            metric=plan.metrics[0],
            title=metric.title,
            value=value,
            unit=unit,
            decimals=decimals,
            start=plan.period.start if plan.period else None,
            end=plan.period.end if plan.period else None,
            told=told_plan(plan, self.semantics, now),
            columns=self._columns(plan),
            rows=tuple(self._row(plan, group) for group in groups),
            total=total,
            as_of=None,
            plan=plan_json(plan),
            drawn=Drawn.LINE if plan.grain else Drawn.BARS if plan.by else Drawn.NUMBER,
            before=(first.before or {}).get(plan.metrics[0]) if first else None,
            before_told=told_period(plan.against, self.semantics, now) if plan.against else "",
            definition=metric.definition,
            source=metric.source,
        )

    def _groups(self, plan: Plan, scope: Scope) -> list[Group]:
        rows = self._numbers(plan, scope, plan.period)
        if plan.against is None or plan.grain:
            return [Group(key, numbers) for key, numbers in rows.items()]
        before = self._numbers(plan, scope, plan.against)
        nothing: Numbers = dict.fromkeys(plan.metrics)
        keys = dict.fromkeys([*rows, *before])
        return [Group(key, rows.get(key, nothing), before.get(key, nothing)) for key in keys]

    def _numbers(self, plan: Plan, scope: Scope, period: Period | None) -> dict[Key, Numbers]:
        rows = self.place.rows(compiled(plan, scope, period))
        if len(rows) > MOST_GROUPS:
            raise PlanInvalid(f"There are more than {MOST_GROUPS:,} groups: narrow the question, or take longer steps.")
        wanted = dict.fromkeys((*plan.metrics, *(c.metric for c in plan.conditions)))
        names = (*plan.by, *([STEP] if plan.grain else []))
        found = {
            tuple(row[name] for name in names): {metric: self._value(metric, row) for metric in wanted} for row in rows
        }
        if not plan.grain or period is None:
            return {key: n for key, n in found.items() if key or any(v is not None for v in n.values())}
        return self._along(found, Steps(period, plan.grain, self.semantics.week_start), wanted)

    def _along(self, found: Mapping[Key, Numbers], steps: Steps, wanted: Mapping[str, None]) -> dict[Key, Numbers]:
        """The groups with where each step begins in the period in place of its number; those without rows, too."""
        first = steps.period.start.astimezone(UTC)
        begins = {number: max(at.astimezone(UTC), first) for number, at in enumerate(steps.bounds[:-1])}
        series = dict.fromkeys(key[:-1] for key in found) or {(): None}
        nothing: Numbers = dict.fromkeys(wanted)
        return {(*one, at): found.get((*one, number), nothing) for one in series for number, at in begins.items()}

    def _value(self, name: str, row: Mapping[str, Any]) -> float | None:
        """A metric's number from its base metrics' numbers."""
        metric = self.semantics.metric(name)
        if metric.ratio:
            over = self._value(metric.ratio.over, row)
            of = self._value(metric.ratio.of, row)
            return None if of is None or not over else of / over * metric.ratio.times
        if metric.score:
            per = self._value(metric.score.per, row)
            if per is None or per <= 0 or per < metric.score.enough:
                return None
            points = sum((self._value(n, row) or 0) * weight for n, weight in metric.score.weights.items())
            return max(0.0, metric.score.start - points * metric.score.times / per)
        if metric.total:
            parts = [self._value(part, row) for part in metric.total]
            return sum(p for p in parts if p is not None) if any(p is not None for p in parts) else None
        value = row[name]
        return None if value is None else float(value)

    def _row(self, plan: Plan, group: Group) -> tuple[Cell, ...]:
        numbers = [group.numbers[metric] for metric in self._shown(plan)]
        if plan.against is not None and not plan.grain:
            numbers.append((group.before or {}).get(plan.metrics[0]))
        return (*group.key, *numbers)

    def _shown(self, plan: Plan) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*plan.metrics, *(c.metric for c in plan.conditions))))

    def _columns(self, plan: Plan) -> tuple[ReadingColumn, ...]:
        keys = [ReadingColumn(name, self.semantics.dimension(name).title) for name in plan.by]
        if plan.grain:
            keys.append(ReadingColumn("time", plan.grain.value))
        metrics = {name: self.semantics.metric(name) for name in self._shown(plan)}
        numbers = [ReadingColumn(name, m.title, m.unit, m.decimals) for name, m in metrics.items()]
        if plan.against is not None and not plan.grain:
            first = metrics[plan.metrics[0]]
            numbers.append(ReadingColumn("before", f"{first.title} before", first.unit, first.decimals))
        return (*keys, *numbers)

    def _listing(self, plan: Plan, scope: Scope, now: datetime) -> Reading:
        declared = self.semantics.listing(plan.listing or "")
        rows, partly = self.place.rows(listed(plan, scope, plan.period)), False
        if not rows and lasts(plan, self.semantics):
            partly = True  # what began before and goes on is told where nothing begins
            rows = self.place.rows(listed(plan, scope, plan.period, partly=True))
        total = len(rows)
        if total > MOST_LISTED or plan.counting:
            whole = counted(plan, scope, plan.period, partly=partly).name("n").as_table()
            total = next(iter(self.place.rows(whole)))["n"]
        rows = rows[: plan.top.limit if plan.top else MOST_LISTED]
        period = None if declared.now and not declared.due else plan.period
        drawn = {"route": Drawn.ROUTE, "points": Drawn.POINTS}.get(declared.drawn or "", Drawn.TABLE)
        columns = (*declared.columns, *(name for name in _PLACES[drawn] if name not in declared.columns))
        return Reading(
            id=uuid.uuid4().hex,
            metric=plan.listing or "",
            title=declared.title,
            value=None,
            unit="",
            start=period.start if period else None,
            end=period.end if period else None,
            told=told_plan(plan, self.semantics, now),
            columns=tuple(_listed_column(name, declared) for name in columns),
            rows=tuple(tuple(row[name] for name in columns) for row in rows),
            total=total,
            as_of=None,
            plan=plan_json(plan),
            drawn=drawn,
            definition=declared.definition,
            source=declared.source,
        )


def _listed_column(name: str, declared: ListingDecl) -> ReadingColumn:
    unit = declared.units.get(name, "")
    return ReadingColumn(name, declared.columns.get(name, ""), unit, declared.decimals.get(name))
