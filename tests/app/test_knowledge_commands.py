"""`surefoot sources` and `surefoot runs`: added, tried, read, halted, deleted from the command line."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from surefoot.app.cli.sources import settings_of
from surefoot.app.client.errors import UsageMistake
from tests.app.command import Shown, surefoot
from tests.app.jobs.working import many, write
from tests.app.knowing import Knowing, knowing


@pytest.fixture
def knows(tmp_path: Path) -> Generator[Knowing]:
    with knowing(tmp_path) as knows:
        write(tmp_path / "papers", {**many(3), "bad.pdf": "%PDF-1.4 and nothing else"})
        yield knows


def typed(knows: Knowing, *words: str) -> Shown:
    return surefoot(knows.stage.folder, *words)


def told(knows: Knowing, *words: str) -> Any:
    shown = typed(knows, *words, "--json")
    assert shown.status == 0, shown
    return shown.json()


def add(knows: Knowing) -> dict[str, Any]:
    path = f"path={knows.stage.folder / 'papers'}"
    return told(knows, "sources", "add", "folder", "-n", "Papers", "-a", "fleet", "-s", path, "-s", "watch=false")


def test_a_source_is_added_read_and_deleted(knows: Knowing) -> None:
    made = add(knows)
    run = told(knows, "sources", "run", "papers")
    assert (run["state"], run["counts"]) == ("finished", {"ingested": 3, "rejected": 1})
    listed = told(knows, "sources", "list", "--assistant", "fleet")["sources"]
    assert {source["name"]: source["documents"] for source in listed} == {"Papers": 3, "Shelf": 0}
    shown = told(knows, "runs", "show", run["id"])
    assert shown["failures"][0]["examples"] == ["bad.pdf"]
    deleted = told(knows, "sources", "delete", made["id"], "--with-documents")
    assert deleted["run"]["state"] == "finished"
    assert knows.stage.library() == []


def test_people_read_words(knows: Knowing) -> None:
    assert typed(knows, "runs", "list").out.startswith("There are no runs yet.")
    add(knows)
    shown = typed(knows, "sources", "run", "Papers")
    assert "3 ingested, 1 rejected" in shown.out
    assert "Papers" in typed(knows, "sources", "list").out
    run = knows.client.knowledge.runs()[0]
    assert "1 ×" in typed(knows, "runs", "show", run.id).out
    assert "finished" in typed(knows, "runs", "list").out


def test_a_connection_is_tried(knows: Knowing) -> None:
    assert told(knows, "sources", "test", "folder", "-s", f"path={knows.stage.folder / 'papers'}")["ok"]
    refused = typed(knows, "sources", "test", "folder", "-s", "path=/nowhere/at/all", "--json")
    assert (refused.status, refused.json()["ok"]) == (1, False)
    add(knows)
    assert typed(knows, "sources", "test", "Papers").status == 0


def test_a_run_is_halted_and_tried_again(knows: Knowing) -> None:
    knows.stage.shelf.documents = many(3)
    knows.stage.shelf.unreachable = 3
    run = told(knows, "sources", "run", "shelf")
    assert run["counts"] == {"failed": 1, "ingested": 2}
    assert told(knows, "runs", "retry", run["id"])["counts"] == {"ingested": 1}
    refused = typed(knows, "runs", "cancel", run["id"], "--json")
    assert (refused.status, refused.json()["error"]["code"]) == (1, "run_refused")
    queued = told(knows, "sources", "run", "shelf", "--no-wait")
    assert queued["state"] in {"queued", "running", "finished"}
    missing = typed(knows, "sources", "run", "nothing", "--json")
    assert (missing.status, missing.json()["error"]["code"]) == (1, "unknown_source")


def test_settings_are_words_numbers_or_lists() -> None:
    assert settings_of(["path=/a=b", 'include=["*.pdf"]', "depth=3", "watch=false"]) == {
        "path": "/a=b",
        "include": ["*.pdf"],
        "depth": 3,
        "watch": False,
    }
    with pytest.raises(UsageMistake, match="KEY=VALUE"):
        settings_of(["path"])
