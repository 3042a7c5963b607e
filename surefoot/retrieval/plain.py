"""The encoder as fastembed runs it by itself, in the order of the texts and padded to the longest: for comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from surefoot.retrieval.onnx_files import load_model

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
_WINDOW = 256


def plain_encoder(folder: Path, cores: int) -> Encode:
    """Our default model, called as other programs call it: one run after the other, each on all cores."""
    model = load_model(folder, "all-MiniLM-L6-v2-int8", _WINDOW, cores)

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array(list(model.embed(list(texts))), dtype=np.float32)

    return encode
