"""Counters of the intake: what an asker may read of messages about vehicles that only others may see."""

from __future__ import annotations

from surefoot.retrieval.records.fleet import FleetReader
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.telemetry_tables import INTAKE
from tests.retrieval.records.small_fleet import BOARD, STAFF, Row, at, fill, put


def counted(vehicle: str, clock: str) -> Row:
    """One refused message."""
    named = {"vehicle": vehicle, "source": "http", "rule": "malformed", "example": f"of {vehicle}"}
    return {**named, "hour": at("10-28 11:00"), "last": at(f"10-28 {clock}"), "messages": 1}


def test_an_example_is_shown_to_those_alone_who_may_see_its_vehicle(store: RecordStore) -> None:
    fill(store)
    put(store, INTAKE, [counted("V-101", "11:00"), counted("R-301", "11:30"), counted("", "10:00")])
    staff, board = (FleetReader(store, who.groups).rules() for who in (STAFF, BOARD))
    assert [(row["messages"], row["example"]) for row in staff] == [(3, "of V-101")]
    assert [(row["messages"], row["example"]) for row in board] == [(3, "of R-301")]
