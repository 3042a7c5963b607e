"""Jobs over a stage of real parts, in this process."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from surefoot.app.database import sqlite_url
from surefoot.app.jobs.jobs import Jobs, JobsPlace
from surefoot.ingestion.run_store import OPEN, RunEntry
from surefoot.ingestion.source_store import SourceEntry
from tests.app.running import until
from tests.ingestion.run_stage import Stage


@contextmanager
def working(stage: Stage, declared: Iterable[SourceEntry] = (), place: JobsPlace | None = None) -> Generator[Jobs]:
    """Jobs that are launched, and stopped after the block."""
    given = list(declared)
    jobs = Jobs(stage.parts, place or JobsPlace(sqlite_url(stage.folder / "jobs.db")), lambda: given)
    jobs.start()
    try:
        until(jobs.launched.is_set)
        yield jobs
    finally:
        assert jobs.stop(60)
        stage.parts.stopping.clear()


def ended(stage: Stage, run: RunEntry) -> RunEntry:
    """Wait for a run's end."""
    until(lambda: stage.now(run).state not in OPEN)
    return stage.now(run)


def many(number: int) -> dict[str, str]:
    """Small documents."""
    return {f"{n:03}.md": f"# Document {n}\n\nThe part number {n} is kept in hall {n % 7}.\n" for n in range(number)}


def write(folder: Path, documents: dict[str, str]) -> None:
    """Put documents into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in documents.items():
        (folder / path).write_text(text, encoding="utf-8")
