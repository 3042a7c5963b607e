"""Remembers the vectors of the questions that were encoded last, so that asking again costs no encoding."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from surefoot.retrieval.encoder_registry import EncoderKind
from surefoot.retrieval.encoders import DenseEncoder, TokenVectors

QUESTIONS = 4_096
"""Questions whose vectors are remembered: some 6 MB at 384 numbers each."""


@dataclass(frozen=True, slots=True)
class Hits:
    """How often a question was known."""

    known: int = 0
    encoded: int = 0


class RememberingEncoder(DenseEncoder):
    """Another encoder that encodes no question twice in a row of some thousands; safe for threads.

    Questions are known by a hash of their text, so that none is kept here in words. Texts of documents are encoded
    each time: what was deleted leaves nothing behind. One encoder has one memory, so another model or recipe never
    meets these vectors.
    """

    def __init__(self, inner: DenseEncoder, questions: int = QUESTIONS) -> None:
        """questions: how many are remembered at most; the one that was not asked for longest goes first."""
        self.name = inner.name
        self.dimension = inner.dimension
        self.max_tokens = inner.max_tokens
        self.multilingual = inner.multilingual
        self.hits = Hits()
        self._inner = inner
        self._most = questions
        self._lock = Lock()
        self._known: OrderedDict[bytes, NDArray[np.float32]] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts of documents, see `DenseEncoder.encode`; nothing is remembered."""
        return self._inner.encode(texts)

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode questions, those that are not known yet."""
        keys = [_key(text) for text in texts]
        found = self._find(keys)
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if fresh:
            rows = self._inner.encode_questions(list(fresh.values()))
            made = dict(zip(fresh, rows, strict=True))
            self._keep(made)
            found |= made
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for number, key in enumerate(keys):
            rows[number] = found[key]
        return rows

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """The tokens of texts, see `DenseEncoder.encode_tokens`; nothing is remembered."""
        return self._inner.encode_tokens(texts)

    def tokenize(self, text: str) -> list[int]:
        """The text's token ids, see `DenseEncoder.tokenize`."""
        return self._inner.tokenize(text)

    def count_tokens(self, text: str) -> int:
        """How many tokens the text has."""
        return self._inner.count_tokens(text)

    def _find(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        with self._lock:
            found = {key: self._known[key] for key in keys if key in self._known}
            for key in found:
                self._known.move_to_end(key)
            known = sum(key in found for key in keys)
            self.hits = Hits(self.hits.known + known, self.hits.encoded + len(keys) - known)
            return found

    def _keep(self, made: dict[bytes, NDArray[np.float32]]) -> None:
        with self._lock:
            for key, row in made.items():
                self._known[key] = row.copy()  # a row alone would hold on to all of its batch
                self._known.move_to_end(key)
            while len(self._known) > self._most:
                self._known.popitem(last=False)


def remembering(kind: EncoderKind) -> EncoderKind:
    """The same kind of encoder, which remembers questions."""
    return replace(kind, make=lambda: RememberingEncoder(kind.make()))


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
