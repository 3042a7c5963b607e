"""The room of live data: the store, the intake, what derives facts, the broker's consumer and the simulated fleet."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urlsplit

from surefoot.app.metrics import Live
from surefoot.app.settings import Settings
from surefoot.app.vehicle_groups import VehicleGroups
from surefoot.core.nouns import Asker
from surefoot.ingestion.telemetry.derivations.facts import Facts, Place, VehicleFacts
from surefoot.ingestion.telemetry.intake import Intake
from surefoot.ingestion.telemetry.mqtt import MqttConsumer
from surefoot.ingestion.telemetry.mqtt_settings import MqttSettings
from surefoot.ingestion.telemetry.passes import Behind, Passes
from surefoot.ingestion.telemetry.simulating import Simulation, SimulationState
from surefoot.ingestion.telemetry.simulator.consumption import CONSUMPTION
from surefoot.ingestion.telemetry.stored import rows_of
from surefoot.retrieval.records.errors import RecordsError
from surefoot.retrieval.records.fleet import FleetReader
from surefoot.retrieval.records.samples import moment_of
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.telemetry_tables import PLACES, VEHICLES
from surefoot.serving.live.looking import Missing

logger = logging.getLogger(__name__)
EXPIRE_SECONDS = 3600.0
"""How often samples that are too old are looked for."""


def now_utc() -> datetime:
    """The moment."""
    return datetime.now(UTC)


LONGEST_SECONDS = 600.0
"""So long after a start it is waited, at most, for what came before it to be derived."""
DRAIN_SECONDS = 2.0
LATE_SECONDS = 30.0
"""Samples that come all the time wait for a second or two; what waits for longer is told of."""
LOOK_SECONDS = 0.05


@dataclass(slots=True)
class TelemetryRoom:
    """Live data on its way in."""

    settings: Settings
    store: RecordStore
    intake: Intake
    passes: Passes
    groups: VehicleGroups
    mqtt: MqttConsumer | None = None
    simulation: Simulation | None = None
    readiness: Readiness = field(init=False)
    """Why facts are not complete yet."""
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Facts are complete once what came before the start is derived."""
        self.readiness = Readiness(self.passes, self.simulation)

    def start(self) -> None:
        """Begin; where the store cannot be read now, the log says so, and documents are answered from."""
        try:
            self.groups.follow()
            self.intake.start()
            self.passes.start()
        except RecordsError as error:
            logger.warning("Live data cannot be kept now: %s", error)
            return
        if self.mqtt is not None:
            self.mqtt.start()
        if self.simulation is not None:
            self.simulation.start()
        threading.Thread(target=self._expire, name="expiring samples", daemon=True).start()

    def stop(self, seconds: float) -> bool:
        """Stop within this time; what was acknowledged is kept."""
        deadline = time.monotonic() + seconds
        self.stopping.set()
        idle = [self.simulation.stop(deadline - time.monotonic())] if self.simulation else []
        if self.mqtt is not None:
            self.mqtt.stop()
        self.intake.close(max(0.1, deadline - time.monotonic()))
        idle.append(self.passes.stop(deadline - time.monotonic()))
        if all(idle):
            self.store.close()
        return all(idle)

    def counts(self) -> Live:
        """What came in, what waits, and whether something is wrong."""
        intake, passes = self.intake.state(), self.passes.state
        troubled = bool(intake.trouble or passes.trouble)
        return Live(intake.kept, intake.refused, intake.waiting, passes.waiting, troubled)

    def has_for(self, asker: Asker) -> bool:
        """Whether anything was heard that the asker may see."""
        try:
            newest, _ = FleetReader(self.store, asker.groups).freshness()
        except RecordsError:
            return False
        return newest is not None

    def _expire(self) -> None:
        while not self.stopping.wait(EXPIRE_SECONDS):
            try:
                self.store.expire(now_utc() - timedelta(days=self.settings.samples_days))
            except RecordsError as error:
                logger.warning("Old samples cannot be removed now: %s", error)


