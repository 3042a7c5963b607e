"""The fixed scene that live cases play in: four weeks of a simulated fleet, derived and kept in a store of records."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from surefoot.ingestion.telemetry.derivations.definitions import Definitions
from surefoot.ingestion.telemetry.derivations.deriving import Derived, derive
from surefoot.ingestion.telemetry.derivations.facts import Facts, Place, VehicleFacts
from surefoot.ingestion.telemetry.derivations.figures import maintenance_due
from surefoot.ingestion.telemetry.derivations.states import silenced
from surefoot.ingestion.telemetry.simulator.consumption import CONSUMPTION
from surefoot.ingestion.telemetry.simulator.fleet import BY_DAY, read_fleet
from surefoot.ingestion.telemetry.simulator.reference import maintenance_rows, place_rows, vehicle_rows
from surefoot.ingestion.telemetry.simulator.simulator import Simulator
from surefoot.retrieval.records.samples import Samples
from surefoot.retrieval.records.store import Replacement
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.retrieval.records.telemetry_tables import (
    DERIVED,
    MAINTENANCE,
    PLACES,
    VEHICLE_GROUPS,
    VEHICLES,
    Table,
)

ZONE: Final = ZoneInfo("Europe/Berlin")
START: Final = datetime(2026, 10, 1, tzinfo=ZONE)
NOW: Final = datetime(2026, 10, 29, 15, 20, tzinfo=ZONE)
"""A Thursday. History is 28 whole days and today's hours; on Sunday 25 October the clocks were set back."""
SEED: Final = 1
GROUP: Final = "everyone"
SOURCE: Final = "simulator"
PACKAGE: Final = Path(__file__).resolve().parent.parent
VEHICLE_LIST: Final = PACKAGE / "app" / "assistants" / "fleet" / "knowledge" / "vehicle-list.csv"
MADE_BY: Final = ("ingestion/telemetry/simulator/*.py", "ingestion/telemetry/derivations/*.py")
KEPT_BY: Final = (
    "retrieval/records/telemetry_tables.py",
    "retrieval/records/store*.py",
    "retrieval/records/samples.py",
)


def simulator() -> Simulator:
    """The fleet of the scene, as it drives with the scene's seed: by day, as when its cases were written."""
    return Simulator(read_fleet(VEHICLE_LIST.read_text(encoding="utf-8"), ZONE, BY_DAY), seed=SEED)


def scene(folder: Path) -> DuckDBRecords:
    """The store of the scene, prepared; built into the folder where it is not there yet (about half a minute).

    The file is named by a hash of the code that makes it, so that a change builds another one. One process at a time
    has it open: RecordsInUse says so to a second one. The caller closes it.
    """
    store = DuckDBRecords(scene_file(folder))
    store.prepare()
    return store


def scene_file(folder: Path) -> Path:
    """The file of the scene's store, closed and whole; built where it is not there yet."""
    path = folder / f"live-scene-{made_of()}.duckdb"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        store = DuckDBRecords(unfinished)
        store.prepare()
        try:
            _fill(store, simulator())
        finally:
            store.close()
        unfinished.replace(path)
        unfinished.with_name(unfinished.name + ".lock").unlink(missing_ok=True)
    return path


def made_of() -> str:
    """48 bits of a SHA-256, in hexadecimal, of all files that the scene's rows follow from."""
    found = hashlib.sha256()
    sources = [path for pattern in (*MADE_BY, *KEPT_BY) for path in sorted(PACKAGE.glob(pattern))]
    for path in (*sources, Path(__file__), VEHICLE_LIST):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def derived_of(samples: Samples, of: Simulator) -> Derived:
    """What is derived of samples of a simulated fleet, with all that is known of its vehicles and places."""
    vehicles = {
        one.vehicle: VehicleFacts(one.vehicle_class, one.energy, CONSUMPTION[one.model].per_100_km) for one in of.fleet
    }
    places = tuple(_place(row) for row in place_rows(of.world.places.values()))
    return derive(samples.in_order(), Facts(vehicles, places))


def _fill(store: DuckDBRecords, of: Simulator) -> None:
    samples = of.samples(START, NOW)
    store.add_samples(samples, SOURCE, NOW)
    derived = derived_of(samples, of)
    states = silenced(derived.states, NOW, Definitions())
    for table in DERIVED:
        rows = states if table.name == "states" else getattr(derived, table.name)
        _replace(store, table, rows)
    vehicles = vehicle_rows(of.fleet)
    _put(store, VEHICLES, vehicles)
    _put(store, VEHICLE_GROUPS, [{"vehicle": row["vehicle"], "grp": GROUP} for row in vehicles])
    _put(store, PLACES, place_rows(of.world.places.values()))
    odometers = dict(zip(states["vehicle"], states["odometer_km"], strict=True))
    _put(store, MAINTENANCE, list(_due(maintenance_rows(of.ledger, NOW.date()), odometers, NOW.date())))


def _replace(store: DuckDBRecords, table: Table, rows: Mapping[str, Any]) -> None:
    store.replace_derived([Replacement(table, dict.fromkeys(set(rows["vehicle"]), 0), rows)])


def _put(store: DuckDBRecords, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    kept = list(rows)
    store.put(table, {name: [row.get(name) for row in kept] for name in table.columns})


def _due(rows: Iterable[Mapping[str, Any]], odometers: Mapping[str, float], today: date) -> Iterator[dict[str, Any]]:
    """The rows with what is left of each; the table keeps of it what it has columns for."""
    for row in rows:
        due = maintenance_due(row["due_km"], row["due_on"], odometers[row["vehicle"]], today)
        yield {**row, "km_left": due.km_left, "days_left": due.days_left, "overdue": due.overdue}


def _place(row: Mapping[str, Any]) -> Place:
    return Place(row["place"], row["latitude"], row["longitude"], row["radius_m"], row["outline"] or "")
