"""Encodes chunks in batches and keeps the vectors small until the index takes them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from surefoot.core.nouns import Chunk, Encoding
from surefoot.retrieval.encoders import HybridEncoder
from surefoot.retrieval.index.port import EncodedChunk
from surefoot.retrieval.search import encoding_text

_ENCODED_AT_ONCE = 128
_ADDED_AT_ONCE = 256


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
    """All chunks with their vectors, in order."""
    packed: list[Packed] = []
    for start in range(0, len(chunks), _ENCODED_AT_ONCE):
        batch = chunks[start : start + _ENCODED_AT_ONCE]
        vectors = encoder.encode_documents([encoding_text(chunk) for chunk in batch])
        packed.extend(
            Packed(chunk, array("f", v.dense), array("Q", v.sparse_indices), array("d", v.sparse_values))
            for chunk, v in zip(batch, vectors, strict=True)
        )
    return packed


def batches(packed: Sequence[Packed]) -> Iterator[list[EncodedChunk]]:
    """What the index takes at a time."""
    for start in range(0, len(packed), _ADDED_AT_ONCE):
        yield [one.unpacked() for one in packed[start : start + _ADDED_AT_ONCE]]
