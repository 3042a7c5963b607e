"""Loads the dense encoder's files, and says what to do where they are absent or damaged."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from surefoot.retrieval.errors import EncoderBroken, EncoderMissing
from surefoot.retrieval.onnx_model import OnnxModel

if TYPE_CHECKING:
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


def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer, without truncation and padding; raises EncoderMissing or EncoderBroken."""
    from tokenizers import Tokenizer

    require(folder, ["tokenizer.json"])
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # tokenizers raises nothing narrower
        raise EncoderBroken(f"The encoder's tokenizer in {folder} is damaged: {error}. Delete it. {_REMEDY}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def load_model(folder: Path, window: int, threads: int = 1) -> OnnxModel:
    """The model, cutting texts at `window` tokens; raises EncoderMissing or EncoderBroken.

    threads: cores of one run; with one, texts, not matrix products, are what is shared out to the cores.
    """
    require(folder, MINILM_FILES)
    tokenizer = load_tokenizer(folder)
    tokenizer.enable_truncation(window)  # the files give the position table's size, 512
    tokenizer.enable_padding()
    try:
        return OnnxModel(folder / "model.onnx", tokenizer, threads)
    except Exception as error:  # onnxruntime's errors share no narrower class
        raise EncoderBroken(f"The encoder's model in {folder} is damaged: {error}. Delete it. {_REMEDY}") from error


def require(folder: Path, names: Iterable[str]) -> None:
    """Raise EncoderMissing, which names the files that a folder lacks."""
    absent = [name for name in names if not (folder / name).is_file()]
    if absent:
        raise EncoderMissing(f"The encoder lacks {', '.join(absent)} in {folder}. {_REMEDY}")
