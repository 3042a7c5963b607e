"""Runs on PostgreSQL: the library's tables and the workflows in one server."""

from __future__ import annotations

from pathlib import Path

from surefoot.app.jobs.jobs import JobsPlace
from tests.app import postgresql
from tests.app.jobs.working import ended, many, working
from tests.ingestion.run_stage import staged


def test_runs_are_carried_out_on_postgresql(tmp_path: Path, postgresql_server: postgresql.Server) -> None:
    url = postgresql_server.new_database()
    with staged(tmp_path, url=url) as stage:
        stage.shelf.documents = many(5)
        with working(stage, place=JobsPlace(url)) as jobs:
            first = ended(stage, jobs.control.run(stage.source, "ann"))
            assert first.counts["ingested"] == 5
            stage.shelf.documents.pop("001.md")
            second = ended(stage, jobs.control.run(stage.source, "ann"))
        assert (second.unchanged, second.counts) == (4, {"removed": 1})
        assert len(stage.library()) == len(stage.chunks()) == 4
        assert stage.parts.items.failures(second.id) == []
