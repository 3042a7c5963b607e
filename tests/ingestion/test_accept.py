"""What a rule of quality keeps out says why, and a person can take it in; what cannot be read stays out."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from surefoot.ingestion.catalogue import Status, id_of
from surefoot.ingestion.describing import Order
from surefoot.ingestion.errors import NotAcceptable, StorageFull
from surefoot.ingestion.inspection import Inspectors, Rules
from surefoot.ingestion.pipeline import Pipeline
from surefoot.ingestion.results import Ingested, Rejected, SourceFile, Unchanged
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.editions import Edition, Editions
from surefoot.retrieval.encoders import HybridEncoder
from tests.ingestion.conftest import ANN, STAFF, Depot, open_depot
from tests.ingestion.victim import Words

STRICT = Inspectors(lambda _assistant: Rules.of({"min_words": 6}, "keep"))
SHORT, OTHER_SHORT = "Ring the bell.", "Lock the door."
LONG = "Ring the bell twice before you open the door."
DOCUMENT = id_of("fleet", "a.md")


@pytest.fixture
def strict(tmp_path: Path) -> Generator[Depot]:
    with open_depot(tmp_path / "depot", STRICT) as opened:
        yield opened


def test_what_a_rule_rejects_says_why_and_is_not_found(strict: Depot) -> None:
    result = strict.put("a.md", SHORT)
    assert isinstance(result, Rejected)
    assert (result.document_id, result.acceptable) == (DOCUMENT, True)
    assert "3 words" in result.reason
    entry = strict.entry("a.md")
    assert (entry.status, entry.reason, entry.chunks, entry.accepted) == (Status.REJECTED, result.reason, 0, False)
    assert strict.kept.blobs.get(entry.content_hash) == SHORT.encode()
    assert (strict.texts(), strict.kept.catalogue.text(DOCUMENT)) == (set(), "")
    strict.check()


def test_what_a_person_accepts_is_found(strict: Depot) -> None:
    strict.put("a.md", SHORT)
    result = strict.pipeline.accept(DOCUMENT)
    assert isinstance(result, Ingested)
    entry = strict.entry("a.md")
    assert (entry.status, entry.reason, entry.accepted) == (Status.READY, None, True)
    assert strict.texts() == {SHORT}
    strict.check()


def test_the_same_file_again_changes_neither_a_rejection_nor_an_acceptance(strict: Depot) -> None:
    first = strict.put("a.md", SHORT)
    assert strict.put("a.md", SHORT) == first
    strict.pipeline.accept(DOCUMENT)
    assert isinstance(strict.put("a.md", SHORT), Unchanged)
    assert strict.entry("a.md").accepted
    strict.check()


def test_new_content_of_an_accepted_path_is_judged_anew(strict: Depot) -> None:
    strict.put("a.md", SHORT)
    strict.pipeline.accept(DOCUMENT)
    result = strict.put("a.md", OTHER_SHORT)
    assert isinstance(result, Rejected)
    assert result.document_id is None
    assert strict.texts() == {SHORT}
    assert isinstance(strict.put("a.md", LONG), Ingested)
    assert not strict.entry("a.md").accepted
    strict.check()


def test_the_same_content_stays_accepted_when_it_is_read_by_another_recipe(strict: Depot) -> None:
    strict.put("a.md", SHORT)
    strict.pipeline.accept(DOCUMENT)
    edition = Edition(HybridEncoder(Words(), Bm25()), strict.index, chunk_tokens=50)
    other = Pipeline(strict.kept, Editions(edition), STRICT)
    result = next(iter(other.ingest_many([strict.order("a.md", SHORT)]))).result
    assert isinstance(result, Ingested)
    assert strict.entry("a.md").accepted
    assert strict.texts() == {SHORT}
    strict.check()


def test_an_accepted_documents_content_stays_accepted_under_its_other_path(strict: Depot) -> None:
    strict.feed(strict.order("a.md", SHORT, source="s1"))
    strict.pipeline.accept(DOCUMENT)
    strict.feed(strict.order("b.md", SHORT, source="s1"))
    assert strict.pipeline.remove(DOCUMENT, "s1")
    assert strict.paths() == {"b.md": Status.READY}
    assert strict.texts() == {SHORT}
    strict.check()


def test_what_its_source_knows_of_it_is_known_of_an_accepted_document(strict: Depot) -> None:
    modified = datetime(2026, 3, 1, 12, tzinfo=UTC)
    file = SourceFile("a.md", SHORT.encode(), modified, {"author": "The porter"})
    strict.feed(Order(file, "fleet", ANN, STAFF, "s1"))
    strict.pipeline.accept(DOCUMENT)
    entry = strict.entry("a.md")
    assert (entry.properties, entry.source_id) == ({"author": "The porter"}, "s1")
    assert entry.modified_at is not None
    assert entry.modified_at.replace(tzinfo=UTC) == modified


def test_a_rejected_document_can_be_removed_and_deleted_without_a_trace(strict: Depot) -> None:
    strict.put("a.md", SHORT, source="s1")
    strict.put("b.md", OTHER_SHORT)
    assert strict.pipeline.remove(DOCUMENT, "s1")
    assert strict.pipeline.delete(id_of("fleet", "b.md"))
    assert strict.paths() == {}
    assert strict.kept.findings.report(DOCUMENT) is None
    strict.check()


def test_an_unreadable_file_cannot_be_accepted(strict: Depot) -> None:
    result = strict.put("a.pdf", b"%PDF-1.7 broken")
    assert isinstance(result, Rejected)
    assert not result.acceptable
    with pytest.raises(NotAcceptable, match="could be read"):
        strict.pipeline.accept(id_of("fleet", "a.pdf"))
    strict.check()


def test_what_is_there_already_or_not_at_all_cannot_be_accepted(strict: Depot) -> None:
    strict.put("a.md", LONG)
    for document in (DOCUMENT, id_of("fleet", "unknown.md"), "", "no id"):
        with pytest.raises(NotAcceptable):
            strict.pipeline.accept(document)
    strict.check()


def test_a_rejection_is_what_it_was_when_accepting_fails(strict: Depot) -> None:
    strict.put("a.md", SHORT)
    before = strict.entry("a.md")

    def full(_path: str, stage: str) -> None:
        if stage == "index":
            raise StorageFull("The disk has no room.")

    order = replace(strict.order("a.md", SHORT), accepted=True)
    with pytest.raises(StorageFull):
        list(strict.pipeline.ingest_many([order], full))
    after = strict.entry("a.md")
    assert (after.status, after.reason, after.accepted) == (before.status, before.reason, False)
    strict.check()
    assert isinstance(strict.pipeline.accept(DOCUMENT), Ingested)
    strict.check()
