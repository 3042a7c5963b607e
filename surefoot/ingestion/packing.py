"""Encodes chunks in batches and keeps the vectors small until the index takes them."""

from __future__ import annotations

import threading
from array import array
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from surefoot.core.nouns import Chunk, Encoding
from surefoot.retrieval.encoders import HybridEncoder
from surefoot.retrieval.index.port import EncodedChunk
from surefoot.retrieval.search import encoding_text

ENCODED_AT_ONCE = 64
"""Some two seconds of work: so long others wait for each who encodes beside them."""
_ADDED_AT_ONCE = 256


class Turns:
    """A lock that is given in the order in which it was asked for: whoever has had it waits behind all others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def taken(self) -> Generator[None]:
        """Hold it."""
        own = threading.Event()
        with self._lock:
            self._waiting.append(own)
            if self._waiting[0] is own:
                own.set()
        own.wait()
        try:
            yield
        finally:
            with self._lock:
                self._waiting.popleft()
                if self._waiting:
                    self._waiting[0].set()


@dataclass(frozen=True, slots=True)
class Packed:
    """A chunk with its vectors as plain numbers: 2 KB rather than the 15 KB of Python's floats."""

    chunk: Chunk
    dense: array[float]
    indices: array[int]
    values: array[float]

    def unpacked(self) -> EncodedChunk:
        """The form that the index takes."""
        return EncodedChunk(self.chunk, Encoding(tuple(self.dense), tuple(self.indices), tuple(self.values)))


def encoded(chunks: Sequence[Chunk], encoder: HybridEncoder) -> list[Packed]:
    """Chunks with their vectors, in order; as many as are encoded at once."""
    vectors = encoder.encode_documents([encoding_text(chunk) for chunk in chunks])
    return [
        Packed(chunk, array("f", v.dense), array("Q", v.sparse_indices), array("d", v.sparse_values))
        for chunk, v in zip(chunks, vectors, strict=True)
    ]


def batches(packed: Sequence[Packed]) -> Iterator[list[EncodedChunk]]:
    """What the index takes at a time."""
    for start in range(0, len(packed), _ADDED_AT_ONCE):
        yield [one.unpacked() for one in packed[start : start + _ADDED_AT_ONCE]]
