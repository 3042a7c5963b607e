"""Days as they are planned: each leg leads to another place, and everybody comes home."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from surefoot.ingestion.telemetry.simulator.fleet import SimulatedVehicle
from surefoot.ingestion.telemetry.simulator.itinerary import Itinerary, fills_up, itinerary
from surefoot.ingestion.telemetry.simulator.ledger import Ledger
from tests.ingestion.telemetry.test_simulator_fleet import fleet, world


def planned(seed: int, first: date, number: int) -> list[tuple[SimulatedVehicle, Itinerary]]:
    """What all vehicles are to do on so many days."""
    days = [first + timedelta(days=later) for later in range(number)]
    return [(vehicle, itinerary(seed, world(), vehicle, day)) for day in days for vehicle in fleet()]


@pytest.mark.parametrize(
    ("seed", "first", "number"),
    [(2, date(2026, 3, 26), 13), (1, date(2026, 12, 8), 1), (3, date(2024, 2, 26), 7)],
)
def test_each_leg_leads_to_another_place_and_the_last_one_home(seed: int, first: date, number: int) -> None:
    for vehicle, plan in planned(seed, first, number):
        places = [plan.home, *(visit.place for visit in plan.visits)]
        assert all(before != after for before, after in pairwise(places)), (plan.day, vehicle.vehicle)
        assert places[-1] == vehicle.depot
        assert [visit.purpose for visit in plan.visits].count("home") == plan.drives


def test_a_diesel_vehicle_fuels_on_the_days_on_which_it_fills_up_and_no_electric_one_does() -> None:
    for vehicle, plan in planned(1, date(2026, 5, 4), 14):
        fuelled = any(visit.purpose == "refuel" for visit in plan.visits)
        assert fuelled == (plan.drives and fills_up(1, vehicle, plan.day))
        assert not (fuelled and vehicle.energy == "electric")


def test_a_shift_has_one_break() -> None:
    for _, plan in planned(1, date(2026, 5, 4), 5):
        crews = {visit.driver for visit in plan.visits}
        breaks = [visit for visit in plan.visits if visit.purpose in {"break", "charge"}]
        assert len(breaks) <= len(crews)
        assert all(1800 <= visit.off_s <= 2700 for visit in breaks)


@pytest.mark.parametrize("seed", [4, 5])
def test_everybody_is_home_before_midnight(seed: int) -> None:
    ledger = Ledger(seed, world(), fleet())
    for later in range(5):
        for number in range(len(fleet())):
            motion = ledger.plan(number, date(2026, 7, 13) + timedelta(days=later)).motion
            assert motion.length_s - motion.track.begins_s[-1] > 3600
            assert motion.distance_m == ledger.itinerary(number, motion.day).distance_m(world())
            assert motion.stays[0].place == motion.stays[-1].place
