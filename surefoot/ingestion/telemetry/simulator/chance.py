"""Repeatable chance: streams, shares and noise that depend on names alone, on any machine and in any order."""

from __future__ import annotations

import math
from hashlib import blake2b
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BITS_64: Final = 2**64
GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
SECOND: Final = np.uint64(0x94D049BB133111EB)
"""Constants of SplitMix64 (Steele, Lea and Flood, 2014)."""


def stream(*parts: object) -> Random:
    """A stream of chance of its own for these names."""
    return Random("|".join(map(str, parts)))  # noqa: S311 - repeatable, not secret


def whole(*parts: object) -> int:
    """A number from 0 to below 2**64 for these names."""
    return int.from_bytes(blake2b("|".join(map(str, parts)).encode(), digest_size=8).digest(), "big")


def share(*parts: object) -> float:
    """A number from 0 to below 1 for these names."""
    return whole(*parts) / BITS_64


def happenings(random: Random, mean: float) -> int:
    """How often something happens that happens `mean` times on average (Poisson, by Knuth's product)."""
    bound, product, count = math.exp(-mean), random.random(), 0
    while product > bound:
        product *= random.random()
        count += 1
    return count


def noise(salt: int, times: NDArray[np.int64]) -> Floats:
    """Numbers from -1 to 1, even, one for each time: the same for the same salt and time."""
    mixed = times.astype(np.uint64) * GOLDEN + np.uint64(salt % BITS_64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * SECOND
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) * (2.0 / 2**53) - 1.0
