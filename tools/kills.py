"""Kills a process at random points of its runs, again and again, and compares what is left with an undisturbed one.

Usage: python -m tools.kills [--kills 50] [--documents 500] [--seed 0]

A run reads a folder of small documents; when it gets to its end between two kills, some documents are edited, removed
and added, and the next run begins. Real parts: SQLite, the edge index, DBOS; the encoder is a quick one.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from surefoot.app.database import sqlite_url
from surefoot.app.jobs.jobs import Jobs, JobsPlace
from surefoot.ingestion.run_store import OPEN
from surefoot.ingestion.source_store import SourceEntry
from tests.ingestion.run_stage import STAFF, Stage, staged

ROOT = Path(__file__).resolve().parents[1]
SOURCE = "papers"
ASKED = "asked"
"""File that says that the run was asked for: a process that is started again only goes on with it."""
PATIENCE = 600.0


def run(kills: int, documents: int, seed: int = 0) -> dict[str, Any]:
    """Kill so many times, then compare.

    `same` says whether ids, texts, counts, originals and what is known of the source are those of an undisturbed run.
    """
    chance = random.Random(seed)  # noqa: S311  no secret
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        papers, data = Path(place) / SOURCE, Path(place) / "data"
        _write(papers, documents)
        done, rounds, longest = 0, 1, documents / 25
        while done < kills:
            took = _ended(data, papers, chance.uniform(0.0, longest))
            if took is None:
                done += 1
            else:
                longest = took  # so that the next kills fall into the work, however quick it is
                _edit(papers, chance)
                (data / ASKED).unlink()
                rounds += 1
        while _ended(data, papers, PATIENCE):
            (data / ASKED).unlink()
            if _settled(data, papers):
                break
        left, undisturbed = _left(data), _undisturbed(Path(place) / "other", papers)
    seconds = round(time.monotonic() - started, 1)
    return {
        "kills": done,
        "documents": len(undisturbed["documents"]),
        "chunks": undisturbed["count"],
        "rounds": rounds,
        "same": left == undisturbed,
        "differences": [name for name in undisturbed if left[name] != undisturbed[name]],
        "originals missing": len(set(undisturbed["originals"]) - set(left["originals"])),
        "originals too many": len(set(left["originals"]) - set(undisturbed["originals"])),
        "seconds": seconds,
        "seed": seed,
    }


def _ended(data: Path, papers: Path, seconds: float) -> float | None:
    """Let a process work for so long after it has begun; the seconds that it took, or None where it was killed."""
    command = [sys.executable, "-m", "tools.kills", "--work", str(data), str(papers)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None or process.stdout.readline().strip() != "started":
            raise RuntimeError(f"The process to be killed ended with {process.wait()} before it began.")
        begun = time.monotonic()
        try:
            if process.wait(seconds) != 0:
                raise RuntimeError(f"The process to be killed ended with {process.returncode}.")
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return None
        return time.monotonic() - begun


def work(data: Path, papers: Path, executor: str = "server") -> None:
    """Be the process that is killed: go on with what was left, or begin a run, until nothing is left to do."""
    with staged(data) as stage:
        stage.parts.pipeline.heal()
        if stage.parts.sources.get(SOURCE) is None:
            stage.parts.sources.save(_source(papers))
        jobs = Jobs(stage.parts, JobsPlace(sqlite_url(data / "jobs.db"), executor=executor))
        jobs.start()
        jobs.launched.wait(PATIENCE)
        print("started", flush=True)
        source = stage.parts.sources.get(SOURCE)
        if source is not None and not (data / ASKED).exists():
            jobs.control.run(source, "kills")
            (data / ASKED).touch()
        while stage.parts.runs.in_state(OPEN):
            time.sleep(0.05)
        jobs.stop(60)


def _source(papers: Path) -> SourceEntry:
    return SourceEntry(SOURCE, "fleet", "Papers", "folder", {"path": str(papers)}, STAFF, "ann")


def _settled(data: Path, papers: Path) -> bool:
    """Whether one more run finds nothing to do."""
    if _ended(data, papers, PATIENCE) is None:
        return False
    with staged(data) as stage:
        last = stage.parts.runs.list(source_id=SOURCE, limit=1)[0]
        return last.state == "finished" and not last.counts


def _left(data: Path) -> dict[str, Any]:
    with staged(data) as stage:
        return _state(stage)


def _undisturbed(data: Path, papers: Path) -> dict[str, Any]:
    if _ended(data, papers, PATIENCE) is None:
        raise RuntimeError("The undisturbed run did not end.")
    return _left(data)


def _state(stage: Stage) -> dict[str, Any]:
    """All that must be the same."""
    entries = stage.parts.catalogue.list()
    return {
        "documents": [(e.id, e.path, e.status.value, e.content_hash, e.pending_hash, e.chunks) for e in entries],
        "texts": [stage.parts.catalogue.text(e.id) for e in entries],
        "chunks": [(c.id, c.text) for e in entries for c in stage.index.chunks(e.id)],
        "count": stage.index.count(),
        "originals": sorted(path.name for path in (stage.folder / "blobs").glob("*/*")),
        "known": sorted(stage.parts.sources.fingerprints(SOURCE).items()),
    }


def _write(papers: Path, documents: int) -> None:
    papers.mkdir()
    for number in range(documents):
        _document(papers / f"{number:04}.md", number, "first")


def _document(path: Path, number: int, words: str) -> None:
    lines = [f"Part {number}-{line} of the {words} edition is kept in hall {number % 7}." for line in range(12)]
    path.write_text(f"# Paper {number}\n\n" + "\n\n".join(lines) + "\n", encoding="utf-8")


def _edit(papers: Path, chance: random.Random) -> None:
    """Change, remove and add a tenth each."""
    there = sorted(papers.iterdir(), key=lambda path: int(path.stem))
    some = max(1, len(there) // 10)
    for number, path in enumerate(chance.sample(there, 2 * some)):
        if number % 2:
            path.unlink()
        else:
            _document(path, int(path.stem), f"{chance.random():.6f}")
    first = int(there[-1].stem) + 1
    for number in range(first, first + some):
        _document(papers / f"{number:04}.md", number, "later")


def main() -> None:
    """Work, or kill who works."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", nargs=2, type=Path, metavar=("DATA", "PAPERS"))
    parser.add_argument("--executor", default="server")
    asked = parser.parse_args()
    if asked.work:
        work(asked.work[0], asked.work[1], asked.executor)
    else:
        print(json.dumps(run(asked.kills, asked.documents, asked.seed), indent=2))


if __name__ == "__main__":
    main()
