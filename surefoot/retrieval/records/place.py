"""Where one assistant's records are: its tables in the store, and when those from files were read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.telemetry_tables import VEHICLE_GROUPS
from surefoot.retrieval.records.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Place:
    """One assistant's tables."""

    store: RecordStore | Warehouse
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Of declared tables that have another name in the store, that name."""
    loaded: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    """When a table was read from its file."""

    def table(self, name: str) -> Any:
        """The ibis table of a declared table."""
        return self.store.ibis_table(self.names.get(name, name))

    def rows(self, query: Any) -> list[dict[str, Any]]:
        """The rows of a query; moments are aware. Raises RecordsTimeout, RecordsUnavailable, ReadingRefused."""
        return self.store.read(query).rows.to_pylist()

    def seen(self, vehicles: Collection[str], groups: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Of some vehicles those that members of groups may see, and those that are there and may not be seen."""
        known = self.table(VEHICLE_GROUPS.name)
        rows = self.rows(known.filter(known.vehicle.isin(sorted(vehicles))))
        opened = frozenset(row["vehicle"] for row in rows if row["grp"] in groups)
        return opened, frozenset(row["vehicle"] for row in rows) - opened
