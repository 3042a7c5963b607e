"""The encoder's model as it is run: the same numbers as the published one's, in less memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from surefoot.retrieval.encoders import MiniLM
from surefoot.retrieval.onnx_tables import with_small_tables
from surefoot.retrieval.plain import plain_encoder

TEXTS = ["Replace the brake pads when they are thinner than 3 mm.", "", "a", "The van of the fleet. " * 60, "日本語 🙂"]
TABLE = 30_522 * 384
"""Numbers in the table of words."""


def test_vectors_are_those_of_the_published_model(minilm: MiniLM, minilm_folder: Path) -> None:
    published = plain_encoder(minilm_folder, 1)
    alone = np.vstack([published([text]) for text in TEXTS])
    assert minilm.encode(TEXTS) == pytest.approx(alone, abs=1e-6)


def test_the_table_of_words_keeps_its_eight_bits_once_the_model_is_loaded(minilm_folder: Path, tmp_path: Path) -> None:
    model = (minilm_folder / "model.onnx").read_bytes()
    before, after = (_loaded_bytes(graph, tmp_path) for graph in (model, with_small_tables(model)))
    assert before - after == pytest.approx(3 * TABLE, rel=0.02)


def test_a_model_without_such_a_table_stays_as_it_is(minilm_folder: Path) -> None:
    once = with_small_tables((minilm_folder / "model.onnx").read_bytes())
    assert with_small_tables(once) == once


def _loaded_bytes(graph: bytes, folder: Path) -> int:
    """Bytes of the model as the runtime keeps it."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / "loaded.onnx")
    onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    return (folder / "loaded.onnx").stat().st_size
