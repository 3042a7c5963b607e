"""What a vehicle is to do on a day: from place to place, and what happens there. Known without driving it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from surefoot.ingestion.telemetry.simulator.chance import share, stream
from surefoot.ingestion.telemetry.simulator.drivers import drivers, in_two_shifts, temper
from surefoot.ingestion.telemetry.simulator.fleet import SimulatedVehicle
from surefoot.ingestion.telemetry.simulator.places import CHARGING, CUSTOMER, FUEL, WORKSHOP
from surefoot.ingestion.telemetry.simulator.routes import World

SLOWER: Final = 1.35
"""What a leg takes, against its time at the limits; on the safe side, for planning."""
ELECTRIC_RANGE_KM: Final = {"Voltera E30": 150.0, "Voltera E35": 165.0}
"""A day's distance: a charge lasts for it with a good reserve."""
ARRIVING_S, LEAVING_S = (8.0, 40.0), (10.0, 60.0)
"""How long the engine is on before and after it is off at a place."""
SATURDAY: Final = 5
LATER: Final = 0.35
"""Share of the vehicles that leave later in the morning, where a rota spreads them."""
RELOADING_S: Final = (1200.0, 2400.0)
FUELLING_S: Final = (480.0, 780.0)
EARLY_NIGHTS: Final = 0.35
EARLY_NIGHT_H, LATE_NIGHT_H = (15.0, 18.5), (20.0, 22.9)
"""When the two waves of night work leave; the second one is not home before work by day begins."""
NIGHT_STAY_S: Final = (360.0, 900.0)
"""With the engine off; longer than the end of a trip."""
NIGHT_SHIFT_H: Final = (8.2, 9.0)
"""Less than the 9 hours 30 minutes of the fleet's driver hours policy, section 5."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay at a place at the end of a leg: engine on, then off, then on again; seconds each."""

    place: str
    purpose: str
    driver: str
    """Who drives there."""
    running_in_s: float
    off_s: float
    running_out_s: float


@dataclass(frozen=True, slots=True)
class Itinerary:
    """A day of one vehicle; without visits it stays where it is."""

    day: date
    home: str
    leaves_at_s: float = 0.0
    """Seconds of local clock time after midnight at which the engine is switched on."""
    warming_s: float = 0.0
    visits: tuple[Visit, ...] = ()

    @property
    def drives(self) -> bool:
        """Whether the vehicle goes out."""
        return bool(self.visits)

    def distance_m(self, world: World) -> float:
        """Metres of all legs."""
        origins = (self.home, *(visit.place for visit in self.visits))
        return sum(world.route(a, visit.place).length_m for a, visit in zip(origins, self.visits, strict=False))


def goes_out(seed: int, vehicle: SimulatedVehicle, day: date) -> bool:
    """Whether a vehicle drives on a day."""
    if vehicle.off_road:
        return False
    return share(seed, "out", vehicle.vehicle, day) < vehicle.rota.likely(day.weekday())


def fills_up(seed: int, vehicle: SimulatedVehicle, day: date) -> bool:
    """Whether a diesel vehicle that goes out comes back with a full tank: each second day out of a week.

    It begins with the first, and days of two shifts come on top: a tank lasts for two days out, one of them a long one
    at most, and no history is needed to know it.
    """
    monday = day - timedelta(days=day.weekday())
    before = sum(goes_out(seed, vehicle, monday + timedelta(days=number)) for number in range(day.weekday()))
    return vehicle.energy == "diesel" and (before % 2 == 0 or in_two_shifts(seed, vehicle, day))


@dataclass(slots=True)
class _Making:
    """A day while it is made up."""

    seed: int
    vehicle: SimulatedVehicle
    world: World
    day: date
    random: Random
    clock_s: float = 0.0
    driven_m: float = 0.0
    visits: list[Visit] = field(default_factory=list[Visit])
    here: str = ""

    def leg_s(self, origin: str, destination: str) -> float:
        return self.world.nominal_s(origin, destination, self.vehicle.vehicle_class) * SLOWER + 60

    def home_s(self, place: str) -> float:
        return self.leg_s(place, self.vehicle.depot)

    def to(self, place: str, purpose: str, driver: str, stay: tuple[float, float, float]) -> None:
        self.clock_s += self.leg_s(self.here, place) + sum(stay)
        self.driven_m += self.world.route(self.here, place).length_m
        self.visits.append(Visit(place, purpose, driver, *stay))
        self.here = place

    def fits(self, place: str, until_s: float, from_depot_at_s: float | None = None) -> bool:
        """Whether a visit to this place and the way home from there fit into the shift (and the battery)."""
        depot = self.vehicle.depot
        begins, origin = (self.clock_s, self.here) if from_depot_at_s is None else (from_depot_at_s, depot)
        metres = self.driven_m + sum(self.world.route(*leg).length_m for leg in ((origin, place), (place, depot)))
        if from_depot_at_s is not None and self.here != depot:
            metres += self.world.route(self.here, depot).length_m
        ends = begins + self.leg_s(origin, place) + 900 + self.home_s(place)
        return ends <= until_s and metres <= ELECTRIC_RANGE_KM.get(self.vehicle.model, 1e6) * 1000


