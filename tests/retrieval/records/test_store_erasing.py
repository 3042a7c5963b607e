"""What is forgotten or expired is gone: from every table, and in a file from its bytes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from surefoot.retrieval.records.samples import Samples
from surefoot.retrieval.records.store import RecordStore, Replacement
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.retrieval.records.telemetry_tables import INTAKE, STATES, TRIPS, VEHICLES
from tests.retrieval.records.telling import NINE, a_sample, at, rows_of, some

SECRET = "B-SF 4711 Wanderlust"


def told(store: RecordStore) -> None:
    """Tell of a vehicle and of another in every way."""
    for vehicle in (SECRET, "van 2"):
        store.add_samples(some(50, vehicle), "mqtt", NINE)
        trip = {"vehicle": vehicle, "trip": f"{vehicle} 1", "start": at(0), "end": at(9)}
        state = {"vehicle": vehicle, "time": at(9), "since": at(0)}
        store.replace_derived(
            [
                Replacement(TRIPS, {vehicle: 0}, rows_of(TRIPS, trip)),
                Replacement(STATES, {vehicle: 0}, rows_of(STATES, state)),
            ]
        )
        store.put(VEHICLES, rows_of(VEHICLES, {"vehicle": vehicle, "model": "Corvane"}))
    refused = {"rule": "malformed", "source": "mqtt", "hour": NINE, "last": NINE, "messages": 1}
    store.count_intake(rows_of(INTAKE, {**refused, "example": f'{{"vehicle": "{SECRET}"}} has no time'}))


def holds(folder: Path, words: str) -> list[str]:
    """Files with these bytes in them."""
    return [path.name for path in folder.iterdir() if words.encode() in path.read_bytes()]


def test_a_forgotten_vehicle_is_in_no_table(store: RecordStore) -> None:
    told(store)
    assert store.forget(SECRET) == 53
    for name in ("samples", "trips", "states", "vehicles"):
        table = store.ibis_table(name)
        assert set(store.read(table).rows.column("vehicle").to_pylist()) == {"van 2"}
    intake = store.read(store.ibis_table("intake")).rows.to_pylist()
    assert [(row["messages"], row["example"]) for row in intake] == [(1, None)]
    assert store.forget(SECRET) == 0


def test_the_bytes_of_a_forgotten_vehicle_leave_the_file(tmp_path: Path) -> None:
    store = DuckDBRecords(tmp_path / "records.duckdb")
    store.prepare()
    told(store)
    store.close()
    assert holds(tmp_path, SECRET) == ["records.duckdb"], "else the test would prove nothing"
    store.prepare()
    store.forget(SECRET)
    assert holds(tmp_path, SECRET) == []
    assert store.vehicles() == ["van 2"]
    store.close()
    assert holds(tmp_path, SECRET) == []


def test_expired_samples_go_and_what_was_derived_from_them_stays(store: RecordStore) -> None:
    told(store)
    assert store.expire(at(20)) == 40
    assert store.samples_since({SECRET: 0}).speed_kmh.tolist() == list(range(20, 50))
    assert store.read(store.ibis_table("trips")).rows.num_rows == 2
    assert store.expire(at(20)) == 0


def test_the_bytes_of_expired_samples_leave_the_file(tmp_path: Path) -> None:
    store = DuckDBRecords(tmp_path / "records.duckdb")
    store.prepare()
    old = Samples.of([a_sample("van 1", 0, driver="Ephraim Longago"), a_sample("van 1", 100, driver="Nora Newer")])
    store.add_samples(old, "mqtt", NINE)
    store.expire(at(50))
    store.close()
    assert (holds(tmp_path, "Longago"), holds(tmp_path, "Newer")) == ([], ["records.duckdb"])


def test_readers_and_writers_go_on_while_the_file_is_rewritten(tmp_path: Path) -> None:
    store = DuckDBRecords(tmp_path / "records.duckdb")
    store.prepare()
    store.add_samples(some(2000, SECRET), "mqtt", NINE)
    with ThreadPoolExecutor(6) as pool:
        adding = [pool.submit(store.add_samples, some(10, first=10 * n), "mqtt", NINE) for n in range(20)]
        forgetting = [pool.submit(store.forget, SECRET) for _ in range(3)]
        reading = [pool.submit(store.newest) for _ in range(20)]
        assert sum(each.result().new for each in adding) == 200
        assert sum(each.result() for each in forgetting) == 2000
        assert all(len(each.result()) <= 2 for each in reading)
    store.close()
    store.prepare()
    assert len(store.samples_since({"van 1": 0})) == 200
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".new"] == []
    store.close()
