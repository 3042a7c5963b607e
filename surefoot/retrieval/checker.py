"""The house checker: a small model that reads a question and a text together, and says whether this answers that.

It was trained for this (`make checker`; its card is checker.json beside it) and travels with the package; its words are
cut by the encoder's own tokenizer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surefoot.retrieval.errors import CheckerUnusable
from surefoot.retrieval.onnx_files import load_tokenizer
from surefoot.retrieval.onnx_tables import with_small_tables

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FOLDER = Path(__file__).with_name("checker_weights")
CARD, MODEL = "checker.json", "checker.onnx"
LONGEST = 256
"""Tokens of one input, in training too."""
QUESTION = 110
"""Tokens of a question; of a longer one the end is read, where people ask."""
ANSWER = 40
"""Tokens of the longest answer that is looked for."""
_BEGIN, _BETWEEN = 101, 102
_TOKENS_A_RUN = 640
_LONGEST_TEXT = 16 * LONGEST
"""Characters that may hold the tokens of one input."""
_REMEDY = "Install Surefoot again, or write it anew: make checker."


@dataclass(frozen=True, slots=True)
class Read:
    """What the checker makes of a question and a text."""

    answers: float
    """Log odds that the text answers the question."""
    margin: float
    """How much more the span below looks like the answer than nothing does, in log odds."""
    start: int
    end: int
    """Half-open character span of the likeliest answer in the text."""


@dataclass(frozen=True, slots=True)
class Follows:
    """Chances of what evidence says of a claim; they sum to 1."""

    supported: float
    contradicted: float
    not_stated: float


@dataclass(frozen=True, slots=True)
class _Pair:
    ids: list[int]
    first: int
    """Place of the second text's first token."""
    offsets: list[tuple[int, int]]
    """Character spans of the second text's tokens."""


class Checker:
    """Loads on first use, safe for threads. Raises CheckerUnusable where its files are not those of its card."""

    def __init__(self, encoder_folder: Path, folder: Path = FOLDER, threads: int = 2) -> None:
        """encoder_folder: where tokenizer.json lies; on first use EncoderMissing is raised where it does not."""
        self.sha256 = _verified(folder)
        self._encoder_folder, self._folder, self._threads = encoder_folder, folder, max(1, threads)
        self._lock = Lock()
        self._loaded: tuple[Tokenizer, Any] | None = None

    def read(self, question: str, texts: Sequence[str]) -> list[Read]:
        """What is made of each text, in their order; an empty text answers nothing."""
        pairs = self._pairs(question, texts)
        found: list[Read | None] = [None] * len(pairs)
        for places, outputs in self._runs(pairs):
            for row, place in enumerate(places):
                found[place] = _read(pairs[place], float(outputs[0][row]), outputs[1][row])
        return [read for read in found if read is not None]

    def follows(self, claim: str, evidence: Sequence[str]) -> list[Follows]:
        """What each piece of evidence says of the claim, in their order."""
        pairs = self._pairs(claim, evidence)
        found: list[Follows | None] = [None] * len(pairs)
        for places, outputs in self._runs(pairs):
            for row, place in enumerate(places):
                logits = outputs[2][row].astype(np.float64)
                chances = np.exp(logits - logits.max())
                found[place] = Follows(*(chances / chances.sum()).tolist())
        return [one for one in found if one is not None]

    def _pairs(self, first: str, seconds: Sequence[str]) -> list[_Pair]:
        tokenizer, _ = self._parts()
        asked = tokenizer.encode(first[-_LONGEST_TEXT:], add_special_tokens=False).ids[-QUESTION:]
        room = LONGEST - 3 - len(asked)
        read = tokenizer.encode_batch([second[:_LONGEST_TEXT] for second in seconds], add_special_tokens=False)
        return [
            _Pair([_BEGIN, *asked, _BETWEEN, *one.ids[:room], _BETWEEN], len(asked) + 2, one.offsets[:room])
            for one in read
        ]

    def _parts(self) -> tuple[Tokenizer, Any]:
        """The tokenizer and the session."""
        with self._lock:
            if self._loaded is None:
                self._loaded = load_tokenizer(self._encoder_folder), self._session()
            return self._loaded

    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = self._threads
        options.enable_cpu_mem_arena = False
        with NamedTemporaryFile(suffix=".onnx") as file:  # given as bytes, the session would keep them
            file.write(with_small_tables((self._folder / MODEL).read_bytes()))
            file.flush()
            return onnxruntime.InferenceSession(file.name, options, providers=["CPUExecutionProvider"])

    def _runs(self, pairs: Sequence[_Pair]) -> Iterator[tuple[list[int], list[NDArray[np.float32]]]]:
        """Pairs of like length together, by their places, with what the model says of them."""
        _, session = self._parts()
        order = sorted(range(len(pairs)), key=lambda place: (len(pairs[place].ids), place))
        while order:
            longest = len(pairs[order[-1]].ids)
            many = max(1, _TOKENS_A_RUN // longest)
            places, order = order[-many:], order[:-many]
            ids = np.zeros((len(places), longest), dtype=np.int64)
            mask, kinds = np.zeros_like(ids), np.zeros_like(ids)
            for row, place in enumerate(places):
                pair = pairs[place]
                ids[row, : len(pair.ids)] = pair.ids
                mask[row, : len(pair.ids)] = 1
                kinds[row, pair.first : len(pair.ids)] = 1
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds}
            yield places, session.run(["answers", "span", "follows"], given)


def _read(pair: _Pair, answers: float, span: NDArray[np.float32]) -> Read:
    """The likeliest span of the text's tokens, and how it stands against none (Devlin et al. 2019, section 4.3)."""
    count = len(pair.offsets)
    if not count:
        return Read(-9.0, -9.0, 0, 0)
    starts, ends = (span[pair.first : pair.first + count, n].astype(np.float64) for n in (0, 1))
    together = starts[:, None] + ends[None, :]
    square = np.ones((count, count), dtype=bool)
    together[~np.triu(square) | np.triu(square, ANSWER)] = -1e9
    start, end = np.unravel_index(int(together.argmax()), together.shape)
    margin = float(together[start, end] - span[0].sum())
    return Read(answers, margin, pair.offsets[int(start)][0], pair.offsets[int(end)][1])


def _verified(folder: Path) -> str:
    """The model's hash, which is that of its card."""
    try:
        told = json.loads((folder / CARD).read_text(encoding="utf-8"))["sha256"]
        made = hashlib.sha256((folder / MODEL).read_bytes()).hexdigest()
    except (OSError, ValueError, KeyError) as error:
        raise CheckerUnusable(f"The checker in {folder} cannot be read: {error}. {_REMEDY}") from error
    if told != made:
        raise CheckerUnusable(f"The checker in {folder} is another one than its card names. {_REMEDY}")
    return made
