"""Turns texts into vectors: dense by a small transformer, sparse by BM25."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from surefoot.core.nouns import Encoding
from surefoot.retrieval.bm25 import Bm25, without_surrogates
from surefoot.retrieval.onnx_files import MINILM_DIMENSION, MINILM_FILES, load_model, load_tokenizer
from surefoot.retrieval.onnx_model import OnnxModel

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = [
    "MINILM_FILES",
    "DenseEncoder",
    "HybridEncoder",
    "MiniLM",
    "TokenVectors",
    "batches_by_length",
    "even_budget",
    "question_vectors",
    "windows",
]

_WINDOW = 256
"""Tokens that all-MiniLM-L6-v2 was trained to read, its two marks included (its model card)."""
_MARKS = 2
_TOKENS_A_BATCH = 128
"""On a CPU a long text costs least alone, and short ones gain from company: measured on texts of 10 to 256 tokens."""
LONGEST_QUESTION = 20_000
"""Characters of a question that are searched for: a pasted book is not a question."""
_LONGEST_READ = 64 * _WINDOW
"""Characters that may hold a window of tokens; what follows would be cut anyway, and costs time to tokenize."""


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """A text as its tokens, each in its context."""

    tokens: tuple[str, ...]
    """As the tokenizer cuts them, "##" before one that goes on within a word; the marks at both ends among them."""
    states: NDArray[np.float32]
    """Shape (len(tokens), dimension), of any length; their mean points where the whole text's vector does."""

    @property
    def whole(self) -> NDArray[np.float32]:
        """The text's vector, of unit length."""
        return _mean(list(self.states))

    def directions(self, only: Callable[[str], bool] = bool) -> NDArray[np.float32]:
        """Unit vectors of the tokens of this kind, and of all where none is."""
        rows = self.states[[only(token) for token in self.tokens]]
        rows = rows if len(rows) else self.states
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


class DenseEncoder(ABC):
    """Maps texts to points on the unit sphere, near for near meanings."""

    name: str
    dimension: int
    """Floats in a vector."""
    max_tokens: int
    """Tokens of a text (as `count_tokens` counts) that are read; the rest is cut off."""
    multilingual: bool = False
    """Whether a question lies near texts of another language that answer it."""

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts to an array of shape (len(texts), dimension), rows of unit length in the order of the texts."""

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode questions, for models that read them in another way than the texts that answer them; as `encode`."""
        return self.encode(texts)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """The tokens of texts, in their order; a model that tells only of whole texts takes each for one token."""
        return [TokenVectors(("",), row[None]) for row in self.encode(texts)]

    @abstractmethod
    def tokenize(self, text: str) -> list[int]:
        """The text's token ids, uncut, without the model's own marks at both ends.

        Where a model tells only how many there are, a number for each.
        """

    def count_tokens(self, text: str) -> int:
        """How many tokens the text has; nothing is cut off where this is at most `max_tokens`."""
        return len(self.tokenize(text))


class MiniLM(DenseEncoder):
    """all-MiniLM-L6-v2 (Apache-2.0), quantized to 8 bits, on the CPU; loads on first use, safe for threads.

    Raises EncoderMissing or EncoderBroken on first use, when its files are absent or damaged.
    """

    name = "all-MiniLM-L6-v2-int8"
    dimension = MINILM_DIMENSION
    max_tokens = _WINDOW - _MARKS

    def __init__(self, folder: Path, threads: int = 2) -> None:
        """folder holds the files of MINILM_FILES; threads: how many texts are encoded at the same time."""
        self._folder = folder
        self._threads = max(1, threads)
        self._lock = Lock()
        self._model: OnnxModel | None = None
        self._tokenizer: Tokenizer | None = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts to an array of shape (len(texts), 384), rows of unit length in the order of the texts."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return rows
        model = self._loaded_model()

        def run(places: list[int], batch: list[str]) -> None:
            rows[places] = model.vectors(batch)

        self._in_batches(texts, run)
        return rows

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """The tokens of texts, in their order; as many as are read of each."""
        if not texts:
            return []
        found: dict[int, TokenVectors] = {}
        model = self._loaded_model()

        def run(places: list[int], batch: list[str]) -> None:
            states = model.token_states(batch)
            found.update((place, TokenVectors(*row)) for place, row in zip(places, states, strict=True))

        self._in_batches(texts, run)
        return [found[place] for place in range(len(texts))]

    def _in_batches(self, texts: Sequence[str], run: Callable[[list[int], list[str]], None]) -> None:
        """Call with places and texts of similar length, in several threads where there is more than one batch."""
        readable = [without_surrogates(text[:_LONGEST_READ]) for text in texts]
        lengths = [len(self._tokens(text)) + _MARKS for text in readable]
        batches = batches_by_length(lengths, even_budget(sum(lengths), self._threads))

        def encode_batch(places: list[int]) -> None:
            run(places, [readable[place] for place in places])

        if len(batches) == 1:
            encode_batch(batches[0])
            return
        with ThreadPoolExecutor(self._threads, thread_name_prefix="encoder") as pool:
            list(pool.map(encode_batch, batches))

    def tokenize(self, text: str) -> list[int]:
        """The text's token ids, uncut, without [CLS] and [SEP]; does not load the model."""
        return self._tokens(without_surrogates(text))

    def _tokens(self, text: str) -> list[int]:
        return self._loaded_tokenizer().encode(text, add_special_tokens=False).ids

    def _loaded_tokenizer(self) -> Tokenizer:
        with self._lock:
            if self._tokenizer is None:
                self._tokenizer = load_tokenizer(self._folder)
            return self._tokenizer

    def _loaded_model(self) -> OnnxModel:
        with self._lock:
            if self._model is None:
                self._model = load_model(self._folder, _WINDOW)
            return self._model


