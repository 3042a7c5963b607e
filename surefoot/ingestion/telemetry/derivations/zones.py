"""Finds which positions lie in which named places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from surefoot.ingestion.telemetry.derivations.columns import EARTH_KM, Mask, Whole, haversine_km
from surefoot.ingestion.telemetry.derivations.facts import Place
from surefoot.ingestion.telemetry.derivations.polylines import decoded
from surefoot.retrieval.records.samples import Floats

METRES_PER_DEGREE = EARTH_KM * 1000 * np.pi / 180
"""Of latitude."""


def inside(places: Sequence[Place], latitude: Floats, longitude: Floats) -> Iterator[tuple[int, Whole]]:
    """For each place, from the largest to the smallest, its number and the positions that lie in it, ascending."""
    by_latitude = np.argsort(latitude, kind="stable") if places else np.zeros(0, dtype=np.int64)
    ordered = latitude[by_latitude] if places else latitude
    for number in sorted(range(len(places)), key=lambda number: -_box_area(places[number])):
        south, north, west, east = _box(places[number])
        near = by_latitude[np.searchsorted(ordered, south) : np.searchsorted(ordered, north, side="right")]
        near = near[(longitude[near] >= west) & (longitude[near] <= east)]
        yield number, np.sort(near[_holds(places[number], latitude[near], longitude[near])])


def smallest(places: Sequence[Place], latitude: Floats, longitude: Floats) -> Whole:
    """For each position the number of the smallest place that it lies in, or -1."""
    found = np.full(len(latitude), -1, dtype=np.int64)
    for number, positions in inside(places, latitude, longitude):
        found[positions] = number
    return found


def _box(place: Place) -> tuple[float, float, float, float]:
    """South, north, west and east of a place, in degrees."""
    if place.outline:
        north, east = decoded(place.outline)
        return float(north.min()), float(north.max()), float(east.min()), float(east.max())
    high = place.radius_m / METRES_PER_DEGREE * 1.001
    wide = high / max(np.cos(np.radians(place.latitude)), 0.01)
    return place.latitude - high, place.latitude + high, place.longitude - wide, place.longitude + wide


def _box_area(place: Place) -> float:
    south, north, west, east = _box(place)
    return (north - south) * (east - west)


def _holds(place: Place, latitude: Floats, longitude: Floats) -> Mask:
    if place.outline:
        return _within(*decoded(place.outline), latitude, longitude)
    centre = np.full(len(latitude), place.latitude), np.full(len(latitude), place.longitude)
    return haversine_km(*centre, latitude, longitude) * 1000 <= place.radius_m


def _within(corner_lat: Floats, corner_lon: Floats, latitude: Floats, longitude: Floats) -> Mask:
    """Whether a ray to the east crosses the outline an odd number of times (Shimrat 1962)."""
    odd = np.zeros(len(latitude), dtype=np.bool_)
    for lat1, lon1, lat2, lon2 in zip(
        corner_lat, corner_lon, np.roll(corner_lat, -1), np.roll(corner_lon, -1), strict=True
    ):
        if lat1 != lat2:
            crosses = (lat1 > latitude) != (lat2 > latitude)
            odd ^= crosses & (longitude < lon1 + (latitude - lat1) / (lat2 - lat1) * (lon2 - lon1))
    return odd
