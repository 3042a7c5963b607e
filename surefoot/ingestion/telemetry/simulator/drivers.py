"""The drivers by code: who drives a vehicle on a day, and in which temper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from surefoot.ingestion.telemetry.simulator.chance import share, stream
from surefoot.ingestion.telemetry.simulator.fleet import SimulatedVehicle

RELIEVED: Final = 4
"""Vehicles that share one relief driver, who takes each of them on its own days only: nobody drives two at a time."""
RELIEF_SHARE: Final = 0.3
"""How often the relief driver takes a vehicle on those days."""
TWO_SHIFTS: Final = {"van": 0.12, "truck": 0.35}
"""Share of the vehicles that go out in two shifts; electric ones charge instead."""


@dataclass(frozen=True, slots=True)
class Temper:
    """How somebody drives: 1 is usual, more is rougher, and how often they leave the engine on."""

    haste: float
    idling: float


@lru_cache(maxsize=4096)
def temper(seed: int, driver: str) -> Temper:
    """The temper of a driver: most are calm, a few are not."""
    random = stream(seed, "temper", driver)
    return Temper(min(0.25 + random.expovariate(1.25), 3.5), min(0.3 + random.expovariate(1.2), 3.0))


def drivers(seed: int, vehicle: SimulatedVehicle, number: int, day: date) -> tuple[str, ...]:
    """Codes of those who drive the vehicle of this number in the fleet on this day, in the order of their shifts."""
    relief = 200 + number // RELIEVED
    takes = day.toordinal() % RELIEVED == number % RELIEVED and share(seed, "relief", number, day) < RELIEF_SHARE
    first = f"D-{relief if takes else number + 1:03d}"
    return (first, f"D-{100 + number:03d}") if in_two_shifts(seed, vehicle, day) else (first,)


def in_two_shifts(seed: int, vehicle: SimulatedVehicle, day: date) -> bool:
    """Whether the vehicle goes out in two shifts on this day."""
    usual = vehicle.energy == "diesel" and not vehicle.spare and "Evening" not in vehicle.use
    works = usual and share(seed, "shifts", vehicle.vehicle) < TWO_SHIFTS[vehicle.vehicle_class]
    return works and day.weekday() < 5 and share(seed, "late", vehicle.vehicle, day) < 0.8
