"""Says how near two texts are in meaning, and remembers the vectors of what was asked about just before."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from surefoot.retrieval.encoders import DenseEncoder, TokenVectors

Terms = Callable[[str], list[str]]
_KEPT = 256
"""Vectors: the evidence of some ten answers."""
_TOKENS_KEPT = 32
"""Texts whose tokens are kept, some 0.1 MB each: the evidence of an answer."""


class Nearness:
    """Cosines by one encoder."""

    def __init__(self, encoder: DenseEncoder) -> None:
        @lru_cache(maxsize=_KEPT)
        def vector(text: str) -> NDArray[np.float32]:
            return encoder.encode([text])[0]

        @lru_cache(maxsize=_TOKENS_KEPT)
        def tokens(text: str) -> TokenVectors:
            return encoder.encode_tokens([text])[0]

        self._vector = vector
        self._tokens = tokens

    def cosine(self, one: str, other: str) -> float:
        """From -1 to 1; 1 for the same meaning."""
        return float(self._vector(one) @ self._vector(other))

    def of_words(self, text: str, wanted: frozenset[str], source: str, terms: Terms) -> dict[str, float]:
        """Words of a text whose stems are wanted, each with the cosine of the token of the source nearest to it."""
        asked = self._tokens(text)
        cosines = (asked.directions() @ self._tokens(source).directions().T).max(axis=1)
        found: list[tuple[str, list[float]]] = []
        for token, cosine in zip(asked.tokens, cosines.tolist(), strict=True):
            if token.startswith("##") and found:
                word, before = found[-1]
                found[-1] = (word + token[2:], [*before, cosine])
            else:
                found.append((token, [cosine]))
        return {word: sum(some) / len(some) for word, some in found if wanted.intersection(terms(word))}
