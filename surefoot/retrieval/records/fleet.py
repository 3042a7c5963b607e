"""Reads what the page of a fleet shows: vehicles, their states, trips, events, tracks; only those that may be seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from surefoot.retrieval.records.samples import Samples
from surefoot.retrieval.records.store import RecordStore

Row = Mapping[str, Any]
MOST = 10_000
"""Rows of one answer."""


class FleetReader:
    """Reads for who belongs to these groups."""

    def __init__(self, store: RecordStore, groups: frozenset[str]) -> None:
        self._store = store
        self._groups = groups

    def knows(self, vehicle: str) -> bool:
        """Whether the vehicle is there and may be seen."""
        rows = self._seen("vehicles")
        return bool(self._rows(rows.filter(rows.vehicle == vehicle)))

    def freshness(self) -> tuple[datetime | None, int]:
        """The newest moment of any vehicle, and how many vehicles were heard of."""
        rows = self._seen("states")
        found = self._rows(rows.aggregate(newest=rows.time.max(), vehicles=rows.count()))[0]
        return found["newest"], found["vehicles"]

    def rules(self) -> list[Row]:
        """What happened to messages, by source and rule; no example is of a vehicle that only others may see."""
        rows: Any = self._store.ibis_table("intake")
        known: Any = self._store.ibis_table("vehicle_groups")
        own = known.filter(known.grp.isin(sorted(self._groups)))
        others = known.anti_join(own, "vehicle")
        rows = (
            rows.anti_join(others, "vehicle")
            .mutate(shown=True)
            .union(rows.semi_join(others, "vehicle").mutate(shown=False))
        )
        found = rows.group_by("source", "rule").aggregate(
            messages=rows.messages.sum(),
            last=rows["last"].max(),
            example=rows.example.argmax(rows["last"], where=rows.shown),
        )
        return [{**row, "example": row["example"] or ""} for row in self._rows(found.order_by("source", "rule"))]

    def vehicles(self) -> list[Row]:
        """All vehicles with their newest state."""
        rows, states = self._seen("vehicles"), self._store.ibis_table("states")
        joined = rows.left_join(states.drop("version"), "vehicle").drop("vehicle_right")
        return self._rows(joined.order_by("vehicle"))

    def events(self, vehicle: str, start: datetime | None = None, end: datetime | None = None) -> list[Row]:
        """A vehicle's events that begin in [start, end), oldest first."""
        return self._of("events", vehicle, start, end)

    def trips(self, vehicle: str, start: datetime | None = None, end: datetime | None = None) -> list[Row]:
        """A vehicle's trips that begin in [start, end), oldest first."""
        return self._of("trips", vehicle, start, end)

    def stops(self, vehicle: str, start: datetime | None = None, end: datetime | None = None) -> list[Row]:
        """A vehicle's stops that begin in [start, end), oldest first."""
        return self._of("stops", vehicle, start, end)

    def track(self, vehicle: str, start: datetime, end: datetime) -> Samples:
        """A vehicle's samples in [start, end); none where it may not be seen."""
        return self._store.samples_between(vehicle, start, end) if self.knows(vehicle) else Samples.of([])

    def places(self) -> list[Row]:
        """The named zones, but for depots whose vehicles may all not be seen."""
        rows: Any = self._store.ibis_table("places")
        vehicles: Any = self._store.ibis_table("vehicles")
        own = self._seen("vehicles")
        others = vehicles.anti_join(own, vehicles.depot == own.depot)
        return self._rows(rows.anti_join(others, rows.place == others.depot).order_by("place"))

    def maintenance(self, vehicle: str) -> list[Row]:
        """What is due for a vehicle."""
        rows = self._seen("maintenance")
        return self._rows(rows.filter(rows.vehicle == vehicle).order_by("due_on"))

    def _of(self, table: str, vehicle: str, start: datetime | None, end: datetime | None) -> list[Row]:
        rows = self._seen(table)
        rows = rows.filter(rows.vehicle == vehicle)
        rows = rows.filter(rows.start >= start) if start else rows
        rows = rows.filter(rows.start < end) if end else rows
        return self._rows(rows.order_by("start"))

    def _seen(self, table: str) -> Any:
        rows: Any = self._store.ibis_table(table)
        allowed: Any = self._store.ibis_table("vehicle_groups")
        allowed = allowed.filter(allowed.grp.isin(sorted(self._groups)))
        return rows.semi_join(allowed, "vehicle")

    def _rows(self, query: Any) -> list[Row]:
        return self._store.read(query, rows=MOST).rows.to_pylist()
