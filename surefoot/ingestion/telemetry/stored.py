"""What the store of records tells the passes: trips and versions, how many samples there are, what has become due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surefoot.ingestion.telemetry.derivations.cuts import KnownTrip
from surefoot.ingestion.telemetry.derivations.figures import maintenance_due
from surefoot.retrieval.records.samples import microseconds
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.telemetry_tables import MAINTENANCE, STATES, TRIPS, UNDERIVED, Table

AT_ONCE = 60_000
"""Samples that are derived together, about, where all of their vehicles' samples are read: 15 MB of columns."""
MOST_ROWS = 5_000_000
"""Rows of a table that are read at once: trips of a thousand vehicles over years."""


def known_trips(store: RecordStore, version: int) -> dict[str, list[KnownTrip]]:
    """The stored trips of each vehicle that were made by these definitions, in order."""
    rows = rows_of(store, TRIPS)
    found: dict[str, list[KnownTrip]] = {}
    for n, made in enumerate(rows["version"]):
        if made == version:
            placed = rows["start_latitude"][n] is not None
            trip = KnownTrip(microseconds(rows["start"][n]), microseconds(rows["end"][n]), placed)
            found.setdefault(rows["vehicle"][n], []).append(trip)
    return found


def counts(store: RecordStore, vehicles: list[str]) -> dict[str, int]:
    """How many samples each of the vehicles has."""
    if not vehicles:
        return {}
    samples: Any = store.ibis_table("samples")
    theirs = samples.filter(samples.vehicle.isin(vehicles))
    rows = store.read(theirs.group_by("vehicle").aggregate(n=theirs.count()), rows=MOST_ROWS).rows.to_pydict()
    return dict(zip(rows["vehicle"], rows["n"], strict=True))


def versions(store: RecordStore) -> dict[str, int]:
    """Which definitions made each vehicle's facts."""
    rows = rows_of(store, STATES)
    return dict(zip(rows["vehicle"], rows["version"], strict=True))


@dataclass(frozen=True, slots=True)
class Underived:
    """Samples of a vehicle that are kept and not derived, in the store's own list of them."""

    vehicle: str
    mark: str
    since: int
    """Microseconds since 1970."""


def underived(store: RecordStore) -> list[Underived]:
    """What is kept and not derived yet, as the store remembers it."""
    rows = rows_of(store, UNDERIVED)
    listed = zip(rows["vehicle"], rows["mark"], rows["since"], strict=True)
    return [Underived(vehicle, mark, microseconds(since)) for vehicle, mark, since in listed]


def still_due(store: RecordStore, now: datetime) -> None:
    """Reckon what is left until each maintenance item is due, by the newest odometer reading and today's date."""
    rows, states = rows_of(store, MAINTENANCE), rows_of(store, STATES)
    odometers = dict(zip(states["vehicle"], states["odometer_km"], strict=True))
    for n, vehicle in enumerate(rows["vehicle"]):
        due = maintenance_due(rows["due_km"][n], rows["due_on"][n], odometers.get(vehicle), now.date())
        rows["km_left"][n], rows["days_left"][n], rows["overdue"][n] = due.km_left, due.days_left, due.overdue
    if rows["vehicle"]:
        store.put(MAINTENANCE, rows)


def rows_of(store: RecordStore, table: Table) -> dict[str, Any]:
    """All rows of a small table, as columns."""
    return dict(store.read(store.ibis_table(table.name), rows=MOST_ROWS).rows.to_pydict())


def in_microseconds(moments: Iterable[datetime | None]) -> NDArray[np.int64]:
    """Moments as microseconds since 1970; 0 for none."""
    return np.array([microseconds(moment) if moment else 0 for moment in moments], dtype=np.int64)


def together(vehicles: list[str], sizes: Mapping[str, int]) -> list[str]:
    """The first vehicles, as many as have about AT_ONCE samples; `sizes` are how many each one has."""
    samples = 0
    for n, vehicle in enumerate(vehicles, start=1):
        samples += sizes.get(vehicle, 0)
        if samples >= AT_ONCE:
            return vehicles[:n]
    return vehicles
