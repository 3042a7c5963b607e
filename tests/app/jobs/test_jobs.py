"""Runs in the background: one of a source at a time, halted and gone on with, begun by clocks and folders."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from surefoot.app.database import sqlite_url
from surefoot.app.jobs.jobs import JobsPlace
from surefoot.ingestion.catalogue import id_of
from surefoot.ingestion.source_store import SourceEntry
from tests.app.jobs.working import ended, many, working, write
from tests.app.running import until
from tests.ingestion.run_stage import STAFF, Stage, staged


@pytest.fixture
def stage(tmp_path: Path) -> Generator[Stage]:
    with staged(tmp_path) as stage:
        yield stage


class Gate:
    """Halts a fetch until it is opened."""

    def __init__(self, at: int) -> None:
        self._at, self._seen = at, 0
        self.reached, self.open = threading.Event(), threading.Event()

    def __call__(self, _path: str) -> None:
        self._seen += 1
        if self._seen == self._at:
            self.reached.set()
            assert self.open.wait(60)


def test_a_run_is_carried_out_in_the_background(stage: Stage) -> None:
    stage.shelf.documents = many(3)
    with working(stage) as jobs:
        run = ended(stage, jobs.control.run(stage.source, "ann"))
    assert (run.state, run.counts["ingested"], run.counts["passed.index"]) == ("finished", 3, 3)
    assert run.started_at is not None
    assert run.finished_at is not None


def test_two_runs_of_one_source_go_one_after_the_other_and_a_third_is_the_second(stage: Stage) -> None:
    stage.shelf.documents = many(4)
    stage.shelf.before = gate = Gate(2)
    with working(stage) as jobs:
        first = jobs.control.run(stage.source, "ann")
        assert gate.reached.wait(60)
        second, third = (jobs.control.run(stage.source, "ann") for _ in range(2))
        assert (second.id == third.id, second.id == first.id) == (True, False)
        stage.shelf.documents["004.md"] = "# Late\n\nAdded while the first run went on."
        gate.open.set()
        assert ended(stage, second).counts["ingested"] == 1
    assert stage.now(first).counts["ingested"] == 4
    assert len(stage.library()) == 5


def test_runs_of_two_sources_work_at_the_same_time(stage: Stage) -> None:
    stage.shelf.documents = many(2)
    folder = stage.folder / "papers"
    write(folder, {"x.md": "# X\n\nAnother source."})
    other = SourceEntry("papers", "fleet", "Papers", "folder", {"path": str(folder)}, STAFF, "ann")
    stage.parts.sources.save(other)
    stage.shelf.before = gate = Gate(1)
    with working(stage) as jobs:
        slow = jobs.control.run(stage.source, "ann")
        assert gate.reached.wait(60)
        assert ended(stage, jobs.control.run(other, "ann")).state == "finished"
        gate.open.set()
        assert ended(stage, slow).state == "finished"


@pytest.mark.parametrize("act", ["cancel", "pause"])
def test_a_run_halts_after_the_document_at_hand_and_leaves_nothing_half_done(stage: Stage, act: str) -> None:
    stage.shelf.documents = many(40)
    stage.shelf.before = gate = Gate(10)
    with working(stage) as jobs:
        run = jobs.control.run(stage.source, "ann")
        assert gate.reached.wait(60)
        halted = jobs.control.cancel(run) if act == "cancel" else jobs.control.pause(run)
        gate.open.set()
        until(lambda: stage.shelf.closed > 1)
        assert len(stage.shelf.fetched) == 10
        assert stage.parts.catalogue.unfinished() == []
        assert len(stage.chunks()) == len(stage.library()) < 40
        if act == "cancel":
            assert (halted.state, ended(stage, run).state) == ("cancelled", "cancelled")
            run = jobs.control.run(stage.source, "ann")
        else:
            assert jobs.control.resume(run).state in {"queued", "running"}
        assert ended(stage, run).state == "finished"
    assert len(stage.library()) == len(stage.chunks()) == 40


def test_a_document_that_is_deleted_while_its_run_goes_on_stays_away(stage: Stage) -> None:
    stage.shelf.documents = many(12)
    own = id_of("fleet", "003.md")

    def delete_one(path: str) -> None:
        if path == "006.md":
            stage.parts.catalogue.keep_away(own, "ann")
            stage.parts.pipeline.delete(own)

    stage.shelf.before = delete_one
    with working(stage) as jobs:
        ended(stage, jobs.control.run(stage.source, "ann"))
        ended(stage, jobs.control.run(stage.source, "ann"))
    assert "003.md" not in [path for path, _ in stage.library()]
    assert (len(stage.library()), len(stage.chunks())) == (11, 11)


@pytest.mark.parametrize("keep", [True, False])
def test_a_source_is_deleted_with_its_documents_or_without(stage: Stage, keep: bool) -> None:
    stage.shelf.documents = many(5)
    with working(stage) as jobs:
        ended(stage, jobs.control.run(stage.source, "ann"))
        gone = ended(stage, jobs.control.delete_source(stage.source, "ann", keep=keep))
        assert gone.state == "finished"
    assert stage.parts.sources.get("shelf") is None
    assert (len(stage.library()), len(stage.chunks())) == ((5, 5) if keep else (0, 0))


def test_a_source_is_deleted_while_its_run_goes_on(stage: Stage) -> None:
    stage.shelf.documents = many(12)
    stage.shelf.before = gate = Gate(6)
    with working(stage) as jobs:
        run = jobs.control.run(stage.source, "ann")
        assert gate.reached.wait(60)
        deletion = jobs.control.delete_source(stage.source, "ann", keep=False)
        assert jobs.control.delete_source(stage.source, "ann", keep=True).id == deletion.id
        gate.open.set()
        assert ended(stage, deletion).state == "finished"
    assert (stage.now(run).state, stage.parts.sources.get("shelf")) == ("cancelled", None)
    assert (stage.library(), stage.chunks()) == ([], [])


def test_other_groups_that_are_given_while_a_run_goes_on_reach_all_documents(stage: Stage) -> None:
    stage.shelf.documents = many(8)
    stage.shelf.before = gate = Gate(5)
    with working(stage) as jobs:
        jobs.control.run(stage.source, "ann")
        assert gate.reached.wait(60)
        stage.parts.sources.save(replace(stage.source, groups=frozenset({"board"})))
        stage.parts.items.forget_contents("shelf")
        second = jobs.control.run(stage.source, "ann")
        gate.open.set()
        ended(stage, second)
    assert {entry.groups for entry in stage.parts.catalogue.list("fleet")} == {frozenset({"board"})}


def test_times_that_were_missed_are_made_up_for_by_one_run(stage: Stage) -> None:
    stage.parts.sources.save(replace(stage.source, schedule="0 * * * *"))
    stage.shelf.documents = many(1)
    slept = timedelta(hours=5)

    def clock() -> datetime:
        """Five hours ahead until there is a run, whose own time is the real one."""
        return datetime.now(UTC) + (timedelta() if stage.parts.runs.list(source_id="shelf") else slept)

    place = JobsPlace(sqlite_url(stage.folder / "jobs.db"), clock=clock)
    with working(stage, place=place) as jobs:
        until(lambda: stage.parts.runs.list(source_id="shelf"))
        [run] = stage.parts.runs.list(source_id="shelf")
        assert ended(stage, run).asked_by == "surefoot"
        jobs.kick()
    assert len(stage.library()) == 1


def test_a_scheduled_source_is_not_run_before_its_time(stage: Stage) -> None:
    stage.parts.sources.save(replace(stage.source, schedule="0 0 1 1 *"))
    with working(stage) as jobs:
        jobs.kick()
    assert stage.parts.runs.list() == []


def test_a_watched_folder_is_read_when_something_changes_in_it(stage: Stage) -> None:
    folder = stage.folder / "papers"
    write(folder, {"x.md": "# X\n\nThe first paper."})
    watched = SourceEntry("papers", "fleet", "Papers", "folder", {"path": str(folder)}, STAFF, "ann", watched=True)
    stage.parts.sources.save(watched)
    with working(stage):
        until(lambda: len(stage.library()) == 1)
        until(lambda: stage.parts.runs.in_state({"queued", "running"}) == [])
        write(folder, {"y.md": "# Y\n\nThe second paper."})
        until(lambda: len(stage.library()) == 2)


def test_declared_sources_come_and_go_with_their_declaration(stage: Stage) -> None:
    folder = stage.folder / "papers"
    write(folder, {"x.md": "# X\n\nDeclared."})
    declared = SourceEntry("declared", "fleet", "Papers", "folder", {"path": str(folder)}, STAFF, "ann")
    with working(stage, [declared]) as jobs:
        there = stage.parts.sources.get("declared")
        assert there is not None
        assert there.declared
        ended(stage, jobs.control.run(there, "ann"))
    with working(stage, [declared]):
        assert stage.parts.sources.get("declared") == replace(there, **_checked(stage))
    with working(stage):
        until(lambda: stage.parts.sources.get("declared") is None)
    assert stage.library() == []


def _checked(stage: Stage) -> dict[str, datetime | None]:
    now = stage.parts.sources.get("declared")
    assert now is not None
    return {"checked_at": now.checked_at, "changed_at": now.changed_at}
