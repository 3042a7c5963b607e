"""The simulated fleet brings its history once, goes on from where it left off, and stops when it is told to."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from surefoot.ingestion.telemetry.intake import Intake
from surefoot.ingestion.telemetry.simulating import Pace, Simulation
from surefoot.ingestion.telemetry.simulator.fleet import SimulatedVehicle, read_fleet
from surefoot.ingestion.telemetry.simulator.simulator import Simulator
from surefoot.retrieval.records.samples import Sample, Samples, microseconds
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.retrieval.records.telemetry_tables import MAINTENANCE, PLACES, VEHICLE_GROUPS, VEHICLES
from tests.ingestion.telemetry.conftest import until

LIST = Path("surefoot/app/assistants/fleet/knowledge/vehicle-list.csv")
NOON = datetime(2026, 5, 6, 10, 0, tzinfo=UTC)
"""A Wednesday."""


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def fleet() -> list[SimulatedVehicle]:
    """Three vehicles of the list that drive."""
    every = read_fleet(LIST.read_text(encoding="utf-8"))
    return [vehicle for vehicle in every if not vehicle.off_road and not vehicle.spare][:3]


@contextmanager
def simulating(store: DuckDBRecords, clock: Clock, days: int = 1, rate: float = 1.0) -> Generator[Simulation]:
    intake = Intake(store, clock)
    intake.start()
    simulation = Simulation(Simulator(fleet()), store, intake, clock, Pace(days, rate))
    simulation.start()
    try:
        yield simulation
    finally:
        assert simulation.stop(30)
        intake.close()


def expected(days: int, now: datetime) -> list[tuple[str, int]]:
    """Vehicle and time of all that the fleet says in those days before noon, up to now."""
    found = Simulator(fleet()).samples(NOON - timedelta(days=days) + timedelta(microseconds=1), now).in_order()
    return list(zip(found.vehicle.tolist(), found.time.tolist(), strict=True))


def times(store: DuckDBRecords) -> list[tuple[str, int]]:
    found = store.samples_since({vehicle.vehicle: 0 for vehicle in fleet()})
    return list(zip(found.vehicle.tolist(), found.time.tolist(), strict=True))


def count(store: DuckDBRecords, table: str) -> int:
    return store.read(store.ibis_table(table)).rows.num_rows


def test_history_is_exactly_what_the_fleet_did_in_those_days(store: DuckDBRecords) -> None:
    with simulating(store, Clock(NOON), days=1) as simulation:
        until(lambda: len(times(store)) >= len(expected(1, NOON)), "history", 60)
        assert (simulation.state.on, simulation.state.trouble) == (True, None)
    assert times(store) == expected(1, NOON)
    assert len(expected(1, NOON)) > 1000
    assert set(store.read(store.ibis_table("samples")).rows.column("source").to_pylist()) == {"simulator"}


def test_the_store_is_told_of_vehicles_groups_places_and_maintenance(store: DuckDBRecords) -> None:
    with simulating(store, Clock(NOON)):
        until(lambda: len(times(store)) > 0, "history", 60)
    assert count(store, VEHICLES.name) == count(store, VEHICLE_GROUPS.name) == 3
    assert count(store, MAINTENANCE.name) == 12
    assert count(store, PLACES.name) > 0
    assert all(store.read(store.ibis_table(VEHICLES.name)).rows.column("simulated").to_pylist())


def test_a_restart_goes_on_from_where_it_left_off(store: DuckDBRecords) -> None:
    clock, later = Clock(NOON), NOON + timedelta(days=1, hours=2)
    with simulating(store, clock, days=2):
        until(lambda: len(times(store)) >= len(expected(2, NOON)), "history", 60)
    before = times(store)
    clock.now = later
    with simulating(store, clock, days=2):
        until(lambda: len(times(store)) >= len(expected(2, later)), "the rest", 60)
    assert set(before) < set(times(store))
    assert times(store) == expected(2, later), "no hole, nothing twice"


def test_what_is_due_is_sent_as_time_goes_by(store: DuckDBRecords) -> None:
    clock = Clock(NOON)
    with simulating(store, clock) as simulation:
        until(lambda: len(times(store)) >= len(expected(1, NOON)), "history", 60)
        kept = len(times(store))
        clock.now = NOON + timedelta(minutes=10)
        until(lambda: simulation.state.sent > 0, "sent")
        until(lambda: len(times(store)) > kept, "kept")
    newest = max(time for _, time in times(store))
    assert newest > microseconds(NOON)


def test_it_stops_in_the_middle_of_its_history_and_the_rest_comes_later(store: DuckDBRecords) -> None:
    with simulating(store, Clock(NOON), days=20) as simulation:
        until(lambda: simulation.state.history_done > 0, "the first day", 60)
    first = len(times(store))
    assert 0 < simulation.state.history_done < 20
    with simulating(store, Clock(NOON), days=20):
        until(lambda: len(times(store)) >= len(expected(20, NOON)), "the rest", 120)
    assert first < len(times(store))
    assert times(store) == expected(20, NOON), "no hole, nothing twice"


def test_one_that_was_never_started_stops_at_once(store: DuckDBRecords) -> None:
    intake = Intake(store, Clock(NOON))
    assert Simulation(Simulator(fleet()), store, intake, Clock(NOON)).stop(0)


def test_a_store_that_is_shut_stops_it_with_a_reason(store: DuckDBRecords) -> None:
    intake = Intake(store, Clock(NOON))
    intake.start()
    store.close()
    simulation = Simulation(Simulator(fleet()), store, intake, Clock(NOON), Pace(1))
    simulation.start()
    until(lambda: simulation.state.trouble is not None, "the trouble")
    assert "not open" in str(simulation.state.trouble)
    assert simulation.stop(10)
    intake.close(0.1)


def test_a_history_of_another_schedule_is_made_anew_and_what_was_heard_from_elsewhere_stays(
    store: DuckDBRecords,
) -> None:
    other = Simulator(fleet(), seed=2).samples(NOON - timedelta(days=1), NOON)
    store.add_samples(other, "simulator", NOON)
    real = fleet()[2].vehicle
    store.add_samples(Samples.of([Sample(real, NOON - timedelta(hours=2, microseconds=7))]), "mqtt", NOON)
    store.put(VEHICLE_GROUPS, {"vehicle": [fleet()[0].vehicle], "grp": ["couriers"]})
    made_anew = {vehicle.vehicle for vehicle in fleet()} - {real}
    right = [one for one in expected(1, NOON) if one[0] in made_anew]
    with simulating(store, Clock(NOON)) as simulation:
        until(lambda: simulation.state.history_done > 1, "history", 60)
    assert [one for one in times(store) if one[0] in made_anew] == right
    left = set(other.taken(other.vehicle == real).time.tolist())
    assert left <= {time for name, time in times(store) if name == real}, "nothing that may be real is erased"
    groups = store.read(store.ibis_table(VEHICLE_GROUPS.name)).rows.to_pylist()
    of_first = [row["grp"] for row in groups if row["vehicle"] == fleet()[0].vehicle]
    assert of_first == ["couriers"], "it is not opened to everyone by coming anew, or by a restart"


def test_what_is_due_is_told_anew_when_a_day_begins_on_the_fleets_clocks(store: DuckDBRecords) -> None:
    due = next(v for v in fleet() if v.next_test < date(2026, 12, 1))
    clock = Clock(datetime.combine(due.next_test, time(23, 59, 50), ZoneInfo("Europe/Berlin")))

    def test_due() -> date:
        rows = store.read(store.ibis_table(MAINTENANCE.name)).rows.to_pylist()
        return next(
            (r["due_on"] for r in rows if r["item"] == "statutory test" and r["vehicle"] == due.vehicle), date.min
        )

    with simulating(store, clock, days=0) as simulation:
        until(lambda: simulation.state.sent >= 0 and test_due() == due.next_test, "the day's test", 60)
        clock.now += timedelta(seconds=20)
        until(lambda: test_due() == due.next_test.replace(year=due.next_test.year + 1), "the next one", 60)
