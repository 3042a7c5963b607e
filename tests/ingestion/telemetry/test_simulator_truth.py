"""The truth solved from the plan against brute force: samples twice a second, counted without any of its code."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from surefoot.ingestion.telemetry.simulator.consumption import CONSUMPTION
from surefoot.ingestion.telemetry.simulator.simulator import Simulator
from surefoot.ingestion.telemetry.simulator.truth import Truth
from surefoot.retrieval.records.samples import Samples, moment_of
from tests.ingestion.telemetry.test_simulator_fleet import fleet, world

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, tzinfo=BERLIN)
WATCHED = ("V-104", "V-110", "V-125", "E-207", "R-302", "R-307", "R-317")
STEP_S = 0.5
TOLERATED = {"van": (3.4, 2.9, 3.8, 6.0, 16.0, 240.0), "truck": (2.7, 1.9, 2.4, 4.0, 11.0, 360.0)}
"""Braking, acceleration, cornering in m/s²; speeding low and high in km/h; idling in seconds."""


class Run(NamedTuple):
    """Samples one behind the other for which something holds."""

    first: int
    last: int
    seconds: float


@cache
def simulator() -> Simulator:
    return Simulator(fleet(), world=world(), noisy=False)


@cache
def truth() -> Truth:
    return Truth(simulator())


@cache
def fine(vehicle: str, days: int = 2) -> Samples:
    """Samples twice a second, of this vehicle alone."""
    alone = Simulator([one for one in fleet() if one.vehicle == vehicle], world=world(), noisy=False)
    return alone.samples(MONDAY, MONDAY + timedelta(days=days), interval_s=STEP_S)


def runs(samples: Samples, holds: NDArray[np.bool_]) -> list[Run]:
    """Where it holds, and for how long: until the first sample for which it does not."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], holds, [False]]).astype(int)))
    time = np.append(samples.time, samples.time[-1]) / 1e6
    return [Run(int(a), int(b) - 1, float(time[b] - time[a])) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def window() -> tuple[datetime, datetime]:
    return MONDAY, MONDAY + timedelta(days=2)


def class_of(vehicle: str) -> str:
    return next(one.vehicle_class for one in fleet() if one.vehicle == vehicle)


@pytest.mark.parametrize("vehicle", WATCHED)
def test_distance_and_times_are_those_of_fine_samples(vehicle: str) -> None:
    found, totals = fine(vehicle), truth().totals(vehicle, *window())
    gaps = np.diff(found.time) / 1e6
    speed = (found.speed_kmh[1:] + found.speed_kmh[:-1]) / 2 / 3600
    assert totals.distance_km > 50
    assert float((speed * gaps).sum()) == pytest.approx(totals.distance_km, rel=0.001)
    assert found.odometer_km[-1] - found.odometer_km[0] == pytest.approx(totals.distance_km, rel=1e-9)
    on, slow = found.engine_on[:-1] == 1, found.speed_kmh[:-1] < 3
    assert float(gaps[on].sum()) == pytest.approx(totals.engine_s, abs=1e-3)
    assert float(gaps[on & ~slow].sum()) == pytest.approx(totals.driving_s, rel=0.003)
    assert totals.driving_s + totals.idling_s == pytest.approx(totals.engine_s)
    uses = CONSUMPTION[next(one.model for one in fleet() if one.vehicle == vehicle)]
    used = totals.distance_km / 100 * uses.per_100_km + totals.idling_s / 3600 * uses.idle_per_hour
    assert totals.fuel_l + totals.energy_kwh == pytest.approx(used)
    assert (totals.fuel_l == 0) == (uses.energy == "electric") == (totals.co2_kg == 0)


@pytest.mark.parametrize("vehicle", WATCHED)
def test_each_idling_phase_is_that_of_fine_samples(vehicle: str) -> None:
    found, limit = fine(vehicle), TOLERATED[class_of(vehicle)][5]
    seen = [run for run in runs(found, (found.engine_on == 1) & (found.speed_kmh < 3)) if run.seconds >= limit]
    true = [event for event in truth().events(vehicle, *window()) if event.kind == "idling"]
    assert [run.seconds for run in seen] == pytest.approx([event.peak for event in true], abs=1.0)
    for run, event in zip(seen, true, strict=True):
        assert moment_of(int(found.time[run.first])) - event.start < timedelta(seconds=1)
        assert (event.end - event.start).total_seconds() == pytest.approx(event.peak, abs=1e-5)


@pytest.mark.parametrize("vehicle", WATCHED)
def test_the_time_of_all_idling_is_that_of_fine_samples(vehicle: str) -> None:
    found = fine(vehicle)
    phases = runs(found, (found.engine_on == 1) & (found.speed_kmh < 3))
    total = sum(run.seconds for run in phases)
    assert truth().totals(vehicle, *window()).idling_s == pytest.approx(total, abs=STEP_S * len(phases))


@pytest.mark.parametrize("vehicle", WATCHED)
def test_harsh_events_are_those_of_fine_samples(vehicle: str) -> None:
    braking, acceleration, cornering, *_ = TOLERATED[class_of(vehicle)]
    found = fine(vehicle)
    columns = {
        "harsh_braking": (-found.accel_long_ms2, braking),
        "harsh_acceleration": (found.accel_long_ms2, acceleration),
        "harsh_cornering": (np.abs(found.accel_lat_ms2), cornering),
    }
    for kind, (values, threshold) in columns.items():
        seen = runs(found, values >= threshold)
        true = [event for event in truth().events(vehicle, *window()) if event.kind == kind]
        assert [values[run.first : run.last + 1].max() for run in seen] == pytest.approx([e.peak for e in true])
        for run, event in zip(seen, true, strict=True):
            assert 0 <= (moment_of(int(found.time[run.first])) - event.start).total_seconds() <= STEP_S
            assert event.driver == found.driver[run.first] != ""


def test_the_watched_vehicles_have_events_of_all_kinds() -> None:
    seen = {event.code for vehicle in WATCHED for event in truth().events(vehicle, *window())}
    assert {"HB1", "HA1", "HC1", "SP1", "ID1"} <= seen


@pytest.mark.parametrize("vehicle", WATCHED)
def test_speeding_is_that_of_fine_samples(vehicle: str) -> None:
    low, high = TOLERATED[class_of(vehicle)][3:5]
    found = fine(vehicle)
    over = found.speed_kmh - found.speed_limit_kmh
    fast = [run for run in runs(found, over > high) if run.seconds >= 8]
    seen: list[tuple[str, float, float]] = []
    for run in runs(found, over > low):
        code = "SP2" if any(run.first <= one.first <= run.last for one in fast) else "SP1"
        if code == "SP2" or run.seconds >= 20:
            seen.append((code, run.seconds, over[run.first : run.last + 1].max()))
    true = [event for event in truth().events(vehicle, *window()) if event.kind == "speeding"]
    assert [event.code for event in true] == [code for code, *_ in seen]
    assert [(event.end - event.start).total_seconds() for event in true] == pytest.approx(
        [seconds for _, seconds, _ in seen], abs=1.0
    )
    assert [event.peak for event in true] == pytest.approx([peak for *_, peak in seen])


@pytest.mark.parametrize("vehicle", WATCHED)
def test_trips_and_stops_are_those_of_fine_samples(vehicle: str) -> None:
    found, trips = fine(vehicle), truth().trips(vehicle, *window())
    stands = [
        run
        for run in runs(found, found.speed_kmh == 0)
        if run.seconds >= 300 or not found.engine_on[run.first : run.last + 1].all()
    ]
    assert len(trips) == len(stands) - 1 == truth().totals(vehicle, *window()).trips_started > 5
    for trip, before, after in zip(trips, stands, stands[1:], strict=False):
        assert abs(moment_of(int(found.time[before.last])) - trip.start) <= timedelta(seconds=STEP_S)
        assert abs(moment_of(int(found.time[after.first])) - trip.end) <= timedelta(seconds=STEP_S)
        driven = found.odometer_km[after.first] - found.odometer_km[before.first]
        assert trip.distance_km == pytest.approx(driven, abs=1e-6)
        assert trip.driver == found.driver[before.last + 1] != ""
        assert trip.end - trip.start > timedelta(minutes=2)
    assert [trip.from_place for trip in trips[1:]] == [trip.to_place for trip in trips[:-1]]
    assert trips[0].from_place == trips[-1].to_place
    stops = truth().stops(vehicle, *window())
    assert [(stop.start, stop.end) for stop in stops[:-1]] == [
        (before.end, after.start) for before, after in pairwise(trips)
    ]
    assert stops[-1].end is not None
    assert stops[-1].end >= window()[1]


def test_windows_add_up() -> None:
    start, end = window()
    cuts = [start, start + timedelta(hours=9, minutes=13, seconds=7.5), start + timedelta(hours=31.3), end]
    for vehicle in ("V-110", "R-307"):
        whole = truth().totals(vehicle, start, end)
        parts = [truth().totals(vehicle, a, b) for a, b in pairwise(cuts)]
        for name in ("distance_km", "engine_s", "idling_s", "driving_s", "fuel_l", "trips_started", "co2_kg"):
            assert sum(getattr(part, name) for part in parts) == pytest.approx(getattr(whole, name))
        events = [event for a, b in pairwise(cuts) for event in truth().events(vehicle, a, b)]
        assert events == truth().events(vehicle, start, end)


def test_the_state_of_a_moment_is_that_of_its_sample() -> None:
    for vehicle in ("V-110", "R-307", "E-207"):
        found = fine(vehicle)
        for number in range(0, len(found), 4999):
            state = truth().at(vehicle, moment_of(int(found.time[number])))
            assert state.odometer_km == pytest.approx(found.odometer_km[number])
            assert (state.latitude, state.longitude) == (found.latitude[number], found.longitude[number])
            assert state.speed_kmh == pytest.approx(found.speed_kmh[number])
            assert state.level_percent == pytest.approx(found.level_percent[number])
            assert (state.driver, state.engine_on) == (found.driver[number], bool(found.engine_on[number]))
            expected = "parked" if not state.engine_on else "driving" if state.speed_kmh >= 3 else "idling"
            assert state.state == expected


def test_a_vehicle_is_at_the_place_where_its_trip_ended() -> None:
    for vehicle in WATCHED:
        for trip in truth().trips(vehicle, *window()):
            assert truth().at(vehicle, trip.end + timedelta(seconds=1)).place == trip.to_place
            assert truth().at(vehicle, trip.start + timedelta(minutes=1, seconds=30)).place != trip.from_place


@pytest.mark.parametrize("vehicle", ["V-110", "E-207", "E-202", "R-307"])
def test_fillings_are_the_rises_of_the_gauge(vehicle: str) -> None:
    found, ends = fine(vehicle, 5), MONDAY + timedelta(days=4)
    capacity = CONSUMPTION[next(one.model for one in fleet() if one.vehicle == vehicle)].capacity
    level = found.level_percent / 100 * capacity
    rising = runs(found, np.append(np.diff(level) > 1e-9, [False]))
    seen = [run for run in rising if moment_of(int(found.time[run.first])) < ends]
    true = truth().fillings(vehicle, MONDAY, ends)
    assert len(true) > 1
    assert [filling.amount for filling in true] == pytest.approx(
        [level[run.last + 1] - level[run.first] for run in seen], abs=1e-4
    )
    for run, filling in zip(seen, true, strict=True):
        assert moment_of(int(found.time[run.first])) <= filling.start + timedelta(milliseconds=1)
        assert filling.end <= moment_of(int(found.time[run.last + 1])) + timedelta(milliseconds=1)
        assert truth().at(vehicle, filling.start + timedelta(seconds=1)).place == filling.place


def test_tanks_and_batteries_never_run_empty() -> None:
    shares = [
        float(simulator().plan(vehicle.vehicle, date(2026, 5, 4) + timedelta(days=number)).amounts.min())
        / CONSUMPTION[vehicle.model].capacity
        for vehicle in fleet()
        for number in range(14)
    ]
    assert 0.1 < min(shares) < 0.5


def test_electric_vehicles_leave_their_depot_full() -> None:
    plans = [
        simulator().plan(vehicle.vehicle, date(2026, 5, 4) + timedelta(days=number))
        for vehicle in fleet()
        for number in range(14)
        if vehicle.energy == "electric"
    ]
    leaving = [plan for plan in plans if plan.motion.distance_m]
    assert len(leaving) > 80
    assert all(plan.amounts[1] == plan.full for plan in leaving)
