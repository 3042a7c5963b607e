"""A library survives kill -9 at every step: feeding the file again, or healing at start, puts it right."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from surefoot.core.nouns import Asker
from surefoot.ingestion.blobs import sha256
from surefoot.ingestion.catalogue import Catalogue, Status, id_of
from surefoot.ingestion.pipeline import Pipeline
from surefoot.ingestion.results import SourceFile
from surefoot.retrieval.index.edge import EdgeIndex
from tests.ingestion.victim import STAFF, STEPS, joined

ROOT = Path(__file__).resolve().parents[2]
OLD = "# Gifts\n\nVersion: 1. Effective date: 1 March 2024.\n\nThe limit is 25 euro."
NEW = "# Gifts\n\nVersion: 2. Effective date: 1 March 2026.\n\nThe limit is 50 euro."
ANN = Asker("ann", STAFF)


def killed(folder: Path, act: str, step: str, *words: str) -> None:
    command = [sys.executable, "-m", "tests.ingestion.victim", str(folder), act, step, *words]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == -signal.SIGKILL, run.stderr


@contextmanager
def library(folder: Path) -> Generator[tuple[Pipeline, Catalogue, EdgeIndex]]:
    pipeline, catalogue, index = joined(folder)
    try:
        yield pipeline, catalogue, index
    finally:
        index.close()


def feed(pipeline: Pipeline, path: str, text: str) -> None:
    pipeline.ingest(SourceFile(path, text.encode()), "fleet", ANN, STAFF)


def state(folder: Path) -> tuple[object, ...]:
    """All that is kept, so that a healed library can be held against one that was never killed."""
    with library(folder) as (_, catalogue, index):
        entries = catalogue.list()
        return (
            [(e.path, e.status, e.content_hash, e.pending_hash, e.superseded, e.chunks) for e in entries],
            [(c.text, c.superseded, c.content_hash) for e in entries for c in index.chunks(e.id)],
            index.count(),
            sorted(path.name for path in (folder / "blobs").glob("*/*")),
            [catalogue.text(e.id) for e in entries],
        )


@pytest.mark.parametrize("step", ["save 1", "put 1", "add 1"])
def test_a_first_reading_that_was_killed_is_completed_by_the_next(tmp_path: Path, step: str) -> None:
    killed(tmp_path / "a", "ingest", step, "gifts.md", NEW)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir(exist_ok=True)
        with library(tmp_path / folder) as (pipeline, _, _):
            feed(pipeline, "gifts.md", NEW)
    assert state(tmp_path / "a") == state(tmp_path / "b")


@pytest.mark.parametrize("step", STEPS)
def test_healing_completes_a_first_reading_or_takes_it_back(tmp_path: Path, step: str) -> None:
    killed(tmp_path, "ingest", step, "gifts.md", NEW)
    with library(tmp_path) as (pipeline, catalogue, index):
        pipeline.heal()
        entries = catalogue.list()
        assert [(e.status, e.pending_hash) for e in entries] in ([], [(Status.READY, "")])
        assert index.count() == sum(e.chunks for e in entries)
        assert pipeline.heal() == 0


@pytest.mark.parametrize("step", ["save 1", "put 1", "index delete 1", "add 1", "set_superseded 1"])
def test_a_replacement_that_was_killed_is_healed_to_the_old_content_and_completed_by_the_next(
    tmp_path: Path, step: str
) -> None:
    with library(tmp_path) as (pipeline, _, _):
        feed(pipeline, "gifts.md", OLD)
        feed(pipeline, "older.md", OLD.replace("2024", "2020").replace("25", "10"))
    before = state(tmp_path)
    killed(tmp_path, "ingest", step, "gifts.md", NEW)
    with library(tmp_path) as (pipeline, _, _):
        assert pipeline.heal() == 1
    healed = state(tmp_path)
    assert healed[:3] == before[:3]
    with library(tmp_path) as (pipeline, catalogue, index):
        feed(pipeline, "gifts.md", NEW)
        entry = catalogue.find_by_path("fleet", "gifts.md")
        assert entry is not None
        assert entry.content_hash == sha256(NEW.encode())
        assert ["50 euro" in c.text for c in index.chunks(entry.id)] == [True]


@pytest.mark.parametrize(
    ("step", "way"),
    [
        ("save 1", "heal"),
        ("index delete 1", "heal"),
        ("index delete 1", "delete again"),
        ("set_superseded 1", "feed again"),
        ("blob delete 1", "heal"),
    ],
)
def test_a_deletion_that_was_killed_is_completed(tmp_path: Path, step: str, way: str) -> None:
    with library(tmp_path) as (pipeline, _, _):
        feed(pipeline, "old.md", OLD)
        feed(pipeline, "new.md", NEW)
    killed(tmp_path, "delete", step, id_of("fleet", "new.md"))
    with library(tmp_path) as (pipeline, catalogue, index):
        if way == "heal":
            pipeline.heal()
        elif way == "delete again":
            assert pipeline.delete(id_of("fleet", "new.md"))
        else:
            feed(pipeline, "new.md", NEW)
        entries = catalogue.list()
        kept = ["new.md", "old.md"] if way == "feed again" else ["old.md"]
        assert [e.path for e in entries] == kept
        assert [e.superseded for e in entries] == ([False, True] if way == "feed again" else [False])
        assert index.count() == sum(e.chunks for e in entries)
        assert len(list((tmp_path / "blobs").glob("*/*"))) == len(kept)
