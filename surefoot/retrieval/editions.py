"""Editions: ways of cutting and encoding all documents, each with an index of its own; one of them is searched."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from surefoot.retrieval.encoders import HybridEncoder
from surefoot.retrieval.index.port import Index

CHUNK_TOKENS = 190
"""Tokens of a chunk's own text: long enough to hold a thought, short enough to be about one thing."""
FIRST = "first"
"""The edition that every installation begins with."""


@dataclass(frozen=True, slots=True)
class Edition:
    """An encoder, the size of a chunk, and the index that holds what they make of all documents."""

    encoder: HybridEncoder
    index: Index
    chunk_tokens: int = CHUNK_TOKENS
    """Tokens of a chunk's own text, at most."""
    name: str = FIRST

    @property
    def recipe(self) -> str:
        """What tells its vectors from another edition's."""
        return f"{self.encoder.dense.name}/{self.chunk_tokens}"


class Editions:
    """All editions that are kept in step; safe for threads.

    What is written, marked or deleted is so in every edition, so that a switch or its undoing loses nothing and brings
    nothing back.
    """

    def __init__(self, live: Edition, others: tuple[Edition, ...] = ()) -> None:
        self._lock = threading.Lock()
        self._live = live
        self._others = others

    @property
    def live(self) -> Edition:
        """The edition that questions are asked of."""
        return self._live

    def all(self) -> tuple[Edition, ...]:
        """Every edition, the live one first."""
        with self._lock:
            return (self._live, *self._others)

    def add(self, edition: Edition) -> None:
        """Keep one more edition in step from now on; its name must be new."""
        with self._lock:
            self._others = (*self._others, edition)

    def switch(self, name: str) -> Edition:
        """Make an edition the live one, in one step; gives the one that was. Raises KeyError for an unknown name."""
        with self._lock:
            chosen = next((edition for edition in self._others if edition.name == name), None)
            if chosen is None:
                raise KeyError(name)
            before = self._live
            self._others = (before, *(edition for edition in self._others if edition.name != name))
            self._live = chosen
            return before

    def drop(self, name: str) -> Edition | None:
        """Take an edition out of step; None where there is none of that name. The live one stays."""
        with self._lock:
            dropped = next((edition for edition in self._others if edition.name == name), None)
            self._others = tuple(edition for edition in self._others if edition is not dropped)
            return dropped

    def delete(self, document_id: str) -> None:
        """Remove a document's chunks everywhere."""
        for edition in self.all():
            edition.index.delete(document_id)

    def set_superseded(self, document_id: str, superseded: bool) -> None:
        """Mark a document's chunks as replaced by a newer version, or as current again."""
        for edition in self.all():
            edition.index.set_superseded(document_id, superseded)

    def set_groups(self, document_id: str, groups: frozenset[str]) -> None:
        """Change who may see a document."""
        for edition in self.all():
            edition.index.set_groups(document_id, groups)

    def erase_deleted(self) -> None:
        """Remove the bytes of deleted chunks from storage."""
        for edition in self.all():
            edition.index.erase_deleted()

    def close(self) -> None:
        """Release all indexes."""
        for edition in self.all():
            edition.index.close()
