"""The intake answers when a message is kept for good, counts what happened to it, and goes on when the store cannot."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from surefoot.ingestion.telemetry.buffer import Receipt
from surefoot.ingestion.telemetry.errors import IntakeBusy, IntakeClosed
from surefoot.ingestion.telemetry.intake import Intake
from surefoot.retrieval.records.errors import RecordsClosed
from surefoot.retrieval.records.samples import Sample, Samples, microseconds, moment_of
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from tests.ingestion.telemetry.conftest import QUICK, clock, counts, told, until


def rows(store: DuckDBRecords) -> list[dict[str, Any]]:
    return store.read(store.ibis_table("intake")).rows.to_pylist()


def refuses(intake: Intake) -> bool:
    """Whether a message is refused at once because others wait for the store."""
    try:
        intake.submit(told(ago=4), "http").exception(10)
    except IntakeBusy as busy:
        return "Nothing can be kept just now" in str(busy)
    return False


def test_a_message_is_in_the_store_when_its_receipt_comes(store: DuckDBRecords, intake: Intake) -> None:
    for number in range(5):
        receipt = intake.submit(told(ago=60 - number), "http").result(10)
        assert receipt == Receipt(kept=1)
        assert len(store.samples_since({"van 1": 0})) == number + 1
    assert store.read(store.ibis_table("samples")).rows.column("source").to_pylist() == ["http"] * 5


def test_what_happens_to_messages_is_counted_by_rule(store: DuckDBRecords, intake: Intake) -> None:
    first = told(ago=10)
    messages = [
        first,
        first,
        told(ago=20),
        told(ago=-30),
        told(ago=600),
        told(ago=-300),
        told(ago=9e6),
        b"{}",
        b"x" * 20_000,
    ]
    messages += [told(ago=2, latitude=0, longitude=0), told(ago=3, level_percent=200), told(ago=4, speed=1)]
    for message in messages:
        intake.submit(message, "http").result(10)
    intake.close()
    found = counts(store)
    assert found.pop("out_of_order") == 5, "20, 600, 2, 3 and 4 s ago came after -30 s"
    assert found == {
        "accepted": 7,
        "duplicate": 1,
        "skewed": 1,
        "late": 1,
        "future": 1,
        "too_old": 1,
        "malformed": 1,
        "oversized": 1,
        "no_position": 1,
        "out_of_range": 1,
        "unknown_field": 1,
    }
    vehicles = {row["rule"]: row["vehicle"] for row in rows(store)}
    assert (vehicles["future"], vehicles["malformed"]) == ("van 1", "")


def test_a_refused_message_leaves_a_legible_example_with_the_reason(store: DuckDBRecords, intake: Intake) -> None:
    intake.submit(b'{"vehicle": "van 1", "time": "\x1b[31m\xff' + b"a" * 900, "http").result(10)
    intake.submit(told(speed_kmh="fast\u202e"), "http").result(10)
    intake.close()
    (example,) = [row["example"] for row in rows(store) if row["vehicle"] == "van 1"]
    assert example.startswith("speed_kmh is no number")
    for row in rows(store):
        assert row["example"].isprintable()
        assert len(row["example"]) <= 200


def test_an_array_is_kept_in_part_and_the_receipt_says_what_was_not(intake: Intake) -> None:
    array = b"[" + b",".join([told(ago=5), told(ago=4), b"7", told(ago=3, speed_kmh="fast")]) + b"]"
    receipt = intake.submit(array, "http").result(10)
    assert (receipt.kept, receipt.repeated, receipt.refused) == (2, 0, 2)
    assert "speed_kmh is no number" in receipt.reasons[1]
    again = intake.submit(array, "http").result(10)
    assert (again.kept, again.repeated, again.refused) == (0, 2, 2)


def test_each_vehicles_earliest_new_moment_is_told_after_the_commit(store: DuckDBRecords) -> None:
    seen: list[tuple[Mapping[str, int], int]] = []

    def follow(earliest: Mapping[str, int]) -> None:
        seen.append((dict(earliest), len(store.samples_since(earliest))))
        raise RuntimeError("what follows fails")

    intake = Intake(store, clock, follow, QUICK)
    intake.start()
    now = clock().replace(microsecond=0)
    block = Samples.of([Sample(v, now - timedelta(seconds=s)) for v, s in (("a", 5), ("a", 9), ("b", 7))])
    assert intake.add(block, "replay").result(10).kept == 3
    assert intake.add(block, "replay").result(10).repeated == 3
    assert intake.submit(told("c"), "http").result(10).kept == 1
    intake.close()
    assert seen[0] == ({"a": microseconds(now) - 9_000_000, "b": microseconds(now) - 7_000_000}, 3)
    assert [list(earliest) for earliest, _ in seen] == [["a", "b"], ["c"]], "repeated ones are no news"


def test_a_restart_knows_each_vehicles_newest_sample(store: DuckDBRecords) -> None:
    for ago in (10, 20):
        intake = Intake(store, clock, settings=QUICK)
        intake.start()
        intake.submit(told(ago=ago), "http").result(10)
        intake.close()
    assert counts(store)["out_of_order"] == 1


def test_while_nothing_can_be_kept_the_patient_wait_and_the_others_are_told(
    store: DuckDBRecords, intake: Intake
) -> None:
    store.close()
    with pytest.raises(RecordsClosed):
        intake.submit(told(ago=4), "http").result(10)
    done = threading.Event()
    intake.offer(told(ago=5), "mqtt", "van 1", done.set, wait=1)
    until(lambda: refuses(intake), "senders who cannot wait are refused at once")
    assert "not open" in (intake.state().trouble or "")
    assert not done.is_set()
    store.prepare()
    assert done.wait(10)
    until(lambda: intake.state().trouble is None, "the trouble is over")
    assert len(store.samples_since({"van 1": 0})) == 1


def test_when_the_buffer_is_full_a_sender_is_told_to_come_again(store: DuckDBRecords) -> None:
    intake = Intake(store, clock, settings=replace(QUICK, waiting=3, batch=1))
    intake.start()
    store.close()
    for number in range(4):  # one is being tried, three wait
        intake.offer(told(ago=10 - number), "mqtt", "van 1", lambda: None, wait=5)
        until(lambda: intake.state().trouble is not None, "the first one is tried")
    with pytest.raises(IntakeBusy, match="again in a few seconds"):
        intake.offer(told(), "mqtt", "van 1", lambda: None, wait=0.05)
    store.prepare()
    until(lambda: intake.state().kept == 4, "all four are kept")
    assert intake.submit(told(), "http").result(10).kept == 1
    intake.close()


def test_what_cannot_be_kept_before_the_end_is_not_acknowledged(store: DuckDBRecords) -> None:
    intake = Intake(store, clock, settings=replace(QUICK, batch=1))
    intake.start()
    store.close()
    done = threading.Event()
    intake.offer(told(ago=5), "mqtt", "van 1", done.set, wait=1)
    until(lambda: intake.state().trouble is not None, "it is tried")
    until(lambda: refuses(intake), "it waits")
    intake.close(0.2)
    with pytest.raises(IntakeClosed):
        intake.submit(told(), "http")
    assert not done.is_set()
    store.prepare()


def test_closing_keeps_what_waits(store: DuckDBRecords) -> None:
    intake = Intake(store, clock, settings=QUICK)
    intake.start()
    futures = [intake.submit(told(ago=500 - number), "http") for number in range(400)]
    intake.close()
    assert sum(future.result(0).kept for future in futures) == 400
    assert counts(store)["accepted"] == 400


def test_a_block_that_the_store_refuses_does_not_hold_up_the_others(store: DuckDBRecords, intake: Intake) -> None:
    poison = Samples.of([Sample("nul\x00", clock())])
    good = [Samples.of([Sample("van 1", moment_of(10**15 + number))]) for number in range(5)]
    futures = [intake.add(block, "replay") for block in (*good[:2], poison, *good[2:])]
    receipts = [future.result(10) for future in futures]
    assert [receipt.kept for receipt in receipts] == [1, 1, 0, 1, 1, 1]
    assert (receipts[2].refused, "NUL" in receipts[2].reasons[0]) == (1, True)
    assert len(store.samples_since({"van 1": 0})) == 5


def test_many_senders_at_once_lose_nothing(store: DuckDBRecords, intake: Intake) -> None:
    kept: list[int] = []

    def send(name: str) -> None:
        futures = [intake.submit(told(name, ago=300 - number), "http") for number in range(200)]
        kept.append(sum(future.result(20).kept for future in futures))

    threads = [threading.Thread(target=send, args=(f"van {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept == [200] * 8
    assert store.read(store.ibis_table("samples").count().as_table()).rows.to_pylist()[0].popitem()[1] == 1600
