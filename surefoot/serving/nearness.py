"""Says how near two texts are in meaning, and remembers the vectors of what was asked about just before."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from surefoot.retrieval.encoders import DenseEncoder

_KEPT = 256
"""Vectors: the evidence of some ten answers."""


class Nearness:
    """Cosines by one encoder."""

    def __init__(self, encoder: DenseEncoder) -> None:
        @lru_cache(maxsize=_KEPT)
        def vector(text: str) -> NDArray[np.float32]:
            return encoder.encode([text])[0]

        self._vector = vector

    def cosine(self, one: str, other: str) -> float:
        """From -1 to 1; 1 for the same meaning."""
        return float(self._vector(one) @ self._vector(other))
