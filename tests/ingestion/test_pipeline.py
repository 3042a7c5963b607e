"""Files in, answers findable, files out: with the real encoder, index, database and reading process."""

from __future__ import annotations

import io
import subprocess
import sys
import threading

import pytest
from docx import Document

from surefoot.core.nouns import Asker
from surefoot.ingestion.blobs import FolderBlobs
from surefoot.ingestion.catalogue import Status, id_of
from surefoot.ingestion.errors import StorageFull
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.results import Ingested, Rejected, SourceFile, Unchanged
from surefoot.retrieval.encoders import HybridEncoder
from tests.ingestion.conftest import ANN, STAFF, Library, join
from tests.ingestion.victim import Words

BRAKES = "# Brakes\n\nPads of the van are replaced below 3.2 mm. Fluid is changed every 24 months.\n"
BOARD = frozenset({"board"})
EVE = Asker("eve", BOARD)


def policy(version: int, year: int, limit: int) -> str:
    return f"# Gifts Policy\n\nVersion: {version}. Effective date: 1 March {year}.\n\n## Limit\n\nA gift may be worth {limit} euro at most.\n"


def test_a_file_is_read_and_can_be_found(library: Library) -> None:
    result = library.feed("guides/brakes.md", BRAKES)
    assert isinstance(result, Ingested)
    assert (result.title, result.pages, result.chunks) == ("Brakes", None, 1)
    passage = library.found("When are brake pads replaced?")[0]
    assert "3.2 mm" in passage.chunk.text
    assert passage.chunk.document_id == result.document_id == id_of("fleet", "guides/brakes.md")
    entry = library.catalogue.get(result.document_id)
    assert entry is not None
    assert (entry.status, entry.media_type, entry.owner, entry.size) == (
        Status.READY,
        "text/markdown",
        "ann",
        len(BRAKES),
    )
    text = library.catalogue.text(result.document_id)
    assert text[passage.chunk.start : passage.chunk.end] == passage.chunk.text
    assert library.blobs.get(entry.content_hash) == BRAKES.encode()


def test_other_groups_and_assistants_never_find_it(library: Library) -> None:
    library.feed("brakes.md", BRAKES)
    assert library.found("brake pads", EVE) == []


def test_the_same_file_again_changes_nothing(library: Library) -> None:
    first = library.feed("brakes.md", BRAKES)
    before = library.catalogue.list()
    again = library.feed("brakes.md", BRAKES)
    assert isinstance(first, Ingested)
    assert again == Unchanged("brakes.md", first.document_id, "Brakes", None, 1)
    assert library.catalogue.list() == before


def test_new_bytes_replace_the_old_content(library: Library) -> None:
    first = library.feed("brakes.md", BRAKES)
    second = library.feed("brakes.md", BRAKES.replace("3.2 mm", "4.5 mm"))
    assert isinstance(first, Ingested)
    assert isinstance(second, Ingested)
    assert first.document_id == second.document_id
    assert ["4.5 mm" in p.chunk.text for p in library.found("brake pads")] == [True]
    entry = library.catalogue.get(second.document_id)
    assert entry is not None
    assert (entry.revision, entry.version) == (2, "2")
    assert library.originals() == [entry.content_hash]


def test_the_same_bytes_under_another_path_are_kept_once(library: Library) -> None:
    first = library.feed("brakes.md", BRAKES)
    copy = library.feed("copy of brakes.md", BRAKES)
    assert isinstance(first, Ingested)
    assert isinstance(copy, Unchanged)
    assert (copy.document_id, copy.reason) == (first.document_id, "The same content is there as brakes.md.")
    assert len(library.found("brake pads")) == 1


def test_a_copy_for_people_who_may_not_see_the_first_is_kept_for_them(library: Library) -> None:
    library.feed("brakes.md", BRAKES, BOARD)
    assert isinstance(library.feed("copy.md", BRAKES, STAFF), Ingested)
    assert [p.chunk.document_id for p in library.found("brake pads")] == [id_of("fleet", "copy.md")]


