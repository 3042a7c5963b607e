"""Derived facts follow samples, definitions and facts over a real store, only as far as they change."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from surefoot.ingestion.telemetry.derivations.definitions import Definitions
from surefoot.ingestion.telemetry.derivations.facts import Facts, Place, VehicleFacts
from surefoot.ingestion.telemetry.passes import Behind, Passes
from surefoot.ingestion.telemetry.stored import underived
from surefoot.retrieval.records.errors import RecordsUnavailable
from surefoot.retrieval.records.samples import Sample, Samples, microseconds
from surefoot.retrieval.records.store import Replacement
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.retrieval.records.telemetry_tables import DERIVED, MAINTENANCE
from tests.ingestion.telemetry.conftest import until
from tests.retrieval.records.telling import rows_of

START = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
STRICT = Definitions(moving_kmh=45.0)
"""So that driving at 40 km/h is none."""


class Known:
    """What is known of vehicles and places, as an administrator changes it."""

    def __init__(self) -> None:
        self.facts = Facts({"V-1": VehicleFacts("van", "diesel", 8.0), "V-2": VehicleFacts("van", "diesel", 8.0)})

    def __call__(self, _vehicles: Iterable[str]) -> Facts:
        return self.facts


class Counting(DuckDBRecords):
    """A real store that counts what is read of samples and can be unavailable a number of times."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.read_rows: list[int] = []
        self.failures = 0

    def samples_since(self, cuts: Any) -> Samples:
        found = super().samples_since(cuts)
        self.read_rows.append(len(found))
        return found

    def replace_derived(self, replacements: Sequence[Replacement], marks: Sequence[str] = ()) -> None:
        if self.failures:
            self.failures -= 1
            raise RecordsUnavailable("The server does not answer.")
        super().replace_derived(replacements, marks)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Counting]:
    store = Counting(tmp_path / "records.duckdb")
    store.prepare()
    yield store
    store.close()


@contextmanager
def running(passes: Passes) -> Generator[Passes]:
    passes.start()
    try:
        yield passes
    finally:
        assert passes.stop(30)


