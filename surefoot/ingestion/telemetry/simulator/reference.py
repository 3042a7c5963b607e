"""Rows of what is known of a simulated fleet: its vehicles, its places, and what is due for maintenance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from surefoot.ingestion.telemetry.simulator.chance import share
from surefoot.ingestion.telemetry.simulator.fleet import SimulatedVehicle
from surefoot.ingestion.telemetry.simulator.ledger import Ledger
from surefoot.ingestion.telemetry.simulator.places import Place

MONTH_DAYS: Final = 30.44
HEAVY_DUTY_USE, HEAVY_DUTY = "Quarry contract", 0.8
"""Heavy duty cuts kilometres by one fifth (section 4.1 of the fleet's maintenance manual)."""
LEAST_KM_A_DAY: Final = 1.0
LATE_KM, LATE_SHARE = 3000.0, 0.2
"""Some vehicles come in late by so much, so that now and then one is overdue."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """How often a model is due."""

    service_km: float
    """Services A and B alternate: one of them each so many kilometres, B each second time."""
    service_months: int
    inspection_weeks: int


INTERVALS: Final[Mapping[str, Intervals]] = {
    "Corvane 28": Intervals(25_000, 12, 12),
    "Corvane 35": Intervals(30_000, 12, 10),
    "Corvane 35 Frost": Intervals(20_000, 9, 8),
    "Voltera E30": Intervals(40_000, 24, 14),
    "Voltera E35": Intervals(35_000, 18, 13),
    "Haulier H12": Intervals(45_000, 12, 8),
    "Haulier H18": Intervals(60_000, 12, 7),
    "Haulier H18 Polar": Intervals(50_000, 10, 6),
    "Haulier H26": Intervals(55_000, 11, 6),
}
"""Sections 4 and 5 of the fleet's maintenance manual."""


def vehicle_rows(fleet: Iterable[SimulatedVehicle]) -> list[dict[str, Any]]:
    """Rows of the table `vehicles`."""
    return [
        {
            "vehicle": vehicle.vehicle,
            "registration": vehicle.registration,
            "model": vehicle.model,
            "vehicle_class": vehicle.vehicle_class,
            "body": vehicle.body,
            "depot": vehicle.depot,
            "energy": vehicle.energy,
            "status": vehicle.status,
            "source": "simulator",
            "first_registered": vehicle.first_registered,
            "next_test": vehicle.next_test,
            "simulated": True,
        }
        for vehicle in fleet
    ]


def place_rows(places: Iterable[Place]) -> list[dict[str, Any]]:
    """Rows of the table `places`."""
    return [dict(place.row()) for place in places]


def maintenance_rows(ledger: Ledger, on: date) -> list[dict[str, Any]]:
    """Rows of the table `maintenance` as they stand at the beginning of a local day: four for each vehicle.

    When the last services were is invented, from the seed; intervals are those of the manual, tests those of the list.
    """
    return [
        row
        for number, vehicle in enumerate(ledger.fleet)
        for row in (
            *_services(ledger, number, on),
            _inspection(ledger.seed, vehicle, on),
            _test(vehicle, on),
        )
    ]


def _services(ledger: Ledger, number: int, on: date) -> Sequence[dict[str, Any]]:
    """Services A and B: a rhythm by kilometres that began at a reading of its own for each vehicle.

    B includes A, so that A counts from the last of either.
    """
    vehicle = ledger.fleet[number]
    every = INTERVALS[vehicle.model]
    step = every.service_km * (HEAVY_DUTY if vehicle.use == HEAVY_DUTY_USE else 1.0)
    reading = ledger.odometer_km(number, on)
    first = share(ledger.seed, "service", vehicle.vehicle) * step
    late = LATE_KM if share(ledger.seed, "late service", vehicle.vehicle) < LATE_SHARE else 0.0
    done = max(int((reading - first - late) // step), 0)
    rows: list[dict[str, Any]] = []
    for item, last, interval in (("service A", done, step), ("service B", done - done % 2, 2 * step)):
        last_km = first + last * step
        months = every.service_months * (1 if item == "service A" else 2)
        last_on = on - timedelta(days=_days_since(vehicle, reading - last_km, months * MONTH_DAYS))
        due_on = last_on + timedelta(days=round(months * MONTH_DAYS))
        rows.append(_row(vehicle, item, (last_on, due_on), (interval, last_km)))
    return rows


def _days_since(vehicle: SimulatedVehicle, driven_km: float, at_most: float) -> int:
    """How long ago so many kilometres were driven, at the vehicle's usual pace; not longer than is allowed."""
    age = max((vehicle.odometer_on - vehicle.first_registered).days, 1)
    pace = max(vehicle.odometer_km / age, LEAST_KM_A_DAY)
    return round(min(driven_km / pace, 0.97 * at_most))


def _inspection(seed: int, vehicle: SimulatedVehicle, on: date) -> dict[str, Any]:
    """Safety inspections come each so many weeks, whatever was driven."""
    every = 7 * INTERVALS[vehicle.model].inspection_weeks
    shift = int(share(seed, "inspection", vehicle.vehicle) * every)
    last_on = on - timedelta(days=(on.toordinal() - shift) % every)
    return _row(vehicle, "safety inspection", (last_on, last_on + timedelta(days=every)))


def _test(vehicle: SimulatedVehicle, on: date) -> dict[str, Any]:
    """The statutory test is each year on the day of the list."""
    years = max(on.year - vehicle.next_test.year, 0)
    due_on = _years_later(vehicle.next_test, years)
    due_on = _years_later(vehicle.next_test, years + 1) if due_on < on else due_on
    return _row(vehicle, "statutory test", (_years_later(due_on, -1), due_on))


def _years_later(day: date, years: int) -> date:
    """The same day of another year; 28 February for the 29th."""
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _row(
    vehicle: SimulatedVehicle, item: str, days: tuple[date, date], km: tuple[float, float] | None = None
) -> dict[str, Any]:
    """`days`: the last one and the next one; `km`: the interval, and the reading at the last one."""
    return {
        "vehicle": vehicle.vehicle,
        "item": item,
        "interval_km": km[0] if km else None,
        "last_km": round(km[1], 1) if km else None,
        "due_km": round(km[1] + km[0], 1) if km else None,
        "last_on": days[0],
        "due_on": days[1],
    }
