"""Runs a small transformer as ONNX on the CPU, in as little memory as it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surefoot.retrieval.onnx_tables import with_small_tables

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True, slots=True)
class _States:
    """What the model makes of some texts."""

    ids: NDArray[np.int64]
    """Shape (texts, tokens), padded to the longest text."""
    mask: NDArray[np.int64]
    """1 where a token is the text's own, 0 in the padding."""
    states: NDArray[np.float32]
    """Shape (texts, tokens, dimension)."""


class OnnxModel:
    """A model and its tokenizer; safe for threads."""

    def __init__(self, model: Path, tokenizer: Tokenizer, threads: int = 1) -> None:
        """tokenizer: which cuts and pads as the model wants it; threads: cores of one run."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = threads
        options.enable_cpu_mem_arena = False  # it would keep what the longest texts needed, 65 MB, for ever
        with NamedTemporaryFile(suffix=".onnx") as file:  # given as bytes, the session would keep them
            file.write(with_small_tables(model.read_bytes()))
            file.flush()
            self._session: Any = onnxruntime.InferenceSession(file.name, options, providers=["CPUExecutionProvider"])
        self._inputs = {given.name for given in self._session.get_inputs()}
        self._tokenizer = tokenizer

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A unit vector of each text, the mean of its tokens'; shape (len(texts), dimension)."""
        made = self._run(texts)
        summed = made.states.sum(axis=1, where=made.mask[:, :, None] > 0, dtype=np.float64)
        means = summed / np.maximum(made.mask.sum(axis=1, keepdims=True), 1)
        return (means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)).astype(np.float32)

    def token_states(self, texts: Sequence[str]) -> list[tuple[tuple[str, ...], NDArray[np.float32]]]:
        """The tokens of each text and what the model makes of them, shape (tokens, dimension), without the padding."""
        made = self._run(texts)
        return [
            (tuple(self._tokenizer.id_to_token(int(token)) or "" for token in ids[mask > 0]), states[mask > 0])
            for ids, mask, states in zip(made.ids, made.mask, made.states, strict=True)
        ]

    def _run(self, texts: Sequence[str]) -> _States:
        encoded = self._tokenizer.encode_batch(list(texts))
        ids = np.array([one.ids for one in encoded], dtype=np.int64)
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        return _States(ids, mask, states)
