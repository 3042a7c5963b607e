"""The embedded index: qdrant-edge in this process, in one folder, for one owner."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from surefoot.core.nouns import Asker, Chunk, Encoding, Passage
from surefoot.retrieval.errors import IndexClosed, IndexFull, IndexUnreadable
from surefoot.retrieval.fusion import fused, window
from surefoot.retrieval.index import payload as common
from surefoot.retrieval.index import shard as vendor
from surefoot.retrieval.index.generations import Generations
from surefoot.retrieval.index.payload import Condition, Reach
from surefoot.retrieval.index.port import EncodedChunk, Held, Index, Scope
from surefoot.retrieval.index.room import OPENING, WRITING, check_room, taken
from surefoot.retrieval.index.shared_lock import SharedLock

if TYPE_CHECKING:
    from qdrant_edge import EdgeShard, Filter, UpdateOperation

_FLUSH_AFTER = 100
"""Operations after which the segments are flushed, which takes a dozen times as long as syncing the log; after a crash
the log's operations since then are applied again."""


_POPULATIONS = 1_000
"""Populations (an assistant, and groups) whose size is remembered."""


class EdgeIndex(Index):
    """Chunks in a local folder; safe for threads, durable after every write, exact search.

    Raises IndexInUse, IndexUnreadable, IndexFull or DimensionMismatch when the folder cannot be opened.
    Must not be used in a forked process: spawn instead.
    """

    def __init__(self, folder: Path, dimension: int = 384) -> None:
        """Open the index in a folder, or make it."""
        self._dimension = dimension
        self._writing = Lock()
        """One write at a time, and none while the index is rebuilt."""
        self._replacing = SharedLock()
        """Shared by whoever uses the shard; held alone to replace or close it."""
        self._unflushed = 0
        self._writes = 0
        self._counted: dict[tuple[Condition, ...], tuple[int, int]] = {}
        """For each population: after how many writes it was counted, and its size."""
        self._folder = folder
        self._generations = Generations(folder)
        try:
            self._shard: EdgeShard | None = self._opened()
        except BaseException:
            self._generations.release()
            raise

    def add(self, chunks: Sequence[EncodedChunk]) -> None:
        """Add or replace chunks; durable when it returns."""
        from qdrant_edge import UpdateOperation

        fitting = common.checked(chunks, self._dimension)
        self._write(
            [UpdateOperation.upsert_points([vendor.to_point(c) for c in batch]) for batch in common.batched(fitting)]
        )

    def search(self, question: Encoding, asker: Asker, scope: Scope, limit: int) -> list[Passage]:
        """Hybrid search: dense and BM25 (IDF), each filtered in the index, then fused."""
        common.check_encoding(question, self._dimension)
        reach = common.reach(asker, scope)
        with self.shard() as shard:
            if reach is None or limit < 1:
                return []
            asked = (shard, question, reach, window(limit), self._sizes(shard, reach))
            best = fused(vendor.by_meaning(*asked), vendor.by_words(*asked), limit)
            return vendor.passages(shard, best, reach)

    def chunks_at(self, document_id: str, ordinals: Collection[int], asker: Asker, scope: Scope) -> list[Chunk]:
        """A document's chunks with these ordinals that the asker may see in the scope, by ordinal."""
        reach = common.reach_of_one(asker, scope, document_id)
        with self.shard() as shard:
            if reach is None or not ordinals:
                return []
            records = list(vendor.records(shard, vendor.at_ordinals(reach, ordinals), with_vectors=False))
        return common.by_position(common.to_chunk(str(record.id), record.payload or {}) for record in records)

    def chunks(self, document_id: str) -> list[Chunk]:
        """All chunks of a document by ordinal; for the library, not for askers."""
        with self.shard() as shard:
            records = list(vendor.records(shard, _of_document(document_id), with_vectors=False))
        return common.by_position(common.to_chunk(str(record.id), record.payload or {}) for record in records)

    def documents(self) -> dict[str, Held]:
        """What is held of every document, by its id: all chunks are looked at. For the library, not for askers."""
        with self.shard() as shard:
            found = vendor.records(shard, None, with_vectors=False, only=list(common.HELD))
            return common.held(record.payload or {} for record in found)

    def set_superseded(self, document_id: str, superseded: bool) -> None:
        """Mark all chunks of a document as replaced by a newer version, or as current again."""
        self._set(document_id, lambda chunk: replace(chunk, superseded=superseded))

    def set_groups(self, document_id: str, groups: frozenset[str]) -> None:
        """Change who may see a document, without encoding it again."""
        self._set(document_id, lambda chunk: replace(chunk, groups=groups))

    def set_title(self, document_id: str, title: str) -> None:
        """Give all chunks of a document another title, without encoding them again."""
        self._set(document_id, lambda chunk: replace(chunk, title=title))

    def delete(self, document_id: str) -> None:
        """Remove a document's chunks; nothing happens where there are none."""
        from qdrant_edge import UpdateOperation

        with self._writing:
            with self.shard() as shard:
                found = vendor.count(shard, Condition("document_id", (document_id,)))
            if found:
                self._apply([UpdateOperation.delete_points_by_filter(_of_document(document_id))])

    def erase_deleted(self) -> None:
        """Rebuild the index from what is left in it, and remove the old files with the deleted bytes.

        Searches go on meanwhile, writes wait. A crash at any moment leaves the old or the new index, never both
        or neither.
        """
        with self._writing:
            with self.shard() as shard:
                check_room(self._folder, taken(self._folder) + WRITING)
                building = self._generations.begin()
                successor = vendor.created(building, self._dimension)
                vendor.copy(shard, successor)
            successor.close()
            successor = self._completed(building)
            with self._replacing.alone():
                old, self._shard = self._shard, successor
            if old is not None:
                old.close()
            self._generations.drop_older()

    def copy_to(self, folder: Path) -> None:
        """Copy the index as it is at one moment into a folder; searches go on meanwhile, writes wait."""
        with self._writing, self.shard() as shard:
            shard.flush()
            self._unflushed = 0
            self._generations.copy_to(folder)

    def count(self, assistant: str | None = None) -> int:
        """Number of chunks, of one assistant or of all."""
        from qdrant_edge import CountRequest

        chosen = None if assistant is None else vendor.matching(Condition("assistant", (assistant,)))
        with self.shard() as shard:
            return shard.count(CountRequest(exact=True, filter=chosen))

    def close(self) -> None:
        """Flush and release the folder; a second call does nothing."""
        with self._writing, self._replacing.alone():
            shard, self._shard = self._shard, None
            if shard is not None:
                shard.close()
                self._generations.release()

    def _sizes(self, shard: EdgeShard, reach: Reach) -> vendor.Sizes:
        chosen = self._number(shard, reach.chosen) if len(reach.chosen) == 1 else 0  # else each has its own documents
        return vendor.Sizes(self._number(shard, ()), self._number(shard, reach.population), chosen)

    def _number(self, shard: EdgeShard, conditions: tuple[Condition, ...]) -> int:
        """How many points fulfil conditions, counted once after each write."""
        known = self._counted.get(conditions)
        if known and known[0] == self._writes:
            return known[1]
        writes = self._writes
        number = vendor.count(shard, *conditions)
        if len(self._counted) >= _POPULATIONS:
            self._counted.clear()
        self._counted[conditions] = (writes, number)
        return number

    def _opened(self) -> EdgeShard:
        current = self._generations.current()
        check_room(self._folder, WRITING if current is None else OPENING)
        if current is None:
            building = self._generations.begin()
            vendor.created(building, self._dimension).close()
            return self._completed(building)
        return vendor.loaded(current, self._dimension)

    def _completed(self, building: Path) -> EdgeShard:
        complete = self._generations.complete(building)
        try:
            return vendor.loaded(complete, self._dimension)
        except BaseException:
            self._generations.discard(complete)
            raise

    @contextmanager
    def shard(self) -> Generator[EdgeShard]:
        """The shard itself, for a query of one's own; it is not replaced meanwhile. Raises IndexClosed."""
        with self._replacing.shared():
            if self._shard is None:
                raise IndexClosed("The index was closed; open it again.")
            yield self._shard

    def _write(self, operations: Sequence[UpdateOperation]) -> None:
        """Apply operations and put them on the disk."""
        with self._writing:
            self._apply(operations)

    def _apply(self, operations: Sequence[UpdateOperation]) -> None:
        """What `_write` does, for who holds `_writing`: in the log at once, in the segments now and then."""
        with self.shard() as shard:
            try:
                for operation in operations:
                    check_room(self._folder, WRITING)
                    shard.update(operation)
                self._writes += 1
                self._unflushed += len(operations)
                if self._unflushed >= _FLUSH_AFTER:
                    shard.flush()
                    self._unflushed = 0
                self._generations.sync_log()
            except IndexFull:
                raise
            except Exception as error:  # qdrant-edge raises bare Exceptions
                raise IndexUnreadable(f"The index could not be written: {error}. Is the disk full?") from error

    def _set(self, document_id: str, change: Callable[[Chunk], Chunk]) -> None:
        """Change what all chunks of a document have in common; nobody writes between the reading and the writing."""
        from qdrant_edge import UpdateOperation

        with self._writing:
            if (chunk := self._any_chunk(document_id)) is not None:
                payload = common.changing_payload(change(chunk))
                self._apply([UpdateOperation.set_payload_by_filter(_of_document(document_id), payload)])

    def _any_chunk(self, document_id: str) -> Chunk | None:
        with self.shard() as shard:
            record = next(vendor.records(shard, _of_document(document_id), with_vectors=False), None)
        return common.to_chunk(str(record.id), record.payload or {}) if record else None


def _of_document(document_id: str) -> Filter:
    return vendor.matching(Condition("document_id", (document_id,)))
