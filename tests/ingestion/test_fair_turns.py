"""One large or hostile file keeps nobody else waiting: limits, turns, cancelling, and giving up."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from surefoot.core.nouns import Encoding
from surefoot.ingestion.catalogue import Status
from surefoot.ingestion.describing import Order, begun
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.packing import ENCODED_AT_ONCE
from surefoot.ingestion.pipeline import GIVEN_UP, Pipeline
from surefoot.ingestion.readers.pipes import MOST_COLUMNS
from surefoot.ingestion.results import Fed, Ingested, Rejected, SourceFile
from surefoot.ingestion.run_feeding import MOST_ATTEMPTS, WORN_OUT
from surefoot.ingestion.runs import Runs
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.editions import Edition, Editions
from surefoot.retrieval.encoders import HybridEncoder
from tests.app.running import until
from tests.ingestion.conftest import ANN, STAFF, Depot
from tests.ingestion.run_stage import staged
from tests.ingestion.test_conveyor import paper
from tests.ingestion.test_kills import ROOT, library
from tests.ingestion.victim import Words


class Slow(HybridEncoder):
    """Encodes a batch when it is let."""

    def __init__(self) -> None:
        super().__init__(Words(), Bm25())
        self.batches: list[str] = []
        self.may = threading.Semaphore(0)

    def encode_documents(self, texts: Sequence[str]) -> list[Encoding]:
        self.batches.append(texts[0].splitlines()[0])
        self.may.acquire()
        return super().encode_documents(texts)


def slow_pipeline(depot: Depot) -> tuple[Pipeline, Slow]:
    encoder = Slow()
    return Pipeline(depot.kept, Editions(Edition(encoder, depot.index))), encoder


def wide(columns: int, rows: int) -> str:
    return "\n".join(",".join(f"name{row}x{column}" for column in range(columns)) for row in range(rows))


@pytest.mark.parametrize("columns", [MOST_COLUMNS + 1, 12_000])
def test_a_table_of_too_many_columns_is_rejected_before_anything_is_encoded(depot: Depot, columns: int) -> None:
    pipeline, encoder = slow_pipeline(depot)
    [fed] = pipeline.ingest_many([depot.order("wide.csv", wide(columns, 3))])
    assert isinstance(fed.result, Rejected)
    assert f"{columns:,} columns; {MOST_COLUMNS:,} are the limit" in fed.result.reason
    assert encoder.batches == []


def test_a_table_of_as_many_columns_as_are_allowed_is_read(depot: Depot) -> None:
    assert isinstance(depot.put("broad.csv", wide(MOST_COLUMNS, 2)), Ingested)


def test_a_file_of_too_many_chunks_is_rejected_before_anything_is_encoded(depot: Depot) -> None:
    encoder = Slow()
    limits = ReadLimits(chunks=20)
    pipeline = Pipeline(depot.kept, Editions(Edition(encoder, depot.index)), limits=limits)
    [fed] = pipeline.ingest_many([depot.order("long.md", "\n\n".join(f"## {n}\n\n{'word ' * 120}" for n in range(40)))])
    assert isinstance(fed.result, Rejected)
    assert "more than 20 chunks" in fed.result.reason
    assert encoder.batches == []
    depot.check()


def long(number: int, chunks: int) -> str:
    return f"# Paper {number}\n\n" + "\n\n".join(f"## Part {n}\n\n{'word ' * 120}" for n in range(chunks))


def test_a_short_file_takes_its_turn_between_the_batches_of_a_long_one(depot: Depot) -> None:
    pipeline, encoder = slow_pipeline(depot)
    done: list[str] = []

    def feed(path: str, content: str) -> None:
        done.extend(fed.path for fed in pipeline.ingest_many([depot.order(path, content)]))

    first = threading.Thread(target=feed, args=("long.md", long(1, 8 * ENCODED_AT_ONCE)))
    first.start()
    until(lambda: encoder.batches)
    second = threading.Thread(target=feed, args=("short.md", paper(2)))
    second.start()
    until(lambda: depot.kept.catalogue.find_by_path("fleet", "short.md"))
    for _ in range(4):
        encoder.may.release()
        time.sleep(0.05)
    until(lambda: "short.md" in done)
    assert done == ["short.md"]
    encoder.may.release(20)
    first.join()
    second.join()
    assert done == ["short.md", "long.md"]
    assert encoder.batches.index("Paper 2") <= 4
    depot.check()


def test_deleting_a_document_while_it_is_being_read_ends_its_reading_at_the_next_turn(depot: Depot) -> None:
    pipeline, encoder = slow_pipeline(depot)
    results: list[object] = []
    order = depot.order("long.md", long(1, 8 * ENCODED_AT_ONCE))
    reading = threading.Thread(target=lambda: results.extend(pipeline.ingest_many([order])))
    reading.start()
    until(lambda: encoder.batches)
    assert pipeline.delete(order.id)
    encoder.may.release(20)
    reading.join()
    assert len(encoder.batches) == 1
    assert depot.kept.catalogue.list() == []
    assert depot.index.count() == 0
    depot.check()


def test_what_is_deleted_while_it_is_read_and_fed_again_is_left_to_the_second_feeding(depot: Depot) -> None:
    pipeline, encoder = slow_pipeline(depot)
    results: list[Fed] = []
    order = depot.order("long.md", long(1, 8 * ENCODED_AT_ONCE))

    def told(_path: str, stage: str) -> None:
        if stage == "index":
            depot.kept.catalogue.save(begun(order, None))  # as another thread does at this very moment

    reading = threading.Thread(target=lambda: results.extend(pipeline.ingest_many([order], told)))
    reading.start()
    until(lambda: encoder.batches)
    assert pipeline.delete(order.id)
    encoder.may.release(20)
    reading.join()
    assert [type(fed.result) for fed in results] == [Rejected]
    assert depot.paths() == {"long.md": Status.INGESTING}


def test_whoever_hears_the_stages_can_end_a_reading_between_two_turns_and_nothing_of_it_is_kept(depot: Depot) -> None:
    pipeline, encoder = slow_pipeline(depot)
    encoder.may.release(20)

    class Cancelled(Exception):
        pass

    def told(_path: str, _stage: str) -> None:
        if encoder.batches:
            raise Cancelled

    orders = [depot.order("long.md", long(1, 8 * ENCODED_AT_ONCE))]
    with pytest.raises(Cancelled), closing(pipeline.ingest_many(orders, told)) as results:
        list(results)
    assert len(encoder.batches) == 1
    assert depot.kept.catalogue.list() == []
    depot.check()


def test_a_document_that_the_server_dies_at_twice_is_given_up_with_the_reason(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.ingestion.victim", str(tmp_path)]
    for act in (["ingest", "encode 1", "poison.md", paper(1)], ["heal", "encode 1"]):
        run = subprocess.run([*command, *act], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
        assert run.returncode == -signal.SIGKILL, run.stderr
    with library(tmp_path) as (pipeline, catalogue, index):
        assert pipeline.heal() == 1
        [entry] = catalogue.list()
        assert (entry.status, entry.reason, index.count()) == (Status.REJECTED, GIVEN_UP, 0)
        assert pipeline.heal() == 0
        again = Order(SourceFile(entry.path, paper(1).encode()), "fleet", ANN, STAFF)
        assert isinstance(next(iter(pipeline.ingest_many([again]))).result, Ingested)
        [entry] = catalogue.list()
        assert (entry.status, entry.interrupted) == (Status.READY, 0)


def test_a_run_reads_what_the_server_died_at_last_and_gives_up_what_it_died_at_three_times(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.shelf.documents = {f"p{n}.md": paper(n) for n in range(4)}
        run = stage.control.run(stage.source, "ann")
        Runs(stage.parts).list(run.id)
        found = {item.path: item for item in stage.parts.items.page(run.id, None, 0, 10)[0]}
        stage.parts.items.begin(found["p1.md"], "shelf")  # as a process leaves it that died here
        stage.parts.items.begin(replace(found["p0.md"], attempts=MOST_ATTEMPTS - 1), "shelf")
        stage.carry_out(run)
        assert stage.shelf.fetched == ["p2.md", "p3.md", "p1.md"]
        [given_up] = stage.parts.items.page(run.id, "failed", 0, 10)[0]
        assert (given_up.path, given_up.reason, given_up.remedy) == ("p0.md", WORN_OUT, "retry")


def test_a_run_that_is_paused_within_a_document_gives_it_back_and_counts_no_death(tmp_path: Path) -> None:
    encoder = Slow()
    with staged(tmp_path, encoder) as stage:
        stage.shelf.documents = {"long.md": long(1, 8 * ENCODED_AT_ONCE)}
        run = stage.control.run(stage.source, "ann")
        working = threading.Thread(target=Runs(stage.parts).carry_out, args=(run.id,))
        working.start()
        until(lambda: encoder.batches)
        stage.control.pause(stage.now(run))
        encoder.may.release(20)
        working.join()
        assert len(encoder.batches) == 1
        [item] = stage.parts.items.page(run.id, None, 0, 10)[0]
        assert (item.status, item.attempts) == ("waiting", 0)
        stage.control.resume(stage.now(run))
        assert stage.carry_out(run).state == "finished"
        assert [path for path, _ in stage.library()] == ["long.md"]
