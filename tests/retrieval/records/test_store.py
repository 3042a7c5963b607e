"""Every store of records behaves the same: what is kept, what is replaced, what is counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from surefoot.retrieval.records.errors import RecordsClosed, RecordsNewer, RowsRefused
from surefoot.retrieval.records.samples import COLUMNS, Sample, Samples, microseconds
from surefoot.retrieval.records.store import RecordStore, Replacement
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.retrieval.records.store_sql import SqlStore
from surefoot.retrieval.records.telemetry_tables import (
    DERIVED,
    INTAKE,
    MINUTES,
    STATES,
    TABLES,
    TRIPS,
    VEHICLES,
)
from tests.retrieval.records.telling import NINE, a_sample, at, counted, rows_of, some


def rows(store: RecordStore, name: str) -> list[dict[str, Any]]:
    return store.read(store.ibis_table(name)).rows.to_pylist()


def speeds(samples: Samples) -> list[float]:
    return samples.speed_kmh.tolist()


def test_preparing_twice_keeps_what_is_there(store: RecordStore) -> None:
    store.add_samples(some(3), "mqtt", NINE)
    store.prepare()
    assert len(store.samples_since({"van 1": 0})) == 3
    assert all(store.columns_of(table.name) == table.columns for table in TABLES)


def test_a_sample_comes_back_as_it_was_said(store: RecordStore) -> None:
    full = Sample("Lkw „Ü“ 1", at(0.123456), 52.5, 13.4, 50.5, 359.9, 1234.5, -1.5, 0.5, -3.0, True, 60.0, 42.0, "Jo")
    bare = Sample("Lkw „Ü“ 1", at(2), engine_on=False)
    store.add_samples(Samples.of([full, bare]), "replay", at(9))
    back = store.samples_since({"Lkw „Ü“ 1": 0})
    sent = Samples.of([full, bare])
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(back, name), getattr(sent, name), err_msg=name)
    assert [(row["source"], row["received"]) for row in rows(store, "samples")] == [("replay", at(9))] * 2


def test_a_repeated_sample_is_kept_once_and_the_first_one_counts(store: RecordStore) -> None:
    batch = Samples.of([a_sample(seconds=1, speed_kmh=10), a_sample(seconds=1, speed_kmh=99), a_sample("van 2", 1)])
    first = store.add_samples(batch, "mqtt", NINE)
    again = store.add_samples(
        Samples.of([a_sample(seconds=1, speed_kmh=77), a_sample(seconds=2, speed_kmh=5)]), "http", NINE
    )
    assert (first.new, first.repeated, first.fresh.tolist()) == (2, 1, [True, False, True])
    assert (again.new, again.repeated, again.fresh.tolist()) == (1, 1, [False, True])
    assert speeds(store.samples_since({"van 1": 0})) == [10, 5]


def test_samples_older_than_those_kept_find_their_place(store: RecordStore) -> None:
    store.add_samples(some(3, first=10), "mqtt", NINE)
    assert store.add_samples(some(12, first=0), "mqtt", NINE).new == 10
    assert speeds(store.samples_between("van 1", at(0), at(100))) == list(range(13))


def test_samples_are_read_from_each_vehicles_cut_on(store: RecordStore) -> None:
    store.add_samples(Samples.joined([some(5), some(5, "van 2"), some(5, "van 3")]), "mqtt", NINE)
    cuts = {"van 1": microseconds(at(3)), "van 2": microseconds(at(4)), "nobody": 0}
    found = store.samples_since(cuts)
    assert list(zip(found.vehicle, speeds(found), strict=True)) == [("van 1", 3), ("van 1", 4), ("van 2", 4)]
    assert len(store.samples_since({})) == 0


def test_a_span_of_time_holds_its_start_and_not_its_end(store: RecordStore) -> None:
    store.add_samples(some(5), "mqtt", NINE)
    assert speeds(store.samples_between("van 1", at(1), at(3))) == [1, 2]


def test_the_newest_sample_of_each_vehicle_is_found(store: RecordStore) -> None:
    store.add_samples(Samples.joined([some(5), some(2, "van 2")]), "mqtt", NINE)
    store.add_samples(some(1, "van 2"), "mqtt", NINE)
    assert speeds(store.newest()) == [4, 1]
    assert speeds(store.newest(["van 2", "nobody", "van 2"])) == [1]
    assert store.vehicles() == ["van 1", "van 2"]


def test_names_that_look_like_statements_are_names(store: RecordStore) -> None:
    name = "'; DROP TABLE samples; -- ? %s $1"
    store.add_samples(some(2, name), "mqtt", NINE)
    assert store.vehicles() == [name]
    assert store.forget(name) == 2
    assert store.vehicles() == []


def test_ten_writers_at_once_lose_and_repeat_nothing(store: RecordStore) -> None:
    blocks = [some(50, first=40 * number) for number in range(10)]
    with ThreadPoolExecutor(10) as pool:
        added = list(pool.map(partial(store.add_samples, source="mqtt", received=NINE), blocks))
    assert sum(each.new for each in added) == 410
    assert sum(each.repeated for each in added) == 90
    assert speeds(store.samples_since({"van 1": 0})) == list(range(410))


def test_derived_rows_are_replaced_from_each_vehicles_cut_on(store: RecordStore) -> None:
    before = rows_of(MINUTES, *({"vehicle": v, "minute": at(60 * m), "version": 1} for v in "ab" for m in range(3)))
    store.replace_derived([Replacement(MINUTES, {}, before)])
    new = rows_of(MINUTES, {"vehicle": "a", "minute": at(60), "distance_km": float("nan"), "version": 2})
    store.replace_derived([Replacement(MINUTES, {"a": microseconds(at(60)), "b": microseconds(at(120))}, new)])
    kept = sorted((row["vehicle"], row["minute"], row["version"]) for row in rows(store, "minutes"))
    assert kept == [("a", at(0), 1), ("a", at(60), 2), ("b", at(0), 1), ("b", at(60), 1)]
    assert next(row["distance_km"] for row in rows(store, "minutes") if row["version"] == 2) is None


def test_a_state_is_replaced_whatever_its_time(store: RecordStore) -> None:
    for speed in (10.0, 20.0):
        row = rows_of(STATES, {"vehicle": "a", "time": at(0), "since": at(0), "speed_kmh": speed})
        store.replace_derived([Replacement(STATES, {"a": microseconds(at(999))}, row)])
    assert [row["speed_kmh"] for row in rows(store, "states")] == [20.0]


@pytest.mark.parametrize("table", DERIVED, ids=lambda table: table.name)
def test_every_derived_table_takes_rows(store: RecordStore, table: Any) -> None:
    row = {name: at(0) for name, kind in table.columns.items() if kind.value == "time"} | {"vehicle": "a"}
    for _ in range(2):
        store.replace_derived([Replacement(table, {"a": microseconds(at(0))}, rows_of(table, row))])
    assert len(rows(store, table.name)) == 1


def test_derived_rows_may_go_without_others_in_their_place(store: RecordStore) -> None:
    store.replace_derived([Replacement(TRIPS, {}, rows_of(TRIPS, {"vehicle": "a", "trip": "t", "start": at(0)}))])
    store.replace_derived([Replacement(TRIPS, {"a": 0}, rows_of(TRIPS)), Replacement(MINUTES, {}, rows_of(MINUTES))])
    assert rows(store, "trips") == rows(store, "minutes") == []


def test_a_moment_without_a_time_zone_is_refused_in_reading_too(store: RecordStore) -> None:
    with pytest.raises(TypeError):
        store.samples_between("van 1", NINE.replace(tzinfo=None), NINE)
    with pytest.raises(TypeError):
        store.expire(NINE.replace(tzinfo=None))


def test_a_pass_that_fails_changes_nothing(store: RecordStore) -> None:
    good = Replacement(TRIPS, {"a": 0}, rows_of(TRIPS, {"vehicle": "a", "trip": "t1", "start": at(0)}))
    store.replace_derived([good])
    wrong = Replacement(MINUTES, {"a": 0}, {"vehicle": ["a"]})
    with pytest.raises(RowsRefused, match="missing"):
        store.replace_derived([Replacement(TRIPS, {"a": 0}, rows_of(TRIPS)), wrong])
    assert [row["trip"] for row in rows(store, "trips")] == ["t1"]


def test_reference_rows_are_added_or_replaced_by_key(store: RecordStore) -> None:
    store.put(VEHICLES, rows_of(VEHICLES, {"vehicle": "a", "model": "old"}, {"vehicle": "b", "model": "b"}))
    first = {"vehicle": "a", "model": "older"}
    last = {"vehicle": "a", "model": "new", "first_registered": date(2020, 2, 29), "simulated": True}
    store.put(VEHICLES, rows_of(VEHICLES, first, last))
    found = {row["vehicle"]: row for row in rows(store, "vehicles")}
    assert {name: row["model"] for name, row in found.items()} == {"a": "new", "b": "b"}
    assert (found["a"]["first_registered"], found["a"]["simulated"]) == (date(2020, 2, 29), True)


def test_groups_take_the_place_of_those_before_and_stay_where_a_vehicle_comes_anew(store: RecordStore) -> None:
    store.set_groups({"a": ["x", "y", "x"], "b": ["x"]})
    store.set_groups({"a": ["z"], "c": ["z"]})
    assert sorted(tuple(row.values()) for row in rows(store, "vehicle_groups")) == [("a", "z"), ("b", "x"), ("c", "z")]
    store.forget("a", groups=False)
    store.forget("b")
    assert sorted(tuple(row.values()) for row in rows(store, "vehicle_groups")) == [("a", "z"), ("c", "z")]


def test_counts_add_up_and_the_newest_example_stays(store: RecordStore) -> None:
    store.count_intake(counted("malformed", 2, 10, "ten"))
    store.count_intake(counted("malformed", 3, 5, "five"))
    pair = [counted("late", 1, 1, "one"), counted("late", 4, 2, "two")]
    store.count_intake({name: pair[0][name] + pair[1][name] for name in INTAKE.columns})
    found = {row["rule"]: (row["messages"], row["last"], row["example"]) for row in rows(store, "intake")}
    assert found == {"malformed": (5, at(10), "ten"), "late": (5, at(2), "two")}


@pytest.mark.parametrize(
    ("column", "value"), [("model", "a\x00b"), ("model", "\ud800"), ("model", 7), ("first_registered", "soon")]
)
def test_values_that_no_database_can_hold_are_refused_by_name(store: RecordStore, column: str, value: Any) -> None:
    with pytest.raises(RowsRefused, match=column):
        store.put(VEHICLES, rows_of(VEHICLES, {"vehicle": "a", column: value}))
    assert rows(store, "vehicles") == []


def test_a_naive_moment_and_an_infinite_number_are_refused(store: RecordStore) -> None:
    with pytest.raises(RowsRefused, match="minute"):
        store.replace_derived([Replacement(MINUTES, {}, rows_of(MINUTES, {"minute": at(0).replace(tzinfo=None)}))])
    infinite = rows_of(MINUTES, {"minute": at(0), "distance_km": float("inf")})
    with pytest.raises(RowsRefused, match="distance_km"):
        store.replace_derived([Replacement(MINUTES, {}, infinite)])


def test_a_store_of_a_newer_program_is_refused(store: RecordStore) -> None:
    assert isinstance(store, SqlStore)
    with store._writing() as session:
        session.run("UPDATE surefoot_schema SET version = 99")
    store.close()
    with pytest.raises(RecordsNewer, match="newer program"):
        store.prepare()
    with pytest.raises(RecordsClosed):
        store.vehicles()


def test_nothing_works_before_preparing_or_after_closing(new_store: RecordStore) -> None:
    with pytest.raises(RecordsClosed, match="prepare"):
        new_store.vehicles()
    new_store.prepare()
    new_store.close()
    new_store.close()
    with pytest.raises(RecordsClosed):
        new_store.add_samples(some(1), "mqtt", NINE)


def test_what_was_added_is_there_after_opening_again(tmp_path: Path) -> None:
    for first in (0, 5):
        store = DuckDBRecords(tmp_path / "records.duckdb")
        store.prepare()
        assert store.add_samples(some(10, first=first), "mqtt", NINE).new == (5 if first else 10)
        store.close()
