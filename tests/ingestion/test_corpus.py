"""After each run the monitor says what a person should look at: another collection, silence, too many rejections."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlmodel import Session

from surefoot.ingestion.corpus import Corpus
from surefoot.ingestion.inspection import Inspectors, Rules
from surefoot.ingestion.run_store import FINISHED, RUNNING, RunEntry, RunStore
from surefoot.ingestion.source_store import SourceEntry, SourceStore, now
from surefoot.ingestion.tables import CorpusRow
from tests.ingestion.conftest import STAFF, Depot, open_depot

VANS = tuple("brake pad tyre engine oil filter clutch mirror lamp axle gearbox workshop mechanic mileage".split())
BANKS = tuple(
    "loan interest account deposit mortgage credit branch cheque savings currency payment fraud ledger audit".split()
)


def papers(words: tuple[str, ...], count: int, first: int = 0) -> Iterator[tuple[str, str]]:
    for number in range(first, first + count):
        some = [words[(number * step + step) % len(words)] for step in range(1, 25)]
        yield (
            f"{words[0]}-{number}.md",
            f"# Paper {number}\n\nThe {', the '.join(some)} are described in part {number}.",
        )


class Desk:
    """A depot with the monitor beside it."""

    def __init__(self, depot: Depot) -> None:
        self.depot = depot
        sessions = depot.database.session
        self.sources, self.runs = SourceStore(sessions), RunStore(sessions)
        self.corpus = Corpus(sessions, depot.kept.findings, self.sources, self.runs)
        self._number = 0

    def feed(self, words: tuple[str, ...], count: int, first: int = 0) -> None:
        orders = [self.depot.order(path, content) for path, content in papers(words, count, first)]
        assert len(list(self.depot.pipeline.ingest_many(orders))) == count

    def clear(self) -> None:
        for entry in self.depot.kept.catalogue.list():
            self.depot.pipeline.delete(entry.id, erase=False)

    def run(self, source: str | None = None, days_ago: float = 0.0, state: str = RUNNING, **counts: int) -> RunEntry:
        """A run that is in the store."""
        self._number += 1
        at = now() - timedelta(days=days_ago)
        run = RunEntry(
            f"run-{self._number}", "fleet", source, "source", state, "ann", counts=counts, created_at=at, finished_at=at
        )
        return self.runs.add(run)

    def said(self, run: RunEntry) -> dict[str, Any]:
        return dict(self.corpus(run))

    def alarms(self, run: RunEntry) -> list[str]:
        found = cast("list[dict[str, str]]", self.said(run).get("alarms", []))
        assert all(alarm["message"] and alarm["remedy"] for alarm in found)
        return [alarm["code"] for alarm in found]

    def source(self, name: str, **values: Any) -> SourceEntry:
        entry = SourceEntry(name, "fleet", name.title(), "folder", {}, STAFF, "ann", schedule="0 5 * * *")
        entry = replace(entry, created_at=now() - timedelta(days=100), **values)
        self.sources.save(entry)
        return entry


@contextmanager
def opened(folder: Path) -> Generator[Desk]:
    rules = Rules.of({}, "keep")
    with open_depot(folder, Inspectors(lambda _assistant: rules)) as depot:
        yield Desk(depot)


@pytest.fixture
def desk(tmp_path: Path) -> Generator[Desk]:
    with opened(tmp_path) as desk:
        yield desk


def test_the_first_run_says_nothing_of_drift(desk: Desk) -> None:
    desk.feed(VANS, 20)
    assert desk.said(desk.run(ingested=20)) == {}


def test_an_empty_collection_says_nothing(desk: Desk) -> None:
    assert desk.alarms(desk.run()) == []
    assert desk.alarms(desk.run()) == []


def test_more_of_the_same_raises_no_alarm(desk: Desk) -> None:
    desk.feed(VANS, 20)
    desk.said(desk.run())
    desk.feed(VANS, 12, first=50)
    said = desk.said(desk.run())
    assert "alarms" not in said
    assert said["drift"]["p_value"] > 0.01


def test_a_swapped_collection_raises_the_alarm_once(desk: Desk) -> None:
    desk.feed(VANS, 20)
    desk.said(desk.run())
    desk.clear()
    desk.feed(BANKS, 20)
    said = desk.said(desk.run())
    assert [alarm["code"] for alarm in said["alarms"]] == ["drift"]
    assert said["drift"]["score"] > 0.5
    assert set(said["drift"]["came"]) & set(BANKS)
    assert set(said["drift"]["went"]) & set(VANS)
    assert desk.alarms(desk.run()) == []


def test_what_was_kept_of_the_last_run_is_there_after_a_restart(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        desk.feed(VANS, 20)
        desk.said(desk.run())
        desk.clear()
        desk.feed(BANKS, 20)
    with opened(tmp_path) as desk:
        desk._number = 10
        assert desk.alarms(desk.run()) == ["drift"]


def test_a_damaged_memory_of_the_last_run_is_as_none(desk: Desk) -> None:
    desk.feed(VANS, 20)
    desk.said(desk.run())
    for damaged in (b"\xff\xff\xff\xff", b"\x03\x00\x00\x00abc", b"\x01"):
        with Session(desk.depot.database.engine) as session:
            session.merge(CorpusRow(assistant="fleet", sketches=damaged, taken_at=now()))
            session.commit()
        assert desk.alarms(desk.run()) == []


def test_many_rejections_in_a_first_run_raise_the_alarm(desk: Desk) -> None:
    desk.source("papers")
    assert desk.alarms(desk.run("papers", ingested=10, rejected=10)) == ["rejections"]
    assert desk.alarms(desk.run("papers", ingested=200, rejected=2)) == []


def test_rejections_that_are_usual_raise_no_alarm_and_more_of_them_do(desk: Desk) -> None:
    desk.source("papers", checked_at=now())
    for day in range(5, 0, -1):
        desk.run("papers", day, FINISHED, ingested=80, rejected=20)
    assert desk.alarms(desk.run("papers", ingested=80, rejected=20)) == []
    assert desk.alarms(desk.run("papers", ingested=30, rejected=70)) == ["rejections"]


def test_counts_are_looked_up_where_the_run_was_given_without_them(desk: Desk) -> None:
    desk.source("papers")
    run = desk.run("papers", ingested=10, rejected=10)
    assert desk.alarms(replace(run, counts={})) == ["rejections"]


def test_a_source_that_fell_silent_raises_the_alarm(desk: Desk) -> None:
    desk.source("silent", checked_at=now() - timedelta(days=4))
    desk.source("lively", checked_at=now() - timedelta(hours=2))
    for name, last in (("silent", 4), ("lively", 0)):
        for day in range(last + 6, last, -1):
            desk.run(name, day, FINISHED, ingested=1)
    said = desk.said(desk.run("lively", ingested=1))
    assert [(alarm["code"], "Silent" in alarm["message"]) for alarm in said["alarms"]] == [("stale-source", True)]


@pytest.mark.parametrize("values", [{"enabled": False}, {"schedule": None}])
def test_a_source_that_nobody_waits_for_is_never_stale(desk: Desk, values: dict[str, Any]) -> None:
    desk.source("silent", checked_at=now() - timedelta(days=40))
    desk.sources.save(replace(desk.sources.get("silent") or desk.source("silent"), **values))
    for day in range(50, 40, -1):
        desk.run("silent", day, FINISHED, ingested=1)
    assert desk.alarms(desk.run(ingested=1)) == []
