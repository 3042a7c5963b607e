"""Loads the dense encoder's files, and says what to do where they are absent or damaged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from surefoot.retrieval.errors import EncoderBroken, EncoderMissing

if TYPE_CHECKING:
    import numpy as np
    from fastembed import TextEmbedding
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

MINILM_FILES = {
    "model.onnx": "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}
"""File name → sha256 of what MiniLM's folder must hold."""

MINILM_DIMENSION = 384

_REMEDY = "Run `surefoot weights fetch encoder`."
_registration = Lock()


def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer, without truncation and padding; raises EncoderMissing or EncoderBroken."""
    from tokenizers import Tokenizer

    _require(folder, ["tokenizer.json"])
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # tokenizers raises nothing narrower
        raise EncoderBroken(f"The encoder's tokenizer in {folder} is damaged: {error}. Delete it. {_REMEDY}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def load_model(folder: Path, name: str, window: int, threads: int = 1) -> TextEmbedding:
    """The ONNX model under this name, cutting texts at `window` tokens; raises EncoderMissing or EncoderBroken.

    threads: cores of one run; with one, texts, not matrix products, are what is shared out to the cores.
    """
    _require(folder, MINILM_FILES)
    from fastembed import TextEmbedding

    _register(name)
    try:
        model = TextEmbedding(name, specific_model_path=str(folder), threads=threads)
        _cut_at(model, window)
    except Exception as error:  # onnxruntime's errors share no narrower class
        raise EncoderBroken(f"The encoder's model in {folder} is damaged: {error}. Delete it. {_REMEDY}") from error
    return model


def token_states(model: TextEmbedding, texts: Sequence[str]) -> list[tuple[tuple[str, ...], NDArray[np.float32]]]:
    """The tokens of each text and what the model makes of them, shape (tokens, dimension), without the padding."""
    runner = cast("Any", model.model)
    run = runner.onnx_embed(list(texts))
    rows = zip(run.input_ids, run.attention_mask, run.model_output, strict=True)
    return [
        (tuple(runner.tokenizer.id_to_token(int(token)) for token in ids[mask > 0]), states[mask > 0])
        for ids, mask, states in rows
    ]


def _cut_at(model: TextEmbedding, window: int) -> None:
    """Truncate earlier than the tokenizer's files say: they give the position table's size, 512."""
    tokenizer: Tokenizer = cast("Any", model.model).tokenizer
    tokenizer.enable_truncation(window)


def _register(name: str) -> None:
    """Tell fastembed about the model once; the registration is global to the process."""
    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource, PoolingType

    with _registration:
        if any(known["model"] == name for known in TextEmbedding.list_supported_models()):
            return
        TextEmbedding.add_custom_model(
            model=name,
            pooling=PoolingType.MEAN,
            normalization=True,
            sources=ModelSource(hf="sentence-transformers/all-MiniLM-L6-v2"),
            dim=MINILM_DIMENSION,
            model_file="model.onnx",
        )


def _require(folder: Path, names: Iterable[str]) -> None:
    absent = [name for name in names if not (folder / name).is_file()]
    if absent:
        raise EncoderMissing(f"The encoder lacks {', '.join(absent)} in {folder}. {_REMEDY}")
