"""What only the embedded index promises: one owner, nothing lost in a crash, and erasure that erases."""

from __future__ import annotations

import mmap
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from surefoot.core.nouns import Passage
from surefoot.retrieval.errors import DimensionMismatch, IndexInUse, IndexUnreadable
from surefoot.retrieval.index import shard
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import EncodedChunk
from tests.retrieval.passages import ANN, DIMENSION, FLEET, a_passage, asked, texts

SECRET = "the combination is 4711-0815"


@contextmanager
def opened(folder: Path) -> Generator[EdgeIndex]:
    index = EdgeIndex(folder, DIMENSION)
    try:
        yield index
    finally:
        index.close()


@contextmanager
def victim(folder: Path, work: str) -> Generator[tuple[subprocess.Popen[str], Iterator[str]]]:
    """A process that works on the index and tells its steps; killed without notice at the end."""
    command = [sys.executable, "-m", "tests.retrieval.edge_victim", str(folder), work]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, (line.strip() for line in process.stdout)
        finally:
            process.kill()


def holds(folder: Path, text: str) -> bool:
    """Whether any file below the folder holds the text."""
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_size:
            with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                if content.find(text.encode()) >= 0:
                    return True
    return False


class TestReopening:
    def test_everything_is_there_after_closing_and_opening(self, tmp_path: Path) -> None:
        with opened(tmp_path) as index:
            index.add([a_passage("pads"), a_passage("discs", document="other")])
            index.set_groups("other", frozenset({"board"}))
            index.set_superseded("manual", superseded=True)
            before = index.chunks("manual") + index.chunks("other")
        with opened(tmp_path) as index:
            assert index.chunks("manual") + index.chunks("other") == before
            assert index.count() == 2

    def test_results_are_the_same_after_closing_and_opening(self, tmp_path: Path) -> None:
        with opened(tmp_path) as index:
            index.add([a_passage(f"pads {n}", meaning=(1.0, n / 20, 0.0, 0.0)) for n in range(20)])
            before = index.search(asked("pads 3"), ANN, FLEET, limit=10)
        with opened(tmp_path) as index:
            assert index.search(asked("pads 3"), ANN, FLEET, limit=10) == before

    def test_nothing_that_was_added_is_lost_when_the_process_is_killed(self, tmp_path: Path) -> None:
        with victim(tmp_path, "add") as (_, steps):
            last = next(int(step.split()[1]) for step in steps if step.startswith("added") and step != "added 0")
            for step in steps:
                last = int(step.split()[1])
                if last >= 130:
                    break
        with opened(tmp_path) as index:
            assert [chunk.ordinal for chunk in index.chunks("manual")][: last + 1] == list(range(last + 1))
            assert index.search(asked(f"part {last}"), ANN, FLEET, limit=1)
            index.add([a_passage("after the crash", document="after")])

    def test_a_folder_killed_while_it_was_made_is_made_again(self, tmp_path: Path) -> None:
        half = tmp_path / "building-1" / "segments"
        half.mkdir(parents=True)
        (half / "rubbish").write_bytes(b"\0" * 100)
        with opened(tmp_path) as index:
            index.add([a_passage("pads")])
            assert index.count() == 1
        assert not half.exists()


class TestOwnership:
    def test_a_second_opening_in_the_same_process_is_refused(self, tmp_path: Path) -> None:
        with opened(tmp_path), pytest.raises(IndexInUse, match=f"in use by process {os.getpid()}"):
            EdgeIndex(tmp_path, DIMENSION)

    def test_an_opening_by_another_process_is_refused_until_that_one_is_gone(self, tmp_path: Path) -> None:
        with victim(tmp_path, "nothing") as (process, steps):
            next(steps)
            with pytest.raises(IndexInUse, match=f"{tmp_path} is in use by process {process.pid}"):
                EdgeIndex(tmp_path, DIMENSION)
        with opened(tmp_path) as index:
            assert index.count() == 0

    def test_a_folder_made_with_another_encoder_is_refused_and_stays_free(self, tmp_path: Path) -> None:
        with opened(tmp_path) as index:
            index.add([a_passage("pads")])
        with pytest.raises(DimensionMismatch, match="another encoder"):
            EdgeIndex(tmp_path, DIMENSION + 1)
        with opened(tmp_path) as index:
            assert index.count() == 1

    def test_a_damaged_index_is_named_with_a_remedy(self, tmp_path: Path) -> None:
        with opened(tmp_path) as index:
            index.add([a_passage("pads")])
        shutil.rmtree(tmp_path / "generation-1" / "segments")
        (tmp_path / "generation-1" / "edge_config.json").write_text("{")
        with pytest.raises(IndexUnreadable, match="built again from the originals at the next start"):
            EdgeIndex(tmp_path, DIMENSION)

    def test_a_file_in_the_folders_place_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "index").write_text("a file")
        with pytest.raises(IndexUnreadable, match="cannot be used"):
            EdgeIndex(tmp_path / "index", DIMENSION)


