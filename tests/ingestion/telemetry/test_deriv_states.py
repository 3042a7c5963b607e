"""States say what a vehicle does and since when; figures follow the fleet's own formulas."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from surefoot.ingestion.telemetry.derivations.definitions import Definitions
from surefoot.ingestion.telemetry.derivations.deriving import derive
from surefoot.ingestion.telemetry.derivations.figures import (
    Due,
    driver_score,
    event_points,
    maintenance_due,
    utilisation,
)
from surefoot.ingestion.telemetry.derivations.states import silenced, state_at
from surefoot.retrieval.records.samples import Sample, Samples
from tests.ingestion.telemetry.test_deriv_trips import START, at, derived, drive, idle, park, went


@pytest.mark.parametrize(
    ("samples", "state", "since"),
    [
        (went(park(100), drive(60)), "driving", 120),
        (went(drive(60), idle(100)), "idling", 80),
        (went(drive(60), idle(100), park(60)), "parked", 180),
    ],
)
def test_the_state_is_that_of_the_newest_sample_since_it_began(samples: list[Sample], state: str, since: int) -> None:
    (row,) = derived(samples)["states"]
    assert (row["state"], row["since"], row["time"]) == (
        state,
        at(since),
        at(int((samples[-1].time - START).total_seconds())),
    )


def test_a_vehicle_is_silent_after_forty_minutes_and_since_its_newest_sample() -> None:
    samples = went(drive(60), park(60))
    states = derive(Samples.of(samples)).states
    newest = samples[-1].time
    assert silenced(states, newest + timedelta(minutes=40), Definitions())["state"].tolist() == ["parked"]
    late = silenced(states, newest + timedelta(minutes=41), Definitions())
    assert (late["state"].tolist(), late["since"].tolist()) == (["silent"], states["time"].tolist())
    assert state_at("parked", newest, newest + timedelta(minutes=41), Definitions()) == "silent"
    assert state_at("parked", newest, newest + timedelta(minutes=39), Definitions()) == "parked"


def test_what_the_newest_sample_leaves_out_is_taken_from_a_recent_one_and_never_from_another_vehicle() -> None:
    first = [replace(one, level_percent=80.0 if n == 2 else None) for n, one in enumerate(went(drive(60), park(60)))]
    bare = [replace(one, vehicle="V-2", latitude=None, longitude=None, odometer_km=None) for one in went(park(60))]
    old = [
        replace(first[2], vehicle="V-3"),
        Sample("V-3", first[2].time + timedelta(hours=2, seconds=1), engine_on=False),
    ]
    known, nothing, outdated = derived(first + bare + old)["states"]
    assert known["level_percent"] == 80.0
    assert np.isnan([nothing[name] for name in ("level_percent", "latitude", "odometer_km")]).all()
    assert np.isnan([outdated[name] for name in ("level_percent", "latitude", "odometer_km")]).all()


def test_the_driver_score_deducts_points_per_500_km_and_is_none_below_150_km() -> None:
    assert driver_score(10, 500) == 90.0
    assert driver_score(10, 1000) == 95.0
    assert driver_score(1000, 500) == 0.0
    assert driver_score(0, 149.9) is None
    assert driver_score(0, float("nan")) is None
    events = [("harsh_braking", ""), ("harsh_cornering", "low"), ("speeding", "low"), ("speeding", "high")]
    assert [event_points(*event) for event in events] == [4, 3, 2, 8]
    assert event_points("harsh_braking", "high") == 0, "emergency braking may have saved a life"
    assert event_points("gap", "") == 0


def test_utilisation_is_a_share_of_the_period() -> None:
    assert utilisation(3600, 1800, 86_400) == pytest.approx(0.0625)
    assert utilisation(0, 0, 0) is None


@pytest.mark.parametrize(
    ("due_km", "due_on", "odometer", "expected"),
    [
        (100_000, None, 99_000, Due(1000, None, False)),
        (100_000, None, 100_000, Due(0, None, True)),
        (None, date(2026, 5, 14), 5, Due(None, 10, False)),
        (100_000, date(2026, 5, 3), 99_000, Due(1000, -1, True)),
        (100_000, None, None, Due(None, None, False)),
    ],
)
def test_maintenance_is_due_at_whichever_comes_first(
    due_km: float | None, due_on: date | None, odometer: float | None, expected: Due
) -> None:
    assert maintenance_due(due_km, due_on, odometer, date(2026, 5, 4)) == expected
