"""The encoder as fastembed runs it by itself, in the order of the texts and padded to the longest: for comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from surefoot.retrieval.onnx_files import MINILM_DIMENSION, MINILM_FILES, require

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
_NAME, _WINDOW = "all-MiniLM-L6-v2-int8", 256


def plain_encoder(folder: Path, cores: int) -> Encode:
    """Our default model, called as other programs call it: one run after the other, each on all cores."""
    from fastembed import TextEmbedding

    require(folder, MINILM_FILES)
    _register()
    model = TextEmbedding(_NAME, specific_model_path=str(folder), threads=cores)
    tokenizer: Tokenizer = cast("Any", model.model).tokenizer
    tokenizer.enable_truncation(_WINDOW)  # the files give the position table's size, 512

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array(list(model.embed(list(texts))), dtype=np.float32)

    return encode


def _register() -> None:
    """Tell fastembed about the model; the registration is global to the process."""
    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource, PoolingType

    if any(known["model"] == _NAME for known in TextEmbedding.list_supported_models()):
        return
    TextEmbedding.add_custom_model(
        model=_NAME,
        pooling=PoolingType.MEAN,
        normalization=True,
        sources=ModelSource(hf="sentence-transformers/all-MiniLM-L6-v2"),
        dim=MINILM_DIMENSION,
        model_file="model.onnx",
    )
