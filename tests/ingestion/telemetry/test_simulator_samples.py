"""Samples of the simulated fleet: the same for the same seed, in any window, and physically possible."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from surefoot.ingestion.telemetry.simulator.drivers import drivers
from surefoot.ingestion.telemetry.simulator.simulator import Simulator, message, messages
from surefoot.retrieval.records.samples import COLUMNS, FLOATS, Sample, Samples, microseconds
from tests.ingestion.telemetry.test_simulator_fleet import fleet, world

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, tzinfo=BERLIN)
NOON = MONDAY + timedelta(hours=12)


def simulator(*names: str, seed: int = 1) -> Simulator:
    """The fleet, or some of its vehicles."""
    chosen = [vehicle for vehicle in fleet() if not names or vehicle.vehicle in names]
    return Simulator(chosen, seed=seed, world=world())


def same(first: Samples, second: Samples) -> bool:
    return len(first) == len(second) and all(
        np.array_equal(getattr(first, name), getattr(second, name)) for name in COLUMNS
    )


def test_the_same_seed_gives_the_same_samples_and_another_one_others() -> None:
    window = NOON, NOON + timedelta(hours=1)
    assert same(simulator().samples(*window), simulator().samples(*window))
    assert not same(simulator().samples(*window), simulator(seed=2).samples(*window))


def test_two_windows_give_what_one_over_both_gives() -> None:
    start, middle, end = NOON, NOON + timedelta(minutes=47, microseconds=13), NOON + timedelta(hours=15)
    fresh = simulator().samples(start, end)
    assert len(fresh) > 5000
    assert same(fresh, Samples.joined([simulator().samples(start, middle), simulator().samples(middle, end)]))


def test_a_live_loop_sends_each_sample_once() -> None:
    going, start = simulator("V-110", "R-307", "E-201"), NOON
    ticks = [going.due(start + timedelta(seconds=n), start + timedelta(seconds=n + 1)) for n in range(600)]
    assert same(Samples.joined(ticks), going.samples(start, start + timedelta(seconds=600)))


def test_a_window_alone_continues_what_was_before_it() -> None:
    later = NOON + timedelta(days=9)
    whole = simulator("V-112", "R-309", "E-208", "R-303").samples(MONDAY, later + timedelta(hours=1))
    alone = simulator("V-112", "R-309", "E-208", "R-303").samples(later, later + timedelta(hours=1))
    assert same(alone, whole.taken(whole.time >= microseconds(later)))


def test_a_vehicle_is_driven_the_same_in_any_fleet() -> None:
    whole = simulator().samples(NOON, NOON + timedelta(minutes=30)).in_order()
    few = Simulator(fleet()[9:4:-1], world=world()).samples(NOON, NOON + timedelta(minutes=30)).in_order()
    assert len(few) > 100
    assert same(few, whole.taken(np.isin(whole.vehicle, [vehicle.vehicle for vehicle in fleet()[5:10]])))


def test_samples_are_in_the_order_of_time() -> None:
    found = simulator().samples(MONDAY, MONDAY + timedelta(days=2))
    assert np.all(np.diff(found.time) >= 0)
    keys = set(zip(found.vehicle.tolist(), found.time.tolist(), strict=True))
    assert len(keys) == len(found), "a vehicle and a time name one sample"


def test_units_report_in_the_rhythm_of_their_class() -> None:
    found = simulator("V-110", "R-307").samples(MONDAY, MONDAY + timedelta(days=1))
    for name, seconds in (("V-110", 20), ("R-307", 10)):
        of = found.taken(found.vehicle == name)
        gaps, running = np.diff(of.time) / 1e6, of.engine_on[:-1] == 1
        assert gaps[running].max() == seconds
        assert 0 < gaps.max() == 900, "parked vehicles are heard of each quarter of an hour"


def test_the_engine_going_on_or_off_is_reported_at_that_moment() -> None:
    coarse = simulator("V-110").samples(MONDAY, MONDAY + timedelta(days=1))
    fine = simulator("V-110").samples(MONDAY, MONDAY + timedelta(days=1), interval_s=0.25)
    switched = [of.time[1:][np.diff(of.engine_on) != 0] for of in (coarse, fine)]
    assert len(switched[0]) > 8
    assert np.array_equal(switched[0], switched[1])


def test_a_rate_shortens_all_intervals() -> None:
    usual = simulator().samples(NOON, NOON + timedelta(minutes=30))
    fast = simulator().samples(NOON, NOON + timedelta(minutes=30), rate=20)
    assert 15 * len(usual) < len(fast) < 22 * len(usual)
    assert same(fast, simulator().due(NOON, NOON + timedelta(minutes=30), rate=20))


@pytest.mark.parametrize("wrong", [{"rate": 0.0}, {"rate": -1.0}, {"interval_s": 0.0}])
def test_an_impossible_rhythm_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        simulator("V-110").samples(NOON, NOON + timedelta(hours=1), **wrong)


def test_an_empty_window_has_no_samples() -> None:
    assert len(simulator().samples(NOON, NOON)) == 0
    assert len(simulator().samples(NOON, NOON - timedelta(hours=1))) == 0


def test_samples_are_physically_possible() -> None:
    found = simulator().samples(MONDAY, MONDAY + timedelta(days=7)).in_order()
    same_vehicle = found.vehicle[1:] == found.vehicle[:-1]
    hours = np.diff(found.time)[same_vehicle] / 3.6e9
    driven = np.diff(found.odometer_km)[same_vehicle]
    assert driven.min() >= -1e-9, "odometers never go back"
    assert np.all(driven <= 130 * hours + 1e-6)
    assert all(np.isfinite(getattr(found, name)).all() for name in FLOATS)
    assert 5 < found.level_percent.min() < found.level_percent.max() <= 100
    assert np.all((found.heading_deg >= 0) & (found.heading_deg < 360))
    assert np.all(found.speed_kmh[found.engine_on == 0] == 0)
    assert np.all((found.driver != "")[found.engine_on == 1])
    assert found.speed_kmh.max() < 130


def test_positions_and_odometers_agree() -> None:
    quiet = Simulator([v for v in fleet() if v.vehicle == "R-310"], world=world(), noisy=False)
    found = quiet.samples(MONDAY, MONDAY + timedelta(days=1), interval_s=1.0)
    north = np.radians(np.diff(found.latitude))
    east = np.radians(np.diff(found.longitude)) * np.cos(np.radians(found.latitude[1:]))
    moved = 6371.0088 * np.hypot(north, east)
    driven = np.diff(found.odometer_km)
    assert driven.sum() > 100
    assert moved.sum() == pytest.approx(driven.sum(), rel=0.002), "bends are cut by less"
    assert np.all(moved <= driven * 1.0001 + 1e-9)


def test_a_noisy_position_lies_close_to_the_true_one() -> None:
    window = NOON, NOON + timedelta(hours=1)
    noisy = simulator("R-310").samples(*window)
    quiet = Simulator([v for v in fleet() if v.vehicle == "R-310"], world=world(), noisy=False).samples(*window)
    north = (noisy.latitude - quiet.latitude) * 111_195
    assert 1 < np.abs(north).max() <= 2.5
    assert 0.05 < np.abs(noisy.accel_long_ms2 - quiet.accel_long_ms2).max() <= 0.1
    assert np.array_equal(noisy.speed_kmh, quiet.speed_kmh)


def test_a_vehicle_off_the_road_stays_where_it_is() -> None:
    found = simulator("V-105", "E-203", "R-308").samples(MONDAY, MONDAY + timedelta(days=21))
    assert len(found) == 3 * 21 * 96
    assert not found.engine_on.any()
    assert not found.speed_kmh.any()
    assert {name: set(found.odometer_km[found.vehicle == name]) for name in ("V-105", "R-308")} == {
        "V-105": {209_567.0},
        "R-308": {402_437.0},
    }


def test_a_spare_drives_on_few_days_and_others_on_most() -> None:
    found = simulator().samples(MONDAY, MONDAY + timedelta(days=28), interval_s=300)
    running = found.taken(found.engine_on == 1)
    days: dict[str, set[int]] = {}
    for name, time in zip(running.vehicle.tolist(), running.time.tolist(), strict=True):
        days.setdefault(name, set()).add(time // 86_400_000_000)
    spare = {vehicle.vehicle for vehicle in fleet() if vehicle.spare}
    assert max(len(days.get(name, set())) for name in spare) < 9
    assert min(len(seen) for name, seen in days.items() if name not in spare) > 13


def test_the_odometer_begins_with_the_list_and_goes_on_in_both_directions() -> None:
    going = simulator("V-110", "R-301")
    first = going.samples(MONDAY - timedelta(days=1), MONDAY)
    assert set(first.odometer_km[first.vehicle == "V-110"]) == {211_622.0}, "nobody drives on that Sunday"
    week = going.samples(MONDAY - timedelta(days=8), MONDAY).in_order()
    assert week.odometer_km[week.vehicle == "V-110"][-1] == pytest.approx(211_622.0)
    assert np.all(np.diff(week.odometer_km[week.vehicle == "V-110"]) >= -1e-9)


def test_clocks_that_change_change_nothing_for_drivers() -> None:
    going = simulator("R-312", "R-313", "R-314", "R-315", "V-110", "V-104")
    for sunday in (date(2026, 3, 29), date(2026, 10, 25)):
        first = datetime(sunday.year, sunday.month, sunday.day, tzinfo=BERLIN)
        length = {3: 23, 10: 25}[sunday.month]
        ends = datetime(sunday.year, sunday.month, sunday.day + 1, tzinfo=BERLIN)
        assert (ends.astimezone(UTC) - first.astimezone(UTC)) == timedelta(hours=length)
        assert going.plan("R-312", sunday).motion.length_s == length * 3600
        found = going.samples(first - timedelta(days=2), ends + timedelta(days=1)).in_order()
        one = found.taken(found.vehicle == "V-110")
        assert np.diff(one.time).max() <= 900_000_000, "no hour is missing"
        assert np.all(np.diff(one.odometer_km) >= -1e-9)
        started = one.time[1:][(np.diff(one.engine_on) == 1)]
        local = [datetime.fromtimestamp(time / 1e6, BERLIN) for time in started.tolist()]
        firsts = [min(moment for moment in local if moment.date() == day) for day in {m.date() for m in local}]
        assert all(5 <= moment.hour < 8 for moment in firsts), "work begins by the clock on the wall"


def test_a_working_sunday_on_which_clocks_change_is_driven_by_the_clock_on_the_wall() -> None:
    chilled = [vehicle for vehicle in fleet() if vehicle.model == "Haulier H18 Polar"]
    for seed in range(30):
        plans = [Simulator(chilled, seed=seed, world=world()).plan(v.vehicle, date(2026, 3, 29)) for v in chilled]
        out = [plan for plan in plans if plan.motion.distance_m > 0]
        for plan in out:
            begins = plan.motion.track.begins_s[1]
            assert 5 * 3600 <= begins + 3600 < 8 * 3600
        if out:
            return
    pytest.fail("no chilled truck drives on that Sunday with any of 30 seeds")


def test_nobody_drives_two_vehicles_at_a_time() -> None:
    for day in (date(2026, 3, 2) + timedelta(days=number) for number in range(40)):
        codes = [code for vehicle in fleet() for code in drivers(1, vehicle, day)]
        assert len(codes) == len(set(codes))


def test_some_vehicles_have_two_drivers_on_a_day() -> None:
    found = simulator().samples(MONDAY, MONDAY + timedelta(days=1))
    crews = {name: set(found.driver[found.vehicle == name]) - {""} for name in set(found.vehicle)}
    assert 4 < sum(len(crew) == 2 for crew in crews.values()) < 20
    assert max(len(crew) for crew in crews.values()) == 2


def test_a_message_says_what_its_sample_says() -> None:
    sample = Sample("V-110", datetime(2026, 3, 2, 11, 0, 0, 250_000, UTC), 52.1234567, 13.0, 49.987, engine_on=False)
    assert message(sample) == {
        "vehicle": "V-110",
        "time": "2026-03-02T11:00:00.250000Z",
        "latitude": 52.123457,
        "longitude": 13.0,
        "speed_kmh": 49.99,
        "engine_on": False,
    }
    found = simulator("V-110").samples(NOON, NOON + timedelta(minutes=30))
    written = list(messages(found))
    assert [datetime.fromisoformat(one["time"]) for one in written] == [
        datetime.fromtimestamp(time // 1_000_000, UTC) + timedelta(microseconds=time % 1_000_000)
        for time in found.time.tolist()
    ]
    assert json.loads(json.dumps(written)) == written
    assert set(written[0]) <= set(COLUMNS)
