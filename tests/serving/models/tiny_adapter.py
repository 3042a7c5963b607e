"""Writes an adapter for the small model by hand: two random matrices beside one of its own."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

WIDTH, RANK, ALIGNED = 576, 4, 32
PLACE = "blk.29.attn_output.weight"
_STRING, _FLOAT = 8, 6


def write_tiny_adapter(path: Path, strength: float) -> Path:
    """A GGUF file for SmolLM2-135M that moves what its last layer says; strength: size of the numbers."""
    dice = np.random.default_rng(7)
    down = dice.normal(size=(RANK, WIDTH)).astype("<f4")
    up = (strength * dice.normal(size=(WIDTH, RANK))).astype("<f4")
    told = {"general.architecture": "llama", "general.type": "adapter", "adapter.type": "lora"}
    head = b"GGUF" + struct.pack("<IQQ", 3, 2, len(told) + 1)
    head += b"".join(_text(name) + struct.pack("<I", _STRING) + _text(value) for name, value in told.items())
    head += _text("adapter.lora.alpha") + struct.pack("<If", _FLOAT, RANK)
    at = 0
    for name, matrix in (("lora_a", down), ("lora_b", up)):
        head += _text(f"{PLACE}.{name}") + struct.pack("<IQQIQ", 2, *matrix.shape[::-1], 0, at)
        at += matrix.nbytes
    path.write_bytes(head + b"\0" * (-len(head) % ALIGNED) + down.tobytes() + up.tobytes())
    return path


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()