class TestErasure:
    def test_a_deleted_texts_bytes_are_gone_from_the_folder(self, tmp_path: Path) -> None:
        with opened(tmp_path) as index:
            index.add([a_passage(SECRET, document="secret"), a_passage("pads that stay")])
            index.delete("secret")
            assert holds(tmp_path, SECRET), "deletion alone leaves the bytes; otherwise this test shows nothing"
            index.erase_deleted()
            assert not holds(tmp_path, SECRET)
            assert holds(tmp_path, "pads that stay")
        assert not holds(tmp_path, SECRET)

    def test_a_replaced_texts_bytes_are_gone_from_the_folder(self, tmp_path: Path) -> None:
        with opened(tmp_path) as index:
            index.add([a_passage(SECRET, id="00000000-0000-0000-0000-000000000001")])
            index.add([a_passage("nothing to see", id="00000000-0000-0000-0000-000000000001")])
            index.erase_deleted()
            assert texts(index.chunks("manual")) == ["nothing to see"]
        assert not holds(tmp_path, SECRET)

    def test_writes_go_on_after_erasing_and_survive_reopening(self, tmp_path: Path) -> None:
        with opened(tmp_path) as index:
            for n in range(3):
                index.add([a_passage(f"pads {n}", ordinal=n)])
                index.erase_deleted()
            index.set_groups("manual", frozenset({"board"}))
        with opened(tmp_path) as index:
            assert [sorted(chunk.groups) for chunk in index.chunks("manual")] == [["board"]] * 3
        assert [path.name for path in tmp_path.glob("generation-*")] == ["generation-4"]

    def test_a_crash_before_the_new_index_is_complete_keeps_the_old_one(self, tmp_path: Path) -> None:
        with opened(tmp_path) as index:
            index.add([a_passage("pads")])
        half = shutil.copytree(tmp_path / "generation-1", tmp_path / "building-2")
        shutil.rmtree(half / "segments")
        with opened(tmp_path) as index:
            assert texts(index.chunks("manual")) == ["pads"]
        assert not half.exists()

    def test_a_crash_after_the_new_index_is_complete_removes_the_old_one(self, tmp_path: Path) -> None:
        with opened(tmp_path) as index:
            index.add([a_passage("pads")])
        shutil.copytree(tmp_path / "generation-1", tmp_path / "generation-2")
        with (tmp_path / "generation-1" / "left").open("w") as file:
            file.write(SECRET)
        with opened(tmp_path) as index:
            assert texts(index.chunks("manual")) == ["pads"]
            index.erase_deleted()
        assert not holds(tmp_path, SECRET)
        assert [path.name for path in tmp_path.glob("generation-*")] == ["generation-3"]

    @pytest.mark.parametrize("moment", [0.02, 0.3, 0.7, 1.1])
    def test_a_process_killed_while_erasing_loses_nothing_and_revives_nothing(
        self, tmp_path: Path, moment: float
    ) -> None:
        with opened(tmp_path) as index:
            index.add([a_passage(f"pads {n}", ordinal=n) for n in range(300)])
            index.add([a_passage(SECRET, document="secret")])
            index.delete("secret")
            before = index.chunks("manual")
        with victim(tmp_path, "erase") as (_, steps):
            next(steps)
            time.sleep(moment)
        with opened(tmp_path) as index:
            assert index.chunks("manual") == before
            assert index.chunks("secret") == []
            index.erase_deleted()
        assert not holds(tmp_path, SECRET)

    def test_searches_and_writes_go_on_while_the_index_is_erased(self, tmp_path: Path) -> None:
        with opened(tmp_path) as index, ThreadPoolExecutor(6) as pool:
            index.add([a_passage(f"pads {n}", ordinal=n) for n in range(200)])
            erasing = [pool.submit(index.erase_deleted) for _ in range(2)]
            adding = [pool.submit(index.add, [a_passage(f"new {n}", document="new", ordinal=n)]) for n in range(20)]
            searching = [pool.submit(index.search, asked("pads"), ANN, FLEET, 10) for _ in range(200)]
            assert all(len(search.result()) == 10 for search in searching)
            assert [job.result() for job in (*erasing, *adding)] == [None] * 22
            assert len(index.chunks("new")) == 20

    def test_closing_waits_for_searches_under_way(self, tmp_path: Path) -> None:
        index = EdgeIndex(tmp_path, DIMENSION)
        index.add([a_passage(f"pads {n}") for n in range(100)])
        with ThreadPoolExecutor(4) as pool:
            searching = [pool.submit(index.search, asked("pads"), ANN, FLEET, 10) for _ in range(50)]
            searching[0].result()
            index.close()
            outcomes = [search.exception() for search in searching]
        assert all(outcome is None or "closed" in str(outcome) for outcome in outcomes)
        with opened(tmp_path) as again:
            assert again.count() == 100


