"""Who may see which vehicle: said here with an act in the trail, followed by the store that telemetry is read from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from surefoot.app.accounts.tables import VehicleRow
from surefoot.core.errors import safe_words
from surefoot.core.journal import Act, ActKind, Journal
from surefoot.ingestion.telemetry.stored import rows_of
from surefoot.retrieval.records.errors import RecordsUnavailable
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.telemetry_tables import VEHICLE_GROUPS, VEHICLES

Groups = frozenset[str]


@dataclass(frozen=True, slots=True)
class GroupedVehicle:
    """Who may see a vehicle."""

    vehicle: str
    depot: str
    """Empty where none is known."""
    groups: Groups


class VehicleGroups:
    """What was said is kept in the database and holds for good; the store's own table is made to say the same.

    So it outlasts a store that is lost or fed anew, and a change that was cut off between the two.
    """

    def __init__(
        self, store: RecordStore, sessions: Callable[[], Session], journal: Journal, of_new: Collection[str]
    ) -> None:
        """of_new: the groups of a vehicle that is heard of for the first time."""
        self._store, self._sessions, self._journal = store, sessions, journal
        self._of_new = frozenset(of_new)
        self._lock = threading.RLock()
        self._behind = True
        """Whether the store may say something else than what was said here."""
        self.told: list[Callable[[], object]] = []
        """Called after each change, for what was read before it."""

    def follow(self) -> None:
        """Have the store say what was said here. Raises RecordsError."""
        with self._lock:
            now = self._stored()
            behind = {vehicle: groups for vehicle, groups in self._said().items() if now.get(vehicle) != groups}
            if behind:
                self._store.set_groups(behind)
            self._behind = False
        for tell in self.told:
            tell()

    def place(self, vehicles: Iterable[str]) -> None:
        """Give vehicles that are for nobody yet their groups. Raises RecordsError."""
        with self._lock:
            if self._behind:
                self.follow()
            placed = self._stored()
            new = [vehicle for vehicle in vehicles if vehicle not in placed]
            if new:
                said = self._said()
                self._store.set_groups({vehicle: said.get(vehicle, self._of_new) for vehicle in new})

    def list(self) -> list[GroupedVehicle]:
        """All vehicles by name. Raises RecordsError."""
        rows, groups = rows_of(self._store, VEHICLES), self._stored()
        found = zip(rows["vehicle"], rows["depot"], strict=True)
        return sorted(
            (GroupedVehicle(name, str(depot or ""), groups.get(name, frozenset())) for name, depot in found),
            key=lambda one: one.vehicle,
        )

    def names(self) -> Groups:
        """The groups that vehicles were given here, and those of new ones."""
        return self._of_new.union(*self._said().values())

    def give(self, vehicles: Collection[str], groups: Collection[str]) -> list[GroupedVehicle]:
        """Let these vehicles be seen by these groups and no others, from the next request on.

        Raises RecordsError where the store cannot follow now; it does as soon as it can.
        """
        wanted, given = frozenset(groups), set(vehicles)
        with self._lock:
            before: Mapping[str, Groups] = self._stored() | self._said()
            with self._sessions() as session:
                for vehicle in sorted(given):
                    session.merge(VehicleRow(vehicle=vehicle, groups=sorted(wanted)))
                    was = before.get(vehicle, frozenset[str]())
                    if was != wanted:
                        facts = {"groups": sorted(wanted), "before": sorted(was)}
                        self._journal.write(session, Act(ActKind.VEHICLE_ACCESS_CHANGED, vehicle, facts=facts))
                self._behind = True
                session.commit()
            self.follow()
            return [one for one in self.list() if one.vehicle in given]

    def _said(self) -> dict[str, Groups]:
        try:
            with self._sessions() as session:
                return {row.vehicle: frozenset(row.groups) for row in session.exec(select(VehicleRow))}
        except SQLAlchemyError as error:
            raise RecordsUnavailable(f"Who may see which vehicle cannot be read now: {safe_words(error)}") from error

    def _stored(self) -> dict[str, Groups]:
        rows = rows_of(self._store, VEHICLE_GROUPS)
        found: dict[str, set[str]] = {}
        for vehicle, group in zip(rows["vehicle"], rows["grp"], strict=True):
            found.setdefault(vehicle, set()).add(group)
        return {vehicle: frozenset(groups) for vehicle, groups in found.items()}