class HybridEncoder:
    """Makes both vectors of a text: dense for its meaning, sparse for its words."""

    def __init__(self, dense: DenseEncoder, sparse: Bm25) -> None:
        self.dense = dense
        self.sparse = sparse

    def encode_documents(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode texts for the index, in their order."""
        vectors = self.dense.encode(texts)
        return [_joined(vector, self.sparse.document(text)) for vector, text in zip(vectors, texts, strict=True)]

    def encode_question(self, text: str) -> Encoding:
        """Encode a question for a search."""
        return self.encode_questions([text])[0]

    def encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode many questions at once, in their order; one beyond the dense encoder's budget is read in windows."""
        asked = [text[:LONGEST_QUESTION] for text in texts]
        vectors = question_vectors(asked, self.dense)
        return [_joined(vector, self.sparse.question(text)) for vector, text in zip(vectors, asked, strict=True)]


def question_vectors(texts: Sequence[str], encoder: DenseEncoder) -> list[NDArray[np.float32]]:
    """A unit vector of each question, which is read in windows where it is longer than the encoder reads."""
    parts = [windows(text[:LONGEST_QUESTION], encoder) for text in texts]
    rows = iter(encoder.encode_questions([part for some in parts for part in some]))
    return [_mean([next(rows) for _ in some]) for some in parts]


def windows(text: str, encoder: DenseEncoder) -> list[str]:
    """Cut a text between words into parts that the encoder reads whole; a short text is its own only part."""
    if encoder.count_tokens(text) <= encoder.max_tokens:
        return [text]
    parts: list[list[str]] = [[]]
    used = 0
    for word in text.split():
        tokens = encoder.count_tokens(word)
        if parts[-1] and used + tokens > encoder.max_tokens:
            parts.append([])
            used = 0
        parts[-1].append(word)
        used += tokens
    return [" ".join(part) for part in parts]


def batches_by_length(lengths: Sequence[int], budget: int = _TOKENS_A_BATCH) -> list[list[int]]:
    """Put places of similar length together, longest first, so that a padded batch holds at most `budget` tokens.

    A text longer than the budget has a batch of its own.
    """
    batches: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        batch = batches[-1] if batches else []
        if batch and (len(batch) + 1) * lengths[batch[0]] <= budget:
            batch.append(place)
        else:
            batches.append([place])
    return batches


def even_budget(tokens: int, threads: int, most: int = _TOKENS_A_BATCH) -> int:
    """Tokens of a batch, at most `most`: as many that no thread waits long for another's last one."""
    rounds = math.ceil(tokens / (threads * most))
    return math.ceil(tokens / (threads * max(rounds, 1)))


def _mean(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """The middle of unit vectors, itself of unit length."""
    if len(vectors) == 1:
        return vectors[0]
    middle = np.stack(vectors).sum(axis=0)
    return np.asarray(middle / (np.linalg.norm(middle) or 1.0), dtype=np.float32)


def _joined(dense: NDArray[np.float32], sparse: tuple[tuple[int, ...], tuple[float, ...]]) -> Encoding:
    return Encoding(tuple(dense.tolist()), *sparse)
