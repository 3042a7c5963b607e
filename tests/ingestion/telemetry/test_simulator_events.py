"""Events in the samples as units send them: each planned one is seen once, and nothing else reaches a threshold."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from surefoot.ingestion.telemetry.simulator.simulator import Simulator
from surefoot.ingestion.telemetry.simulator.spans import idling
from surefoot.ingestion.telemetry.simulator.true_facts import TrueEvent
from surefoot.ingestion.telemetry.simulator.truth import Truth
from surefoot.retrieval.records.samples import Samples, microseconds
from tests.ingestion.telemetry.test_simulator_fleet import fleet, world

MONDAY = datetime(2026, 4, 13, tzinfo=ZoneInfo("Europe/Berlin"))
WEEK = MONDAY, MONDAY + timedelta(days=7)
THRESHOLDS = {
    "van": {"harsh_braking": 3.4, "harsh_acceleration": 2.9, "harsh_cornering": 3.8, "speeding": 6.0},
    "truck": {"harsh_braking": 2.7, "harsh_acceleration": 1.9, "harsh_cornering": 2.4, "speeding": 4.0},
}
KINDS = tuple(THRESHOLDS["van"])


@cache
def simulator() -> Simulator:
    return Simulator(fleet(), world=world())


@cache
def week() -> dict[str, Samples]:
    """A week of noisy samples of each vehicle, as units send them."""
    every = simulator().samples(*WEEK).in_order()
    return {vehicle.vehicle: every.taken(every.vehicle == vehicle.vehicle) for vehicle in fleet()}


@cache
def true_events(vehicle: str) -> list[TrueEvent]:
    return Truth(simulator()).events(vehicle, *WEEK)


def measured(found: Samples, kind: str) -> NDArray[np.float64]:
    return {
        "harsh_braking": -found.accel_long_ms2,
        "harsh_acceleration": found.accel_long_ms2,
        "harsh_cornering": np.abs(found.accel_lat_ms2),
        "speeding": found.speed_kmh - found.speed_limit_kmh,
    }[kind]


def groups(holds: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], holds, [False]]).astype(int)))
    return [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]


@pytest.mark.parametrize("kind", KINDS)
def test_each_event_is_one_group_of_samples_above_the_threshold(kind: str) -> None:
    total = 0
    for vehicle in fleet():
        found = week()[vehicle.vehicle]
        values = measured(found, kind)
        seen = groups(values >= THRESHOLDS[vehicle.vehicle_class][kind])
        true = [event for event in true_events(vehicle.vehicle) if event.kind == kind]
        assert len(seen) == len(true), vehicle.vehicle
        for (first, last), event in zip(seen, true, strict=True):
            assert values[first:last].max() == pytest.approx(event.peak, abs=0.1001)
            assert found.time[first - 1] <= microseconds(event.end)
            assert microseconds(event.start) <= found.time[last - 1] + 1
        total += len(true)
    assert total > 40, "there is something to see"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("harsh")])
def test_no_value_lies_so_close_to_a_threshold_that_noise_decides(kind: str) -> None:
    for vehicle in fleet():
        threshold = THRESHOLDS[vehicle.vehicle_class][kind]
        assert np.abs(measured(week()[vehicle.vehicle], kind) - threshold).min() > 0.1


def test_there_are_near_misses_that_do_not_count() -> None:
    for kind, (van, truck) in {
        "harsh_braking": (2.4, 1.8),
        "harsh_acceleration": (2.1, 1.3),
        "harsh_cornering": (2.7, 1.6),
        "speeding": (1.0, 0.5),
    }.items():
        for name, least in (("van", van), ("truck", truck)):
            near = 0
            for vehicle in fleet():
                values = measured(week()[vehicle.vehicle], kind)
                over = THRESHOLDS[name][kind]
                near += vehicle.vehicle_class == name and int(((values > least) & (values < over)).sum())
            assert near > 5, (kind, name)


def test_harsh_events_of_a_vehicle_lie_more_than_a_minute_apart() -> None:
    for vehicle in fleet():
        starts = sorted(e.start for e in true_events(vehicle.vehicle) if e.kind.startswith("harsh"))
        assert all(after - before > timedelta(minutes=1) for before, after in pairwise(starts))


def test_speeding_lasts_for_several_samples() -> None:
    lasting = [e.end - e.start for v in fleet() for e in true_events(v.vehicle) if e.kind == "speeding"]
    assert len(lasting) > 40
    assert min(lasting) > timedelta(seconds=45)


def test_no_phase_of_idling_is_nearly_an_event_or_nearly_the_end_of_a_trip() -> None:
    lasting = [
        span.lasts_s
        for vehicle in fleet()
        for number in range(7)
        for span in idling(simulator().plan(vehicle.vehicle, MONDAY.date() + timedelta(days=number)).motion)
    ]
    assert len(lasting) > 4000
    assert [seconds for seconds in lasting if 200 < seconds < 440 or seconds < 3] == []


def test_rough_drivers_have_more_events_than_calm_ones() -> None:
    rates: dict[str, float] = {}
    for vehicle in fleet():
        for event in true_events(vehicle.vehicle):
            if event.kind.startswith("harsh"):
                rates[event.driver] = rates.get(event.driver, 0) + 1
    assert max(rates.values()) > 5 * np.median(list(rates.values()))


def test_harsh_events_of_the_fleet_are_as_many_as_in_a_real_one() -> None:
    for name, (least, most) in {"van": (3, 10), "truck": (1.5, 7)}.items():
        of = [vehicle.vehicle for vehicle in fleet() if vehicle.vehicle_class == name]
        count = sum(event.kind.startswith("harsh") for vehicle in of for event in true_events(vehicle))
        driven = sum(Truth(simulator()).totals(vehicle, *WEEK).distance_km for vehicle in of)
        assert least < 1000 * count / driven < most