def itinerary(seed: int, world: World, vehicle: SimulatedVehicle, day: date) -> Itinerary:
    """The day of a vehicle; it depends on nothing but the seed, the vehicle, and the day."""
    if not goes_out(seed, vehicle, day):
        return Itinerary(day, vehicle.depot)
    random = stream(seed, "day", vehicle.vehicle, day)
    codes = drivers(seed, vehicle, day)
    leaves = _leaving(random, vehicle, day, len(codes))
    warming = random.uniform(480, 780) if random.random() < 0.06 else random.uniform(40, 170)
    making = _Making(seed, vehicle, world, day, random, leaves + warming, here=vehicle.depot)
    for shift, driver in enumerate(codes):
        length = random.uniform(*_shift_h(vehicle, len(codes)))
        _shift(making, driver, making.clock_s + length * 3600, last=shift == len(codes) - 1)
    return Itinerary(day, vehicle.depot, leaves, warming, tuple(making.visits))


def _shift_h(vehicle: SimulatedVehicle, shifts: int) -> tuple[float, float]:
    return NIGHT_SHIFT_H if vehicle.rota.nights else (6.0, 7.2) if shifts == 2 else (6.8, 8.8)


def _leaving(random: Random, vehicle: SimulatedVehicle, day: date, shifts: int) -> float:
    if vehicle.rota.nights:
        return random.uniform(*(EARLY_NIGHT_H if random.random() < EARLY_NIGHTS else LATE_NIGHT_H)) * 3600
    if vehicle.rota.spread and day.weekday() >= SATURDAY:
        return (4.6 + 7.8 * random.random() ** 1.5) * 3600
    if vehicle.rota.spread and shifts == 1 and random.random() < LATER:
        return random.uniform(8.5, 12.5) * 3600
    if "Evening" in vehicle.use:
        return random.uniform(12.2, 13.2) * 3600
    return random.uniform(5.0, 5.8) * 3600 if shifts == 2 else random.uniform(5.6, 7.8) * 3600


def _shift(making: _Making, driver: str, until_s: float, *, last: bool) -> None:
    """Tours from the depot and back, with one break about half-way."""
    territory = _territory(making)
    rests_at_s = making.clock_s + 0.42 * (until_s - making.clock_s)
    again = True
    while again:
        fitting = [place for place in territory if making.fits(place, until_s)]
        waiting = making.random.sample(fitting, min(making.random.randint(3, 6), len(fitting)))
        while waiting:
            place = making.world.nearest(making.here, waiting)[0]
            waiting.remove(place)
            if making.fits(place, until_s):
                rests = making.clock_s > rests_at_s
                rests_at_s = until_s if rests else rests_at_s
                _visit(making, place, driver, rests=rests)
        at_depot_s = making.clock_s + making.home_s(making.here) + RELOADING_S[1] + ARRIVING_S[1] + LEAVING_S[1]
        again = any(making.fits(place, until_s, from_depot_at_s=at_depot_s) for place in territory)
        _return(making, driver, final=last and not again)


def _territory(making: _Making) -> Sequence[str]:
    """The customers that this vehicle serves: some of those around its depot, trucks from farther away.

    At night those that are farthest: long ways and short stays.
    """
    random = stream(making.seed, "territory", making.vehicle.vehicle)
    around, served = (8, 6) if making.vehicle.vehicle_class == "van" else (14, 8)
    customers = making.world.nearest(making.vehicle.depot, making.world.named(CUSTOMER))
    near = customers[-around:] if making.vehicle.rota.nights else customers[:around]
    return random.sample(near, served)


def _visit(making: _Making, place: str, driver: str, *, rests: bool) -> None:
    """A delivery, a break, or once in a while the workshop."""
    random, electric = making.random, making.vehicle.energy == "electric"
    if rests and electric and random.random() < 0.4:
        hub = making.world.nearest(making.here, making.world.named(CHARGING))[0]
        making.to(hub, "charge", driver, _parked(random, (1800, 2700)))
    elif rests:
        making.to(place, "break", driver, _parked(random, (1800, 2700)))
    elif random.random() < 0.004:
        garage = making.world.nearest(making.here, making.world.named(WORKSHOP))[0]
        making.to(garage, "workshop", driver, _parked(random, (2400, 5400)))
    elif making.vehicle.rota.nights:
        making.to(place, "delivery", driver, _parked(random, NIGHT_STAY_S))
    else:
        making.to(place, "delivery", driver, _delivery(random, temper(making.seed, driver).idling))


def _return(making: _Making, driver: str, *, final: bool) -> None:
    random, depot = making.random, making.vehicle.depot
    if final and fills_up(making.seed, making.vehicle, making.day):
        station = making.world.nearest(depot, making.world.named(FUEL))[0]
        making.to(station, "refuel", driver, _parked(random, FUELLING_S))
    stay = NIGHT_STAY_S if making.vehicle.rota.nights and not final else RELOADING_S
    making.to(depot, "home" if final else "depot", driver, _parked(random, stay))


def _parked(random: Random, off: tuple[float, float]) -> tuple[float, float, float]:
    return random.uniform(*ARRIVING_S), random.uniform(*off), random.uniform(*LEAVING_S)


def _delivery(random: Random, idling: float) -> tuple[float, float, float]:
    """Mostly with the engine off; lengths keep clear of those that make an idling event or the end of a trip."""
    dice = random.random()
    if dice < 0.08:
        return random.uniform(60, 190), 0.0, 0.0
    if dice < 0.08 + 0.035 * idling:
        return random.uniform(450, 900), random.uniform(200, 900), random.uniform(10, 60)
    return _parked(random, (360, 1500))
