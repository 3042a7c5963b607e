"""One edition is searched, switched in one step and rolled back in one, and nothing is lost or brought back by it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from surefoot.core.nouns import Passage
from surefoot.ingestion.edition_store import State
from surefoot.ingestion.errors import EditionBusy, EditionInvalid, EditionUnknown
from surefoot.ingestion.results import Ingested, Unchanged
from surefoot.retrieval.errors import UnknownEncoder
from tests.ingestion.edition_stage import EditionStage, note, staged


def shown(passages: list[Passage]) -> list[tuple[str, str, float]]:
    return [(p.chunk.document_id, p.chunk.text, p.score) for p in passages]


def filled(stage: EditionStage, documents: int = 4) -> EditionStage:
    for number in range(documents):
        stage.feed(f"{number}.md", note(number))
    return stage


def test_the_first_edition_is_live_without_anybody_asking(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        assert [(e.name, e.encoder, e.state) for e in stage.keeper.list()] == [("first", "wide", State.LIVE)]


def test_a_switch_and_its_undoing_are_one_step_each(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        filled(stage).build("small", "narrow", 60)
        before = stage.found("part2x7")
        stage.keeper.switch("small")
        assert (stage.state("small"), stage.state("first")) == (State.LIVE, State.PREVIOUS)
        assert "part2x7" in stage.found("part2x7")[0].chunk.text
        assert shown(stage.found("part2x7")) != shown(before)
        assert stage.keeper.rollback().name == "first"
        assert (stage.state("small"), stage.state("first")) == (State.PREVIOUS, State.LIVE)
        assert shown(stage.found("part2x7")) == shown(before)


def test_a_restart_opens_the_live_edition(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        filled(stage).build("small", "narrow", 60)
        stage.keeper.switch("small")
        before = stage.found("part2x7")
    with staged(tmp_path) as stage:
        assert stage.editions.live.name == "small"
        assert shown(stage.found("part2x7")) == shown(before)
        assert stage.keeper.rollback().name == "first"


def test_an_edition_that_is_not_complete_is_not_switched_to(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        filled(stage, 8).keeper.build("small", "slow", 60)
        with pytest.raises(EditionBusy, match="not complete: it holds"):
            stage.keeper.switch("small")
        assert stage.editions.live.name == "first"


def test_files_that_did_not_change_are_not_read_again_after_a_switch(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        filled(stage).build("small", "narrow", 60)
        stage.keeper.switch("small")
        again = stage.feed("1.md", note(1))
        assert isinstance(again, Unchanged)
        small = stage.editions.live.index
        assert again.chunks == len(small.chunks(again.document_id)) == stage.entry("1.md").chunks


def test_what_is_deleted_after_a_switch_does_not_come_back_by_a_rollback(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        filled(stage).build("small", "narrow", 60)
        stage.keeper.switch("small")
        stage.pipeline.delete(stage.entry("2.md").id)
        stage.feed("5.md", note(5))
        stage.keeper.rollback()
        assert not any("part2x" in passage.chunk.text for passage in stage.found("part2x7"))
        assert "part5x7" in stage.found("part5x7")[0].chunk.text
        folders = [path for path in tmp_path.glob("index*/**/*") if path.is_file()]
        assert not any(b"part2x7" in path.read_bytes() for path in folders)


def test_a_file_that_was_being_read_during_a_switch_is_told_as_it_is(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        filled(stage).build("small", "slow", 60)
        fed = threading.Thread(target=stage.feed, args=("late.md", note(7, 100)))
        fed.start()
        while not stage.catalogue.find_by_path("fleet", "late.md"):
            time.sleep(0.01)
        stage.keeper.switch("small")
        fed.join()
        entry = stage.entry("late.md")
        assert entry.chunks == len(stage.editions.live.index.chunks(entry.id))
        assert isinstance(stage.feed("late.md", note(7, 100)), Unchanged)


def test_switches_under_searches_lose_no_search_and_mix_no_vectors(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        filled(stage).build("small", "narrow", 60)
        faults: list[object] = []
        done = threading.Event()

        def search() -> None:
            while not done.is_set():
                try:
                    found = stage.found("part2x7")
                    if not found or "part2x7" not in found[0].chunk.text:
                        faults.append(found)
                except Exception as error:
                    faults.append(error)

        threads = [threading.Thread(target=search) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(15):
            stage.keeper.switch("small")
            stage.keeper.rollback()
        done.set()
        for thread in threads:
            thread.join()
        assert faults == []


def test_a_dropped_edition_leaves_nothing_behind(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        filled(stage).build("small", "narrow", 60)
        assert (tmp_path / "index-small").is_dir()
        stage.keeper.drop("small")
        assert not (tmp_path / "index-small").exists()
        assert [entry.name for entry in stage.keeper.list()] == ["first"]
        assert isinstance(stage.feed("new.md", note(9)), Ingested)
        with pytest.raises(EditionUnknown):
            stage.keeper.switch("small")


def test_an_edition_is_dropped_while_it_is_built_and_fed(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        filled(stage).keeper.build("small", "slow", 60)
        feeding = threading.Thread(target=filled, args=(stage, 10))
        feeding.start()
        stage.keeper.drop("small")
        feeding.join()
        assert len(stage.catalogue.list()) == 10
        assert not (tmp_path / "index-small").exists()
        stage.build("small", "narrow", 60)
        assert stage.keeper.get("small").built == 10


def test_the_live_edition_cannot_be_dropped_nor_rolled_back_without_another(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        with pytest.raises(EditionBusy, match="Switch to another"):
            stage.keeper.drop("first")
        with pytest.raises(EditionBusy, match="go back to"):
            stage.keeper.rollback()
        with pytest.raises(EditionBusy, match="already"):
            stage.keeper.switch("first")


@pytest.mark.parametrize("name", ["", "Small", "../up", "a/b", "-a", "a" * 41, "a b", "a\n"])
def test_a_name_that_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with staged(tmp_path) as stage, pytest.raises(EditionInvalid):
        stage.keeper.build(name)


def test_an_edition_that_nobody_can_make_is_refused(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        with pytest.raises(EditionInvalid, match="48 to 230"):
            stage.keeper.build("a", chunk_tokens=20)
        with pytest.raises(EditionInvalid, match="48 to 230"):
            stage.keeper.build("a", chunk_tokens=500)
        with pytest.raises(UnknownEncoder, match="There are: wide, narrow, slow"):
            stage.keeper.build("a", "mystery")
        stage.build("a", chunk_tokens=60)
        with pytest.raises(EditionBusy, match="another recipe"):
            stage.keeper.build("a", chunk_tokens=70)
        for name in ("b", "c", "d"):
            stage.build(name, chunk_tokens=60)
        with pytest.raises(EditionBusy, match="5 editions"):
            stage.keeper.build("e")


def test_an_edition_whose_index_is_broken_is_built_again_at_the_next_start(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        filled(stage).build("small", "narrow", 60)
        before = stage.chunks("small")
    for path in (tmp_path / "index-small").glob("generation-*/**/*"):
        if path.is_file():
            path.write_bytes(b"\0")
    with staged(tmp_path) as stage:
        stage.keeper.build("small")
        stage.wait_for("small")
        assert stage.chunks("small") == before


def test_an_index_that_a_killed_drop_left_is_removed_at_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "index-gone").mkdir()
    (tmp_path / "index-gone" / "secret").write_text("deleted text")
    with staged(tmp_path):
        assert not (tmp_path / "index-gone").exists()
