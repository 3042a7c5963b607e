"""Trips and stops are cut where a vehicle stood for good, and minutes add up to what it did."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from surefoot.ingestion.telemetry.derivations.columns import Columns
from surefoot.ingestion.telemetry.derivations.definitions import Definitions
from surefoot.ingestion.telemetry.derivations.deriving import derive
from surefoot.ingestion.telemetry.derivations.facts import Facts, VehicleFacts
from surefoot.retrieval.records.samples import Sample, Samples, microseconds
from surefoot.retrieval.records.telemetry_tables import DERIVED

START = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)


def went(*phases: tuple[float, int, bool], step: int = 20) -> list[Sample]:
    """A van's samples every `step` seconds, from phases of (speed, seconds, engine on)."""
    found, time, km = [Sample("V-1", START, 50.0, 8.0, 0.0, odometer_km=100.0, engine_on=True)], START, 100.0
    for speed, seconds, engine in phases:
        for _ in range(seconds // step):
            time += timedelta(seconds=step)
            km += (speed + (found[-1].speed_kmh or 0.0)) / 2 * step / 3600
            found.append(
                Sample("V-1", time, 50.0 + (km - 100) / 111.195, 8.0, speed, 0.0, odometer_km=km, engine_on=engine)
            )
    return found


def drive(seconds: int, speed: float = 60.0) -> tuple[float, int, bool]:
    return speed, seconds, True


def idle(seconds: int) -> tuple[float, int, bool]:
    return 0.0, seconds, True


def park(seconds: int) -> tuple[float, int, bool]:
    return 0.0, seconds, False


def rows(columns: Columns) -> list[dict[str, Any]]:
    return [{name: values[n] for name, values in columns.items()} for n in range(len(next(iter(columns.values()))))]


def derived(samples: list[Sample], facts: Facts | None = None) -> dict[str, list[dict[str, Any]]]:
    found = derive(Samples.of(samples).in_order(), facts)
    return {table.name: rows(getattr(found, table.name)) for table in DERIVED}


def at(seconds: int) -> int:
    return microseconds(START + timedelta(seconds=seconds))


def test_every_table_has_its_declared_columns_and_no_row_without_samples() -> None:
    found = derive(Samples.of([]))
    for table in DERIVED:
        columns = getattr(found, table.name)
        assert list(columns) == list(table.columns)
        assert {len(values) for values in columns.values()} == {0}


def test_one_sample_gives_a_state_and_nothing_else() -> None:
    found = derived([Sample("V-1", START, speed_kmh=50.0)])
    assert [row["state"] for row in found.pop("states")] == ["driving"]
    assert not any(found.values())


def test_a_long_stand_ends_a_trip_where_the_vehicle_came_to_rest() -> None:
    found = derived(went(idle(60), drive(600), idle(320), drive(600), park(120)))
    trips, stops = found["trips"], found["stops"]
    assert [(row["start"], row["end"], bool(row["open"])) for row in trips] == [
        (at(60), at(680), False),
        (at(980), at(1600), False),
    ]
    assert [(row["start"], row["end"], bool(row["open"])) for row in stops] == [
        (at(0), at(60), False),
        (at(680), at(980), False),
        (at(1600), at(1700), True),
    ]
    assert trips[0]["trip"] == f"V-1:{at(60)}:trip"
    assert trips[0]["distance_km"] == pytest.approx(10.0)
    assert stops[1]["idling_s"] == pytest.approx(300)


def test_a_short_stand_with_the_engine_on_is_part_of_the_trip() -> None:
    (trip,) = derived(went(drive(600), idle(240), drive(600), park(400)))["trips"]
    assert trip["end"] - trip["start"] == (600 + 240 + 600 + 20) * 1_000_000
    assert trip["idling_s"] == pytest.approx(240 + 10, abs=11)


@pytest.mark.parametrize(("seconds", "trips"), [(40, 1), (80, 2)])
def test_the_engine_off_ends_a_trip_but_a_start_stop_system_does_not(seconds: int, trips: int) -> None:
    assert len(derived(went(drive(600), park(seconds), drive(600)))["trips"]) == trips


def test_a_trip_that_still_goes_on_is_open_until_the_newest_sample() -> None:
    (trip,) = derived(went(drive(600), idle(200)))["trips"]
    assert bool(trip["open"])
    assert trip["end"] == at(800)


def test_a_scattering_position_is_no_trip() -> None:
    scatter = [(4.0, 20, True), park(400)]
    found = derived(went(park(400), *scatter, *scatter))
    assert found["trips"] == []
    assert len(found["stops"]) == 1


def test_a_gap_while_driving_ends_the_trip_is_no_stop_and_its_way_counts_by_the_odometer() -> None:
    before = went(drive(600))
    later = timedelta(seconds=1200)
    after = [replace(one, time=one.time + later, odometer_km=(one.odometer_km or 0) + 15.0) for one in went(drive(600))]
    after = [replace(one, speed_kmh=60.0) if n == 0 else one for n, one in enumerate(after)]
    found = derived(before + after)
    assert [(row["start"], row["end"]) for row in found["trips"]] == [(at(0), at(600)), (at(1200), at(1800))]
    assert found["stops"] == []
    (gap,) = [row for row in found["events"] if row["kind"] == "gap"]
    assert (gap["start"], gap["end"], gap["peak"], gap["threshold"]) == (at(600), at(1200), 10.0, 5.0)
    assert sum(row["unknown_s"] for row in found["minutes"]) == pytest.approx(600)
    way = (after[-1].odometer_km or 0) - (before[0].odometer_km or 0)
    assert sum(row["distance_km"] for row in found["minutes"]) == pytest.approx(way)
    assert {row["driver"] for row in found["minutes"] if row["unknown_s"]} == {""}


def test_a_parked_vehicle_may_be_silent_between_heartbeats_and_its_stop_goes_on_over_a_longer_gap() -> None:
    beats = [
        Sample("V-1", START + timedelta(minutes=m), 50.0, 8.0, 0.0, engine_on=False) for m in (0, 15, 30, 200, 215)
    ]
    found = derived(beats)
    assert [(row["kind"], row["peak"], row["threshold"]) for row in found["events"]] == [("gap", 170.0, 40.0)]
    (stop,) = found["stops"]
    assert stop["duration_s"] == 215 * 60
    assert sum(row["standing_s"] for row in found["minutes"]) == pytest.approx(45 * 60)
    assert sum(row["unknown_s"] for row in found["minutes"]) == pytest.approx(170 * 60)


def test_minutes_share_a_segment_by_time_and_all_times_add_up() -> None:
    samples = went(drive(300), idle(120), park(100), step=20)
    shifted = [replace(one, time=one.time + timedelta(seconds=7)) for one in samples]
    found = derived(shifted)["minutes"]
    whole = sum(row[name] for row in found for name in ("driving_s", "idling_s", "standing_s", "unknown_s"))
    assert whole == pytest.approx((shifted[-1].time - shifted[0].time).total_seconds())
    assert all(row["minute"] % 60_000_000 == 0 for row in found)
    full = found[1:-1]
    assert all(sum(row[n] for n in ("driving_s", "idling_s", "standing_s")) == pytest.approx(60) for row in full)
    assert found[1]["distance_km"] == pytest.approx(1.0)
    assert found[0]["top_speed_kmh"] == 60.0


def test_two_drivers_within_a_minute_have_a_row_each_also_when_they_alternate() -> None:
    names = ["A", "B", "A", "B", "A"]
    samples = [
        Sample("V-1", START + timedelta(seconds=10 * n), speed_kmh=36.0, driver=name) for n, name in enumerate(names)
    ]
    found = derived(samples)["minutes"]
    assert {(row["driver"], row["driving_s"]) for row in found} == {("A", 20.0), ("B", 20.0)}
    assert len(found) == 2


@pytest.mark.parametrize(
    ("known", "fuel", "energy", "co2"),
    [
        (VehicleFacts("van", "diesel", 9.0), 0.9 + 1.1 * 0.5, np.nan, (0.9 + 1.1 * 0.5) * 2.64),
        (VehicleFacts("truck", "petrol", 9.0), 0.9 + 2.3 * 0.5, np.nan, (0.9 + 2.3 * 0.5) * 2.31),
        (VehicleFacts("van", "electric", 25.0), np.nan, 2.5 + 0.8 * 0.5, 0.0),
        (VehicleFacts("van", "diesel"), np.nan, np.nan, np.nan),
    ],
)
def test_energy_follows_the_way_and_the_idling_and_is_unknown_where_the_model_is(
    known: VehicleFacts, fuel: float, energy: float, co2: float
) -> None:
    samples = went(drive(600), idle(1800))
    found = derived(samples, Facts({"V-1": known}))["minutes"]
    idling = sum(row["idling_s"] for row in found)
    way = sum(row["distance_km"] for row in found)
    assert way == pytest.approx(10.0)
    assert idling == pytest.approx(1810, abs=11)
    sums = [sum(row[name] for row in found) for name in ("fuel_l", "energy_kwh", "co2_kg")]
    assert sums == pytest.approx([fuel, energy, co2], rel=0.03, nan_ok=True)


def test_distance_falls_back_from_odometer_to_positions_to_speeds() -> None:
    whole = went(drive(600))
    no_odometer = [replace(one, odometer_km=None) for one in whole]
    blind = [replace(one, latitude=None, longitude=None) for one in no_odometer]
    broken = [
        replace(one, odometer_km=(one.odometer_km or 0) + (90.0 if n == 5 else 0.0)) for n, one in enumerate(whole)
    ]
    for samples in (whole, no_odometer, blind, broken):
        total = sum(row["distance_km"] for row in derived(samples)["minutes"])
        assert total == pytest.approx(whole[-1].odometer_km - 100.0 if whole[-1].odometer_km else 0, rel=1e-3)


def test_an_odometer_of_whole_kilometres_adds_up() -> None:
    coarse = [replace(one, odometer_km=float(int(one.odometer_km or 0)), latitude=None) for one in went(drive(1200))]
    assert sum(row["distance_km"] for row in derived(coarse)["minutes"]) == pytest.approx(20.0, abs=1.0)


def test_samples_out_of_order_or_double_are_refused() -> None:
    samples = Samples.of(went(drive(60)))
    with pytest.raises(ValueError, match="out of order or double"):
        derive(samples.taken(np.array([0, 2, 1])))
    with pytest.raises(ValueError, match="out of order or double"):
        derive(samples.taken(np.array([0, 1, 1])))
    mixed = Samples.of([replace(one, vehicle=name) for one, name in zip(went(drive(60)), "ABAB", strict=False)])
    with pytest.raises(ValueError, match="do not stand together"):
        derive(mixed)


def test_the_version_changes_with_every_threshold_and_with_nothing_else() -> None:
    assert Definitions().version == Definitions().version > 0
    assert replace(Definitions(), moving_kmh=4.0).version != Definitions().version
    assert replace(Definitions(), van=replace(Definitions().van, idling_s=1.0)).version != Definitions().version
    assert {row["version"] for row in derived(went(drive(600)))["minutes"]} == {Definitions().version}
