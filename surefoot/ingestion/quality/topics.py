"""Sketches what a document is about, in half a kilobyte, so that whole collections can be compared later."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from dataclasses import dataclass

from surefoot.core.text.language import sampled
from surefoot.ingestion.errors import IngestionError
from surefoot.ingestion.quality.words import words
from surefoot.ingestion.results import Content
from surefoot.ingestion.text import joined

BUCKETS = 512
TERMS = 24
"""Words of a document that are kept by name, its most frequent long ones."""
_SAMPLE = 60_000
"""Characters; what a longer document is about is judged by windows over all of it."""
_WINDOWS = 30
_SHORTEST = 5
"""Letters of a word that is kept by name: shorter ones are mostly function words."""
_LONGEST = 40
_SHORTEST_COUNTED = 3
_SCALE = 255
_FORMAT = 1


class SketchDamaged(IngestionError):
    """Stored bytes are no sketch; sketch the document again."""


@dataclass(frozen=True, slots=True)
class DocumentSketch:
    """What is kept of a document's words."""

    weights: bytes
    """One byte for each of 512 buckets of words: the root of their frequency, the largest 255; all 0 without words."""
    terms: tuple[str, ...]
    """Its most frequent words of at least five letters, in small letters, most frequent first."""

    def to_bytes(self) -> bytes:
        """Some 700 bytes."""
        return bytes([_FORMAT]) + self.weights + " ".join(self.terms).encode("utf-8", "replace")

    @classmethod
    def from_bytes(cls, stored: bytes) -> DocumentSketch:
        """The sketch that `to_bytes` gave; raises SketchDamaged where it is none."""
        try:
            terms = tuple(stored[1 + BUCKETS :].decode().split())
        except UnicodeDecodeError:
            terms = None
        if terms is None or stored[:1] != bytes([_FORMAT]) or len(stored) < 1 + BUCKETS:
            raise SketchDamaged("The stored sketch of a document is damaged. Feed the document again.")
        return cls(stored[1 : 1 + BUCKETS], terms)


def document_sketch(content: Content) -> DocumentSketch:
    """The sketch of a document's words, without numbers; the same text gives the same on every machine."""
    text, _ = joined(content.sections)
    counts = Counter(words(sampled(text, _SAMPLE, _WINDOWS).casefold()))
    weights = [0] * BUCKETS
    named: list[tuple[int, str]] = []
    for word, count in counts.items():
        if word.isdigit() or (len(word) < _SHORTEST_COUNTED and word.isascii()):
            continue
        weights[zlib.crc32(word.encode("utf-8", "surrogatepass")) % BUCKETS] += count
        if word.isalpha() and (_SHORTEST <= len(word) <= _LONGEST or word >= "\u2e80"):
            named.append((-count, word))
    scale = _SCALE / math.sqrt(max(weights) or 1)
    coded = bytes(round(scale * math.sqrt(weight)) if weight else 0 for weight in weights)
    return DocumentSketch(coded, tuple(word for _, word in sorted(named)[:TERMS]))
