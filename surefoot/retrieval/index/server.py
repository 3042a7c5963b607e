"""The index on a Qdrant server or cluster."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from surefoot.core.nouns import Asker, Chunk, Encoding, Passage
from surefoot.retrieval.errors import IndexClosed, IndexUnavailable
from surefoot.retrieval.fusion import fused, window
from surefoot.retrieval.index import collection as vendor
from surefoot.retrieval.index import payload as common
from surefoot.retrieval.index.payload import Condition
from surefoot.retrieval.index.port import EncodedChunk, Held, Index, Scope

if TYPE_CHECKING:
    from qdrant_client import QdrantClient
    from qdrant_client.models import Filter

_PATIENCE = 30
"""Seconds for one request."""
_ATTEMPTS = 10
"""Times that a change is tried which others overtake."""


class ServerIndex(Index):
    """Chunks in one collection of a Qdrant server, made on first use; shared by any number of processes.

    Every operation raises IndexUnavailable while the server does not answer, and DimensionMismatch where the
    collection was made with another encoder.
    """

    def __init__(self, client: QdrantClient, collection: str, dimension: int = 384, replication: int = 1) -> None:
        """replication: copies of each shard in a cluster, 2 or more where a node may fail."""
        self._client = client
        self._collection = collection
        self._dimension = dimension
        self._replication = replication
        self._preparing = Lock()
        self._prepared = False
        self._closed = False

    def add(self, chunks: Sequence[EncodedChunk]) -> None:
        """Add or replace chunks; durable when it returns."""
        fitting = common.checked(chunks, self._dimension)
        with self._using() as client:
            for batch in common.batched(fitting):
                client.upsert(self._collection, [vendor.to_point(encoded) for encoded in batch], wait=True)

    def search(self, question: Encoding, asker: Asker, scope: Scope, limit: int) -> list[Passage]:
        """Hybrid search: dense and BM25 (IDF), each filtered in the index, then fused."""
        common.check_encoding(question, self._dimension)
        reach = common.reach(asker, scope)
        with self._using() as client:
            if reach is None or limit < 1:
                return []
            rankings = vendor.rankings(client, self._collection, question, reach, window(limit))
            return vendor.passages(client, self._collection, fused(*rankings, limit), reach)

    def chunks_at(self, document_id: str, ordinals: Collection[int], asker: Asker, scope: Scope) -> list[Chunk]:
        """A document's chunks with these ordinals that the asker may see in the scope, by ordinal."""
        reach = common.reach_of_one(asker, scope, document_id)
        with self._using() as client:
            if reach is None or not ordinals:
                return []
            records = list(vendor.records(client, self._collection, vendor.at_ordinals(reach, ordinals)))
        return common.by_position(common.to_chunk(str(record.id), record.payload or {}) for record in records)

    def chunks(self, document_id: str) -> list[Chunk]:
        """All chunks of a document by ordinal; for the library, not for askers."""
        with self._using() as client:
            return common.by_position(self._unordered(client, document_id))

    def documents(self) -> dict[str, Held]:
        """What is held of every document, by its id: all chunks are looked at. For the library, not for askers."""
        with self._using() as client:
            found = vendor.records(client, self._collection, None, only=list(common.HELD))
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
        from qdrant_client.models import FilterSelector

        with self._using() as client:
            client.delete(self._collection, FilterSelector(filter=_of_document(document_id)), wait=True)

    def erase_deleted(self) -> None:
        """Have the server rewrite segments that hold deleted chunks.

        The server does it in the background, and leaves segments of fewer than 100 points and its write-ahead log to
        their turn: proof of erasure on a server needs the server's own retention settings.
        """
        with self._using() as client:
            client.update_collection(self._collection, optimizers_config=vendor.vacuum())

    def count(self, assistant: str | None = None) -> int:
        """Number of chunks, of one assistant or of all."""
        chosen = None if assistant is None else vendor.matching(Condition("assistant", (assistant,)))
        with self._using() as client:
            return client.count(self._collection, count_filter=chosen, exact=True).count

    def close(self) -> None:
        """Release the connection; a second call does nothing."""
        if not self._closed:
            self._closed = True
            self._client.close()

    @contextmanager
    def _using(self) -> Generator[QdrantClient]:
        from qdrant_client.http.exceptions import ApiException

        if self._closed:
            raise IndexClosed("The index was closed; open it again.")
        try:
            with self._preparing:
                if not self._prepared:
                    vendor.prepare(self._client, self._collection, self._dimension, self._replication)
                    self._prepared = True
            yield self._client
        except ApiException as error:
            self._prepared = False  # the collection may have gone with the server
            raise IndexUnavailable(vendor.explained(error)) from error

    def _set(self, document_id: str, change: Callable[[Chunk], Chunk]) -> None:
        """Change what all chunks of a document have in common.

        Other processes may write between the reading and the writing, so that is changed only what still is as it was
        read, and nothing is written beside what changes; what was overtaken is found by reading again.
        """
        with self._using() as client:
            for _ in range(_ATTEMPTS):
                chunk = next((chunk for chunk in self._unordered(client, document_id) if change(chunk) != chunk), None)
                if chunk is None:
                    return
                held, wanted = common.changing_payload(chunk), common.changing_payload(change(chunk))
                changed = {field: value for field, value in wanted.items() if value != held[field]}
                client.set_payload(self._collection, changed, points=vendor.unchanged(chunk), wait=True)
        raise IndexUnavailable("Others change the same document at the same time, again and again. Try again.")

    def _unordered(self, client: QdrantClient, document_id: str) -> Iterator[Chunk]:
        for record in vendor.records(client, self._collection, _of_document(document_id)):
            yield common.to_chunk(str(record.id), record.payload or {})


def build_server_index(
    url: str, api_key: str | None, collection: str = "surefoot", dimension: int = 384, replication: int = 1
) -> ServerIndex:
    """The index on the server at this URL; connects on first use."""
    from qdrant_client import QdrantClient

    client = QdrantClient(url=url, api_key=api_key, timeout=_PATIENCE, check_compatibility=False)
    return ServerIndex(client, collection, dimension, replication)


def remove_collection(url: str, api_key: str | None, collection: str) -> None:
    """Remove a collection from the server; nothing happens where there is none. Raises IndexUnavailable."""
    from qdrant_client import QdrantClient
    from qdrant_client.http.exceptions import ApiException

    client = QdrantClient(url=url, api_key=api_key, timeout=_PATIENCE, check_compatibility=False)
    try:
        client.delete_collection(collection)
    except ApiException as error:
        raise IndexUnavailable(vendor.explained(error)) from error
    finally:
        client.close()


def _of_document(document_id: str) -> Filter:
    return vendor.matching(Condition("document_id", (document_id,)))