def test_other_groups_are_set_without_reading_again(library: Library) -> None:
    library.feed("brakes.md", BRAKES)
    assert isinstance(library.feed("brakes.md", BRAKES, BOARD), Unchanged)
    assert library.found("brake pads") == []
    assert len(library.found("brake pads", EVE)) == 1


def test_each_assistant_has_its_own_documents(library: Library) -> None:
    library.feed("brakes.md", BRAKES)
    assert isinstance(library.feed("brakes.md", BRAKES, assistant="support"), Ingested)
    library.pipeline.delete(id_of("support", "brakes.md"))
    assert len(library.found("brake pads")) == 1
    assert len(library.originals()) == 1


def test_a_rejected_file_leaves_its_reason(library: Library) -> None:
    result = library.feed("scan.pdf", b"%PDF-1.7 broken")
    assert isinstance(result, Rejected)
    assert "damaged" in result.reason
    [entry] = library.catalogue.list("fleet")
    assert (entry.status, entry.reason, entry.id) == (Status.REJECTED, result.reason, result.document_id)
    assert library.originals() == []
    assert isinstance(library.feed("scan.pdf", BRAKES), Ingested)
    assert [e.status for e in library.catalogue.list("fleet")] == [Status.READY]


def test_a_broken_file_never_replaces_a_good_one(library: Library) -> None:
    library.feed("brakes.md", BRAKES)
    before = library.catalogue.find_by_path("fleet", "brakes.md")
    result = library.feed("brakes.md", b"\x00\x01\x02\x03" * 100)
    assert isinstance(result, Rejected)
    assert result.document_id is None
    after = library.catalogue.find_by_path("fleet", "brakes.md")
    assert before is not None
    assert after is not None
    assert (after.status, after.pending_hash, after.content_hash) == (Status.READY, "", before.content_hash)
    assert len(library.found("brake pads")) == 1
    assert isinstance(library.feed("brakes.md", BRAKES), Unchanged)


def test_a_deleted_document_is_never_retrieved(library: Library) -> None:
    library.feed("brakes.md", BRAKES)
    library.feed("oil.md", "# Oil\n\nEngine oil is changed every 30,000 km.")
    document = id_of("fleet", "brakes.md")
    assert library.pipeline.delete(document)
    assert not library.pipeline.delete(document)
    assert all(p.chunk.document_id != document for p in library.found("brake pads"))
    assert library.catalogue.get(document) is None
    assert library.catalogue.text(document) == ""
    assert len(library.originals()) == 1
    index_bytes = b"".join(path.read_bytes() for path in (library.folder / "index").rglob("*") if path.is_file())
    assert b"3.2 mm" not in index_bytes
    assert b"30,000 km" in index_bytes


def test_a_shared_original_goes_with_the_last_document(library: Library) -> None:
    library.feed("a.md", BRAKES, BOARD)
    library.feed("b.md", BRAKES, STAFF)
    library.pipeline.delete(id_of("fleet", "a.md"))
    assert len(library.originals()) == 1
    library.pipeline.delete(id_of("fleet", "b.md"))
    assert library.originals() == []


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_only_the_newest_version_is_current_in_whatever_order_they_come(
    library: Library, order: tuple[int, int]
) -> None:
    papers = {1: ("gifts-2024.md", policy(1, 2024, 25)), 2: ("gifts-2026.md", policy(2, 2026, 50))}
    for number in order:
        library.feed(*papers[number])
    marks = {e.path: (e.superseded, e.version) for e in library.catalogue.list("fleet")}
    assert marks == {"gifts-2024.md": (True, "1"), "gifts-2026.md": (False, "2")}
    assert all("50 euro" in p.chunk.text or "Version: 2" in p.chunk.text for p in library.found("gift limit"))
    everything = library.found("gift limit", with_superseded=True)
    assert {p.chunk.superseded for p in everything if "25 euro" in p.chunk.text} == {True}


def test_the_older_version_is_current_again_when_the_newer_goes(library: Library) -> None:
    library.feed("gifts-2024.md", policy(1, 2024, 25))
    library.feed("gifts-2026.md", policy(2, 2026, 50))
    library.pipeline.delete(id_of("fleet", "gifts-2026.md"))
    assert ["25 euro" in p.chunk.text for p in library.found("gift limit") if "euro" in p.chunk.text] == [True]
    assert [e.superseded for e in library.catalogue.list("fleet")] == [False]


