"""The drivers by code: who drives a vehicle on a day, and in which temper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from surefoot.ingestion.telemetry.simulator.chance import share, stream, whole
from surefoot.ingestion.telemetry.simulator.fleet import SimulatedVehicle

RELIEVED: Final = 4
"""Vehicles that share one relief driver, who takes each of them on its own days only: nobody drives two at a time."""
RELIEF_SHARE: Final = 0.3
"""How often the relief driver takes a vehicle on those days."""
CODES: Final = 400
"""Codes of those with a vehicle of their own; as many again for second shifts, relief drivers behind them."""
NIGHTS: Final = 4
"""After so many nights somebody else drives for as many."""
TWO_SHIFTS: Final = {"van": 0.15, "truck": 0.45}
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


def drivers(seed: int, vehicle: SimulatedVehicle, day: date) -> tuple[str, ...]:
    """Codes of those who drive the vehicle on this day, in the order of their shifts.

    They come from the number in the vehicle's name, so that a fleet whose numbers differ and are below 400 shares none.
    """
    digits = "".join(letter for letter in vehicle.vehicle if letter.isdigit())
    number = int(digits) if digits else whole(vehicle.vehicle) % CODES
    own = (37 * number + 11) % CODES
    if vehicle.rota.nights:  # nobody works more than four nights in a row (driver hours policy, section 5)
        return (f"D-{own + CODES * (day.toordinal() // NIGHTS % 2):03d}",)
    takes = day.toordinal() % RELIEVED == number % RELIEVED and share(seed, "relief", number, day) < RELIEF_SHARE
    first = f"D-{2 * CODES + number // RELIEVED if takes else own:03d}"
    return (first, f"D-{CODES + own:03d}") if in_two_shifts(seed, vehicle, day) else (first,)


def in_two_shifts(seed: int, vehicle: SimulatedVehicle, day: date) -> bool:
    """Whether the vehicle goes out in two shifts on this day."""
    usual = vehicle.energy == "diesel" and not (vehicle.spare or vehicle.rota.nights or "Evening" in vehicle.use)
    works = usual and share(seed, "shifts", vehicle.vehicle) < TWO_SHIFTS[vehicle.vehicle_class]
    return works and day.weekday() < 5 and share(seed, "late", vehicle.vehicle, day) < 0.8
