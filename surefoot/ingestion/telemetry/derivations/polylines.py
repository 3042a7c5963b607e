"""Writes and reads encoded polylines, and leaves out points of routes that change nothing to be seen."""

from __future__ import annotations

import numpy as np

from surefoot.ingestion.telemetry.derivations.columns import Mask, Whole, spread
from surefoot.retrieval.records.samples import Floats

PRECISION = 1e5
"""Five decimals of a degree, about a metre."""


def encoded(latitude: Floats, longitude: Floats, first: Whole, end: Whole) -> list[str]:
    """Polylines (Google's encoded polyline algorithm format) of the slices from `first` to before `end`.

    The slices are in order and do not overlap; positions outside of them are not read, those inside are finite.
    """
    whole = np.rint(np.stack([latitude, longitude], axis=1) * PRECISION)
    whole = np.nan_to_num(whole).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    begun = first[end > first]
    steps[begun] = whole[begun]
    steps = steps.ravel()
    bits = np.where(steps < 0, ~(steps << 1), steps << 1)
    pieces = bits[:, None] >> (5 * np.arange(6))
    follows = np.append(pieces[:, 1:] > 0, np.zeros((len(bits), 1), dtype=np.bool_), axis=1)
    used = np.append(np.ones((len(bits), 1), dtype=np.bool_), follows[:, :-1], axis=1)
    letters = ((pieces & 31) + np.where(follows, 32, 0) + 63).astype(np.uint8)[used].tobytes().decode("ascii")
    until = np.concatenate(([0], np.cumsum(used.sum(axis=1))))[0::2]
    return [letters[until[a] : until[b]] for a, b in zip(first, end, strict=True)]


def decoded(polyline: str) -> tuple[Floats, Floats]:
    """Latitudes and longitudes in degrees of an encoded polyline. Raises ValueError for one that is cut off."""
    numbers: list[int] = []
    value = shift = 0
    for letter in polyline:
        piece = ord(letter) - 63
        if not 0 <= piece < 64:
            raise ValueError(f"An encoded polyline has no letter {letter!r}.")
        value |= (piece & 31) << shift
        shift += 5
        if piece < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    if shift or len(numbers) % 2:
        raise ValueError(f"The encoded polyline of {len(polyline)} letters is cut off.")
    points = np.cumsum(np.array(numbers, dtype=np.float64).reshape(-1, 2), axis=0) / PRECISION
    return points[:, 0], points[:, 1]


def simplified(east: Floats, north: Floats, first: Whole, last: Whole, tolerance: float) -> Mask:
    """Which points suffice to draw lines within a tolerance (Douglas and Peucker 1973), all lines at once.

    `east` and `north` in one plane's units; a line goes from point `first` to point `last`, both always kept. Each
    round splits all parts that are still too far from their points, each at its furthest one.
    """
    kept = np.zeros(len(east), dtype=np.bool_)
    kept[first] = kept[last] = True
    one, other = first, last
    while True:
        wide = other - one >= 2
        one, other = one[wide], other[wide]
        if not len(one):
            return kept
        furthest, distance = _furthest(east, north, one, other)
        split = distance > tolerance
        middle, one, other = furthest[split], one[split], other[split]
        kept[middle] = True
        one, other = np.concatenate([one, middle]), np.concatenate([middle, other])


def _furthest(east: Floats, north: Floats, one: Whole, other: Whole) -> tuple[Whole, Floats]:
    """For each part the point between its ends that is furthest from the line between them, and how far."""
    counts = other - one - 1
    part, nth = spread(counts)
    point = one[part] + 1 + nth
    wide, high = east[other] - east[one], north[other] - north[one]
    square = wide * wide + high * high
    x, y = east[point] - east[one][part], north[point] - north[one][part]
    with np.errstate(divide="ignore", invalid="ignore"):
        along = np.nan_to_num((x * wide[part] + y * high[part]) / square[part])
    along = np.minimum(np.maximum(along, 0.0), 1.0)
    away = np.hypot(x - along * wide[part], y - along * high[part])
    begins = np.cumsum(counts) - counts
    most = np.maximum.reduceat(away, begins)
    candidates = np.where(away == most[part], point, len(east))
    return np.minimum.reduceat(candidates, begins), most
