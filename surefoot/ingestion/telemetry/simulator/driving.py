"""Drives an itinerary: from what a vehicle is to do on a day to how it moves in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Final

import numpy as np

from surefoot.ingestion.telemetry.simulator.chance import stream
from surefoot.ingestion.telemetry.simulator.drivers import temper
from surefoot.ingestion.telemetry.simulator.fleet import SimulatedVehicle
from surefoot.ingestion.telemetry.simulator.incidents import ride
from surefoot.ingestion.telemetry.simulator.itinerary import Itinerary, Visit
from surefoot.ingestion.telemetry.simulator.motion import Phase
from surefoot.ingestion.telemetry.simulator.plan import Motion, Path, Stay, Track
from surefoot.ingestion.telemetry.simulator.routes import Route, World

PUMP: Final = {"van": 0.6, "truck": 1.6}
"""Litres a second."""
FAST_CHARGER, DEPOT_CHARGER = 50 / 3600, 11 / 3600
"""kWh a second: 50 kW at a hub, 11 kW at the depot."""
YARD_KMH: Final = 30

Row = tuple[float, float, float, float, float, float, float, float]


@dataclass(slots=True)
class _Drive:
    """A day while it is driven."""

    world: World
    seed: int
    vehicle: SimulatedVehicle
    clock_s: float = 0.0
    driven_m: float = 0.0
    rows: list[Row] = field(default_factory=list[Row])
    drivers: list[str] = field(default_factory=list[str])
    routes: list[Route] = field(default_factory=list[Route])
    stays: list[Stay] = field(default_factory=list[Stay])

    def stand(self, duration_s: float, driver: str, *, engine: bool, supply: float = 0.0) -> None:
        """Nothing moves; a phase of no length is left out."""
        if duration_s > 0:
            self._phase(Phase(duration_s, 0.0, 0.0, 0.0, YARD_KMH), driver, engine=engine, supply=supply)

    def go(self, route: Route, driver: str, random: Random) -> None:
        """One leg."""
        ends_at_m = self.driven_m + route.length_m
        for phase in ride(route, self.vehicle.vehicle_class, temper(self.seed, driver), random):
            self._phase(phase, driver, engine=True)
        self.driven_m = ends_at_m
        self.routes.append(route)

    def _phase(self, phase: Phase, driver: str, *, engine: bool, supply: float = 0.0) -> None:
        state = (phase.speed, phase.acceleration, phase.curvature, float(phase.limit_kmh), float(engine), supply)
        self.rows.append((self.clock_s, self.driven_m, *state))
        self.drivers.append(driver)
        self.clock_s += phase.duration_s
        self.driven_m += phase.length_m


def drive(world: World, seed: int, vehicle: SimulatedVehicle, plan: Itinerary) -> Motion:
    """How the vehicle moves on the day of its itinerary.

    Raises RuntimeError where the day is too short for it, which planning rules out.
    """
    going, day, days = _Drive(world, seed, vehicle), plan.day, vehicle.days
    charger = DEPOT_CHARGER if vehicle.energy == "electric" else 0.0
    if plan.drives:
        going.stand(days.into_s(day, plan.leaves_at_s), "", engine=False, supply=charger)
        going.stand(plan.warming_s, plan.visits[0].driver, engine=True)
        going.stays.append(Stay(plan.home, "home", 0.0, going.clock_s))
        _visit_all(going, plan, stream(seed, "drive", vehicle.vehicle, day))
    length_s = days.length_s(day)
    if going.clock_s >= length_s:
        raise RuntimeError(f"{vehicle.vehicle} does not come home on {day}: its itinerary is too long.")
    begun = going.stays.pop().begins_s if plan.drives else 0.0
    going.stand(length_s - going.clock_s, "", engine=False, supply=charger)
    going.stays.append(Stay(plan.home, "home", begun, length_s))
    return _motion(going, day, plan.home)


def _visit_all(going: _Drive, plan: Itinerary, random: Random) -> None:
    here = plan.home
    following: Sequence[Visit] = (*plan.visits[1:], plan.visits[-1])
    for visit, after in zip(plan.visits, following, strict=True):
        going.go(going.world.route(here, visit.place), visit.driver, random)
        here, arrived = visit.place, going.clock_s
        going.stand(visit.running_in_s, visit.driver, engine=True)
        if visit.purpose != "home":
            _off(going, visit)
            going.stand(visit.running_out_s, after.driver, engine=True)
        going.stays.append(Stay(visit.place, visit.purpose, arrived, going.clock_s))


def _off(going: _Drive, visit: Visit) -> None:
    """The engine is off; in the middle part of it something may flow in."""
    supply = {"refuel": PUMP[going.vehicle.vehicle_class], "charge": FAST_CHARGER}.get(visit.purpose, 0.0)
    for part, flowing in ((0.2, 0.0), (0.6, supply), (0.2, 0.0)) if supply else ((1.0, 0.0),):
        going.stand(visit.off_s * part, visit.driver, engine=False, supply=flowing)


def _motion(going: _Drive, day: date, home: str) -> Motion:
    begun, driven, speed, acceleration, curvature, limit, engine, supply = np.array(going.rows).T
    drivers = np.empty(len(going.drivers), dtype=object)
    drivers[:] = going.drivers
    track = Track(begun, driven, speed, acceleration, curvature, limit, engine > 0, supply, drivers)
    days = going.vehicle.days
    return Motion(day, days.begins(day), days.length_s(day), track, _path(going, home), tuple(going.stays))


def _path(going: _Drive, home: str) -> Path:
    if not going.routes:
        place = going.world.places[home]
        return Path(np.zeros(1), np.array([place.latitude]), np.array([place.longitude]), np.zeros(1))
    base, at, points, headings = 0.0, [0.0], [going.routes[0].points[0]], [going.routes[0].headings[0]]
    for route in going.routes:
        at.extend(base + metres for metres in route.at_m)
        points.extend(route.points)
        headings.extend((*route.headings, route.headings[-1]))
        base += route.length_m
    latitude, longitude = np.array(points).T
    return Path(np.array(at), latitude, longitude, np.array(headings[:-1]))
