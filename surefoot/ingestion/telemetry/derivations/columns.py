"""Small tools over columns: runs of neighbours, sums of slices, distances on the globe."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from surefoot.retrieval.records.samples import Floats

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]
Texts = NDArray[np.object_]
Columns = dict[str, NDArray[Any]]
"""A table's columns by name, all of one length: texts as objects ('' for none), numbers with NaN for none, times as
microseconds since 1970 in UTC."""

EARTH_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""


def runs(chosen: Mask, joined: Mask) -> tuple[Whole, Whole]:
    """First and last positions of the maximal runs of chosen items.

    `joined[i]` says whether item i may be in one run with item i - 1; the first value is not read.
    """
    linked = np.zeros(len(chosen) + 1, dtype=np.bool_)
    linked[1:-1] = chosen[1:] & chosen[:-1] & joined[1:]
    return np.flatnonzero(chosen & ~linked[:-1]), np.flatnonzero(chosen & ~linked[1:])


def slice_sums(values: Floats, first: Whole, end: Whole) -> Floats:
    """The sums of the slices from `first` to before `end`; 0 of empty ones.

    Each is added up on its own, not as a difference of running sums, so that it does not depend on what is before it.
    """
    if not len(first):
        return np.zeros(0)
    bounds = np.empty(2 * len(first), dtype=np.int64)
    bounds[0::2], bounds[1::2] = first, end
    found = np.add.reduceat(np.append(values, 0.0), bounds)[0::2]
    return np.where(end > first, found, 0.0)


def slice_tops(values: Floats, first: Whole, end: Whole) -> Floats:
    """The greatest values of the slices, NaN left out; NaN of those without any."""
    if not len(first):
        return np.zeros(0)
    bounds = np.empty(2 * len(first), dtype=np.int64)
    bounds[0::2], bounds[1::2] = first, end
    found = np.fmax.reduceat(np.append(values, np.nan), bounds)[0::2]
    return np.where(end > first, found, np.nan)


def strongest(values: Floats, first: Whole, last: Whole) -> Whole:
    """For each run the position of its greatest value, the first of equal ones."""
    return np.array(
        [start + int(np.argmax(values[start : end + 1])) for start, end in zip(first, last, strict=True)],
        dtype=np.int64,
    )


def spread(counts: Whole) -> tuple[Whole, Whole]:
    """For items that are repeated so many times: which item each copy is of, and the how-manieth of it, from 0."""
    item = np.repeat(np.arange(len(counts)), counts)
    return item, np.arange(len(item)) - (np.cumsum(counts) - counts)[item]


def haversine_km(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Great-circle distance in km of positions in degrees (Sinnott 1984); NaN where one is missing."""
    lat1, lon1, lat2, lon2 = (np.radians(angle) for angle in (lat1, lon1, lat2, lon2))
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))


def picked(names: list[str], codes: NDArray[Any]) -> Texts:
    """Names by their number; '' for those below 0."""
    table = np.array([*names, ""], dtype=object)
    return table[np.where(codes < 0, len(names), codes)]
