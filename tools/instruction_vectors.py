"""Writes what the encoder makes of the shipped examples of instructions: `python -m tools.instruction_vectors`."""

from __future__ import annotations

from surefoot.app.settings import load_settings
from surefoot.app.wiring import build_weights
from surefoot.retrieval.encoders import MiniLM
from surefoot.serving.instructions import store_vectors

if __name__ == "__main__":
    store_vectors(MiniLM(build_weights(load_settings()).minilm_folder()).encode)
