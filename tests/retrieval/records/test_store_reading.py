"""Reading records: expressions from many threads, limits of time and rows, tables of declared records."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest

from surefoot.retrieval.records.errors import ReadingRefused, RecordsTimeout, RowsRefused, TableUnknown
from surefoot.retrieval.records.local_time import local_time
from surefoot.retrieval.records.samples import Samples
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.store_sql import SqlStore
from surefoot.retrieval.records.telemetry_tables import Kind
from tests.retrieval.records.telling import NINE, at, some

FINES = {
    "fine": Kind.TEXT,
    "amount": Kind.NUMBER,
    "count": Kind.WHOLE,
    "paid": Kind.YES_NO,
    "on": Kind.DATE,
    "at": Kind.TIME,
}


def fines(count: int, amount: float = 1.0) -> dict[str, list[object]]:
    return {
        "fine": [f"f{number}" for number in range(count)],
        "amount": [amount] * count,
        "count": list(range(count)),
        "paid": [None] * count,
        "on": [date(2024, 2, 29)] * count,
        "at": [NINE] * count,
    }


def table_of(store: RecordStore, name: str) -> Any:
    """A table whose columns are any; ibis's annotations do not know their kinds."""
    return store.ibis_table(name)


def test_an_expression_gives_the_same_from_every_store(store: RecordStore) -> None:
    store.add_samples(Samples.joined([some(90), some(30, "van 2")]), "mqtt", NINE)
    samples = table_of(store, "samples")
    grouped = (
        samples.group_by("vehicle", minute=samples.time.truncate("m"))
        .agg(mean=samples.speed_kmh.mean(), n=samples.count(), whole=samples.speed_kmh.cast("int64").sum())
        .order_by("vehicle", "minute")
    )
    reading = store.read(grouped)
    assert reading.complete
    assert reading.rows.to_pylist() == [
        {"vehicle": "van 1", "minute": at(0), "mean": 29.5, "n": 60, "whole": 1770},
        {"vehicle": "van 1", "minute": at(60), "mean": 74.5, "n": 30, "whole": 2235},
        {"vehicle": "van 2", "minute": at(0), "mean": 14.5, "n": 30, "whole": 435},
    ]
    assert "group by" in store.sql(grouped).lower()


def test_local_time_knows_the_zones_days_and_its_summer(store: RecordStore) -> None:
    summer, winter = datetime(2024, 5, 6, 22, 30, tzinfo=UTC), datetime(2024, 1, 6, 22, 30, tzinfo=UTC)
    store.load_table("moments", {"at": Kind.TIME}, {"at": [summer, winter]})
    moments = table_of(store, "moments")
    local = local_time(moments.at, "Europe/Berlin")
    found = store.read(moments.select(day=local.date(), hour=local.hour(), week=local.truncate("W")).order_by("day"))
    assert found.rows.to_pylist() == [
        {"day": date(2024, 1, 6), "hour": 23, "week": datetime(2024, 1, 1)},  # noqa: DTZ001 - a wall clock
        {"day": date(2024, 5, 7), "hour": 0, "week": datetime(2024, 5, 6)},  # noqa: DTZ001
    ]


def test_more_rows_than_asked_for_are_cut_and_said(store: RecordStore) -> None:
    store.add_samples(some(10), "mqtt", NINE)
    samples = table_of(store, "samples")
    assert (store.read(samples, rows=10).complete, store.read(samples, rows=9).complete) == (True, False)
    assert store.read(samples, rows=9).rows.num_rows == 9


def test_many_threads_read_while_one_writes(store: RecordStore) -> None:
    store.add_samples(some(100), "mqtt", NINE)
    samples = table_of(store, "samples")
    counting = samples.aggregate(n=samples.count())
    with ThreadPoolExecutor(9) as pool:
        writing = pool.submit(
            lambda: [store.add_samples(some(10, first=100 + 10 * n), "mqtt", NINE) for n in range(20)]
        )
        counts = [count.result() for count in [pool.submit(store.read, counting) for _ in range(60)]]
        assert sum(each.new for each in writing.result()) == 200
    seen = [count.rows.to_pylist()[0]["n"] for count in counts]
    assert all(100 <= n <= 300 and n % 10 == 0 for n in seen), "a reading sees whole batches alone"


