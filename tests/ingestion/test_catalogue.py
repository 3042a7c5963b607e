"""The catalogue in a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue import Catalogue, Entry, Status, id_of
from tests.ingestion.conftest import ANN, STAFF, open_catalogue

BOARD = frozenset({"board"})


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return open_catalogue(tmp_path)


def entry(path: str, assistant: str = "fleet", groups: frozenset[str] = STAFF, status: Status = Status.READY) -> Entry:
    return Entry(id_of(assistant, path), assistant, "ann", path, groups, f"Title of {path}", status=status)


def test_what_is_saved_comes_back(catalogue: Catalogue) -> None:
    made = replace(
        entry("a/b.md"),
        content_hash="f" * 64,
        pages=3,
        chunks=7,
        version="2.1",
        stated_version="2.1",
        valid_from=date(2026, 3, 1),
        superseded=True,
        family="title",
        created_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    )
    saved = catalogue.save(made, "The text.")
    assert catalogue.find_by_path("fleet", "a/b.md") == saved
    assert saved.created_at == made.created_at
    assert catalogue.text(made.id) == "The text."


def test_saving_again_replaces_and_keeps_the_text(catalogue: Catalogue) -> None:
    catalogue.save(entry("a.md"), "The text.")
    catalogue.save(replace(entry("a.md"), groups=BOARD, title="New"))
    assert [(e.title, e.groups) for e in catalogue.list("fleet")] == [("New", BOARD)]
    assert catalogue.text(id_of("fleet", "a.md")) == "The text."


def test_a_path_has_one_document_in_each_assistant(catalogue: Catalogue) -> None:
    assert id_of("fleet", "a.md") == id_of("fleet", "a.md") != id_of("support", "a.md")
    catalogue.save(entry("a.md"))
    catalogue.save(entry("a.md", "support"))
    assert [len(catalogue.list(name)) for name in ("fleet", "support", "none")] == [1, 1, 0]
    assert len(catalogue.list()) == 2


def test_an_asker_sees_what_the_groups_or_the_own_hand_allow(catalogue: Catalogue) -> None:
    catalogue.save(entry("staff.md"))
    catalogue.save(entry("board.md", groups=BOARD))
    catalogue.save(replace(entry("open.md", groups=frozenset()), owner="bob"))
    seen = {
        asker.id: [e.path for e in catalogue.list("fleet", asker)]
        for asker in (Asker("bob", STAFF), Asker("eve", BOARD), Asker("x", frozenset()), ANN)
    }
    assert seen == {
        "bob": ["open.md", "staff.md"],
        "eve": ["board.md"],
        "x": [],
        "ann": ["board.md", "staff.md"],
    }
    assert catalogue.get(id_of("fleet", "board.md"), Asker("bob", STAFF)) is None
    assert catalogue.get(id_of("fleet", "board.md"), Asker("eve", BOARD)) is not None


def test_what_is_being_deleted_is_listed_no_more_but_can_be_finished(catalogue: Catalogue) -> None:
    catalogue.save(entry("a.md", status=Status.DELETING))
    catalogue.save(entry("b.md", status=Status.INGESTING))
    catalogue.save(replace(entry("c.md"), pending_hash="f" * 64))
    catalogue.save(entry("d.md"))
    assert [e.path for e in catalogue.list("fleet")] == ["b.md", "c.md", "d.md"]
    assert {e.path for e in catalogue.unfinished()} == {"a.md", "b.md", "c.md"}


def test_a_deleted_line_leaves_nothing(catalogue: Catalogue) -> None:
    catalogue.save(entry("a.md"), "The text.")
    catalogue.delete(id_of("fleet", "a.md"))
    catalogue.delete(id_of("fleet", "a.md"))
    assert catalogue.list() == []
    assert catalogue.text(id_of("fleet", "a.md")) == ""


def test_many_documents_are_listed(catalogue: Catalogue) -> None:
    for number in range(600):
        catalogue.save(entry(f"{number:04d}.md"))
    listed = catalogue.list("fleet", ANN)
    assert len(listed) == 600
    assert all(e.groups == STAFF for e in listed)
