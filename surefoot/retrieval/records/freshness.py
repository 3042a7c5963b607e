"""Stamps a reading with the newest moment that its rows know of, and with what was not heard in its time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from surefoot.core.readings import Reading, Unknown
from surefoot.retrieval.records.compiling import Scope, until, within
from surefoot.retrieval.records.place import Place
from surefoot.retrieval.records.plan import Filter, Plan

SLACK = timedelta(hours=1)
"""How much later than the asked period rows may begin without a word."""


def stamped(reading: Reading, plan: Plan, scope: Scope, place: Place) -> Reading:
    """The reading with `as_of`, what is unknown, whether it is made up, and its filters as they are told."""
    return replace(
        reading,
        as_of=_as_of(plan, scope, place),
        begins=_begins(plan, scope, place),
        unknown=_unknown(plan, scope, place),
        zone=scope.semantics.declared.zone,
        simulated=_simulated(plan, scope, place),
        filters=tuple((f.dimension, tuple(f"not {v}" if f.exclude else v for v in f.values)) for f in plan.filters),
    )


def _as_of(plan: Plan, scope: Scope, place: Place) -> Any:
    declared = scope.semantics.declared.as_of
    if declared is None:
        loaded = [at for table in scope.semantics.tables_of(plan) if (at := place.loaded.get(table))]
        return min(loaded, default=None)
    table, _, column = declared.partition(".")
    rows = scope.filtered(table, _fitting(plan.filters, scope, table))
    newest = place.rows(rows.aggregate(newest=rows[column].max()))[0]["newest"]
    if newest is not None or not plan.filters:
        return newest
    rows = scope.visible(table)  # what is narrowed to, such as a driver, may be nowhere just now
    return place.rows(rows.aggregate(newest=rows[column].max()))[0]["newest"]


def _unknown(plan: Plan, scope: Scope, place: Place) -> Unknown | None:
    declared = scope.semantics.declared
    if declared.unknown is None or plan.period is None:
        return None
    table, _, column = declared.unknown.partition(".")
    rows = within(scope, table, _fitting(plan.filters, scope, table), plan.period)
    rows = rows.filter(rows[column] > 0)
    thing = scope.at(declared.thing, table).name
    found = place.rows(rows.aggregate(things=rows[thing].nunique(), seconds=rows[column].sum()))[0]
    return Unknown(found["things"], found["seconds"]) if found["things"] else None


def _begins(plan: Plan, scope: Scope, place: Place) -> datetime | None:
    """The earliest moment with rows, where it is later than what is asked for by more than a moment's slack."""
    declared = scope.semantics.declared.begins
    if declared is None or plan.period is None:
        return None
    table, _, column = declared.partition(".")
    rows = scope.filtered(table, _fitting(plan.filters, scope, table))
    from_then = plan.period.start + SLACK
    if place.rows(until(rows, column, from_then).limit(1)):
        return None
    return place.rows(rows.aggregate(earliest=rows[column].min()))[0]["earliest"]


def _simulated(plan: Plan, scope: Scope, place: Place) -> bool:
    declared = scope.semantics.declared.simulated
    if declared is None:
        return False
    table, _, column = declared.partition(".")
    rows = scope.filtered(table, _fitting(plan.filters, scope, table))
    return bool(place.rows(rows.aggregate(any=rows[column].any()))[0]["any"])


def _fitting(filters: Iterable[Filter], scope: Scope, table: str) -> list[Filter]:
    """The filters on dimensions that a table knows."""
    return [single for single in filters if scope.semantics.column(single.dimension, table) is not None]
