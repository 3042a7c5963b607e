"""Drives the simulated fleet in real time: first its history, then, message by message, what is due."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Event, Thread
from typing import Any

from surefoot.ingestion.telemetry.errors import IntakeBusy, IntakeClosed
from surefoot.ingestion.telemetry.intake import Intake
from surefoot.ingestion.telemetry.simulator.disturbance import Disturbance
from surefoot.ingestion.telemetry.simulator.reference import maintenance_rows, place_rows, vehicle_rows
from surefoot.ingestion.telemetry.simulator.simulator import Simulator, messages
from surefoot.ingestion.telemetry.stored import rows_of
from surefoot.retrieval.records.errors import RecordsError
from surefoot.retrieval.records.samples import microseconds, moment_of
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.telemetry_tables import MAINTENANCE, PLACES, VEHICLE_GROUPS, VEHICLES, Table

logger = logging.getLogger(__name__)
SOURCE = "simulator"
TICK_SECONDS = 1.0
EVERYONE = "everyone"
SAME_KM = 1.0
"""Kilometres by which an odometer that is kept may be off the plan."""


@dataclass(frozen=True, slots=True)
class SimulationState:
    """What the simulator does."""

    on: bool = False
    history_days: int = 0
    history_done: int = 0
    """Days of history that are kept already."""
    sent: int = 0
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How much a simulated fleet says."""

    days: int = 28
    """Of history, where nothing is kept yet."""
    rate: float = 1.0
    """How often it sends, times its usual rhythm."""


class Simulation:
    """One thread that sends what the fleet has to say."""

    def __init__(
        self,
        simulator: Simulator,
        store: RecordStore,
        intake: Intake,
        clock: Callable[[], datetime],
        pace: Pace | None = None,
    ) -> None:
        """The intake is started before it."""
        pace = pace or Pace()
        self._simulator, self._store, self._intake, self._clock = simulator, store, intake, clock
        self._days, self._rate = pace.days, pace.rate
        self._disturbance = Disturbance(simulator.seed)
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="simulating", daemon=True)
        self._planned_on = date.min
        """The day as of which the store knows what is due."""
        self.state = SimulationState(on=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float) -> bool:
        """Stop; False where it has not ended within this time."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            if self._is_of_another_schedule():
                self._start_over()
            self._introduce()
            since = self._history()
            while not self._stopping.wait(TICK_SECONDS):
                since = self._send(since)
        except RecordsError as error:
            logger.warning("The simulator stopped: %s", error)
            self.state = replace(self.state, trouble=str(error))

    def _introduce(self) -> None:
        """Tell the store of the vehicles, the places and what is due."""
        vehicles = vehicle_rows(self._simulator.fleet)
        placed = set(rows_of(self._store, VEHICLE_GROUPS)["vehicle"])
        new = [row["vehicle"] for row in vehicles if row["vehicle"] not in placed]
        self._put(VEHICLE_GROUPS, [{"vehicle": vehicle, "grp": EVERYONE} for vehicle in new])
        self._put(VEHICLES, vehicles)
        self._put(PLACES, place_rows(self._simulator.world.places.values()))
        self._plan_maintenance()

    def _plan_maintenance(self) -> None:
        """Tell what is due as of today: what was due yesterday is taken as done."""
        self._planned_on = self._today()
        self._put(MAINTENANCE, maintenance_rows(self._simulator.ledger, self._planned_on))

    def _today(self) -> date:
        return self._simulator.days.day_of(microseconds(self._clock()))

    def _is_of_another_schedule(self) -> bool:
        """Whether most odometers that are kept are not those of this fleet's plans, as after a change of its rotas."""
        newest = self._store.newest(vehicle.vehicle for vehicle in self._simulator.fleet)
        kept = zip(newest.vehicle.tolist(), newest.time.tolist(), newest.odometer_km.tolist(), strict=True)
        apart = [abs(self._simulator.odometer_km(name, time) - km) > SAME_KM for name, time, km in kept]
        return sum(apart) * 2 > len(apart)

    def _start_over(self) -> None:
        """Forget what was made up by another schedule, so that its history begins anew for whom it was before.

        A vehicle of which anything was heard from elsewhere is left as it is.
        """
        samples: Any = self._store.ibis_table("samples")
        heard = self._store.read(samples.filter(samples.source != SOURCE).select("vehicle").distinct()).rows
        ours = {vehicle.vehicle for vehicle in self._simulator.fleet} - set(heard.to_pydict()["vehicle"])
        logger.warning("The made-up fleet has another schedule now: its history is made anew.")
        for vehicle in sorted(ours):
            self._store.forget(vehicle, groups=False)

    def _put(self, table: Table, rows: list[dict[str, Any]]) -> None:
        self._store.put(table, {name: [row.get(name) for row in rows] for name in table.columns})

    def _history(self) -> datetime:
        """Keep what the fleet did up to now, from where it left off, where some is kept; gives the moment."""
        now = self._clock()
        newest = self._store.newest(vehicle.vehicle for vehicle in self._simulator.fleet)
        whole = len(newest) == len(self._simulator.fleet)
        start = moment_of(int(newest.time.max())) if len(newest) and whole else now - timedelta(days=self._days)
        start = max(start, now - timedelta(days=self._days)) + timedelta(microseconds=1)
        days = max(0, (now.date() - start.date()).days + 1)  # a block each
        self.state = replace(self.state, history_days=days)
        for done, block in enumerate(self._simulator.blocks(start, now, rate=self._rate), start=1):
            if self._stopping.is_set():
                return now
            self._intake.add(block, SOURCE).result()
            self.state = replace(self.state, history_done=min(done, days))
        self.state = replace(self.state, history_done=days)
        return now

    def _send(self, since: datetime) -> datetime:
        """Send what is due, as messages; some are disturbed as radio and clocks do."""
        until = self._clock()
        if self._today() != self._planned_on:
            self._plan_maintenance()
        arrived = self._disturbance.passed(messages(self._simulator.due(since, until, rate=self._rate)))
        for message in arrived:
            try:
                self._intake.submit(json.dumps(message).encode(), SOURCE)
            except IntakeBusy:
                continue  # a made-up message that is lost is no loss
            except IntakeClosed:
                self._stopping.set()
                return until
        self.state = replace(self.state, sent=self.state.sent + len(arrived))
        return until
