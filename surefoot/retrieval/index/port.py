"""The index port: what every vector index must do, the same for all implementations."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from surefoot.core.nouns import Asker, Chunk, Encoding, Passage


@dataclass(frozen=True, slots=True)
class EncodedChunk:
    """A chunk with its vectors, ready for the index."""

    chunk: Chunk
    encoding: Encoding


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a search looks."""

    assistant: str
    with_superseded: bool = False
    """Whether versions that a newer one replaced are searched too."""
    document_ids: frozenset[str] | None = None
    """Only these documents; None means all of the assistant's."""


@dataclass(frozen=True, slots=True)
class Held:
    """What an index holds of a document."""

    assistant: str
    title: str
    groups: frozenset[str]
    superseded: bool
    chunks: int
    content_hash: str
    """Of the content that all its chunks are from; empty where they are not all there, or not from one content."""


class Index(ABC):
    """Holds encoded chunks and finds those nearest to an encoded question that the asker may see.

    Adding a chunk whose id exists replaces it. Results are ordered by score, best first, then by chunk id.
    An empty index, an unknown assistant, an empty group set and a limit below one give an empty list, never an error.
    What an asker may not see moves no score of what they may. Every operation is safe for threads.
    """

    @abstractmethod
    def add(self, chunks: Sequence[EncodedChunk]) -> None:
        """Add or replace chunks; durable when it returns."""

    @abstractmethod
    def search(self, question: Encoding, asker: Asker, scope: Scope, limit: int) -> list[Passage]:
        """Hybrid search: dense and BM25 (IDF), each filtered in the index, then fused (`retrieval.fusion`)."""

    @abstractmethod
    def chunks_at(self, document_id: str, ordinals: Collection[int], asker: Asker, scope: Scope) -> list[Chunk]:
        """A document's chunks with these ordinals that the asker may see in the scope, by ordinal."""

    @abstractmethod
    def chunks(self, document_id: str) -> list[Chunk]:
        """All chunks of a document by ordinal; for the library, not for askers."""

    @abstractmethod
    def documents(self) -> dict[str, Held]:
        """What is held of every document, by its id: all chunks are looked at. For the library, not for askers."""

    @abstractmethod
    def set_superseded(self, document_id: str, superseded: bool) -> None:
        """Mark all chunks of a document as replaced by a newer version, or as current again."""

    @abstractmethod
    def set_groups(self, document_id: str, groups: frozenset[str]) -> None:
        """Change who may see a document, without encoding it again."""

    @abstractmethod
    def set_title(self, document_id: str, title: str) -> None:
        """Give all chunks of a document another title, without encoding them again."""

    @abstractmethod
    def delete(self, document_id: str) -> None:
        """Remove a document's chunks; nothing happens where there are none."""

    @abstractmethod
    def erase_deleted(self) -> None:
        """Remove the bytes of deleted chunks from storage, where deletion alone leaves them."""

    @abstractmethod
    def count(self, assistant: str | None = None) -> int:
        """Number of chunks, of one assistant or of all."""

    @abstractmethod
    def close(self) -> None:
        """Flush and release the storage; the object is unusable afterwards."""
