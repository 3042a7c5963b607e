"""The fleet's samples of any window of time, and the message of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import numpy as np

from surefoot.ingestion.telemetry.simulator.chance import share
from surefoot.ingestion.telemetry.simulator.fleet import SimulatedVehicle
from surefoot.ingestion.telemetry.simulator.ledger import Ledger
from surefoot.ingestion.telemetry.simulator.local_days import DAY, LocalDays
from surefoot.ingestion.telemetry.simulator.plan import DayPlan, Numbers
from surefoot.ingestion.telemetry.simulator.routes import World
from surefoot.ingestion.telemetry.simulator.sampling import PARKED_S, REPORTS_S, Rhythm, sampled, times
from surefoot.retrieval.records.samples import COLUMNS, FLOATS, UNKNOWN, Sample, Samples, microseconds, moment_of

DECIMALS = {
    "latitude": 6,
    "longitude": 6,
    "speed_kmh": 2,
    "heading_deg": 1,
    "odometer_km": 4,
    "accel_long_ms2": 3,
    "accel_lat_ms2": 3,
    "yaw_rate_dps": 2,
    "speed_limit_kmh": 0,
    "level_percent": 2,
}
"""Digits after the point in a message."""


class Simulator:
    """A fleet that drives by plan; one thread at a time.

    The same seed, fleet and world give the same samples, whatever was asked for before. `noisy` adds what a real unit
    adds: positions are off by up to 2.5 m to each side, accelerations by up to 0.1 m/s² while the vehicle moves.
    """

    def __init__(
        self, fleet: Sequence[SimulatedVehicle], *, seed: int = 1, world: World | None = None, noisy: bool = True
    ) -> None:
        self.fleet, self.seed, self.noisy = tuple(fleet), seed, noisy
        self.world = world or World()
        self.ledger = Ledger(seed, self.world, self.fleet)
        self._numbers = {vehicle.vehicle: number for number, vehicle in enumerate(self.fleet)}
        self.days = LocalDays(self.fleet[0].days.zone) if self.fleet else LocalDays()
        """The days of the clocks that the fleet goes by."""
        self._times = lru_cache(maxsize=3 * max(len(self.fleet), 1))(self._timed)

    def plan(self, vehicle: str, day: date) -> DayPlan:
        """The plan of a vehicle for a local day. Raises KeyError for a vehicle that is not in the fleet."""
        return self.ledger.plan(self._numbers[vehicle], day)

    def odometer_km(self, vehicle: str, moment: int) -> float:
        """What a vehicle's odometer shows at a moment, in microseconds since 1970 in UTC. Raises KeyError as `plan`."""
        number = self._numbers[vehicle]
        plan = self.ledger.plan(number, self.fleet[number].days.day_of(moment))
        track, seconds = plan.motion.track, plan.motion.seconds(np.array([moment]))
        return plan.odometer_km + float(track.metres(seconds, track.at(seconds))[0]) / 1000

    def samples(self, start: datetime, end: datetime, *, interval_s: float | None = None, rate: float = 1.0) -> Samples:
        """All samples in [start, end), both aware, by time and then by the vehicle's place in the fleet.

        Vans report each 20 s and trucks each 10 s while the engine is on, all when it goes on or off, and each 15
        minutes while it is off. `interval_s` replaces the 20 and 10 s; `rate` divides all of them.
        """
        return Samples.joined([Samples.of([]), *self.blocks(start, end, interval_s=interval_s, rate=rate)])

    def due(self, since: datetime, until: datetime, *, rate: float = 1.0) -> Samples:
        """What a live loop has to send: the samples in [since, until)."""
        return self.samples(since, until, rate=rate)

    def blocks(
        self, start: datetime, end: datetime, *, interval_s: float | None = None, rate: float = 1.0
    ) -> Iterator[Samples]:
        """The same samples in blocks of a local day, so that years of them fit into memory.

        Raises ValueError for an interval or a rate that is not above 0.
        """
        if rate <= 0 or (interval_s is not None and interval_s <= 0):
            raise ValueError("An interval between samples, and a rate, are above 0.")
        window = microseconds(start), microseconds(end)
        for day in self.days.days(*window):
            part = max(window[0], self.days.begins(day)), min(window[1], self.days.begins(day + DAY))
            parts = [
                self._of(number, its_day, part, (interval_s, rate))
                for number, vehicle in enumerate(self.fleet)
                for its_day in vehicle.days.days(*part)
            ]
            found = [part for part in parts if len(part)]
            if found:
                joined = Samples.joined(found)
                yield joined.taken(np.argsort(joined.time, kind="stable"))

    def _of(self, number: int, day: date, window: tuple[int, int], pace: tuple[float | None, float]) -> Samples:
        moments = self._times(number, day, *pace)
        first, last = np.searchsorted(moments, window).tolist()
        if first == last:
            return NOTHING
        plan = self.ledger.plan(number, day)
        before = np.append(moments[first - 1] if first else plan.motion.start, moments[first : last - 1])
        return sampled(self.fleet[number].vehicle, plan, moments[first:last], before, noisy=self.noisy)

    def _timed(self, number: int, day: date, interval_s: float | None, rate: float) -> Numbers:
        vehicle = self.fleet[number]
        running = interval_s or REPORTS_S[vehicle.vehicle_class]
        offset = share(self.seed, "offset", vehicle.vehicle)
        rhythm = Rhythm(max(int(running / rate * 1e6), 1), max(int(PARKED_S / rate * 1e6), 1), offset)
        return times(self.ledger.plan(number, day).motion, rhythm)


NOTHING = Samples.of([])


def message(sample: Sample) -> dict[str, Any]:
    """The JSON message of a sample: its fields by name, time in ISO 8601 with Z; what it does not say is left out."""
    return next(messages(Samples.of([sample])))


def messages(samples: Samples) -> Iterator[dict[str, Any]]:
    """The JSON messages of samples, in their order."""
    columns = {name: getattr(samples, name).tolist() for name in COLUMNS}
    for number in range(len(samples)):
        written: dict[str, Any] = {}
        for name in COLUMNS:
            value = _written(name, columns[name][number])
            if value is not None:
                written[name] = value
        yield written


def _written(name: str, value: Any) -> Any:
    if name == "time":
        return moment_of(value).astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if name == "engine_on":
        return None if value == UNKNOWN else bool(value)
    if name in FLOATS:
        return None if value != value else round(value, DECIMALS[name])  # noqa: PLR0124 - not a number
    return value or None