class Readiness:
    """Why facts are not complete: of data that are half there, figures would say what is not so."""

    def __init__(self, passes: Passes, simulation: Simulation | None) -> None:
        self._passes, self._simulation = passes, simulation
        self._until = time.monotonic() + LONGEST_SECONDS
        self._caught_up = False

    def __call__(self, seconds: float = DRAIN_SECONDS) -> str:
        """The reason; empty where all is there. It may wait so many seconds for what is nearly done."""
        missing = self.missing(seconds)
        return missing.words if missing else ""

    def missing(self, seconds: float = 0.0) -> Missing | None:
        """What is not in the figures; None where all is. It may wait so many seconds for what is nearly done."""
        simulation, deadline = self._simulation, time.monotonic() + seconds
        if simulation and self._is_behind(simulation.state):
            done, days = simulation.state.history_done, simulation.state.history_days
            far = f": {done} of {days} days" if days else ""
            return Missing(f"The simulated fleet's history is still being kept{far}.")
        while (behind := self._behind()) and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        if behind is None:
            return None
        state = self._passes.state
        if state.recomputed < state.to_recompute:
            return Missing(f"Facts are being derived anew: {state.recomputed} of {state.to_recompute} vehicles.")
        of = "one vehicle" if behind.vehicles == 1 else f"{behind.vehicles:,} vehicles"
        words = f"What {of} sent is kept, and facts are still being derived from it."
        return Missing(words, moment_of(behind.since) if behind.since else None)

    def _behind(self) -> Behind | None:
        """What is not derived: all of it until that was none once, then what waits for long."""
        behind = self._passes.behind(LATE_SECONDS if self._caught_up else 0.0)
        self._caught_up = self._caught_up or behind is None or time.monotonic() > self._until
        return behind

    def _is_behind(self, state: SimulationState) -> bool:
        """Whether a made-up history is not whole: what is sent as it happens comes behind it."""
        if state.trouble is not None:
            return False
        return state.history_done < state.history_days or (not state.sent and time.monotonic() < self._until)


class FleetFacts:
    """What is known of vehicles and places; a vehicle that is heard of for the first time is put on the list."""

    def __init__(self, store: RecordStore, place: Callable[[Iterable[str]], object]) -> None:
        """place: gives vehicles that are for nobody yet their groups."""
        self._store, self._place = store, place

    def __call__(self, vehicles: Iterable[str]) -> Facts:
        """The facts of these vehicles, and all places."""
        rows = rows_of(self._store, VEHICLES)
        known = {name: n for n, name in enumerate(rows["vehicle"])}
        new = [vehicle for vehicle in vehicles if vehicle not in known]
        if new:
            self._introduce(new)
        return Facts({name: _facts(rows, n) for name, n in known.items()}, _places(rows_of(self._store, PLACES)))

    def _introduce(self, vehicles: list[str]) -> None:
        self._place(vehicles)  # first: one that is on the list is for somebody
        nothing = [None] * len(vehicles)
        named = dict.fromkeys(VEHICLES.columns, nothing)
        simulated = {"vehicle": vehicles, "simulated": [False] * len(vehicles)}
        self._store.put(VEHICLES, named | simulated)


def _facts(rows: dict[str, list[object]], n: int) -> VehicleFacts:
    model = CONSUMPTION.get(str(rows["model"][n] or ""))
    return VehicleFacts(
        vehicle_class=str(rows["vehicle_class"][n] or ""),
        energy=str(rows["energy"][n] or ""),
        per_100km=model.per_100_km if model else None,
    )


def _places(rows: dict[str, list[object]]) -> tuple[Place, ...]:
    def number(name: str, n: int) -> float:
        value = rows[name][n]
        return float(value) if isinstance(value, (int, float)) else float("nan")

    def place(n: int) -> Place:
        outline = str(rows["outline"][n] or "")
        at = number("latitude", n), number("longitude", n), number("radius_m", n)
        return Place(str(rows["place"][n]), *at, outline)

    return tuple(map(place, range(len(rows["place"]))))


def mqtt_settings(settings: Settings) -> MqttSettings | None:
    """Where the broker is; None where none is set."""
    if settings.mqtt_url is None:
        return None
    parts = urlsplit(settings.mqtt_url.get_secret_value())
    tls = parts.scheme == "mqtts"
    return MqttSettings(
        host=parts.hostname or "",
        port=parts.port or (8883 if tls else 1883),
        prefix=settings.mqtt_prefix,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=tls,
        ca_file=settings.mqtt_ca,
    )
