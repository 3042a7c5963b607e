"""An edition is built beside the live one while the library goes on, and survives kill -9 and a restart."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from surefoot.core.nouns import Chunk
from surefoot.ingestion.edition_store import State
from tests.ingestion.edition_stage import STAFF, EditionStage, note, staged

ROOT = Path(__file__).resolve().parents[2]
BOARD = frozenset({"board"})
LETTER = "# Letter\n\nAnna Schmidt (anna.schmidt@firma.example) took the van; call 0171 1234567."


def policy(version: int, limit: int) -> str:
    return f"# Gifts Policy\n\nVersion: {version}. Effective date: 1 March 202{version}.\n\nThe limit is {limit} euro."


def fresh(folder: Path, stage: EditionStage, name: str) -> list[Chunk]:
    """The chunks that an installation would have which searched such an edition before the first document came."""
    recipe = stage.keeper.get(name)
    encoder = "narrow" if recipe.encoder == "slow" else recipe.encoder
    with staged(folder) as other:
        other.build(name, encoder, recipe.chunk_tokens)
        other.keeper.switch(name)
        for entry in stage.catalogue.list():
            other.feed(entry.path, (stage.folder / "sources" / entry.path).read_text(), entry.groups)
        return other.chunks(name)


def feed(stage: EditionStage, path: str, text: str, groups: frozenset[str] = STAFF) -> None:
    source = stage.folder / "sources" / path
    source.parent.mkdir(exist_ok=True)
    source.write_text(text)
    stage.feed(path, text, groups)


def comparable(chunks: list[Chunk]) -> list[Chunk]:
    """Without the number of the content under the path, which counts what was there before, and the encoder's name."""
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    return [replace(chunk, version="", id="") for chunk in chunks]


def test_an_edition_with_another_encoder_and_size_holds_all_documents(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        for number in range(4):
            feed(stage, f"{number}.md", note(number))
        stage.build("small", "narrow", 60)
        entry = stage.keeper.get("small")
        assert (entry.state, entry.built, entry.total) == (State.READY, 4, 4)
        assert len(stage.chunks("small")) > len(stage.chunks("first"))
        assert comparable(stage.chunks("small")) == comparable(fresh(tmp_path / "other", stage, "small"))


def test_what_happens_while_it_is_built_is_in_it_too(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        for number in range(8):
            feed(stage, f"{number}.md", note(number))
        feed(stage, "old.md", policy(1, 25))
        stage.keeper.build("small", "slow", 60)
        for number in range(8, 11):
            feed(stage, f"{number}.md", note(number))
            stage.pipeline.delete(stage.entry(f"{number - 8}.md").id)
        feed(stage, "7.md", note(77))
        feed(stage, "new.md", policy(2, 50))
        stage.pipeline.set_groups(stage.entry("6.md"), BOARD)
        stage.wait_for("small")
        assert stage.state("small") is State.READY
        built = stage.chunks("small")
        assert {chunk.superseded for chunk in built if chunk.document_id == stage.entry("old.md").id} == {True}
        assert {chunk.groups for chunk in built if chunk.document_id == stage.entry("6.md").id} == {BOARD}
        assert comparable(built) == comparable(fresh(tmp_path / "other", stage, "small"))


def test_many_threads_feed_and_delete_while_it_is_built(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        for number in range(4):
            feed(stage, f"{number}.md", note(number, 20))

        def work(first: int) -> None:
            for number in range(first, first + 4):
                feed(stage, f"{number}.md", note(number, 20))
                if number % 2:
                    stage.pipeline.delete(stage.entry(f"{number}.md").id)

        threads = [threading.Thread(target=work, args=(first,)) for first in (10, 20, 30)]
        stage.keeper.build("small", "slow", 60)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        stage.wait_for("small")
        assert comparable(stage.chunks("small")) == comparable(fresh(tmp_path / "other", stage, "small"))


@pytest.mark.parametrize("step", ["add 1", "add 3", "index delete 2"])
def test_a_build_that_was_killed_goes_on_at_the_next_start(tmp_path: Path, step: str) -> None:
    with staged(tmp_path) as stage:
        for number in range(3):
            feed(stage, f"{number}.md", note(number, 20))
        feed(stage, "long.md", note(9, 2400))
    command = [sys.executable, "-m", "tests.ingestion.edition_stage", str(tmp_path), step]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == -9, run.stderr
    with staged(tmp_path) as stage:
        stage.wait_for("second")
        assert stage.state("second") is State.READY
        assert comparable(stage.chunks("second")) == comparable(fresh(tmp_path / "other", stage, "second"))


def test_a_build_is_halted_by_a_stop_and_goes_on_at_the_next_start(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        for number in range(10):
            feed(stage, f"{number}.md", note(number))
        stage.keeper.build("small", "slow", 60)
    with staged(tmp_path) as stage:
        stage.wait_for("small")
        assert stage.keeper.get("small").built == 10
        assert stage.state("small") is State.READY


@pytest.mark.parametrize("later", ["mask", "keep", "reject"])
def test_masked_documents_stay_masked_whatever_the_policy_is_by_now(tmp_path: Path, later: str) -> None:
    with staged(tmp_path) as stage:
        stage.policy.pii = "mask"
        feed(stage, "letter.md", LETTER)
        assert stage.entry("letter.md").masked == 3
        stage.policy.pii = later
        stage.build("small", "narrow", 60)
        (chunk,) = stage.chunks("small")
        assert "[PERSON-1] ([EMAIL-1])" in chunk.text
        assert "Schmidt" not in repr(stage.chunks("small"))


def test_a_document_that_reads_otherwise_by_now_is_cut_from_its_kept_text(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        feed(stage, "letter.md", LETTER + "\n\n" + note(1))
        stage.policy.pii = "mask"
        stage.build("small", "narrow", 60)
        assert stage.state("small") is State.READY
        kept = stage.catalogue.text(stage.entry("letter.md").id)
        chunks = stage.chunks("small")
        assert len(chunks) > len(stage.chunks("first"))
        assert all(kept[chunk.start : chunk.end] == chunk.text for chunk in chunks)
        assert all(f"part1x{line} " in repr([c.text for c in chunks]) for line in range(60))


def test_a_document_whose_original_is_lost_is_cut_from_its_kept_text(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        feed(stage, "a.md", note(1))
        for blob in (tmp_path / "blobs").glob("*/*"):
            blob.unlink()
        stage.build("small", "narrow", 60)
        assert stage.state("small") is State.READY
        assert {chunk.heading_path for chunk in stage.chunks("small")} == {("Manual 1",)}
