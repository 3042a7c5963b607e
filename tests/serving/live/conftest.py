"""A desk of records over four vehicles, for tests that change nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from tests.retrieval.records.small_fleet import desk_over, fill


@pytest.fixture(scope="session")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordDesk]:
    """The shipped fleet's desk over the four vehicles."""
    store = DuckDBRecords(tmp_path_factory.mktemp("fleet") / "records.duckdb")
    store.prepare()
    fill(store)
    yield desk_over(store)
    store.close()
