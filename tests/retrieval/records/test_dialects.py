"""The query of every metric and listing of the shipped declarations is one that each database reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import expressions as sql

from surefoot.retrieval.records.compiling import Scope, compiled, listed
from surefoot.retrieval.records.plan import Filter, Grain, Plan
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.retrieval.records.times.periods import Period
from surefoot.retrieval.records.warehouse import SQL_DIALECTS, sql_in
from tests.retrieval.records.small_fleet import STAFF, at, fleet_semantics

SEMANTICS = fleet_semantics()
METRICS = [name for name, metric in SEMANTICS.declared.metrics.items() if not metric.hidden]
WEEK = Period(at("10-19 00:00"), at("10-26 00:00"))


@pytest.fixture(scope="module")
def scope(tmp_path_factory: pytest.TempPathFactory) -> Scope:
    store = DuckDBRecords(tmp_path_factory.mktemp("records") / "records.duckdb")
    store.prepare()
    return Scope(SEMANTICS, store.ibis_table, STAFF.groups)


def plans(metric: str) -> list[Plan]:
    """A metric alone, told apart by what is looked up, and along time where its rows have some."""
    plain = Plan((metric,), period=WEEK, filters=(Filter("depot", ("Northgate",)),))
    found = [plain, Plan((metric,), period=WEEK, by=("depot", "vehicle"))]
    if all(SEMANTICS.table(table).time for table in SEMANTICS.tables_of(plain)):
        found += [Plan((metric,), period=WEEK, grain=grain) for grain in (Grain.DAY, Grain.MONTH)]
    return [SEMANTICS.validated(plan) for plan in found]


def check(statement: str, dialect: str) -> None:
    """It is one statement that only reads, and the dialect's own grammar accepts it."""
    parsed: list[Any] = sqlglot.parse(statement, dialect=dialect, error_level=sqlglot.ErrorLevel.RAISE)
    assert len(parsed) == 1
    assert isinstance(parsed[0], sql.Select | sql.SetOperation)
    assert not list(parsed[0].find_all(sql.Insert, sql.Update, sql.Delete, sql.Create, sql.Command)), statement


@pytest.mark.parametrize("dialect", SQL_DIALECTS)
@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_compiles_for_every_database(scope: Scope, metric: str, dialect: str) -> None:
    for plan in plans(metric):
        check(sql_in(dialect, compiled(plan, scope, plan.period)), dialect)


@pytest.mark.parametrize("dialect", SQL_DIALECTS)
@pytest.mark.parametrize("listing", list(SEMANTICS.declared.listings))
def test_every_listing_compiles_for_every_database(scope: Scope, listing: str, dialect: str) -> None:
    check(sql_in(dialect, listed(Plan(listing=listing, period=WEEK), scope, WEEK)), dialect)


def test_every_shipped_declaration_of_records_can_be_read() -> None:
    from surefoot.retrieval.records.semantic import load_semantics

    found = {
        path.parent.name: load_semantics(path.parent) for path in Path("surefoot/app/assistants").glob("*/records.yaml")
    }
    assert set(found) == {"fleet", "support", "compliance"}
