"""Databases that others fill, read by URL: DuckDB and a real PostgreSQL server through a declaration, and what is missing."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import metadata, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from sqlalchemy import create_engine, text

from surefoot.app.desks import RecordDesks
from surefoot.retrieval.records.asking.outcomes import Planned
from surefoot.retrieval.records.errors import ReadingRefused, RecordsInvalid, RecordsUnavailable
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.retrieval.records.telemetry_tables import Kind
from surefoot.retrieval.records.warehouse import EXTRAS, Warehouse, url_of
from tests.app import postgresql
from tests.retrieval.records.small_fleet import NOW, STAFF

ROOT = Path(__file__).parents[3]
DECLARED = """
zone: Europe/Berlin
store: url
url: SUREFOOT_SECRET_SALES
subject: the sales
tables:
  sales: {time: sold_at}
dimensions:
  shop: {title: shop, column: shop}
metrics:
  revenue: {title: revenue, words: [sales], table: sales, sum: amount, unit: euros, decimals: 2}
"""
TABLE = [
    "CREATE TABLE sales (shop text, amount double precision, sold_at timestamp with time zone, pieces integer)",
    "INSERT INTO sales VALUES ('Mitte', 12.5, '2026-10-26 23:30:00+00', 1), ('Mitte', 7.5, '2026-10-27 12:00:00+00', 2)",
    "INSERT INTO sales VALUES ('Nord', 100, '2026-10-27 22:30:00+00', 3), ('Nord', 1, '2026-10-27 23:30:00+00', 4)",
]
"""Berlin is then an hour ahead of UTC: all but the last sale lie on 27 October there."""


def in_duckdb(folder: Path) -> str:
    import duckdb

    path = folder / "sales.duckdb"
    with duckdb.connect(str(path)) as connection:
        for statement in TABLE:
            connection.execute(statement)
    return f"duckdb://{path}"


def in_postgres(server: postgresql.Server) -> str:
    url = server.new_database()
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in TABLE:
            connection.execute(text(statement))
    engine.dispose()
    return url.set(drivername="postgres").render_as_string(hide_password=False)


@pytest.fixture(params=["duckdb", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with sales, of each kind in turn."""
    if request.param == "duckdb":
        return in_duckdb(tmp_path)
    return in_postgres(request.getfixturevalue("postgresql_server"))


def desks_of(folder: Path, secret: Callable[[str], str | None]) -> RecordDesks:
    (folder / "records.yaml").write_text(DECLARED, encoding="utf-8")
    return RecordDesks(DuckDBRecords(folder / "unused.duckdb"), lambda _: folder, secret)


def test_a_database_is_read_through_its_declaration(url: str, tmp_path: Path) -> None:
    desks = desks_of(tmp_path, {"SUREFOOT_SECRET_SALES": url}.get)
    desk = desks.desk("shop")
    assert desk is not None, desks.problems
    by_shop = desk.ask("Revenue per shop yesterday", STAFF, NOW)
    assert isinstance(by_shop, Planned)
    assert sorted(desk.read(by_shop.plan, STAFF, NOW).rows) == [("Mitte", 20.0), ("Nord", 100.0)]
    one = desk.ask("Sales of Nord today", STAFF, NOW)
    assert isinstance(one, Planned)
    assert desk.read(one.plan, STAFF, NOW).value == pytest.approx(1.0)


def test_columns_have_their_kinds(url: str) -> None:
    kinds = {"shop": Kind.TEXT, "amount": Kind.NUMBER, "sold_at": Kind.TIME, "pieces": Kind.WHOLE}
    assert Warehouse(url).columns_of("sales") == kinds


def test_more_rows_than_asked_for_are_not_all_there(url: str) -> None:
    warehouse = Warehouse(url)
    table = warehouse.ibis_table("sales")
    some = warehouse.read(table, rows=3)
    assert (some.rows.num_rows, some.complete) == (3, False)
    every = warehouse.read(table, rows=4)
    assert (every.rows.num_rows, every.complete) == (4, True)


def test_a_table_that_is_not_there_is_said(url: str) -> None:
    with pytest.raises(RecordsUnavailable, match="The table 'purchases' of the"):
        Warehouse(url).ibis_table("purchases")


def test_a_reading_that_fails_is_refused_with_the_databases_words(url: str) -> None:
    warehouse = Warehouse(url)
    table = warehouse.ibis_table("sales")
    with pytest.raises(ReadingRefused, match="cannot carry this out"):
        warehouse.read(table.mutate(broken=table.shop.cast("int64")))


def test_a_driver_that_is_not_installed_is_named_with_its_remedy() -> None:
    with pytest.raises(RecordsInvalid) as refused:
        Warehouse("trino://user@host:8080/catalog/schema").ibis_table("sales")
    assert str(refused.value) == (
        "Records at trino:// need a driver that is not installed. "
        f"Run `{sys.executable} -m pip install 'ibis-framework[trino]=={version('ibis-framework')}'`, then start again."
    )


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_driver_that_is_offered_is_an_extra_of_the_product_and_of_ibis(extra: str) -> None:
    assert extra in (metadata("ibis-framework").get_all("Provides-Extra") or [])
    (wanted,) = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"][extra]
    named = Requirement(wanted)
    assert (named.name, named.extras) == ("ibis-framework", {extra})
    assert version("ibis-framework") in named.specifier


def test_a_kind_of_database_that_nobody_knows_is_said() -> None:
    with pytest.raises(RecordsUnavailable, match="The nothing database does not answer"):
        Warehouse("nothing://host/sales").ibis_table("sales")


def test_a_database_elsewhere_is_not_waited_for_before_somebody_asks(tmp_path: Path) -> None:
    asked: list[str] = []
    desks = desks_of(tmp_path, lambda name: asked.append(name) or "postgres://nobody@127.0.0.1:1/none")
    desks.prepare(["shop"])
    assert not asked
    assert desks.desk("shop") is None
    assert asked


def test_a_server_that_does_not_answer_is_said(tmp_path: Path) -> None:
    secret = "postgres://nobody:hidden@127.0.0.1:1/none"
    desks = desks_of(tmp_path, lambda _: secret)
    assert desks.desk("shop") is None
    assert "The postgres database does not answer" in desks.problems["shop"]
    assert "hidden" not in desks.problems["shop"]


def test_a_secret_that_is_not_set_leaves_no_desk_and_is_named(tmp_path: Path) -> None:
    desks = desks_of(tmp_path, lambda _: None)
    assert desks.desk("shop") is None
    assert desks.problems["shop"] == (
        "The variable SUREFOOT_SECRET_SALES, which holds the address of the records' database, is not set."
    )


def test_a_declaration_without_the_name_of_its_secret_is_refused() -> None:
    with pytest.raises(RecordsInvalid, match="need `url`"):
        url_of(None, lambda _: "duckdb://x")