def test_a_newer_version_that_only_the_board_may_see_hides_nothing_from_staff(library: Library) -> None:
    library.feed("gifts-2024.md", policy(1, 2024, 25))
    library.feed("gifts-2026.md", policy(2, 2026, 50), BOARD)
    assert any("25 euro" in p.chunk.text for p in library.found("gift limit"))
    library.feed("gifts-2026.md", policy(2, 2026, 50), BOARD | STAFF)
    assert not any("25 euro" in p.chunk.text for p in library.found("gift limit"))


def test_a_page_that_states_no_version_supersedes_nothing(library: Library) -> None:
    library.feed("rule-a.md", "# Rule\n\nNo smoking in the yard.")
    library.feed("rule-b.md", "# Rule\n\nNo parking in the yard.")
    assert [e.superseded for e in library.catalogue.list("fleet")] == [False, False]


def test_two_threads_with_the_same_file_make_one_document(library: Library) -> None:
    results: list[object] = []
    threads = [threading.Thread(target=lambda: results.append(library.feed("brakes.md", BRAKES))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(type(result).__name__ for result in results) == ["Ingested", "Unchanged", "Unchanged", "Unchanged"]
    assert len(library.found("brake pads")) == 1


def test_a_lost_index_is_filled_again_by_the_same_file(library: Library) -> None:
    library.feed("brakes.md", BRAKES)
    library.index.delete(id_of("fleet", "brakes.md"))
    assert isinstance(library.feed("brakes.md", BRAKES), Ingested)
    assert len(library.found("brake pads")) == 1


class FullBlobs(FolderBlobs):
    """Originals on a disk without room."""

    def put(self, data: bytes) -> str:
        raise StorageFull(f"The disk has no room for {len(data)} bytes.")


def test_a_full_disk_leaves_the_library_as_it_was(library: Library) -> None:
    library.feed("brakes.md", BRAKES)
    pipeline = join(
        library.catalogue, FullBlobs(library.folder / "blobs"), library.index, library.encoder, ReadLimits()
    )
    for path in ("brakes.md", "new.md"):
        with pytest.raises(StorageFull):
            pipeline.ingest(SourceFile(path, b"# New\n\nOther words."), "fleet", ANN, STAFF)
    assert [(e.path, e.status, e.pending_hash) for e in library.catalogue.list()] == [("brakes.md", Status.READY, "")]
    assert len(library.found("brake pads")) == 1


def test_too_large_a_file_is_rejected_before_it_is_read(library: Library) -> None:
    small = join(library.catalogue, library.blobs, library.index, library.encoder, ReadLimits(file_bytes=10))
    result = small.ingest(SourceFile("a.md", BRAKES.encode()), "fleet", ANN, STAFF)
    assert isinstance(result, Rejected)
    assert "10 are the limit" in result.reason


class OtherWords(Words):
    """Another encoder."""

    name = "other words"


def test_another_encoder_reads_unchanged_files_again(library: Library) -> None:
    library.feed("brakes.md", BRAKES)
    encoder = HybridEncoder(OtherWords(), library.encoder.sparse)
    other = join(library.catalogue, library.blobs, library.index, encoder)
    assert isinstance(other.ingest(SourceFile("brakes.md", BRAKES.encode()), "fleet", ANN, STAFF), Ingested)


def test_a_word_file_is_found_by_its_table(library: Library) -> None:
    document = Document()
    document.add_heading("Interval table", 1)
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(
        (c for r in table.rows for c in r.cells), ("Model", "Service", "Corvane 28", "25,000 km"), strict=True
    ):
        cell.text = words
    out = io.BytesIO()
    document.save(out)
    library.feed("intervals.docx", out.getvalue())
    assert "| Corvane 28 | 25,000 km |" in library.found("service interval of the Corvane 28")[0].chunk.text


def test_unchanged_files_are_told_without_loading_the_chunker() -> None:
    loaded = "import sys, surefoot.ingestion.pipeline; print([m for m in ('llama_index', 'pypdfium2', 'lxml', 'openpyxl') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
