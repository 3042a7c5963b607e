"""What truly happened to each simulated vehicle in a window of time: the truth's facts, kept by day and added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import numpy as np

from surefoot.ingestion.telemetry.simulator.local_days import ZONE
from surefoot.ingestion.telemetry.simulator.plan import DayPlan
from surefoot.ingestion.telemetry.simulator.simulator import Simulator
from surefoot.ingestion.telemetry.simulator.true_facts import TrueEvent, TrueState, TrueStop, TrueTrip
from surefoot.ingestion.telemetry.simulator.truth import Truth, zone
from surefoot.retrieval.records.samples import microseconds

DAY = timedelta(days=1)
SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class LiveFacts:
    """Of one vehicle or several; times in seconds."""

    vehicles: frozenset[str] = frozenset()
    km: float = 0.0
    driving_s: float = 0.0
    idling_s: float = 0.0
    heard_s: float = 0.0
    """The whole window: a simulated vehicle is always heard of."""
    fuel_l: float = 0.0
    energy_kwh: float = 0.0
    co2_kg: float = 0.0
    top_kmh: float = 0.0
    trips: tuple[TrueTrip, ...] = ()
    """That begin in the window; one that goes on has its end, and its distance, at the newest moment."""
    stops: tuple[TrueStop, ...] = ()
    events: tuple[TrueEvent, ...] = ()

    def __add__(self, other: LiveFacts) -> LiveFacts:
        added = {
            field.name: getattr(self, field.name) + getattr(other, field.name)
            for field in fields(self)
            if field.name not in {"vehicles", "top_kmh"}
        }
        return LiveFacts(vehicles=self.vehicles | other.vehicles, top_kmh=max(self.top_kmh, other.top_kmh), **added)


def added(facts: Iterable[LiveFacts]) -> LiveFacts:
    """The sum of facts; of none, nothing."""
    return sum(facts, LiveFacts())


class FleetTruth:
    """The truth up to a moment: windows that reach further end there. Whole days are kept."""

    def __init__(self, simulator: Simulator, now: datetime) -> None:
        self.simulator, self.now = simulator, now
        self.truth = Truth(simulator)
        self._days: dict[tuple[str, datetime], LiveFacts] = {}

    def facts(self, vehicle: str, start: datetime, end: datetime) -> LiveFacts:
        """Of one vehicle in [start, end). Raises KeyError for an unknown one."""
        start, end = start.astimezone(UTC), min(end, self.now).astimezone(UTC)
        found = LiveFacts(frozenset({vehicle}))
        while start < end:
            midnight = _next_midnight(start)
            upto = min(midnight, end)
            whole = upto == midnight and _next_midnight(start - timedelta(microseconds=1)) == start
            found += self._day(vehicle, start) if whole else self._part(vehicle, start, upto)
            start = upto
        return found

    def state(self, vehicle: str) -> TrueState:
        """What a vehicle does at the newest moment."""
        return self.truth.at(vehicle, self.now)

    def visits(self, vehicle: str, place: str, start: datetime, end: datetime) -> int:
        """How often a vehicle comes into the zone of a place, looked at once a second while it drives."""
        named = self.simulator.world.places[place]
        trips = self.facts(vehicle, start, end).trips
        return sum(self._entries(trip, lambda lat, lon: zone([named], lat, lon) == place) for trip in trips)

    def _day(self, vehicle: str, start: datetime) -> LiveFacts:
        key = vehicle, start
        if key not in self._days:
            self._days[key] = self._part(vehicle, start, _next_midnight(start))
        return self._days[key]

    def _part(self, vehicle: str, start: datetime, end: datetime) -> LiveFacts:
        """Of a window within one local day."""
        totals = self.truth.totals(vehicle, start, end)
        plan = self.simulator.plan(vehicle, start.astimezone(ZONE).date())
        return LiveFacts(
            vehicles=frozenset({vehicle}),
            km=totals.distance_km,
            driving_s=totals.driving_s,
            idling_s=totals.idling_s,
            heard_s=(end - start) / timedelta(seconds=1),
            fuel_l=totals.fuel_l,
            energy_kwh=totals.energy_kwh,
            co2_kg=totals.co2_kg,
            top_kmh=_top_kmh(plan, microseconds(start), microseconds(end)),
            trips=tuple(self._until_now(trip) for trip in self.truth.trips(vehicle, start, end)),
            stops=tuple(self._stop_until_now(stop) for stop in self.truth.stops(vehicle, start, end)),
            events=tuple(self.truth.events(vehicle, start, end)),
        )

    def _until_now(self, trip: TrueTrip) -> TrueTrip:
        if trip.end <= self.now:
            return trip
        driven = self.truth.totals(trip.vehicle, trip.start, self.now).distance_km
        return replace(trip, end=self.now, to_place="", distance_km=driven)

    def _stop_until_now(self, stop: TrueStop) -> TrueStop:
        return replace(stop, end=self.now) if stop.end is None or stop.end > self.now else stop

    def _entries(self, trip: TrueTrip, inside: Callable[[float, float], bool]) -> int:
        plan = self.simulator.plan(trip.vehicle, trip.start.astimezone(ZONE).date())
        times = np.arange(microseconds(trip.start), microseconds(trip.end) + SECOND_US, SECOND_US)
        seconds, track = plan.motion.seconds(times), plan.motion.track
        latitudes, longitudes, _ = plan.motion.path.positions(track.metres(seconds, track.at(seconds)))
        within = [inside(*position) for position in zip(latitudes.tolist(), longitudes.tolist(), strict=True)]
        return sum(now and not before for before, now in pairwise(within))


def _next_midnight(moment: datetime) -> datetime:
    """The first midnight of the fleet's zone after a moment, in UTC; a local day may have 23 or 25 hours."""
    following = moment.astimezone(ZONE).date() + DAY
    return datetime.combine(following, time(), ZONE).astimezone(UTC)


def _top_kmh(plan: DayPlan, start: int, end: int) -> float:
    """The highest speed in a window of a day: speeds change evenly within phases, so that one of the edges has it."""
    track = plan.motion.track
    edges = np.clip(plan.motion.seconds(np.array([start, end])), 0.0, plan.motion.length_s)
    first, last = track.at(edges).tolist()
    at_edges = track.speeds(edges, np.array([first, last]))
    return float(np.max(np.append(at_edges, track.speed[first + 1 : last + 1]))) * 3.6
