"""Personal data that is masked stands nowhere but in the table of masks; what a policy rejects stands nowhere at all."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from surefoot.ingestion.catalogue import Status, id_of
from surefoot.ingestion.describing import Order
from surefoot.ingestion.inspection import Inspectors, Rules
from surefoot.ingestion.results import Ingested, Rejected, SourceFile
from surefoot.ingestion.tables import DocumentMask
from tests.ingestion.conftest import ANN, STAFF, Depot, open_depot

MAIL, PHONE = "maria.keller@example.org", "+49 30 901820"
NAME = "Maria Keller"
LETTER = f"""# Complaint of {NAME}

{NAME} wrote that the parcel was wet. Reach her under {MAIL} or {PHONE}.

| contact | how |
|---|---|
| {NAME} | {MAIL} |
"""
VALUES = (MAIL, PHONE, NAME)
PATH = "letters/complaint.md"


@contextmanager
def under(policy: str, folder: Path) -> Generator[Depot]:
    rules = Rules.of({}, policy)
    with open_depot(folder, Inspectors(lambda _assistant: rules)) as depot:
        yield depot


@pytest.fixture
def masking(tmp_path: Path) -> Generator[Depot]:
    with under("mask", tmp_path / "depot") as depot:
        yield depot


def tables_with(depot: Depot, value: str) -> set[str]:
    """Tables in which a value stands, whatever the column."""
    with depot.database.engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        rows = {name: connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in names}
    return {name for name, found in rows.items() if any(value in str(cell) for row in found for cell in row)}


def test_masked_values_stand_in_no_chunk_text_report_or_line(masking: Depot) -> None:
    result = masking.put(PATH, LETTER)
    assert isinstance(result, Ingested)
    entry = masking.entry(PATH)
    chunks = masking.index.chunks(entry.id)
    shown = json.dumps(
        [
            [(chunk.title, chunk.heading_path, chunk.text) for chunk in chunks],
            masking.kept.catalogue.text(entry.id),
            masking.kept.findings.report(entry.id),
            [entry.title, entry.path, str(entry.properties), result.title],
        ]
    )
    assert not any(value in shown for value in VALUES)
    assert "the parcel was wet" in shown
    assert all(tables_with(masking, value) <= {"documentmask"} for value in VALUES)
    masking.check()


def test_the_table_of_masks_holds_what_they_stand_for(masking: Depot) -> None:
    masking.put(PATH, LETTER)
    entry = masking.entry(PATH)
    with Session(masking.database.engine) as session:
        masks = {row.token: (row.kind, row.value) for row in session.exec(select(DocumentMask)).all()}
    assert {("email", MAIL), ("phone", PHONE)} <= set(masks.values())
    assert entry.masked == len(masks)
    assert all(token in masking.kept.catalogue.text(entry.id) for token in masks)


def test_masked_values_are_no_bytes_of_the_index(masking: Depot) -> None:
    masking.put(PATH, LETTER)
    for value in VALUES:
        assert [name for name in masking.holds_bytes(value.encode()) if name.startswith("index")] == []


def test_masks_go_with_their_document_and_with_its_old_content(masking: Depot) -> None:
    masking.put(PATH, LETTER)
    masking.put(PATH, "# Complaint\n\nThe parcel was wet.")
    assert (tables_with(masking, MAIL), masking.entry(PATH).masked) == (set(), 0)
    masking.put(PATH, LETTER)
    masking.pipeline.delete(id_of("fleet", PATH))
    assert tables_with(masking, MAIL) == set()
    masking.check()


def test_what_a_source_knows_of_a_document_is_masked_too(masking: Depot) -> None:
    file = SourceFile(PATH, LETTER.encode(), None, {"author": NAME, "from": MAIL, "department": "Returns"})
    masking.feed(Order(file, "fleet", ANN, STAFF))
    properties = masking.entry(PATH).properties or {}
    assert properties["department"] == "Returns"
    assert not any(value in str(properties) for value in VALUES)
    assert all(tables_with(masking, value) <= {"documentmask"} for value in VALUES)


def test_what_a_source_knows_of_a_rejected_document_is_masked_too(tmp_path: Path) -> None:
    rules = Rules.of({"min_words": 500}, "mask")
    with open_depot(tmp_path, Inspectors(lambda _assistant: rules)) as depot:
        file = SourceFile(PATH, LETTER.encode(), None, {"author": NAME, "from": MAIL})
        assert isinstance(depot.feed(Order(file, "fleet", ANN, STAFF)), Rejected)
        assert all(tables_with(depot, value) <= {"documentmask"} for value in VALUES)
        assert depot.entry(PATH).masked > 0
        depot.check()


def test_a_title_made_of_the_files_name_is_masked(masking: Depot) -> None:
    masking.put(f"{NAME}.txt", f"{NAME} wrote that the parcel was wet, and asks for her money back.")
    entry = masking.entry(f"{NAME}.txt")
    assert NAME not in entry.title
    assert all(NAME not in chunk.title for chunk in masking.index.chunks(entry.id))


def test_values_that_invisible_characters_hide_are_masked(masking: Depot) -> None:
    hidden = f"{MAIL[:15]}\u200b{MAIL[15:]}"
    masking.put(PATH, f"# Complaint\n\nThe parcel was wet. Reach her under {hidden} please.")
    document = id_of("fleet", PATH)
    shown = json.dumps(
        [[c.text for c in masking.index.chunks(document)], masking.kept.findings.report(document)], ensure_ascii=False
    )
    assert MAIL not in shown
    assert hidden not in shown
    assert tables_with(masking, MAIL) <= {"documentmask"}


def test_a_document_with_personal_data_is_rejected_where_the_policy_says_so(tmp_path: Path) -> None:
    with under("reject", tmp_path) as depot:
        result = depot.put(PATH, LETTER)
        assert isinstance(result, Rejected)
        assert not result.acceptable
        assert "e-mail address" in result.reason
        assert not any(value in result.reason for value in VALUES)
        assert (depot.paths(), depot.texts()) == ({PATH: Status.REJECTED}, set())
        assert all(tables_with(depot, value) == set() for value in VALUES)
        assert isinstance(depot.put("plain.md", "# Rule\n\nParcels are kept dry."), Ingested)
        depot.check()


def test_what_a_policy_keeps_stays_as_it_is(tmp_path: Path) -> None:
    with under("keep", tmp_path) as depot:
        depot.put(PATH, LETTER)
        assert any(MAIL in found for found in depot.texts())
        assert depot.entry(PATH).masked == 0
