"""Stores of records of both kinds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.retrieval.records.store_postgres import PostgresRecords
from tests.app import postgresql
from tests.conftest import missing
from tests.retrieval.records.small_fleet import desk_over, fill


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A real PostgreSQL server."""
    folder = postgresql.programs()
    if folder is None:
        missing("PostgreSQL's programs (Debian: postgresql)")
    with postgresql.running(folder) as server:
        yield server


@pytest.fixture(params=["duckdb", "postgres"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> RecordStore:
    """A store that nothing has opened yet, of each kind in turn."""
    if request.param == "duckdb":
        return DuckDBRecords(tmp_path / "records.duckdb")
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    return PostgresRecords(server.new_database().render_as_string(hide_password=False))


@pytest.fixture
def store(new_store: RecordStore) -> Iterator[RecordStore]:
    """A prepared store of each kind in turn."""
    new_store.prepare()
    yield new_store
    new_store.close()


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordDesk]:
    """The shipped fleet's desk over four vehicles, for tests that change nothing."""
    store = DuckDBRecords(tmp_path_factory.mktemp("tiny") / "records.duckdb")
    store.prepare()
    fill(store)
    yield desk_over(store)
    store.close()
