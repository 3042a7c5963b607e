"""Measures how the time of a function grows with the length of what it reads."""

from __future__ import annotations

import time
from collections.abc import Callable

RUNS = 5
"""Of which the fastest counts, as whatever else runs on a machine only makes a run slower."""
LINEAR = 10
"""Growth over four times the length that stays below this is no square: 4 is linear, 16 a square, 64 a cube."""


def growth(run: Callable[[str], object], made: Callable[[int], str], size: int) -> float:
    """How many times as long `run` takes on what is made at four times the size."""
    return _fastest(run, made(4 * size)) / _fastest(run, made(size))


def _fastest(run: Callable[[str], object], read: str) -> float:
    times: list[float] = []
    for _ in range(RUNS):
        began = time.process_time()
        run(read)
        times.append(time.process_time() - began)
    return min(times)