def test_a_reading_that_takes_too_long_is_broken_off_and_the_next_one_works(store: RecordStore) -> None:
    store.add_samples(some(5000), "mqtt", NINE)
    samples = table_of(store, "samples")
    others = samples.view()
    third = samples.view()
    endless = samples.cross_join(others, rname="{name}_2").cross_join(third, rname="{name}_3")
    slow = endless.aggregate(n=(endless.speed_kmh * endless.speed_kmh_2 + endless.speed_kmh_3).sum())
    with pytest.raises(RecordsTimeout, match=r"longer than 0\.3 s"):
        store.read(slow, seconds=0.3)
    assert store.read(samples.aggregate(n=samples.count()), seconds=30).rows.to_pylist() == [{"n": 5000}]


def test_a_reading_that_cannot_be_done_is_refused_in_words(store: RecordStore) -> None:
    nowhere = ibis.table({"a": "int64"}, name="nowhere")
    with pytest.raises(ReadingRefused, match=r"cannot do this: [\w.]+(Exception|UndefinedTable)") as refused:
        store.read(nowhere)
    assert "nowhere" not in str(refused.value)  # a driver quotes the statement, in which somebody's words may be
    with pytest.raises(TableUnknown, match="nowhere"):
        table_of(store, "nowhere")


def test_a_reading_cannot_write(store: RecordStore) -> None:
    assert isinstance(store, SqlStore)
    store.add_samples(some(1), "mqtt", NINE)
    with pytest.raises(ReadingRefused), store._reading() as session:
        session.run("DELETE FROM samples")
    assert store.vehicles() == ["van 1"]


def test_a_declared_table_is_loaded_replaced_and_dropped(store: RecordStore) -> None:
    store.load_table("fines", FINES, fines(3))
    assert store.columns_of("fines") == FINES
    found = store.read(table_of(store, "fines")).rows
    assert found.to_pylist()[2] == {
        "fine": "f2",
        "amount": 1.0,
        "count": 2,
        "paid": None,
        "on": date(2024, 2, 29),
        "at": NINE,
    }
    store.load_table("fines", {"fine": Kind.TEXT}, {"fine": ["other"]})
    assert store.read(table_of(store, "fines")).rows.to_pylist() == [{"fine": "other"}]
    store.drop_table("fines")
    store.drop_table("fines")
    with pytest.raises(TableUnknown):
        table_of(store, "fines")


def test_readers_see_a_whole_declared_table_while_it_is_replaced(store: RecordStore) -> None:
    store.load_table("fines", FINES, fines(500))
    table = table_of(store, "fines")
    total = table.aggregate(n=table.count(), amount=table.amount.sum())
    with ThreadPoolExecutor(4) as pool:
        loading = pool.submit(lambda: [store.load_table("fines", FINES, fines(500, float(n))) for n in range(2, 12)])
        seen = [reading.result() for reading in [pool.submit(store.read, total) for _ in range(40)]]
        loading.result()
    rows = [reading.rows.to_pylist()[0] for reading in seen]
    assert {row["n"] for row in rows} == {500}
    assert all(row["amount"] % 500 == 0 for row in rows)


@pytest.mark.parametrize("name", ["samples", "Fines", "fines; drop", "", "1st", "a" * 64, 'a"b'])
def test_a_declared_table_needs_a_plain_name_of_its_own(store: RecordStore, name: str) -> None:
    with pytest.raises(RowsRefused):
        store.load_table(name, {"a": Kind.TEXT}, {"a": []})


def test_a_failed_load_keeps_the_older_table(store: RecordStore) -> None:
    store.load_table("fines", {"fine": Kind.TEXT}, {"fine": ["first"]})
    with pytest.raises(RowsRefused, match="amount"):
        store.load_table("fines", {"amount": Kind.NUMBER}, {"amount": ["much"]})
    assert store.read(table_of(store, "fines")).rows.to_pylist() == [{"fine": "first"}]


def test_numbers_of_the_database_become_the_types_that_were_declared(store: RecordStore) -> None:
    store.load_table("t", {"a": Kind.WHOLE}, {"a": np.arange(4)})
    table = table_of(store, "t")
    found = store.read(table.aggregate(s=table.a.sum(), m=table.a.mean(), none=table.a.nullif(table.a).max())).rows
    assert found.schema.types == [pa.int64(), pa.float64(), pa.int64()]
    assert found.to_pylist() == [{"s": 6, "m": 1.5, "none": None}]
