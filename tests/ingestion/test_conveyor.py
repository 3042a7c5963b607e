"""Many files in one go: each has its result, and whatever happens on the way, nothing is left half done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from surefoot.core.nouns import Asker
from surefoot.ingestion.blobs import FolderBlobs
from surefoot.ingestion.catalogue import Status, id_of
from surefoot.ingestion.describing import Order
from surefoot.ingestion.errors import StorageFull
from surefoot.ingestion.inspection import Inspection, Told, uninspected
from surefoot.ingestion.pipeline import Kept, Pipeline
from surefoot.ingestion.results import Content, Fed, Ingested, Rejected, Unchanged
from surefoot.ingestion.storing import DELETED, OVERTAKEN
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.editions import Edition, Editions
from surefoot.retrieval.encoders import HybridEncoder
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import EncodedChunk
from tests.ingestion.conftest import ANN, STAFF, Depot, open_depot
from tests.ingestion.victim import Words

BOARD = frozenset({"board"})
BROKEN = b"%PDF-1.7 broken"


def paper(number: int, parts: int = 1) -> str:
    sections = (f"## Part {part}\n\nRule {number}.{part} of the house says no.\n" for part in range(parts))
    return f"# Paper {number}\n\n" + "\n".join(sections)


def orders(depot: Depot, contents: dict[str, str | bytes]) -> list[Order]:
    return [depot.order(path, content) for path, content in contents.items()]


def kinds(fed: Sequence[Fed]) -> dict[str, str]:
    return {one.path: type(one.result).__name__ for one in fed}


def test_new_changed_unchanged_bad_and_copied_files_in_one_go_have_each_their_result(depot: Depot) -> None:
    depot.put("old.md", paper(1))
    depot.put("same.md", paper(2))
    mixed: dict[str, str | bytes] = {
        "new.md": paper(3),
        "old.md": paper(4),
        "same.md": paper(2),
        "bad.pdf": BROKEN,
        "copy.md": paper(2),
        "late.md": paper(5),
    }
    assert list(depot.pipeline.ingest_many([])) == []
    fed = list(depot.pipeline.ingest_many(orders(depot, mixed)))
    assert kinds(fed) == {
        "new.md": "Ingested",
        "old.md": "Ingested",
        "same.md": "Unchanged",
        "bad.pdf": "Rejected",
        "copy.md": "Unchanged",
        "late.md": "Ingested",
    }
    assert len(fed) == len(mixed)
    assert depot.copies("same.md") == ["copy.md"]
    assert not any("Rule 1." in text for text in depot.texts())
    depot.check()


def test_of_the_same_path_twice_in_one_call_the_last_wins(depot: Depot) -> None:
    twice = [depot.order("a.md", paper(1)), depot.order("b.md", paper(2)), depot.order("a.md", paper(3))]
    fed = list(depot.pipeline.ingest_many(twice))
    assert [one.path for one in fed] == ["a.md", "b.md", "a.md"]
    assert all(isinstance(one.result, Ingested) for one in fed)
    assert [text for text in depot.texts() if "Rule" in text] == [t for t in depot.texts() if "2." in t or "3." in t]
    assert depot.entry("a.md").revision == 2
    depot.check()


def test_the_same_content_under_two_paths_of_one_call_is_kept_once(depot: Depot) -> None:
    fed = list(depot.pipeline.ingest_many(orders(depot, {"a.md": paper(1), "b.md": paper(1), "c.md": paper(1)})))
    assert kinds(fed) == {"a.md": "Ingested", "b.md": "Unchanged", "c.md": "Unchanged"}
    assert depot.paths() == {"a.md": Status.READY}
    assert depot.copies("a.md") == ["b.md", "c.md"]
    depot.check()


def test_the_same_content_for_other_people_in_one_call_is_kept_for_each(depot: Depot) -> None:
    both = [depot.order("a.md", paper(1), BOARD), depot.order("b.md", paper(1), STAFF)]
    assert set(kinds(list(depot.pipeline.ingest_many(both))).values()) == {"Ingested"}
    assert len(depot.texts(Asker("eve", BOARD))) == len(depot.texts()) == 1
    depot.check()


@pytest.mark.parametrize("taken", [0, 1, 4])
def test_a_consumer_that_stops_early_leaves_nothing_half_done(depot: Depot, taken: int) -> None:
    depot.put("p3.md", paper(100))
    contents: dict[str, str | bytes] = {f"p{n}.md": paper(n) for n in range(8)}
    contents["p1.md"] = BROKEN
    results = depot.pipeline.ingest_many(orders(depot, contents))
    with closing(results):  # pyright: ignore[reportArgumentType]
        for _ in range(taken):
            next(results)
    depot.check()
    assert set(depot.paths().values()) <= {Status.READY, Status.REJECTED}
    assert depot.entry("p3.md").status is Status.READY
    fed = list(depot.pipeline.ingest_many(orders(depot, contents)))
    assert len(fed) == len(contents)
    depot.check()
    assert sum(status is Status.READY for status in depot.paths().values()) == 7


def test_files_that_cannot_be_listed_to_the_end_take_back_what_was_begun(depot: Depot) -> None:
    def failing() -> Iterator[Order]:
        yield depot.order("a.md", paper(1))
        yield depot.order("b.md", paper(2))
        raise OSError("the drive is gone")

    with pytest.raises(OSError, match="the drive is gone"):
        list(depot.pipeline.ingest_many(failing()))
    depot.check()


class FullAfter(FolderBlobs):
    """Originals on a disk that has room for so many more."""

    def __init__(self, folder: Path, room: int) -> None:
        super().__init__(folder)
        self._room = threading.Semaphore(room)

    def put(self, data: bytes) -> str:
        if not self._room.acquire(blocking=False):
            raise StorageFull(f"The disk has no room for {len(data)} bytes.")
        return super().put(data)


class FullIndex(EdgeIndex):
    """An index on a disk that has room for so many batches more."""

    room = 0

    def add(self, chunks: Sequence[EncodedChunk]) -> None:
        if self.room == 0:
            raise StorageFull("The disk has no room for the index.")
        self.room -= 1
        super().add(chunks)


def with_blobs(depot: Depot, blobs: FolderBlobs) -> Pipeline:
    kept = Kept(depot.kept.catalogue, depot.kept.findings, depot.kept.aliases, blobs)
    return Pipeline(kept, Editions(Edition(HybridEncoder(Words(), Bm25()), depot.index)))


@pytest.mark.parametrize("room", [0, 2, 5])
def test_a_full_disk_in_the_middle_leaves_whole_documents_alone(depot: Depot, room: int) -> None:
    depot.put("p2.md", paper(100))
    contents: dict[str, str | bytes] = {f"p{n}.md": paper(n) for n in range(7)}
    pipeline = with_blobs(depot, FullAfter(depot.folder / "blobs", room))
    with pytest.raises(StorageFull):
        list(pipeline.ingest_many(orders(depot, contents)))
    depot.check()
    assert depot.entry("p2.md").status is Status.READY
    assert len(list(depot.pipeline.ingest_many(orders(depot, contents)))) == 7
    depot.check()
    assert len(depot.texts()) == 7


@pytest.mark.parametrize("room", [0, 1])
def test_an_index_without_room_shows_nothing_half_and_heals(tmp_path: Path, room: int) -> None:
    with open_depot(tmp_path) as depot:
        depot.put("old.md", paper(100))
    with open_depot(tmp_path) as depot:
        full = FullIndex(tmp_path / "other")
        pipeline = Pipeline(depot.kept, Editions(Edition(HybridEncoder(Words(), Bm25()), full)))
        full.room = room
        with pytest.raises(StorageFull):
            list(pipeline.ingest_many(orders(depot, {"new.md": paper(1), "old.md": paper(2)})))
        assert full.count() == sum(e.chunks for e in depot.kept.catalogue.list() if full.chunks(e.id))
        assert depot.entry("old.md").status is Status.READY
        full.room = 100
        pipeline.heal()
        assert depot.kept.catalogue.unfinished() == []
        assert any("Rule 100" in chunk.text for chunk in full.chunks(depot.entry("old.md").id))
        full.close()


class Pausing:
    """Does something once, while a file of this path is being read."""

    def __init__(self, path: str, act: Callable[[], object]) -> None:
        self._path = path
        self._act: Callable[[], object] | None = act

    def __call__(self, order: Order, content: Content, told: Told) -> Inspection:
        if order.file.path == self._path and self._act:
            act, self._act = self._act, None
            act()
        return uninspected(order, content, told)


@pytest.fixture
def busy(depot: Depot) -> Callable[[Callable[[], object]], Pipeline]:
    """A pipeline that lets something happen while busy.md is being read."""

    def made(act: Callable[[], object]) -> Pipeline:
        editions = Editions(Edition(HybridEncoder(Words(), Bm25()), depot.index))
        return Pipeline(depot.kept, editions, Pausing("busy.md", act))

    return made


Busy = Callable[[Callable[[], object]], Pipeline]


def test_what_is_deleted_while_it_is_being_read_is_never_found(depot: Depot, busy: Busy) -> None:
    pipeline = busy(lambda: depot.pipeline.delete(id_of("fleet", "busy.md")))
    fed = list(pipeline.ingest_many(orders(depot, {"busy.md": paper(1), "b.md": paper(2)})))
    assert fed[0].result == Rejected("busy.md", DELETED)
    assert depot.paths() == {"b.md": Status.READY}
    assert not any("Rule 1." in text for text in depot.texts())
    depot.check()


def test_of_a_file_that_is_fed_again_while_it_is_being_read_the_newer_stays(depot: Depot, busy: Busy) -> None:
    depot.put("busy.md", paper(100))
    pipeline = busy(lambda: depot.put("busy.md", paper(2)))
    result = next(iter(pipeline.ingest_many([depot.order("busy.md", paper(1))]))).result
    assert isinstance(result, Unchanged)
    assert result.reason == OVERTAKEN
    assert [text for text in depot.texts() if "Rule 2." in text] == list(depot.texts())
    depot.check()


def test_a_bad_file_that_comes_while_a_good_one_is_being_read_leaves_no_line_half_done(
    depot: Depot, busy: Busy
) -> None:
    depot.put("busy.md", paper(100))
    pipeline = busy(lambda: depot.put("busy.md", BROKEN))
    list(pipeline.ingest_many([depot.order("busy.md", paper(1))]))
    assert depot.entry("busy.md").status is Status.READY
    depot.check()


def test_access_that_is_closed_while_a_bad_file_is_being_read_stays_closed(depot: Depot, busy: Busy) -> None:
    depot.put("busy.md", paper(1))
    document = id_of("fleet", "busy.md")

    def close_and_fail() -> None:
        depot.pipeline.describe(document, None, None, BOARD)
        raise StorageFull("The disk has no room.")

    with pytest.raises(StorageFull):
        list(busy(close_and_fail).ingest_many([depot.order("busy.md", paper(2))]))
    assert depot.entry("busy.md").groups == BOARD
    assert depot.texts(Asker("bob", STAFF)) == set()
    depot.check()


def test_access_that_is_closed_while_a_file_is_being_read_stays_closed(depot: Depot, busy: Busy) -> None:
    depot.put("busy.md", paper(1))
    pipeline = busy(lambda: depot.pipeline.describe(id_of("fleet", "busy.md"), None, None, BOARD))
    list(pipeline.ingest_many([depot.order("busy.md", paper(2))]))
    assert depot.entry("busy.md").groups == BOARD
    assert depot.texts(Asker("bob", STAFF)) == set()
    assert any("Rule 2." in text for text in depot.texts(Asker("eve", BOARD)))
    depot.check()


def test_many_at_once_make_what_one_by_one_makes(tmp_path: Path) -> None:
    contents: dict[str, str | bytes] = {f"folder {n % 3}/p{n}.md": paper(n % 17, parts=1 + n % 5) for n in range(40)}
    contents["bad.pdf"] = BROKEN
    made: list[list[object]] = []
    for name in ("together", "alone"):
        with open_depot(tmp_path / name) as depot:
            wanted = orders(depot, contents)
            fed = list(depot.pipeline.ingest_many(wanted)) if name == "together" else []
            fed = fed or [Fed(order.file.path, depot.feed(order)) for order in wanted]
            depot.check()
            entries = depot.kept.catalogue.list()
            chunks = [(chunk.id, chunk.text) for entry in entries for chunk in depot.index.chunks(entry.id)]
            made.append([sorted((one.path, one.result) for one in fed), depot.paths(), chunks, depot.texts(ANN)])
    assert made[0] == made[1]


def test_results_come_before_all_files_were_asked_for(depot: Depot) -> None:
    asked: list[int] = []

    def endless() -> Iterator[Order]:
        for number in range(1000):
            asked.append(number)
            yield depot.order(f"p{number}.md", paper(number, parts=20))

    results = depot.pipeline.ingest_many(endless())
    with closing(results):  # pyright: ignore[reportArgumentType]
        next(iter(results))
    assert len(asked) < 100
    depot.check()
