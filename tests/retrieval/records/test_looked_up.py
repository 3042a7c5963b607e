"""What is looked up in a table that only some may see: it neither names nor narrows others' rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from surefoot.core.nouns import Asker
from surefoot.retrieval.records.declared import RecordsDecl
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.place import Place
from surefoot.retrieval.records.plan import Filter, Plan
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.telemetry_tables import Kind
from tests.retrieval.records.small_fleet import BOARD, NOW, STAFF

DECLARED = {
    "zone": "Europe/Berlin",
    "tables": {
        "orders": {"file": "orders.csv", "lookups": {"client": "clients"}},
        "clients": {"file": "clients.csv", "key": "client", "groups": ["board"]},
    },
    "dimensions": {"rating": {"title": "rating", "column": "clients.rating"}},
    "metrics": {"orders": {"title": "orders", "table": "orders", "count": True}},
}


@pytest.fixture
def desk(store: RecordStore) -> RecordDesk:
    columns = {"orders": {"client": Kind.TEXT}, "clients": {"client": Kind.TEXT, "rating": Kind.TEXT}}
    store.load_table("orders", columns["orders"], {"client": ["a", "a", "b"]})
    store.load_table("clients", columns["clients"], {"client": ["a", "b"], "rating": ["bad", "good"]})
    semantics = Semantics(RecordsDecl.model_validate(DECLARED), Path()).with_columns(columns)
    return RecordDesk(semantics, Place(store))


@pytest.mark.parametrize(("who", "found"), [(STAFF, {None: 3.0}), (BOARD, {"bad": 2.0, "good": 1.0})])
def test_values_of_a_hidden_table_are_named_to_nobody_else(
    desk: RecordDesk, who: Asker, found: dict[str | None, float]
) -> None:
    rows = desk.read(Plan(("orders",), by=("rating",)), who, NOW).rows
    assert {row[0]: row[1] for row in rows} == found


@pytest.mark.parametrize(("who", "found"), [(STAFF, 0.0), (BOARD, 2.0)])
def test_a_filter_on_a_hidden_table_tells_others_nothing(desk: RecordDesk, who: Asker, found: float) -> None:
    reading = desk.read(Plan(("orders",), filters=(Filter("rating", ("bad",)),)), who, NOW)
    assert (reading.value or 0.0) == found
