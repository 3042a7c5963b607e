"""Editions: ways of cutting and encoding all documents, each with an index of its own; one of them is searched."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from surefoot.core.nouns import Chunk
from surefoot.retrieval.encoders import HybridEncoder
from surefoot.retrieval.index.port import EncodedChunk, Index
from surefoot.retrieval.text_memory import TextMemory

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
        return f"{self.encoder.dense.name}/{self.encoder.sparse.recipe}/{self.chunk_tokens}"


class Editions:
    """All editions that are kept in step; safe for threads.

    What is written, marked or deleted is so in every edition, so that a switch or its undoing loses nothing and brings
    nothing back. Whoever uses an edition holds it meanwhile, and a dropped one is given away when nobody does.
    """

    def __init__(self, live: Edition, others: Iterable[Edition] = ()) -> None:
        self._changed = threading.Condition()
        self.texts = TextMemory()
        """What was made of the sentences of documents, for judging them."""
        self._live = live
        self._others = tuple(others)
        self._held: Counter[str] = Counter()
        self._searches = 0

    @property
    def live(self) -> Edition:
        """The edition that questions are asked of."""
        return self._live

    @property
    def being_searched(self) -> bool:
        """Whether somebody waits for a search at this moment."""
        return self._searches > 0

    def all(self) -> tuple[Edition, ...]:
        """Every edition, the live one first."""
        with self._changed:
            return (self._live, *self._others)

    def get(self, name: str) -> Edition | None:
        """The edition of this name."""
        return next((edition for edition in self.all() if edition.name == name), None)

    def add(self, edition: Edition) -> None:
        """Keep one more edition in step from now on; its name must be new."""
        with self._changed:
            self._others = (*self._others, edition)

    def switch(self, name: str) -> Edition:
        """Make an edition the live one, in one step; gives the one that was. Raises KeyError for an unknown name."""
        with self._changed:
            chosen = next((edition for edition in self._others if edition.name == name), None)
            if chosen is None:
                raise KeyError(name)
            before = self._live
            self._others = (before, *(edition for edition in self._others if edition.name != name))
            self._live = chosen
            return before

    def drop(self, name: str) -> Edition | None:
        """Take an edition out of step, and wait until nobody uses it; None where there is none. The live one stays."""
        with self._changed:
            dropped = next((edition for edition in self._others if edition.name == name), None)
            self._others = tuple(edition for edition in self._others if edition is not dropped)
            self._changed.wait_for(lambda: not self._held[name])
            return dropped

    @contextmanager
    def searching(self) -> Generator[Edition]:
        """The live edition, to be used from a question's encoding to its passages, whatever is switched meanwhile."""
        with self._changed:
            self._searches += 1
            edition = self._live
            self._held[edition.name] += 1
        try:
            yield edition
        finally:
            with self._changed:
                self._searches -= 1
            self._release(edition)

    @contextmanager
    def holding(self, edition: Edition) -> Generator[bool]:
        """Keep an edition from being given away meanwhile; False where it was dropped already."""
        with self._changed:
            there = edition in (self._live, *self._others)
            self._held[edition.name] += there
        try:
            yield there
        finally:
            if there:
                self._release(edition)

    def write(self, edition: Edition, chunks: Sequence[EncodedChunk]) -> bool:
        """Add chunks to one edition; False where it was dropped since."""
        with self.holding(edition) as there:
            if there:
                edition.index.add(chunks)
            return there

    def replace(self, edition: Edition, document_id: str, batches: Sequence[Sequence[EncodedChunk]]) -> bool:
        """Put a document's chunks in the place of those that one edition has; False where it was dropped since.

        The last batch is written first: a document that holds its first chunk holds all, even after a crash.
        """
        with self.holding(edition) as there:
            if there:
                edition.index.delete(document_id)
                for batch in reversed(batches):
                    edition.index.add(batch)
            return there

    def chunks(self, edition: Edition, document_id: str) -> list[Chunk]:
        """A document's chunks in one edition; none where it was dropped since."""
        with self.holding(edition) as there:
            return edition.index.chunks(document_id) if there else []

    def delete(self, document_id: str) -> None:
        """Remove a document's chunks everywhere."""
        for edition in self._each():
            edition.index.delete(document_id)
        self.texts.forget(document_id)

    def set_superseded(self, document_id: str, superseded: bool) -> None:
        """Mark a document's chunks as replaced by a newer version, or as current again."""
        for edition in self._each():
            edition.index.set_superseded(document_id, superseded)

    def set_groups(self, document_id: str, groups: frozenset[str]) -> None:
        """Change who may see a document."""
        for edition in self._each():
            edition.index.set_groups(document_id, groups)

    def set_title(self, document_id: str, title: str) -> None:
        """Give a document's chunks another title."""
        for edition in self._each():
            edition.index.set_title(document_id, title)

    def erase_deleted(self) -> None:
        """Remove the bytes of deleted chunks from storage."""
        for edition in self._each():
            edition.index.erase_deleted()

    def close(self) -> None:
        """Release all indexes."""
        for edition in self.all():
            edition.index.close()

    def _each(self) -> Iterator[Edition]:
        for edition in self.all():
            with self.holding(edition) as there:
                if there:
                    yield edition

    def _release(self, edition: Edition) -> None:
        with self._changed:
            self._held[edition.name] -= 1
            self._changed.notify_all()
