"""Orders the first passages anew by a model that reads question and passage together; off unless one is set."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from surefoot.core.nouns import Passage
from surefoot.retrieval.errors import RerankerUnusable

if TYPE_CHECKING:
    from fastembed.rerank.cross_encoder import TextCrossEncoder

RERANKED = 30
"""Passages that are read with the question."""
NEEDED = ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")
"""Files beside the model, as fastembed reads them."""
MODELS = ("model.onnx", "onnx/model.onnx")
_REMEDY = "Correct SUREFOOT_RERANKER, or leave it out to search without a cross-encoder."
_registration = Lock()


class Reranker(ABC):
    """Tells how well each text answers a question."""

    name: str

    @abstractmethod
    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """A number for each text, the higher the better; of any unit."""


class CrossEncoder(Reranker):
    """A cross-encoder as ONNX, from a folder or, by name, from the hub; loads on first use, safe for threads.

    A folder holds the model (MODELS) and the files of NEEDED. Raises RerankerUnusable on first use.
    """

    def __init__(self, name: str, threads: int = 2) -> None:
        """name: a folder, or a model of the hub such as Xenova/ms-marco-MiniLM-L-6-v2."""
        self.name = name
        self._threads = max(1, threads)
        self._lock = Lock()
        self._model: TextCrossEncoder | None = None

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """A number for each text, the higher the better."""
        return [float(score) for score in self._loaded().rerank(question, list(texts))] if texts else []

    def _loaded(self) -> TextCrossEncoder:
        with self._lock:
            if self._model is None:
                self._model = _load(self.name, self._threads)
            return self._model


def reranked(question: str, passages: Sequence[Passage], reranker: Reranker) -> list[Passage]:
    """The passages in the order of the reranker, equal ones as they were; places keep their scores."""
    given = reranker.scores(question, [_read(passage) for passage in passages])
    places = sorted(range(len(passages)), key=lambda place: (-given[place], place))
    return [replace(passages[place], score=there.score) for place, there in zip(places, passages, strict=True)]


def _read(passage: Passage) -> str:
    """A passage's text under its last heading or title."""
    chunk = passage.chunk
    return f"{chunk.heading_path[-1] if chunk.heading_path else chunk.title}\n{chunk.text}".strip()


def _load(name: str, threads: int) -> TextCrossEncoder:
    from fastembed.common.model_description import ModelSource
    from fastembed.rerank.cross_encoder import TextCrossEncoder

    folder = Path(name).expanduser()
    is_folder = folder.is_dir()
    model_file = _model_file(folder) if is_folder else MODELS[1]
    with _registration:  # which is global to the process
        known = {str(model["model"]).lower() for model in TextCrossEncoder.list_supported_models()}
        if name.lower() not in known:
            TextCrossEncoder.add_custom_model(name, ModelSource(hf=name), model_file=model_file)
    try:
        return TextCrossEncoder(name, threads=threads, specific_model_path=str(folder) if is_folder else None)
    except Exception as error:  # neither fastembed nor onnxruntime raises anything narrower
        raise RerankerUnusable(f"The cross-encoder '{name}' cannot be loaded: {error}. {_REMEDY}") from error


def _model_file(folder: Path) -> str:
    found = next((name for name in MODELS if (folder / name).is_file()), None)
    absent = [name for name in NEEDED if not (folder / name).is_file()]
    if found is None or absent:
        lacking = ", ".join([*([] if found else [MODELS[0]]), *absent])
        raise RerankerUnusable(f"The cross-encoder in {folder} lacks {lacking}. {_REMEDY}")
    return found
