"""What is kept of runs, and what a run does with the rules of quality and the real search."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from surefoot.ingestion.inspection import Inspectors, Rules
from surefoot.ingestion.run_control import RunRefused
from surefoot.ingestion.run_progress import Progress
from surefoot.ingestion.run_store import KEEP_DAYS, KEEP_RUNS, RunEntry
from surefoot.ingestion.source_store import now
from surefoot.retrieval.encoders import HybridEncoder
from surefoot.retrieval.index.port import Scope
from surefoot.retrieval.search import Searcher
from tests.ingestion.run_stage import ANN, Stage, staged

LONG = "# Brakes\n\nThe brake pads of the van are replaced below three millimetres by the workshop.\n"


@pytest.fixture
def stage(tmp_path: Path) -> Generator[Stage]:
    with staged(tmp_path) as stage:
        yield stage


def test_old_runs_are_forgotten_but_for_the_newest(stage: Stage) -> None:
    old = now() - timedelta(days=KEEP_DAYS + 1)
    for number in range(KEEP_RUNS + 5):
        made = RunEntry(f"{number:04}", "fleet", "shelf", "source", "finished", "ann")
        stage.parts.runs.add(replace(made, created_at=old + timedelta(minutes=number)))
    stage.parts.runs.add(RunEntry("open", "fleet", "shelf", "source", "paused", "ann", created_at=old))
    assert stage.parts.runs.prune("shelf") == 5
    left = {run.id for run in stage.parts.runs.list(source_id="shelf", limit=1000)}
    assert len(left) == KEEP_RUNS + 1
    assert {"open", f"{KEEP_RUNS + 4:04}"} <= left


def test_a_state_is_changed_only_from_one_that_allows_it(stage: Stage) -> None:
    run = stage.parts.runs.add(RunEntry("r", "fleet", "shelf", "source", "queued", "ann"))
    assert stage.parts.runs.move(run.id, {"queued"}, "cancelled", reason="enough")
    assert not stage.parts.runs.move(run.id, {"queued", "running"}, "running")
    found = stage.now(run)
    assert (found.state, found.reason, found.finished_at is not None) == ("cancelled", "enough", True)


def test_saving_a_source_leaves_what_its_listing_brought(stage: Stage) -> None:
    before = stage.source
    stage.run()
    stage.parts.sources.save(replace(before, name="Other"))
    assert (stage.source.name, stage.source.checked_at is not None) == ("Other", True)
    assert stage.source.created_at == before.created_at


def test_a_document_that_a_rule_keeps_out_is_accepted_by_a_person(tmp_path: Path) -> None:
    rules = Rules.of({"min_words": 5}, "keep")
    with staged(tmp_path, inspect=Inspectors(lambda _assistant: rules)) as stage:
        stage.shelf.documents = {"long.md": LONG, "short.md": "# Pads\n\nToo short."}
        run = stage.run()
        assert stage.statuses(run) == {"long.md": "ingested", "short.md": "rejected"}
        [item] = stage.parts.items.named(run.id, ["short.md"])
        assert item.remedy == "accept"
        with pytest.raises(RunRefused, match="quality rule"):
            stage.control.accept(run, "ann", ["long.md"])
        accepted = stage.carry_out(stage.control.accept(run, "ann", ["short.md"]))
        assert stage.statuses(accepted) == {"short.md": "ingested"}
        assert len(stage.library()) == 2
        assert stage.statuses(stage.run()) == {}


def test_what_vanished_at_its_source_is_not_found_by_the_next_question(tmp_path: Path, encoder: HybridEncoder) -> None:
    with staged(tmp_path, encoder) as stage:
        stage.shelf.documents = {"brakes.md": LONG, "leave.md": "# Leave\n\nEverybody has 28 days of leave a year.\n"}
        stage.run()
        searcher = Searcher(encoder, stage.index)
        query = "When are brake pads replaced?"
        assert "three millimetres" in searcher.search(query, ANN, Scope("fleet"), 5).passages[0].chunk.text
        stage.shelf.documents.pop("brakes.md")
        stage.run()
        assert not any("millimetres" in p.chunk.text for p in searcher.search(query, ANN, Scope("fleet"), 5).passages)


def test_progress_counts_what_is_at_work_and_knows_its_pace() -> None:
    moment = [100.0]
    progress = Progress(lambda: moment[0])
    progress.begin("r", [("waiting", "", 9), ("working", "", 1)])
    hear = progress.told("r")
    hear("a.md", "read")
    hear("b.md", "encode")
    live = progress.live("r")
    assert live is not None
    assert live.counts == {
        "waiting": 8,
        "working": 2,
        **dict.fromkeys(["passed.read", "passed.profile", "passed.validate", "passed.clean", "passed.deduplicate"], 1),
    }
    assert (live.per_second, live.seconds_left) == (None, None)
    moment[0] = 104.0
    for path in ("a.md", "b.md"):
        progress.done("r", path, "ingested", "index")
    live = progress.live("r")
    assert live is not None
    assert (live.counts["ingested"], live.per_second, live.seconds_left) == (2, 0.5, 16.0)
    progress.end("r")
    assert progress.live("r") is None
