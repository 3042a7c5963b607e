"""Runs survive kill -9 wherever it strikes, also of a process of another name."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.app.jobs.working import many, working, write
from tests.app.running import until
from tests.ingestion.run_stage import staged
from tools.kills import ROOT, run


def test_five_kills_leave_what_an_undisturbed_run_leaves() -> None:
    found = run(kills=5, documents=50, seed=7)
    assert found["same"], found
    assert found["kills"] == 5
    assert found["chunks"] >= 50


def test_the_work_of_a_dead_process_is_taken_over_at_start(tmp_path: Path) -> None:
    papers, data = tmp_path / "papers", tmp_path / "data"
    write(papers, many(60))
    command = [sys.executable, "-m", "tools.kills", "--executor", "another", "--work", str(data), str(papers)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "started"
        until(lambda: _done(data) > 0)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with staged(data) as stage:
        stage.parts.pipeline.heal()
        [left] = stage.parts.runs.list()
        assert left.state == "running"
        with working(stage):
            until(lambda: stage.parts.runs.list()[0].state == "finished")
        assert len(stage.library()) == 60
        assert len(stage.parts.runs.list()) == 1


def _done(data: Path) -> int:
    """How many documents a process at work has settled, read from its database."""
    with sqlite3.connect(f"file:{data / 'surefoot.db'}?mode=ro", uri=True) as connection:
        [[count]] = connection.execute("SELECT count(*) FROM runitem WHERE status = 'ingested'")
    return count