def later(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def trip(vehicle: str, begin: float, minutes: int = 10, km: float = 100.0) -> list[Sample]:
    """A drive at 40 km/h with a sample every 10 s, then 20 minutes parked."""
    way = [
        Sample(vehicle, later(begin) + timedelta(seconds=10 * n), 50.0, 8.0 + n * 0.0015, 40.0, 90.0, km + n / 9,
               accel_long_ms2=-4.0 if n == 7 else 0.0, engine_on=True, driver="D-1")
        for n in range(6 * minutes)
    ]  # fmt: skip
    stood = {"speed_kmh": 0.0, "engine_on": False, "accel_long_ms2": 0.0}
    return way + [replace(way[-1], time=later(begin + minutes + n), **stood) for n in range(1, 20)]


def add(store: DuckDBRecords, samples: list[Sample]) -> dict[str, int]:
    """Keep samples; each vehicle's earliest moment."""
    store.add_samples(Samples.of(samples), "test", START)
    found: dict[str, int] = {}
    for one in samples:
        found[one.vehicle] = min(microseconds(one.time), found.get(one.vehicle, microseconds(one.time)))
    return found


def derived(store: DuckDBRecords) -> dict[str, list[dict[str, Any]]]:
    """All derived rows by table."""
    return {
        table.name: store.read(store.ibis_table(table.name).order_by(list(table.key))).rows.to_pylist()
        for table in DERIVED
    }


def passes_over(store: DuckDBRecords, known: Known | None = None, definitions: Definitions | None = None) -> Passes:
    return Passes(store, known or Known(), lambda: later(300), definitions, pause=0.01)


def derive_all(store: DuckDBRecords, samples: list[Sample], known: Known | None = None) -> Passes:
    passes = passes_over(store, known)
    passes.note(add(store, samples))
    passes.run_once()
    return passes


def assert_alike(one: DuckDBRecords, other: DuckDBRecords) -> None:
    ours, theirs = derived(one), derived(other)
    for table, rows in ours.items():
        assert len(rows) == len(theirs[table]), table
        for row, expected in zip(rows, theirs[table], strict=True):
            assert row.keys() == expected.keys()
            for name, value in row.items():
                alike = value == expected[name] or np.isclose(value, expected[name], rtol=1e-9)
                assert alike, (table, name, row, expected)


def at_once(tmp_path: Path, samples: list[Sample], known: Known | None = None) -> Counting:
    other = Counting(tmp_path / "other.duckdb")
    other.prepare()
    derive_all(other, samples, known)
    return other


def test_late_samples_have_only_what_follows_derived_again(store: Counting, tmp_path: Path) -> None:
    every = [sample for hour in range(5) for v in ("V-1", "V-2") for sample in trip(v, 60 * hour, km=100 + 10 * hour)]
    late = [s for s in every if s.vehicle == "V-1" and later(242) <= s.time < later(244)]
    passes = derive_all(store, [s for s in every if s not in late])
    whole = store.read_rows[-1]
    passes.note(add(store, late))
    assert passes.run_once() == 1
    assert store.read_rows[-1] < whole / 2, "only the end of one vehicle is read"
    other = at_once(tmp_path, every)
    assert_alike(store, other)
    assert len(derived(store)["trips"]) == 10
    other.close()


def test_samples_before_everything_known_derive_the_vehicle_anew(store: Counting, tmp_path: Path) -> None:
    first, second = trip("V-1", 0), trip("V-1", 60, km=110)
    passes = derive_all(store, second)
    passes.note(add(store, first))
    passes.run_once()
    other = at_once(tmp_path, first + second)
    assert_alike(store, other)
    assert len(derived(store)["trips"]) == 2
    other.close()


def test_other_definitions_have_everything_derived_anew_at_the_start_and_the_same_ones_nothing(
    store: Counting,
) -> None:
    first = derive_all(store, trip("V-1", 0))
    before, reads = derived(store), len(store.read_rows)
    with running(passes_over(store)) as same:
        assert same.drained(30)
    assert len(store.read_rows) == reads
    with running(passes_over(store, definitions=STRICT)) as other:
        assert other.drained(30)
    after = derived(store)
    assert {row["version"] for rows in before.values() for row in rows} == {first.definitions.version}
    assert {row["version"] for rows in after.values() for row in rows} == {STRICT.version}
    assert sum(row["driving_s"] for row in before["minutes"]) > 500
    assert sum(row["driving_s"] for row in after["minutes"]) == 0


def test_a_new_place_has_all_vehicles_derived_anew(store: Counting) -> None:
    known = Known()
    passes = derive_all(store, trip("V-1", 0) + trip("V-2", 0), known)
    assert passes.look_at_facts() == 0
    assert {row["place"] for row in derived(store)["stops"]} <= {"", None}
    end = trip("V-1", 0)[-1]
    known.facts = replace(known.facts, places=(Place("Yard", end.latitude or 0.0, end.longitude or 0.0, 200.0),))
    assert passes.look_at_facts() == 2
    assert passes.run_once() == 2
    found = derived(store)
    assert {row["place"] for row in found["states"]} == {"Yard"}
    assert [row["kind"] for row in found["events"]].count("entered") == 2
    assert passes.look_at_facts() == 0, "it is done once"


def test_another_class_of_one_vehicle_has_that_vehicle_alone_derived_anew(store: Counting) -> None:
    known = Known()
    known.facts = replace(known.facts, vehicles={**known.facts.vehicles, "V-1": VehicleFacts("car")})
    passes = derive_all(store, trip("V-1", 0) + trip("V-2", 0), known)

    def thresholds() -> dict[str, set[float]]:
        harsh = [row for row in derived(store)["events"] if row["kind"] == "harsh_braking"]
        return {v: {row["threshold"] for row in harsh if row["vehicle"] == v} for v in ("V-1", "V-2")}

    before = thresholds()
    known.facts = replace(known.facts, vehicles={**known.facts.vehicles, "V-1": VehicleFacts("truck")})
    assert passes.look_at_facts() == 1
    assert passes.run_once() == 1
    limits = passes.definitions
    assert before == {"V-1": {limits.car.braking_ms2}, "V-2": {limits.van.braking_ms2}}
    assert thresholds() == {"V-1": {limits.truck.braking_ms2}, "V-2": {limits.van.braking_ms2}}


def test_samples_between_a_change_of_facts_and_the_look_do_not_hide_it(store: Counting, tmp_path: Path) -> None:
    known = Known()
    every = [sample for hour in range(3) for sample in trip("V-1", 60 * hour, km=100 + 10 * hour)]
    passes = derive_all(store, every[:-5], known)
    known.facts = replace(known.facts, vehicles={"V-1": VehicleFacts("truck", "diesel", 30.0)})
    passes.note(add(store, every[-5:]))
    passes.run_once()
    assert passes.look_at_facts() == 1
    passes.run_once()
    other = at_once(tmp_path, every, known)
    assert_alike(store, other)
    other.close()


def test_what_was_derived_from_samples_that_have_expired_stays_when_facts_change(store: Counting) -> None:
    known = Known()
    passes = derive_all(store, trip("V-1", 0) + trip("V-1", 120, km=120), known)
    before = derived(store)
    store.expire(later(60))
    known.facts = replace(known.facts, vehicles={"V-1": VehicleFacts("truck", "diesel", 30.0)})
    assert passes.look_at_facts() == 1
    passes.run_once()
    after = derived(store)
    for name, begin in (("trips", "start"), ("minutes", "minute")):
        old = [row for row in before[name] if row[begin] < later(60)]
        assert old
        assert [row for row in after[name] if row in old] == old, name
    assert len(after["trips"]) == 2


def test_a_store_that_fails_is_said_and_what_waits_is_derived_once_it_works(store: Counting) -> None:
    passes = passes_over(store)
    with running(passes):
        store.failures = 1
        passes.note(add(store, trip("V-1", 0)))
        until(lambda: passes.state.trouble is not None, "the trouble is said")
        assert "does not answer" in str(passes.state.trouble)
        assert passes.drained(30)
        until(lambda: passes.state.trouble is None, "the trouble is over")
    assert len(derived(store)["trips"]) == 1


def test_what_failed_waits_with_its_earliest_moment(store: Counting) -> None:
    passes = passes_over(store)
    passes.note(add(store, trip("V-1", 0)))
    store.failures = 1
    with pytest.raises(RecordsUnavailable):
        passes.run_once()
    passes.note({"V-1": microseconds(later(25))})
    assert passes.run_once() == 1
    assert len(derived(store)["trips"]) == 1


def aged(store: Counting, after: timedelta) -> dict[str, Any]:
    """The vehicle's state when so much time has gone since its newest sample."""
    samples = trip("V-1", 0)
    now = samples[-1].time + after
    passes = Passes(store, Known(), lambda: now)
    passes.note(add(store, samples))
    passes.run_once()
    passes.look_around()
    return derived(store)["states"][0]


def test_a_vehicle_is_silent_when_it_was_not_heard_of_for_forty_minutes(store: Counting) -> None:
    assert aged(store, timedelta(minutes=39))["state"] == "parked"
    state = aged(store, timedelta(minutes=41))
    assert state["state"] == "silent"
    assert state["since"] == state["time"] == trip("V-1", 0)[-1].time


def test_what_is_left_until_maintenance_follows_the_odometer_and_the_day(store: Counting) -> None:
    today = later(30).date()
    due = [
        {"vehicle": "V-1", "item": "service A", "due_km": 1000.0, "due_on": today + timedelta(days=30)},
        {"vehicle": "V-1", "item": "service B", "due_km": 50.0, "due_on": today + timedelta(days=30)},
        {"vehicle": "V-1", "item": "test", "due_on": date(2026, 5, 1)},
        {"vehicle": "V-9", "item": "service A", "due_km": 1000.0},
    ]
    store.put(MAINTENANCE, rows_of(MAINTENANCE, *due))
    odometer = aged(store, timedelta(minutes=1))["odometer_km"]
    rows = store.read(store.ibis_table("maintenance").order_by("vehicle", "item")).rows.to_pylist()
    found = [(row["km_left"], row["days_left"], row["overdue"]) for row in rows]
    assert found[0] == (pytest.approx(1000.0 - odometer), 30, False)
    assert found[1] == (pytest.approx(50.0 - odometer), 30, True)
    assert found[2] == (None, -3, True)
    assert found[3] == (None, None, False), "nothing is known of its odometer"


def test_what_was_kept_and_not_derived_is_derived_after_a_restart_late_samples_too(
    store: Counting, tmp_path: Path
) -> None:
    every = [sample for hour in range(5) for v in ("V-1", "V-2") for sample in trip(v, 60 * hour, km=100 + 10 * hour)]
    late = [s for s in every if s.vehicle == "V-1" and later(62) <= s.time < later(64)]
    last = [s for s in every if s.vehicle == "V-2" and s.time >= later(240)]
    derive_all(store, [s for s in every if s not in late and s not in last])
    assert underived(store) == []
    add(store, late)  # the process dies before it hears of them
    add(store, last)
    with running(passes_over(store)) as passes:
        assert passes.drained(30)
        assert passes.behind() is None
    other = at_once(tmp_path, every)
    assert_alike(store, other)
    assert len(derived(store)["trips"]) == 10
    assert underived(store) == []
    other.close()


def test_what_waits_is_told_with_its_earliest_moment_until_it_is_derived(store: Counting) -> None:
    passes = passes_over(store)
    assert passes.behind() is None
    passes.note(add(store, trip("V-1", 10)))
    passes.note(add(store, trip("V-2", 5)))
    assert passes.behind() == Behind(2, microseconds(later(5)))
    assert passes.behind(30) is None  # it has not waited for long
    store.failures = 1
    with pytest.raises(RecordsUnavailable):
        passes.run_once()
    assert passes.behind() == Behind(2, microseconds(later(5)))
    assert {one.vehicle for one in underived(store)} == {"V-1", "V-2"}
    passes.run_once()
    assert passes.behind() is None
    assert underived(store) == []


def test_samples_that_come_while_others_are_derived_are_not_taken_for_derived(store: Counting) -> None:
    passes = passes_over(store)
    passes.note(add(store, trip("V-1", 60)))
    passes.run_once()
    passes.note(add(store, trip("V-1", 120)))
    add(store, trip("V-1", 0))  # older ones, kept, and not noted yet
    passes.run_once()
    assert [one.since for one in underived(store)] == [microseconds(later(0))]
