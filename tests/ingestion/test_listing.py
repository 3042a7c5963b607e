"""People find documents by words and filters, page by page; what they may not see is neither shown nor counted."""

from __future__ import annotations

import time
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue import Catalogue, Status, id_of
from surefoot.ingestion.listing import MOST, Listing, Order, Slice, Wanted
from surefoot.ingestion.tables import DocumentGroup, DocumentRow
from tests.ingestion.conftest import open_catalogue

BOB, EVE = Asker("bob", frozenset({"staff"})), Asker("eve", frozenset({"board"}))
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
FLEET: dict[str, Any] = {"assistant": "fleet"}
LANGUAGES = ("en", "de", "")


def row(number: int, **values: Any) -> DocumentRow:
    defaults: dict[str, Any] = {
        "assistant": "fleet",
        "owner": "ann",
        "path": f"papers/{number:05d}.md",
        "title": f"Paper {number}",
        "media_type": "text/markdown",
        "status": Status.READY.value,
        "content_hash": "",
        "pending_hash": "",
        "recipe": "",
        "size": number * 10,
        "pages": None,
        "chunks": number % 7,
        "version": "1",
        "stated_version": None,
        "valid_from": None,
        "superseded": False,
        "family": "",
        "revision": 1,
        "created_at": BEGIN,
        "updated_at": BEGIN + timedelta(minutes=number),
    }
    known: dict[str, Any] = {**defaults, **values}
    return DocumentRow(id=id_of(known["assistant"], known["path"]), **known)


class Shelf:
    """A catalogue whose rows are put there directly."""

    def __init__(self, folder: Path) -> None:
        self.catalogue: Catalogue = open_catalogue(folder)
        self._listing = Listing(self.catalogue.sessions)

    def put(self, *rows: DocumentRow, group: str = "staff") -> None:
        with self.catalogue.sessions() as session:
            ids = [each.id for each in rows]
            session.add_all(rows)
            session.flush()
            session.add_all(DocumentGroup(document_id=id_, name=group) for id_ in ids)
            session.commit()

    def find(
        self, asker: Asker = BOB, order: Order = "title", page: tuple[int, int] = (0, 100), **wanted: Any
    ) -> Slice:
        return self._listing.find(Wanted(**{**FLEET, **wanted}), asker, order, page)

    def titles(self, asker: Asker = BOB, **wanted: Any) -> list[str]:
        found = self.find(asker, **wanted)
        assert found.total == len(found.entries)
        return [entry.title for entry in found.entries]


@pytest.fixture
def shelf(tmp_path: Path) -> Generator[Shelf]:
    shelf = Shelf(tmp_path)
    yield shelf
    with shelf.catalogue.sessions() as session:
        engine = session.get_bind()
    assert isinstance(engine, Engine)
    engine.dispose()


def test_every_word_must_stand_in_title_or_path_whatever_the_case(shelf: Shelf) -> None:
    shelf.put(
        row(1, title="Brake Handbook"),
        row(2, title="Tyres", path="vans/BRAKES.pdf"),
        row(3, title="Oil", path="vans/oil.pdf"),
    )
    assert shelf.titles(words="brake") == ["Brake Handbook", "Tyres"]
    assert shelf.titles(words="  VANS brake ") == ["Tyres"]
    assert shelf.titles(words="nowhere") == []
    assert len(shelf.titles(words="   ")) == 3


@pytest.mark.parametrize("words", ["ÄRGER", "ärger", "Ärger"])
def test_letters_beyond_ascii_are_found_whatever_the_case(shelf: Shelf, words: str) -> None:
    shelf.put(row(1, title="Ärger mit Bremsen"), row(2, title="ärgerlich"), row(3, title="VIEL ÄRGER"))
    assert len(shelf.titles(words=words)) == 3


def test_signs_of_the_query_language_are_letters_like_others(shelf: Shelf) -> None:
    shelf.put(row(1, title="100% wool"), row(2, title="a_b"), row(3, title="it's; DROP TABLE documentrow --"))
    assert shelf.titles(words="%") == ["100% wool"]
    assert shelf.titles(words="_") == ["a_b"]
    assert shelf.titles(words="it's;") == ["it's; DROP TABLE documentrow --"]
    assert shelf.titles(words="\\") == []
    assert shelf.titles(words="wool\0") == ["100% wool"]
    assert len(shelf.find(words="' OR 1=1 --" * 40).entries) == 0


