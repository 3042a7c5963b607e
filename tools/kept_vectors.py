"""Keeps the vectors of texts in a folder, so that a measurement that is repeated encodes nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from surefoot.retrieval.encoders import DenseEncoder
from surefoot.retrieval.plain import Encode


class KeptVectors(DenseEncoder):
    """Another encoder, whose vectors are kept under its name and the text's hash."""

    def __init__(self, encoder: DenseEncoder, folder: Path) -> None:
        self._encoder = encoder
        self._file = folder / f"{encoder.name}.npz"
        self.name, self.dimension, self.max_tokens = encoder.name, encoder.dimension, encoder.max_tokens
        self.multilingual = encoder.multilingual
        folder.mkdir(parents=True, exist_ok=True)
        self._known: dict[str, NDArray[np.float32]] = {}
        if self._file.is_file():
            with np.load(self._file) as kept:
                self._known = dict(zip(kept["keys"].tolist(), kept["rows"], strict=True))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts; those that were encoded before are looked up."""
        return self._all("t", texts, self._encoder.encode)

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode questions; as `encode`."""
        return self._all("q", texts, self._encoder.encode_questions)

    def tokenize(self, text: str) -> list[int]:
        """The text's token ids."""
        return self._encoder.tokenize(text)

    def save(self) -> None:
        """Write what is known."""
        np.savez(self._file, keys=np.array(list(self._known)), rows=np.stack(list(self._known.values())))

    def _all(self, kind: str, texts: Sequence[str], encode: Encode) -> NDArray[np.float32]:
        keys = [sha256(f"{kind}\n{text}".encode("utf-8", "replace")).hexdigest() for text in texts]
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if fresh:
            self._known |= zip(fresh, encode(list(fresh.values())), strict=True)
        return np.array([self._known[key] for key in keys], dtype=np.float32).reshape(len(texts), self.dimension)
