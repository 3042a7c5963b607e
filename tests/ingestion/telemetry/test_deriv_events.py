"""Speeding, idling, jumps and places crossed become events with their start, end, peak and place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from surefoot.ingestion.telemetry.derivations.definitions import CAR, TRUCK, VAN, Definitions
from surefoot.ingestion.telemetry.derivations.dictionary import DEFINITIONS
from surefoot.ingestion.telemetry.derivations.facts import Facts, Place, VehicleFacts
from surefoot.ingestion.telemetry.derivations.figures import POINTS
from surefoot.ingestion.telemetry.derivations.polylines import encoded
from surefoot.retrieval.records.samples import Sample
from surefoot.retrieval.records.telemetry_tables import EVENTS, MINUTES
from tests.ingestion.telemetry.test_deriv_trips import START, at, derived, drive, idle, park, went


def of_class(name: str) -> Facts:
    return Facts({"V-1": VehicleFacts(name)})


def speeds(*values: float, limit: float | None = 50.0, step: int = 2) -> list[Sample]:
    return [
        Sample("V-1", START + timedelta(seconds=step * n), speed_kmh=value, accel_long_ms2=0.0, speed_limit_kmh=limit)
        for n, value in enumerate(values)
    ]


def kinds(samples: list[Sample], facts: Facts | None = None) -> list[tuple[str, str]]:
    return [(row["kind"], row["severity"]) for row in derived(samples, facts)["events"]]


@pytest.mark.parametrize(
    ("vehicle", "excess", "seconds", "expected"),
    [
        ("van", 6.0, 20, [("speeding", "low")]),
        ("van", 6.0, 18, []),
        ("van", 5.9, 60, []),
        ("truck", 4.0, 20, [("speeding", "low")]),
        ("van", 16.0, 8, [("speeding", "high")]),
        ("van", 16.0, 6, []),
        ("truck", 11.0, 8, [("speeding", "high")]),
        ("", 16.0, 8, [("speeding", "high")]),
    ],
)
def test_speeding_follows_the_margins_and_durations_of_the_class(
    vehicle: str, excess: float, seconds: int, expected: list[tuple[str, str]]
) -> None:
    assert kinds(speeds(30, *[50 + excess] * (seconds // 2 + 1), 30), of_class(vehicle)) == expected


def test_a_stretch_of_speeding_is_one_event_and_high_if_any_part_is() -> None:
    (event,) = derived(speeds(30, *[57] * 8, *[70] * 5, *[57] * 8, 30), of_class("van"))["events"]
    assert (event["severity"], event["start"], event["end"]) == ("high", at(2), at(42))
    assert (event["peak"], event["threshold"], event["unit"], event["speed_kmh"]) == (20.0, 16.0, "km/h", 70.0)


def test_speeding_is_not_said_without_a_limit_nor_over_a_pause() -> None:
    assert kinds(speeds(*[90] * 30, limit=None)) == []
    apart = speeds(*[58] * 5) + [replace(s, time=s.time + timedelta(seconds=100)) for s in speeds(*[58] * 5)]
    assert kinds(apart) == []


@pytest.mark.parametrize(("vehicle", "seconds"), [("van", 240), ("truck", 360), ("", 300)])
def test_idling_is_an_event_from_the_shortest_phase_of_the_class(vehicle: str, seconds: int) -> None:
    (event,) = derived(went(drive(60), idle(seconds + 20), drive(60)), of_class(vehicle))["events"]
    assert (event["kind"], event["peak"], event["unit"]) == ("idling", seconds / 60, "min")
    assert kinds(went(drive(60), idle(seconds), drive(60)), of_class(vehicle)) == []


def test_a_position_far_off_is_a_jump_there_and_back_and_is_not_believed() -> None:
    samples = went(drive(600))
    samples[12] = replace(samples[12], latitude=0.0, longitude=0.0)
    no_odometer = [replace(one, odometer_km=None) for one in samples]
    found = derived(no_odometer)
    assert [row["kind"] for row in found["events"]] == ["jump", "jump"]
    assert all(row["peak"] > 250 for row in found["events"])
    assert sum(row["distance_km"] for row in found["minutes"]) == pytest.approx(10.0, rel=0.02)
    (trip,) = found["trips"]
    assert trip["route"] == encoded(np.array([50.0, trip["end_latitude"]]), np.array([8.0, 8.0]), *_whole(0, 2))[0]


def _whole(*values: int) -> list[np.ndarray[Any, np.dtype[np.int64]]]:
    return [np.array([value]) for value in values]


PLACES = (Place("Depot", 50.0, 8.0, 500.0), Place("Ramp", 50.0, 8.0, 100.0), Place("Far", 50.05, 8.0, 300.0))


def test_places_are_entered_and_left_between_the_samples_on_either_side() -> None:
    found = derived(went(drive(400), park(400)), Facts(places=PLACES))
    crossed = [(row["kind"], row["place"]) for row in found["events"]]
    assert crossed == [("left", "Ramp"), ("left", "Depot"), ("entered", "Far"), ("left", "Far")]
    for row in found["events"]:
        assert row["end"] - row["start"] == 20_000_000
        assert row["trip"] == found["trips"][0]["trip"]


def test_trips_and_stops_name_the_smallest_place_that_holds_them() -> None:
    found = derived(went(park(400), drive(340), park(400)), Facts(places=PLACES))
    (trip,) = found["trips"]
    assert (trip["from_place"], trip["to_place"]) == ("Ramp", "Far")
    assert [row["place"] for row in found["stops"]] == ["Ramp", "Far"]
    assert found["states"][0]["place"] == "Far"


def test_two_places_left_at_once_are_two_events_with_names_of_their_own() -> None:
    nested = (replace(PLACES[0], radius_m=120.0), PLACES[1])
    found = derived(went(drive(400)), Facts(places=nested))["events"]
    assert len({row["event"] for row in found}) == len(found) == 2
    assert found[0]["start"] == found[1]["start"]


def test_what_users_read_of_the_definitions_agrees_with_the_thresholds() -> None:
    limits = Definitions()
    for name, numbers in {
        "driving_s": [limits.moving_kmh],
        "unknown_s": [limits.gap_counted_s / 86_400],
        "speeding_s": [VAN.speeding_low_kmh, CAR.speeding_low_kmh, TRUCK.speeding_low_kmh],
        "fuel_l": [VAN.idling_l_per_h, CAR.idling_l_per_h, TRUCK.idling_l_per_h],
        "energy_kwh": [limits.electric_idling_kw],
        "co2_kg": [limits.diesel_co2_kg_per_l, limits.petrol_co2_kg_per_l],
        "trip": [limits.rest_s / 60, limits.engine_off_s / 60, limits.drift_km * 1000, limits.drift_s],
        "stop": [limits.moved_km * 1000],
        "route": [limits.route_tolerance_m],
        "harsh_braking": [VAN.braking_ms2, TRUCK.braking_ms2, round(limits.estimate_share * 100)],
        "harsh_acceleration": [VAN.acceleration_ms2, TRUCK.acceleration_ms2],
        "harsh_cornering": [VAN.cornering_ms2, TRUCK.cornering_ms2, round(limits.estimate_share * 100)],
        "severity": [round(limits.medium, 2), round(limits.high, 2)],
        "speeding": [limits.speeding_low_s, limits.speeding_high_s, VAN.speeding_high_kmh, TRUCK.speeding_high_kmh],
        "idling": [VAN.idling_s / 60, TRUCK.idling_s / 60, CAR.idling_s / 60],
        "gap": [limits.gap_driving_s / 60, limits.gap_parked_s / 60],
        "jump": [limits.jump_kmh, limits.jump_slack_km * 1000],
        "state": [limits.silent_s / 60, limits.moving_kmh],
        "driver_score": list(POINTS.values()),
    }.items():
        words = DEFINITIONS[name].sentence.replace(",", " ").replace(".0", "").split()
        for number in numbers:
            assert f"{number:g}" in {word.strip("().;:") for word in words} or f"{number:g}" in words, (name, number)


def test_every_column_that_adds_up_and_every_kind_of_event_is_defined() -> None:
    numbers = [name for name in MINUTES.columns if name.endswith(("_s", "_km", "_kmh", "_l", "_kg", "_kwh"))]
    events = ["harsh_braking", "harsh_acceleration", "harsh_cornering", "speeding", "idling"]
    events += ["entered", "left", "gap", "jump"]
    assert set(numbers) | set(events) <= set(DEFINITIONS)
    assert "kind" in EVENTS.columns