def test_filters_are_met_all_together(shelf: Shelf) -> None:
    shelf.put(
        row(1, language="de", source_id="s1"),
        row(2, language="de", status=Status.REJECTED.value, reason="too short"),
        row(3, language="en", source_id="s1", superseded=True, media_type="application/pdf"),
        row(4, language="en", assistant="support"),
    )
    assert shelf.titles(language="de") == ["Paper 1", "Paper 2"]
    assert shelf.titles(language="de", status="ready") == ["Paper 1"]
    assert shelf.titles(source_id="s1") == ["Paper 1", "Paper 3"]
    assert shelf.titles(source_id="") == ["Paper 2"]
    assert shelf.titles(superseded=True) == ["Paper 3"]
    assert shelf.titles(superseded=False) == ["Paper 1", "Paper 2"]
    assert shelf.titles(media_type="application/pdf", words="paper") == ["Paper 3"]
    assert shelf.titles(assistant="support") == ["Paper 4"]
    assert shelf.titles(status="no such status") == []


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("title", "alpha"),
        ("-title", "Gamma"),
        ("updated", "alpha"),
        ("-updated", "Gamma"),
        ("size", "Beta"),
        ("-size", "alpha"),
        ("chunks", "Gamma"),
        ("-chunks", "Beta"),
        ("status", "Gamma"),
        ("-status", "alpha"),
    ],
)
def test_documents_come_in_the_order_that_was_asked_for(shelf: Shelf, order: Order, first: str) -> None:
    shelf.put(
        row(1, title="alpha", size=30, chunks=2, status="rejected"),
        row(2, title="Beta", size=10, chunks=3, status="ready"),
        row(3, title="Gamma", size=20, chunks=1, status="ingesting"),
    )
    assert shelf.find(order=order).entries[0].title == first


def test_pages_hold_each_document_once_also_where_all_sort_alike(shelf: Shelf) -> None:
    shelf.put(*(row(n, title="Same", size=1) for n in range(25)))
    paged = [entry.path for start in range(0, 30, 10) for entry in shelf.find(page=(start, 10), order="size").entries]
    assert len(paged) == len(set(paged)) == 25
    assert shelf.find(page=(0, 10)).total == shelf.find(page=(20, 10)).total == 25


def test_pages_beyond_all_limits_are_empty_or_short(shelf: Shelf) -> None:
    shelf.put(*(row(n) for n in range(MOST + 20)))
    assert shelf.find(page=(10_000, 10)).entries == []
    assert shelf.find(page=(10_000, 10)).total == MOST + 20
    assert len(shelf.find(page=(-5, 3)).entries) == 3
    assert shelf.find(page=(0, -1)).entries == []
    assert len(shelf.find(page=(0, 100_000)).entries) == MOST


def test_what_the_asker_may_not_see_is_neither_listed_nor_counted(shelf: Shelf) -> None:
    shelf.put(row(1, language="en"), row(2, language="en"))
    shelf.put(row(3, language="de", source_id="secret", status="rejected"), group="board")
    shelf.put(row(4, owner="bob", language="fr"), group="nobody")
    mine = shelf.find(BOB)
    assert ([entry.title for entry in mine.entries], mine.total) == (["Paper 1", "Paper 2", "Paper 4"], 3)
    assert mine.counts["language"] == {"en": 2, "fr": 1}
    assert mine.counts["source_id"] == {"": 3}
    assert mine.counts["status"] == {"ready": 3}
    assert shelf.find(BOB, words="paper 3").total == 0
    theirs = shelf.find(EVE)
    assert ([entry.title for entry in theirs.entries], theirs.counts["source_id"]) == (["Paper 3"], {"secret": 1})
    assert shelf.find(Asker("joe", frozenset())).total == 0


def test_what_is_being_deleted_is_not_there(shelf: Shelf) -> None:
    shelf.put(row(1), row(2, status=Status.DELETING.value))
    found = shelf.find()
    assert ([entry.title for entry in found.entries], found.counts["status"]) == (["Paper 1"], {"ready": 1})


def test_counts_are_of_all_documents_and_not_of_those_that_match(shelf: Shelf) -> None:
    shelf.put(*(row(n, language=LANGUAGES[n % 3]) for n in range(9)))
    found = shelf.find(words="paper 1", page=(0, 1))
    assert found.total == 1
    assert found.counts["language"] == {"en": 3, "de": 3, "": 3}
    assert found.counts["media_type"] == {"text/markdown": 9}


def test_ten_times_the_documents_take_no_more_than_some_ten_times_as_long(tmp_path: Path) -> None:
    taken: list[float] = []
    for count in (1_000, 10_000):
        (tmp_path / str(count)).mkdir()
        shelf = Shelf(tmp_path / str(count))
        shelf.put(*(row(n, language=LANGUAGES[n % 3]) for n in range(count)))
        shelf.find()
        times: list[float] = []
        for _ in range(5):
            started = time.process_time()
            found = shelf.find(words="paper", language="de", page=(count // 10, 100))
            times.append(time.process_time() - started)
            assert found.total == sum(1 for n in range(count) if n % 3 == 1)
        taken.append(median(times))
        with shelf.catalogue.sessions() as session:
            assert isinstance(session, Session)
            assert session.get(DocumentRow, id_of("fleet", "papers/00001.md")) is not None
    assert taken[1] < 20 * max(taken[0], 0.005)
