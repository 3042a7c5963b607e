"""Fourth stage: tells whether two documents have the same text, or nearly the same.

A signature holds the sha256 of the text, for exact copies, and a sketch of 128 values for near ones. The share of
equal values in two sketches estimates the Jaccard similarity of the sets of five-word sequences, as MinHash does
(Broder 1997, 'On the resemblance and containment of documents'); the sketch is made in one pass over the text by the
method of Dahlgaard, Knudsen and Thorup 2017, 'Fast similarity sketching', instead of in 128.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surefoot.ingestion.errors import IngestionError
from surefoot.ingestion.quality.sketching import SIZE, sketch, word_codes
from surefoot.ingestion.quality.words import blocks, words
from surefoot.ingestion.results import Content
from surefoot.ingestion.text import joined

FEWEST_WORDS = 30
"""In a shorter text a single word changes a fifth of all sequences: only exact copies are found."""
BANDS = 18
ROWS = 7
"""Two documents meet in at least one of 18 bands of 7 values with probability 1 − (1 − s⁷)¹⁸: 0.999 at a similarity
of 0.9, 0.98 at 0.8, 0.13 at 0.5."""
_FORMAT = 1
_DIGEST = 32
_WIDTH = 4
"""Bytes of one value."""


class SignatureDamaged(IngestionError):
    """Stored bytes are no signature; sign the document again."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What is kept of a document's text in order to find it again."""

    digest: bytes
    """sha256 of the text with white space made even, 32 bytes."""
    values: bytes = b""
    """The sketch, 128 little-endian unsigned integers of 4 bytes; empty for a text of fewer than 30 words."""

    def to_bytes(self) -> bytes:
        """545 bytes, or 33 for a short text."""
        return bytes([_FORMAT]) + self.digest + self.values

    @classmethod
    def from_bytes(cls, stored: bytes) -> Signature:
        """The signature that `to_bytes` gave; raises SignatureDamaged where it is none."""
        if stored[:1] != bytes([_FORMAT]) or len(stored) not in (1 + _DIGEST, 1 + _DIGEST + SIZE * _WIDTH):
            raise SignatureDamaged("The stored signature of a document is damaged. Feed the document again.")
        return cls(stored[1 : 1 + _DIGEST], stored[1 + _DIGEST :])


def signature(content: Content) -> Signature:
    """The signature of a document's text, headings included; the same text gives the same on every machine."""
    text, _ = joined(content.sections)
    digest = hashlib.sha256()

    def read() -> Iterator[list[str]]:
        for block in blocks(text):
            digest.update((" ".join(block.split()) + " ").encode("utf-8", "surrogatepass"))
            yield words(block.casefold())

    codes = word_codes(read())
    return Signature(digest.digest(), sketch(codes).astype("<u4").tobytes() if len(codes) >= FEWEST_WORDS else b"")


def bands(signed: Signature) -> tuple[str, ...]:
    """Keys under which a store finds candidates: documents with any key in common may be near duplicates.

    The first is that of exact copies; a short text has no other.
    """
    step = ROWS * _WIDTH
    pieces = (signed.values[n * step : (n + 1) * step] for n in range(BANDS if signed.values else 0))
    near_keys = (f"{n:02d}{hashlib.blake2b(piece, digest_size=8).hexdigest()}" for n, piece in enumerate(pieces))
    return (f"x{signed.digest[:12].hex()}", *near_keys)


def similarity(a: Signature, b: Signature) -> float:
    """Estimated share of common five-word sequences, from 0 to 1; its standard error is at most 0.044."""
    if a.digest == b.digest:
        return 1.0
    if not a.values or not b.values:
        return 0.0
    import numpy as np

    equal = np.frombuffer(a.values, "<u4") == np.frombuffer(b.values, "<u4")
    return float(equal.mean())


def near(signed: Signature, candidates: Mapping[str, Signature], threshold: float) -> list[tuple[str, float]]:
    """The candidates at least so similar, most similar first, then by id."""
    found = ((name, similarity(signed, other)) for name, other in candidates.items())
    return sorted(((name, alike) for name, alike in found if alike >= threshold), key=lambda pair: (-pair[1], pair[0]))
