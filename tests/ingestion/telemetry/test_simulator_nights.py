"""The fleet around the clock: somebody is on the road at any hour of a week, and night work is whole and true."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from surefoot.ingestion.telemetry.simulator.drivers import drivers
from surefoot.ingestion.telemetry.simulator.fleet import SimulatedVehicle, read_fleet
from surefoot.ingestion.telemetry.simulator.local_days import LocalDays
from surefoot.ingestion.telemetry.simulator.simulator import Simulator
from surefoot.ingestion.telemetry.simulator.truth import Truth
from surefoot.retrieval.records.samples import COLUMNS, Samples, microseconds
from tests.ingestion.telemetry.test_simulator_fleet import LIST, around_the_clock, fleet, world

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, tzinfo=BERLIN)
MINUTE = 60_000_000
WORK, SLEEP = range(8, 14), (23, 0, 1, 2, 3, 4)


@cache
def simulator() -> Simulator:
    return Simulator(around_the_clock(), world=world())


def nightly() -> list[SimulatedVehicle]:
    return [vehicle for vehicle in around_the_clock() if vehicle.rota.nights]


def moving(of: Simulator, start: datetime, days: int) -> NDArray[np.int64]:
    """How many vehicles move in each minute, as an array (day, hour, minute)."""
    moments = np.arange(microseconds(start), microseconds(start + timedelta(days=days)), MINUTE, dtype=np.int64)
    found = np.zeros(len(moments), dtype=np.int64)
    for vehicle in of.fleet:
        for day in vehicle.days.days(int(moments[0]), int(moments[-1]) + 1):
            motion = of.plan(vehicle.vehicle, day).motion
            first, last = np.searchsorted(moments, (motion.start, motion.start + motion.length_s * 1e6))
            seconds = motion.seconds(moments[first:last])
            found[first:last] += motion.track.speeds(seconds, motion.track.at(seconds)) * 3.6 >= 3
    return found.reshape(days, 24, 60)


def test_somebody_is_on_the_road_at_every_hour_of_a_week() -> None:
    found = moving(simulator(), MONDAY, 7)
    hours = found.mean(axis=2)
    assert hours.min() >= 1, "vehicles are on the road at every hour of every day"
    assert hours[:5, WORK].min() >= 7, "many by day"
    assert 2 <= hours[:5, SLEEP].mean() <= hours[:5, WORK].mean() / 1.5, "fewer at night"
    assert 2 <= hours[5:, 8:20].mean() <= hours[:5, WORK].mean() / 1.5, "there is traffic on a weekend"
    assert (found == 0).mean() < 0.01, "whoever looks sees somebody drive"


def test_the_day_follows_the_clocks_of_a_zone() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    there = Simulator(read_fleet(LIST.read_text(encoding="utf-8"), tokyo)[:12], world=world())
    here = Simulator(around_the_clock()[:12], world=world())
    assert there.days == LocalDays(tokyo)
    of_there = moving(there, datetime(2026, 3, 3, tzinfo=tokyo), 1)
    of_here = moving(here, datetime(2026, 3, 3, tzinfo=BERLIN), 1)
    assert np.array_equal(of_there, of_here), "the same day, hours earlier"


def test_night_work_lasts_from_evening_to_morning_and_is_not_done_by_batteries() -> None:
    assert 10 < len(nightly()) < 20
    for vehicle in nightly():
        assert vehicle.energy == "diesel"
        assert not vehicle.spare
        for number in range(5):
            plan = simulator().plan(vehicle.vehicle, date(2026, 3, 2) + timedelta(days=number)).motion
            if plan.distance_m:
                begins, ends = plan.track.begins_s[1] / 3600 + 12, plan.track.begins_s[-1] / 3600 + 12
                assert 15 <= begins < 23
                assert 20 < ends < 33, "home before the next noon"
                assert ends - begins <= 9.5, "driver hours policy, section 5"


def test_nobody_drives_two_vehicles_or_more_than_four_nights_in_a_row() -> None:
    days = [date(2026, 3, 2) + timedelta(days=number) for number in range(40)]
    for day in days:
        codes = [code for vehicle in around_the_clock() for code in drivers(1, vehicle, day)]
        before = {code for vehicle in nightly() for code in drivers(1, vehicle, day - timedelta(days=1))}
        by_day = {code for v in around_the_clock() if not v.rota.nights for code in drivers(1, v, day)}
        assert len(codes) == len(set(codes))
        assert not before & by_day, "nobody drives by day after a night"
    for vehicle in nightly():
        crews = [drivers(1, vehicle, day)[0] for day in days]
        assert all(len(set(crews[n : n + 5])) > 1 for n in range(len(days) - 4))


def test_samples_of_a_night_are_the_same_in_any_windows_and_in_order() -> None:
    few = [*nightly()[:3], *around_the_clock()[:2]]
    start, middle, end = (MONDAY + timedelta(hours=hours) for hours in (18, 27, 44))
    fresh = Simulator(few, world=world()).samples(start, end)
    parts = [Simulator(few, world=world()).samples(*window) for window in ((start, middle), (middle, end))]
    joined = Samples.joined(parts)
    assert all(np.array_equal(getattr(fresh, name), getattr(joined, name)) for name in COLUMNS)
    assert np.all(np.diff(fresh.time) >= 0)
    one = fresh.taken(fresh.vehicle == few[0].vehicle)
    assert np.diff(one.odometer_km).min() >= -1e-9
    assert np.diff(one.time).max() <= 900_000_000, "no hour is missing"


@pytest.mark.parametrize("vehicle", ["V-125", "R-312"])
def test_the_truth_of_a_night_is_that_of_fine_samples(vehicle: str) -> None:
    alone = Simulator([v for v in around_the_clock() if v.vehicle == vehicle], world=world(), noisy=False)
    window = MONDAY + timedelta(hours=12), MONDAY + timedelta(hours=36)
    found, totals = alone.samples(*window, interval_s=1.0), Truth(alone).totals(vehicle, *window)
    assert totals.distance_km > 50
    assert found.odometer_km[-1] - found.odometer_km[0] == pytest.approx(totals.distance_km, rel=1e-9)
    last = int(found.time[-1])
    assert alone.odometer_km(vehicle, last) == pytest.approx(float(found.odometer_km[-1]))
    trips = Truth(alone).trips(vehicle, *window)
    midnight = MONDAY + timedelta(days=1)
    assert any(trip.end > midnight for trip in trips)
    assert any(trip.start < midnight for trip in trips)
    assert sum(trip.distance_km for trip in trips) == pytest.approx(totals.distance_km, rel=1e-6)


def test_by_day_alone_nobody_is_on_the_road_at_night() -> None:
    """The rotas of the fixed scene that questions are measured in."""
    assert not any(vehicle.rota.nights for vehicle in fleet())
    assert not moving(Simulator(fleet(), world=world()), MONDAY, 1)[0, :5].any()
