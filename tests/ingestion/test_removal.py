"""What goes is gone: at its source, by a person's hand, with its copies, and from the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from surefoot.core.nouns import Asker
from surefoot.ingestion.blobs import FolderBlobs
from surefoot.ingestion.catalogue import Status, id_of
from surefoot.ingestion.errors import DocumentMissing, StorageFull
from surefoot.ingestion.pipeline import Kept, Pipeline
from surefoot.ingestion.results import Ingested, Unchanged
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.editions import Edition, Editions
from surefoot.retrieval.encoders import HybridEncoder
from tests.ingestion.conftest import STAFF, Depot, open_depot
from tests.ingestion.victim import Words

BOARD = frozenset({"board"})
EVE = Asker("eve", BOARD)
PADS = "# Pads\n\nPads are replaced below 3 mm.\n"
OIL = "# Oil\n\nOil is changed every 30,000 km.\n"
LEAVE = "# Leave\n\nEverybody has 28 days.\n"
PADS_TEXT, OIL_TEXT, LEAVE_TEXT = (
    "Pads are replaced below 3 mm.",
    "Oil is changed every 30,000 km.",
    "Everybody has 28 days.",
)


def of(path: str) -> str:
    return id_of("fleet", path)


def test_what_vanished_at_its_source_is_gone(depot: Depot) -> None:
    depot.put("a.md", PADS, source="s1")
    depot.put("b.md", OIL, source="s1")
    assert depot.pipeline.remove(of("a.md"), "s1")
    assert depot.paths() == {"b.md": Status.READY}
    assert depot.texts() == {OIL_TEXT}
    assert not depot.pipeline.remove(of("a.md"), "s1")
    depot.check()


def test_content_that_is_there_under_another_path_stays_under_that_path(depot: Depot) -> None:
    depot.put("a.md", PADS, source="s1")
    depot.put("b.md", PADS, source="s1")
    depot.put("c.md", PADS, source="s2")
    assert depot.pipeline.remove(of("a.md"), "s1")
    assert depot.paths() == {"b.md": Status.READY}
    assert depot.copies("b.md") == ["c.md"]
    assert (depot.entry("b.md").id, depot.entry("b.md").source_id) == (of("b.md"), "s1")
    assert depot.texts() == {PADS_TEXT}
    depot.check()


def test_a_copy_that_vanished_leaves_the_document_where_it_is(depot: Depot) -> None:
    depot.put("a.md", PADS, source="s1")
    depot.put("b.md", PADS, source="s1")
    assert depot.pipeline.remove(of("b.md"), "s1")
    assert depot.copies("a.md") == []
    assert depot.texts() == {PADS_TEXT}
    assert depot.pipeline.remove(of("a.md"), "s1")
    assert depot.texts() == set()
    depot.check()


def test_another_sources_document_is_never_removed(depot: Depot) -> None:
    depot.put("a.md", PADS, source="s1")
    depot.put("copy.md", PADS, source="s1")
    depot.put("mine.md", OIL)
    for path in ("a.md", "copy.md", "mine.md", "unknown.md"):
        assert not depot.pipeline.remove(of(path), "s2")
    assert depot.texts() == {PADS_TEXT, OIL_TEXT}
    assert depot.copies("a.md") == ["copy.md"]
    depot.check()


def test_a_persons_delete_takes_copies_along(depot: Depot) -> None:
    depot.put("a.md", PADS, source="s1")
    depot.put("b.md", PADS, source="s2")
    assert depot.pipeline.delete(of("a.md"))
    assert (depot.paths(), depot.texts()) == ({}, set())
    assert depot.kept.aliases.get(of("b.md")) is None
    depot.check()


def test_new_content_of_a_path_leaves_the_old_one_to_its_other_paths(depot: Depot) -> None:
    depot.put("a.md", PADS, source="s1")
    depot.put("b.md", PADS, source="s2")
    depot.put("c.md", PADS, source="s2")
    assert isinstance(depot.put("a.md", OIL, source="s1"), Ingested)
    assert depot.texts() == {OIL_TEXT, PADS_TEXT}
    assert depot.paths() == {"a.md": Status.READY, "b.md": Status.READY}
    assert (depot.copies("a.md"), depot.copies("b.md")) == ([], ["c.md"])
    depot.check()
    assert depot.pipeline.remove(of("a.md"), "s1")
    assert depot.texts() == {PADS_TEXT}


def test_a_path_that_becomes_a_copy_leaves_its_old_content_to_its_other_paths(depot: Depot) -> None:
    depot.put("a.md", PADS)
    depot.put("b.md", PADS)
    depot.put("c.md", OIL)
    result = depot.put("a.md", OIL)
    assert isinstance(result, Unchanged)
    assert result.document_id == of("c.md")
    assert depot.texts() == {OIL_TEXT, PADS_TEXT}
    assert (depot.copies("c.md"), depot.copies("b.md")) == (["a.md"], [])
    depot.check()


def test_a_bad_file_leaves_content_and_copies_as_they_are(depot: Depot) -> None:
    depot.put("a.md", PADS)
    depot.put("b.md", PADS)
    depot.put("a.md", b"\x00\x01\x02\x03" * 100)
    assert depot.paths() == {"a.md": Status.READY}
    assert depot.copies("a.md") == ["b.md"]
    depot.check()


def test_a_copy_that_gets_content_of_its_own_is_no_copy_any_more(depot: Depot) -> None:
    depot.put("a.md", PADS, source="s1")
    depot.put("b.md", PADS, source="s1")
    depot.put("b.md", LEAVE, source="s1")
    assert depot.copies("a.md") == []
    depot.pipeline.remove(of("a.md"), "s1")
    assert depot.texts() == {LEAVE_TEXT}
    depot.check()


def test_a_path_for_fewer_people_leaves_its_content_to_the_copies_for_the_others(depot: Depot) -> None:
    depot.put("a.md", PADS, STAFF | BOARD)
    depot.put("b.md", PADS, STAFF)
    depot.put("c.md", PADS, BOARD)
    assert isinstance(depot.put("a.md", PADS, BOARD), Unchanged)
    assert depot.entry("a.md").groups == BOARD
    assert depot.entry("b.md").groups == STAFF
    assert depot.copies("a.md") == ["c.md"]
    assert depot.texts(Asker("bob", STAFF)) == depot.texts(EVE) == {PADS_TEXT}
    depot.check()


def test_what_a_person_closes_is_not_brought_back_by_its_copies(depot: Depot) -> None:
    depot.put("a.md", PADS, STAFF, source="s1")
    depot.put("b.md", PADS, STAFF, source="s1")
    depot.pipeline.describe(of("a.md"), None, None, BOARD)
    assert depot.texts(Asker("bob", STAFF)) == set()
    depot.pipeline.remove(of("a.md"), "s1")
    assert depot.entry("b.md").groups == BOARD
    assert depot.texts(Asker("bob", STAFF)) == set()
    depot.check()


def test_what_a_person_said_of_a_document_stays_when_its_source_brings_it_again(depot: Depot) -> None:
    bob = Asker("bob", STAFF)
    depot.put("a.md", PADS, STAFF, source="s1")
    depot.put("b.md", PADS, STAFF, source="s1")
    depot.pipeline.describe(of("a.md"), "Pads of the vans", None, BOARD, STAFF)
    assert {chunk.title for chunk in depot.index.chunks(of("a.md"))} == {"Pads of the vans"}
    for text, path in (
        (PADS, "a.md"),
        (PADS, "b.md"),
        (OIL, "a.md"),
        (LEAVE, "b.md"),
        ("\0\1" * 90, "a.md"),
        (PADS, "a.md"),
    ):
        depot.put(path, text, STAFF, source="s1")
        assert depot.texts(bob) == set()
        assert depot.entry("a.md").title == "Pads of the vans"
    assert {chunk.title for chunk in depot.index.chunks(of("a.md"))} == {"Pads of the vans"}
    depot.pipeline.describe(of("a.md"), None, None, STAFF, STAFF)
    assert depot.texts(bob) == {PADS_TEXT}
    depot.put("a.md", PADS, BOARD, source="s1")
    assert depot.texts(bob) == set()
    depot.check()


def test_what_is_not_there_cannot_be_described(depot: Depot) -> None:
    with pytest.raises(DocumentMissing, match="no longer there"):
        depot.pipeline.describe(of("a.md"), "Other", None, None)


def test_erased_text_is_nowhere_on_the_disk(tmp_path: Path) -> None:
    canary = b"zugvogelkanarie"
    with open_depot(tmp_path) as depot:
        depot.put("a.md", f"# Secret\n\nThe word is {canary.decode()}.\n", source="s1")
        depot.put("copy.md", f"# Secret\n\nThe word is {canary.decode()}.\n")
        depot.put("b.md", OIL)
        assert depot.holds_bytes(canary)
        depot.pipeline.remove(of("a.md"), "s1")
        assert depot.texts() == {OIL_TEXT, f"The word is {canary.decode()}."}
        depot.pipeline.delete(of("copy.md"), erase=False)
        depot.pipeline.erase()
        assert depot.holds_bytes(canary) == []
        depot.check()
    assert depot.holds_bytes(canary) == []
    with open_depot(tmp_path) as again:
        assert again.texts() == {OIL_TEXT}


class FullBlobs(FolderBlobs):
    """Originals on a disk without room."""

    def put(self, data: bytes) -> str:
        raise StorageFull(f"The disk has no room for {len(data)} bytes.")


def test_where_a_copy_cannot_be_read_the_document_is_not_removed_and_it_can_be_repeated(depot: Depot) -> None:
    depot.put("a.md", PADS, source="s1")
    depot.put("b.md", PADS, source="s1")
    kept = Kept(depot.kept.catalogue, depot.kept.findings, depot.kept.aliases, FullBlobs(depot.folder / "blobs"))
    full = Pipeline(kept, Editions(Edition(HybridEncoder(Words(), Bm25()), depot.index)))
    with pytest.raises(StorageFull):
        full.remove(of("a.md"), "s1")
    assert depot.texts() == {PADS_TEXT}
    assert depot.pipeline.remove(of("a.md"), "s1")
    assert depot.paths() == {"b.md": Status.READY}
    depot.check()
