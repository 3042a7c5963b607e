"""Harsh events come from the accelerometer where there is one, else from an estimate that says that it is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from surefoot.ingestion.telemetry.derivations.definitions import Definitions, G
from surefoot.ingestion.telemetry.derivations.estimates import estimates
from surefoot.ingestion.telemetry.derivations.facts import Facts, VehicleFacts
from surefoot.ingestion.telemetry.derivations.track import track_of
from surefoot.retrieval.records.samples import Sample, Samples
from tests.ingestion.telemetry.test_deriv_trips import START, at, derived


def felt(*forces: tuple[float, float], **said: Any) -> list[Sample]:
    """A sample a second with these accelerations along and across, in g."""
    return [
        Sample("V-1", START + timedelta(seconds=n), speed_kmh=50.0, accel_long_ms2=x * G, accel_lat_ms2=y * G, **said)
        for n, (x, y) in enumerate(forces)
    ]


def harsh(samples: list[Sample], vehicle: str = "car") -> list[dict[str, Any]]:
    events = derived(samples, Facts({"V-1": VehicleFacts(vehicle)}))["events"]
    return [row for row in events if row["kind"].startswith("harsh_")]


def test_a_run_over_the_threshold_is_one_event_with_its_peak() -> None:
    (event,) = harsh(felt((0, 0), (-0.36, 0), (-0.5, 0.1), (-0.4, 0), (0, 0)))
    assert (event["kind"], event["axis"], event["severity"], event["unit"]) == (
        "harsh_braking",
        "longitudinal",
        "med",
        "m/s²",
    )
    assert (event["start"], event["end"], event["duration_s"]) == (at(1), at(3), 2.0)
    assert event["peak"] == pytest.approx(-0.5 * G)
    assert event["threshold"] == pytest.approx(0.35 * G)


@pytest.mark.parametrize(
    ("force", "severity"), [(0.349, None), (0.35, "low"), (0.449, "low"), (0.45, "med"), (0.599, "med"), (0.6, "high")]
)
def test_the_bands_of_severity_include_their_lower_ends(force: float, severity: str | None) -> None:
    assert [row["severity"] for row in harsh(felt((0, 0), (force, 0), (0, 0)))] == ([severity] if severity else [])


def test_both_axes_together_are_one_event_named_after_the_stronger() -> None:
    (event,) = harsh(felt((0.35, 0.19), (0.1, 0.37)))
    assert (event["kind"], event["axis"]) == ("harsh_cornering", "lateral")
    (event,) = harsh(felt((0.363, -0.357)))
    assert (event["kind"], event["axis"]) == ("harsh_acceleration", "longitudinal")


@pytest.mark.parametrize(
    ("vehicle", "along", "across", "kind"),
    [
        ("van", -3.4, 0.0, "harsh_braking"),
        ("van", 2.9, 0.0, "harsh_acceleration"),
        ("van", 0.0, -3.8, "harsh_cornering"),
        ("truck", -2.7, 0.0, "harsh_braking"),
        ("truck", 1.9, 0.0, "harsh_acceleration"),
        ("truck", 0.0, 2.4, "harsh_cornering"),
    ],
)
def test_vans_and_trucks_have_the_thresholds_of_the_telematics_guide(
    vehicle: str, along: float, across: float, kind: str
) -> None:
    assert [row["kind"] for row in harsh(felt((along / G, across / G)), vehicle)] == [kind]
    assert harsh(felt((along * 0.99 / G, across * 0.99 / G)), vehicle) == []


def test_a_pause_ends_an_event_and_a_parked_vehicle_that_is_bumped_has_none() -> None:
    one, other = felt((0.5, 0), (0.5, 0))
    assert len(harsh([one, replace(other, time=other.time + timedelta(seconds=31))])) == 2
    assert harsh([replace(one, speed_kmh=0.0, engine_on=False)]) == []


def moved(speeds: list[float], yaw: float | None = None, headings: list[float] | None = None) -> list[Sample]:
    return [
        Sample(
            "V-1",
            START + timedelta(seconds=n),
            speed_kmh=speed,
            yaw_rate_dps=yaw,
            heading_deg=headings[n] if headings else None,
        )
        for n, speed in enumerate(speeds)
    ]


def estimated(samples: list[Sample]) -> tuple[list[float], list[float]]:
    along, across = estimates(track_of(Samples.of(samples), Facts(), Definitions()))
    return along.tolist(), across.tolist()


def test_an_even_change_of_speed_is_estimated_exactly() -> None:
    along, _ = estimated(moved([36 + 3.6 * n for n in range(8)]))
    assert along[:-1] == pytest.approx([1.0] * 7)


def test_a_circle_is_estimated_as_speed_times_yaw_rate_by_the_gyroscope_or_by_the_heading() -> None:
    speeds = [36.0] * 6
    expected = 10.0 * np.radians(20.0)
    _, by_gyroscope = estimated(moved(speeds, yaw=20.0))
    _, by_heading = estimated(moved(speeds, headings=[(330.0 + 20 * n) % 360 for n in range(6)]))
    assert by_gyroscope == pytest.approx([expected] * 6)
    assert by_heading[:-1] == pytest.approx([expected] * 5)


def test_samples_too_far_apart_give_no_estimate() -> None:
    far = [replace(one, time=START + timedelta(seconds=10 * n)) for n, one in enumerate(moved([0.0, 90.0, 0.0, 90.0]))]
    along, across = estimated(far)
    assert np.isnan(along).all()
    assert np.isnan(across).all()
    assert harsh(far) == []


def test_an_estimated_event_says_so_and_the_accelerometer_goes_before_the_estimate() -> None:
    braked = moved([80.0, 80.0, 66.0, 52.0, 38.0, 38.0, 38.0])
    (event,) = harsh(braked)
    assert (event["kind"], event["unit"]) == ("harsh_braking", "m/s² (estimated)")
    assert event["threshold"] == pytest.approx(0.23 * G)
    assert harsh([replace(one, accel_long_ms2=0.0) for one in braked]) == []
