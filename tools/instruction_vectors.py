"""Writes what the encoder makes of the shipped examples of instructions: `python -m tools.instruction_vectors`."""

from __future__ import annotations

from pathlib import Path

from surefoot.retrieval.encoders import MiniLM
from surefoot.serving.instructions import store_vectors
from surefoot.serving.models.weights import WeightStore
from surefoot.serving.phrases.tables import INSTRUCTION_VECTORS

if __name__ == "__main__":
    weights = WeightStore(Path.home() / ".cache" / "surefoot" / "weights")
    store_vectors(MiniLM(weights.minilm_folder()).encode, INSTRUCTION_VECTORS)