class TestChangesAtOnce:
    def test_access_that_was_taken_away_stays_so_whatever_else_changes_meanwhile(self, tmp_path: Path) -> None:
        board = frozenset({"board"})
        with opened(tmp_path) as index, ThreadPoolExecutor(3) as pool:
            index.add([a_passage("pads", document=f"d{n}") for n in range(60)])
            for document in (f"d{n}" for n in range(60)):
                changes = [
                    pool.submit(index.set_title, document, "Pads"),
                    pool.submit(index.set_groups, document, board),
                    pool.submit(index.set_superseded, document, superseded=True),
                ]
                assert [change.result() for change in changes] == [None] * 3
                [chunk] = index.chunks(document)
                assert (chunk.title, chunk.groups, chunk.superseded) == ("Pads", board, True)
            assert index.search(asked("pads"), ANN, replace(FLEET, with_superseded=True), limit=10) == []


class TestManyChunks:
    """Of very many chunks the nearest are ranked first and looked at then, which finds the same."""

    @pytest.mark.parametrize(
        "near", [0.0, 0.9], ids=["what may not be seen lies anywhere", "and next to the questions"]
    )
    def test_ranking_before_looking_finds_the_same(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, near: float
    ) -> None:
        rng = np.random.default_rng(5)
        looked_at: list[bool] = []
        nearest = shard._nearest  # pyright: ignore[reportPrivateUsage]  what it gives says which way was gone

        def watched(*args: Any) -> Any:
            looked_at.append((found := nearest(*args)) is not None)
            return found

        monkeypatch.setattr(shard, "_nearest", watched)
        with opened(tmp_path) as index:
            index.add([self._chunk(n, rng, near) for n in range(1_000)])
            for n in range(20):
                question = asked(f"pads {n}", self._meaning(rng, near if n % 2 else 0.0))
                found: list[list[Passage]] = []
                for many in (1, 10**9):
                    monkeypatch.setattr(shard, "MANY", many)
                    found.append(index.search(question, ANN, FLEET, limit=10))
                assert found[0] == found[1]
                assert len(found[0]) == 10
                assert all("staff" in passage.chunk.groups for passage in found[0])
        ranked_first = looked_at[::2]
        assert all(ranked_first) if not near else (any(ranked_first) and not all(ranked_first))

    def _chunk(self, number: int, rng: np.random.Generator, near: float) -> EncodedChunk:
        hidden = number % 4 == 0
        groups = frozenset({"board"}) if hidden else frozenset({"staff"})
        meaning = self._meaning(rng, near if hidden else 0.0)
        return a_passage(f"pads {number}", document=str(number // 10), meaning=meaning, groups=groups)

    def _meaning(self, rng: np.random.Generator, towards_north: float) -> tuple[float, ...]:
        meaning = rng.normal(size=DIMENSION) + np.array([10 * towards_north, 0, 0, 0])
        return tuple((meaning / np.linalg.norm(meaning)).tolist())
