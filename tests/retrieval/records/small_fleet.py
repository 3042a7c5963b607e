"""Four vehicles with a few hand-made facts around the end of summer time 2026, and the desk of the shipped fleet over them.

V-101 and V-102 are vans of Northgate, E-201 an electric van of Millfield, R-301 a truck of Northgate; only the group
`board` may see R-301.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from surefoot.core.nouns import Asker
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.place import Place
from surefoot.retrieval.records.semantic import Semantics, load_semantics
from surefoot.retrieval.records.store import RecordStore, Replacement
from surefoot.retrieval.records.telemetry_tables import (
    EVENTS,
    MAINTENANCE,
    MINUTES,
    PLACES,
    STATES,
    TRIPS,
    VEHICLE_GROUPS,
    VEHICLES,
    Table,
)

BERLIN = ZoneInfo("Europe/Berlin")
FLEET = Path("surefoot/app/assistants/fleet")
NOW = datetime(2026, 10, 28, 12, 0, tzinfo=BERLIN)
"""A Wednesday; the clocks were set back on Sunday the 25th."""
STAFF = Asker("ann", frozenset({"everyone"}))
BOARD = Asker("bea", frozenset({"everyone", "board"}))

Row = Mapping[str, Any]


def at(text: str) -> datetime:
    """A moment in Berlin, as `10-25 02:30` or `10-25 02:30 again` for the second time that a clock shows it."""
    day, clock, *again = text.split()
    naive = datetime.fromisoformat(f"2026-{day}T{clock}:00")
    return naive.replace(tzinfo=BERLIN, fold=1 if again else 0)


def minute(vehicle: str, when: str, km: float, driver: str = "D-1", **more: float) -> Row:
    """A minute of driving."""
    numbers = {"driving_s": 60.0, "idling_s": 0.0, "standing_s": 0.0, "unknown_s": 0.0, "speeding_s": 0.0} | more
    return {"vehicle": vehicle, "driver": driver, "minute": at(when), "distance_km": km, "version": 1, **numbers}


def event(vehicle: str, when: str, kind: str, driver: str = "D-1", **more: Any) -> Row:
    """An event of a second."""
    start = at(when)
    named = {"event": f"{vehicle}-{kind}-{start.timestamp():.0f}", "severity": "low"}
    return {
        "vehicle": vehicle,
        "driver": driver,
        "kind": kind,
        "start": start,
        "end": start,
        "version": 1,
        **named,
        **more,
    }


MINUTES_DRIVEN = [
    minute("V-101", "10-24 23:59", 1.0),
    minute("V-101", "10-25 02:30", 2.0),
    minute("V-101", "10-25 02:30 again", 4.0),
    minute("V-101", "10-26 00:00", 8.0),
    minute("V-101", "10-27 09:00", 16.0, driver="D-2", top_speed_kmh=91.0),
    minute("V-102", "10-27 09:00", 10.0, idling_s=30.0, driving_s=30.0),
    minute("E-201", "10-27 10:00", 10.0, energy_kwh=2.5),
    minute("E-201", "10-28 11:00", 3.0, unknown_s=1800.0),
    minute("R-301", "10-27 11:00", 500.0, fuel_l=120.0),
]
HAPPENED = [
    event("V-101", "10-27 09:00", "harsh_braking", peak=-3.9, unit="m/s²"),
    event("V-101", "10-27 09:10", "harsh_braking", peak=-4.9, unit="m/s²"),
    event("V-102", "10-27 09:20", "harsh_cornering"),
    event("V-101", "10-20 09:00", "harsh_braking"),
]


def put(store: RecordStore, table: Table, rows: Sequence[Row]) -> None:
    """Put rows, with nothing where they say nothing."""
    store.put(table, {name: [row.get(name) for row in rows] for name in table.columns})


def fill(store: RecordStore) -> None:
    """The four vehicles with all that they did."""
    kinds = [("V-101", "van", "Northgate", "diesel"), ("V-102", "van", "Northgate", "diesel")]
    kinds += [("E-201", "van", "Millfield", "electric"), ("R-301", "truck", "Northgate", "diesel")]
    models = {"V-101": "Corvane 28", "V-102": "Corvane 35", "E-201": "Voltera E30", "R-301": "Haulier H12"}
    put(
        store,
        VEHICLES,
        [
            {"vehicle": v, "vehicle_class": c, "depot": d, "energy": e, "model": models[v], "simulated": False}
            for v, c, d, e in kinds
        ],
    )
    groups = [{"vehicle": v, "grp": "everyone" if v != "R-301" else "board"} for v, *_ in kinds]
    put(store, VEHICLE_GROUPS, groups)
    put(store, PLACES, [{"place": "Northgate", "kind": "depot"}, {"place": "Quern Dairy", "kind": "customer"}])
    newest = [
        ("V-101", "10-28 11:58", "driving"),
        ("V-102", "10-28 11:50", "parked"),
        ("E-201", "10-28 11:01", "parked"),
    ]
    newest += [("R-301", "10-28 11:59", "driving")]
    put(
        store,
        STATES,
        [
            {"vehicle": v, "time": at(t), "since": at(t), "state": s, "level_percent": 50.0, "version": 1}
            for v, t, s in newest
        ],
    )
    due = [
        {"vehicle": "V-101", "item": "service A", "due_on": at("11-03 00:00").date(), "days_left": 6, "overdue": False}
    ]
    put(store, MAINTENANCE, due)
    trips = [
        {
            "vehicle": "V-101",
            "driver": "D-1",
            "trip": "t1",
            "start": at("10-26 23:50"),
            "end": at("10-27 00:20"),
            "distance_km": 12.0,
        },
        {
            "vehicle": "V-101",
            "driver": "D-2",
            "trip": "t2",
            "start": at("10-27 09:00"),
            "end": at("10-27 09:30"),
            "distance_km": 16.0,
        },
    ]
    _replace(store, TRIPS, [{**trip, "open": False, "version": 1} for trip in trips])
    _replace(store, MINUTES, MINUTES_DRIVEN)
    _replace(store, EVENTS, HAPPENED)


def _replace(store: RecordStore, table: Table, rows: Sequence[Row]) -> None:
    since = {str(row["vehicle"]): 0 for row in rows}
    columns = {name: [row.get(name) for row in rows] for name in table.columns}
    store.replace_derived([Replacement(table, since, columns)])


def fleet_semantics() -> Semantics:
    """The shipped fleet's records."""
    semantics = load_semantics(FLEET, "Europe/Berlin")
    assert semantics is not None
    return semantics


def desk_over(store: RecordStore) -> RecordDesk:
    """The shipped fleet's desk over a store."""
    return RecordDesk(fleet_semantics(), Place(store))
