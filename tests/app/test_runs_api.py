"""Runs are followed, halted, gone on with, confirmed and tried again over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from surefoot.app.client.errors import ClientError
from surefoot.app.client.run_forms import RunForm
from tests.app.jobs.working import many
from tests.app.knowing import Knowing, knowing
from tests.app.running import until


@pytest.fixture
def knows(tmp_path: Path) -> Generator[Knowing]:
    with knowing(tmp_path) as knows:
        yield knows


@pytest.fixture
def halted(knows: Knowing) -> Generator[tuple[RunForm, threading.Event]]:
    """A run over 20 documents that halts before the sixth, and what lets it go on."""
    reached, go_on = threading.Event(), threading.Event()

    def before(path: str) -> None:
        if path == "005.md":
            reached.set()
            assert go_on.wait(60)

    knows.stage.shelf.documents = many(20)
    knows.stage.shelf.before = before
    run = knows.client.knowledge.run_source("shelf")
    assert reached.wait(60)
    yield run, go_on
    go_on.set()


def status_of(act: Callable[[], object]) -> tuple[int | None, str]:
    with pytest.raises(ClientError) as refused:
        act()
    return refused.value.status, refused.value.code


def test_a_run_is_followed_while_it_goes_on(knows: Knowing, halted: tuple[RunForm, threading.Event]) -> None:
    run, go_on = halted
    seen = knows.client.knowledge.run(run.id)
    assert (seen.state, seen.total, seen.source_name) == ("running", 20, "Shelf")
    assert sum(seen.counts.values()) == 20
    assert seen.done < 20
    go_on.set()
    done = knows.ended(run)
    assert (done.state, done.done, done.counts) == ("finished", 20, {"ingested": 20})
    assert done.stages["read"] == done.stages["index"] == 20
    assert done.documents_per_second is None
    assert set(done.report["seconds"]) >= {"read", "encode", "index"}


def test_a_run_is_paused_and_resumed(knows: Knowing, halted: tuple[RunForm, threading.Event]) -> None:
    run, go_on = halted
    assert knows.client.knowledge.pause_run(run.id).state == "paused"
    go_on.set()
    assert status_of(lambda: knows.client.knowledge.pause_run(run.id))[1] == "run_refused"
    assert knows.client.knowledge.run_source("shelf").id == run.id
    assert knows.client.knowledge.resume_run(run.id).state in {"queued", "running"}
    assert knows.ended(run).counts == {"ingested": 20}


def test_a_run_is_cancelled_for_good(knows: Knowing, halted: tuple[RunForm, threading.Event]) -> None:
    run, go_on = halted
    cancelled = knows.client.knowledge.cancel_run(run.id)
    assert (cancelled.state, cancelled.reason) == ("cancelled", "A person cancelled it.")
    go_on.set()
    for act in (knows.client.knowledge.cancel_run, knows.client.knowledge.resume_run):
        assert status_of(lambda act=act: act(run.id))[1] == "run_refused"
    assert status_of(lambda: knows.client.knowledge.run("nothing")) == (404, "unknown_run")


def test_a_runs_documents_come_in_pages_and_by_status(knows: Knowing) -> None:
    knows.stage.shelf.documents = {**many(7), "bad.pdf": "%PDF-1.4 and nothing else"}
    run = knows.ended(knows.client.knowledge.run_source("shelf"))
    page = knows.client.knowledge.run_items(run.id, offset=2, limit=3)
    assert ([item.path for item in page.items], page.total) == (["002.md", "003.md", "004.md"], 8)
    rejected = knows.client.knowledge.run_items(run.id, status="rejected")
    assert [(item.path, item.remedy, item.stage) for item in rejected.items] == [("bad.pdf", "replace", "read")]
    assert rejected.items[0].reason
    [failure] = knows.client.knowledge.run_failures(run.id)
    assert (failure.count, failure.examples) == (1, ["bad.pdf"])
    assert status_of(lambda: knows.client.knowledge.run_items(run.id, status="odd"))[0] == 422


def test_what_failed_is_tried_again_all_or_by_name(knows: Knowing) -> None:
    knows.stage.shelf.documents = many(3)
    knows.stage.shelf.unreachable = 6
    run = knows.ended(knows.client.knowledge.run_source("shelf"))
    assert run.counts == {"failed": 2, "ingested": 1}
    one = knows.ended(knows.client.knowledge.retry_run(run.id, ["000.md"]))
    assert (one.kind, one.counts) == ("retry", {"ingested": 1})
    rest = knows.ended(knows.client.knowledge.retry_run(run.id))
    assert sum(rest.counts.values()) == 2
    assert len(knows.stage.library()) == 3
    assert status_of(lambda: knows.client.knowledge.retry_run(run.id, ["nothing.md"]))[1] == "run_refused"
    assert status_of(lambda: knows.client.knowledge.accept_run(run.id, ["000.md"]))[1] == "run_refused"


def test_many_removals_are_confirmed_by_a_person(knows: Knowing) -> None:
    knows.stage.shelf.documents = many(30)
    knows.ended(knows.client.knowledge.run_source("shelf"))
    knows.stage.shelf.documents = many(1)
    waiting = knows.ended(knows.client.knowledge.run_source("shelf"))
    assert (waiting.state, waiting.total, waiting.done) == ("waiting", 29, 0)
    assert "29 of 30" in (waiting.reason or "")
    knows.client.knowledge.confirm_run(waiting.id)
    until(lambda: knows.client.knowledge.run(waiting.id).state == "finished")
    assert len(knows.stage.library()) == 1


def test_the_newest_runs_come_first_and_old_ones_are_listed_by_source(knows: Knowing) -> None:
    ids = [knows.ended(knows.client.knowledge.run_source("shelf")).id for _ in range(3)]
    assert [run.id for run in knows.client.knowledge.runs(source="shelf")] == ids[::-1]
    assert [run.id for run in knows.client.knowledge.runs("fleet", limit=1)] == ids[-1:]
    assert knows.client.knowledge.runs(source="other") == []
    assert status_of(lambda: knows.client.knowledge.runs("nobody"))[0] == 404
