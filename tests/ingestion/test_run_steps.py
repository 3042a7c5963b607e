"""A run brings the library to what its source holds: new, changed, gone, rejected, unreachable, in doubt."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from surefoot.ingestion.catalogue import id_of
from surefoot.ingestion.results import SourceFile
from surefoot.ingestion.run_control import RunRefused
from surefoot.ingestion.sources.port import Doubtful
from tests.ingestion.run_stage import ANN, STAFF, Stage, staged

TWO = {"a.md": "# A\n\nThe pads are thin.", "b.md": "# B\n\nThe fluid is old."}


@pytest.fixture
def stage(tmp_path: Path) -> Generator[Stage]:
    with staged(tmp_path) as stage:
        stage.shelf.documents = dict(TWO)
        yield stage


def test_a_run_brings_new_changed_and_gone_documents(stage: Stage) -> None:
    first = stage.run()
    assert (first.state, stage.statuses(first)) == ("finished", {"a.md": "ingested", "b.md": "ingested"})
    stage.shelf.documents = {"b.md": "# B\n\nThe fluid is new.", "c.md": "# C\n\nThe lamp is broken."}
    second = stage.run()
    assert stage.statuses(second) == {"a.md": "removed", "b.md": "ingested", "c.md": "ingested"}
    assert [path for path, _ in stage.library()] == ["b.md", "c.md"]
    assert any("fluid is new" in text for text in stage.chunks())
    assert not any("pads" in text or "fluid is old" in text for text in stage.chunks())
    assert stage.source.changed_at is not None
    assert stage.parts.sources.counts() == {"shelf": 2}


def test_what_did_not_change_is_counted_and_not_fetched(stage: Stage) -> None:
    stage.run()
    stage.shelf.fetched.clear()
    again = stage.run()
    assert (again.state, again.unchanged, stage.statuses(again)) == ("finished", 2, {})
    assert stage.shelf.fetched == []


def test_a_rejected_document_is_not_read_again_until_it_changes(stage: Stage) -> None:
    stage.shelf.documents["bad.pdf"] = "%PDF-1.4 and nothing else"
    first = stage.run()
    assert stage.statuses(first)["bad.pdf"] == "rejected"
    [reason] = stage.parts.items.failures(first.id)
    assert (reason.count, reason.examples, reason.remedy) == (1, ("bad.pdf",), "replace")
    stage.shelf.fetched.clear()
    stage.run()
    assert stage.shelf.fetched == []
    stage.shelf.documents["bad.pdf"] = "%PDF-1.4 and nothing more"
    assert stage.statuses(stage.run()) == {"bad.pdf": "rejected"}


def test_a_listing_that_breaks_off_removes_nothing_and_says_why(stage: Stage) -> None:
    stage.run()
    stage.shelf.documents.pop("a.md")
    stage.shelf.down = True
    failed = stage.run()
    assert (failed.state, failed.reason) == ("failed", "The shelf does not answer. Look whether it is there.")
    assert stage.source.trouble == failed.reason
    assert [path for path, _ in stage.library()] == ["a.md", "b.md"]
    stage.shelf.down = False
    assert stage.statuses(stage.run()) == {"a.md": "removed"}
    assert stage.source.trouble is None


def test_what_is_in_doubt_stays(stage: Stage) -> None:
    stage.run()
    stage.shelf.documents.pop("a.md")
    stage.shelf.doubts = [Doubtful("a.md", "The folder cannot be looked through.")]
    run = stage.run()
    assert (run.report["doubtful"], stage.statuses(run)) == (1, {})
    assert [path for path, _ in stage.library()] == ["a.md", "b.md"]


def test_a_fetch_that_fails_twice_is_tried_a_third_time(stage: Stage) -> None:
    stage.shelf.unreachable = 2
    assert set(stage.statuses(stage.run()).values()) == {"ingested"}


def test_a_document_that_cannot_be_fetched_fails_alone_and_can_be_tried_again(stage: Stage) -> None:
    stage.shelf.unreachable = 3
    run = stage.run()
    assert (run.state, stage.statuses(run)) == ("finished", {"a.md": "failed", "b.md": "ingested"})
    [failed] = stage.parts.items.failures(run.id)
    assert (failed.remedy, failed.examples) == ("retry", ("a.md",))
    again = stage.carry_out(stage.control.retry(run, "ann"))
    assert (again.kind, stage.statuses(again)) == ("retry", {"a.md": "ingested"})
    assert stage.statuses(stage.run()) == {}


def test_a_source_that_gives_nothing_any_more_ends_the_run(stage: Stage) -> None:
    stage.shelf.documents = {f"{n}.md": f"# {n}\n\nDocument number {n}." for n in range(9)}
    stage.shelf.unreachable = 1000
    run = stage.run()
    assert run.state == "failed"
    assert run.reason is not None
    stage.shelf.unreachable = 0
    assert stage.run().counts["ingested"] == 9


def test_many_removals_wait_for_a_person_while_the_rest_goes_on(stage: Stage) -> None:
    stage.shelf.documents = {f"{n}.md": f"# {n}\n\nDocument number {n}." for n in range(30)}
    stage.run()
    stage.shelf.documents = {"0.md": "# 0\n\nChanged.", "new.md": "# New\n\nAdded."}
    run = stage.run()
    assert run.state == "waiting"
    assert run.reason is not None
    assert "29 of 30" in run.reason
    assert len(stage.library()) == 31
    assert any("Changed." in text for text in stage.chunks())
    confirmed = stage.carry_out(stage.control.confirm(run))
    assert (confirmed.state, confirmed.reason) == ("finished", None)
    assert [path for path, _ in stage.library()] == ["0.md", "new.md"]
    with pytest.raises(RunRefused, match="finished"):
        stage.control.confirm(confirmed)


def test_a_newer_run_takes_the_place_of_one_that_waits(stage: Stage) -> None:
    stage.shelf.documents = {f"{n}.md": f"# {n}\n\nDocument number {n}." for n in range(30)}
    stage.run()
    before = dict(stage.shelf.documents)
    stage.shelf.documents = {}
    waiting = stage.run()
    stage.shelf.documents = before
    assert stage.run().state == "finished"
    assert stage.now(waiting).state == "cancelled"
    assert len(stage.library()) == 30


def test_a_document_that_a_person_deleted_does_not_come_back(stage: Stage) -> None:
    stage.run()
    own = id_of("fleet", "a.md")
    stage.parts.catalogue.keep_away(own, "ann")
    stage.parts.pipeline.delete(own)
    stage.shelf.documents["a.md"] = "# A\n\nThe pads are new."
    run = stage.run()
    assert stage.statuses(run) == {"a.md": "kept"}
    assert [path for path, _ in stage.library()] == ["b.md"]
    assert stage.statuses(stage.run()) == {}


def test_a_renamed_document_is_known_by_its_new_path_alone(stage: Stage) -> None:
    stage.run()
    stage.shelf.documents["z.md"] = stage.shelf.documents.pop("a.md")
    run = stage.run()
    assert (run.state, stage.statuses(run)["a.md"]) == ("finished", "removed")
    assert [path for path, _ in stage.library()] == ["b.md", "z.md"]
    assert len([text for text in stage.chunks() if "pads" in text]) == 1
    stage.shelf.documents.pop("z.md")
    stage.run()
    assert [path for path, _ in stage.library()] == ["b.md"]


def test_a_copy_stays_while_one_of_its_paths_is_there(stage: Stage) -> None:
    stage.shelf.documents["copy.md"] = stage.shelf.documents["a.md"]
    first = stage.run()
    assert stage.statuses(first)["copy.md"] == "unchanged"
    stage.shelf.documents.pop("copy.md")
    stage.run()
    assert [path for path, _ in stage.library()] == ["a.md", "b.md"]
    stage.shelf.documents["copy.md"] = stage.shelf.documents["a.md"]
    stage.run()
    stage.shelf.documents.pop("a.md")
    stage.run()
    assert [path for path, _ in stage.library()] == ["b.md", "copy.md"]


def test_what_a_person_fed_under_the_same_path_is_neither_replaced_nor_removed(stage: Stage) -> None:
    stage.parts.pipeline.ingest(SourceFile("a.md", b"# Mine\n\nMy own notes."), "fleet", ANN, STAFF)
    stage.run()
    assert [path for path, _ in stage.library()] == ["a.md", "b.md", "shelf/a.md"]
    stage.shelf.documents["a.md"] = "# A\n\nThe pads are new."
    stage.run()
    assert any("pads are new" in text for text in stage.chunks())
    assert not any("pads are thin" in text for text in stage.chunks())
    stage.shelf.documents.clear()
    stage.run()
    assert [path for path, _ in stage.library()] == ["a.md"]
    assert any("My own notes" in text for text in stage.chunks())


def test_a_name_that_could_climb_out_is_rejected(stage: Stage) -> None:
    stage.shelf.documents = {"../up.md": "# Up\n\nOut of the folder.", "ok.md": "# Ok\n\nInside."}
    run = stage.run()
    assert (run.state, stage.statuses(run)) == ("finished", {"../up.md": "rejected", "ok.md": "ingested"})


def test_what_a_cancelled_run_has_read_goes_when_it_vanishes_at_the_source(stage: Stage) -> None:
    run = stage.control.run(stage.source, "ann")

    def cancel(path: str) -> None:
        if path == "b.md":
            stage.control.cancel(stage.now(run))

    stage.shelf.before = cancel
    assert stage.carry_out(run).state == "cancelled"
    stage.shelf.documents = {"c.md": "# C\n\nThe lamp is broken."}
    stage.run()
    assert [path for path, _ in stage.library()] == ["c.md"]
    assert stage.index.count() == 1
