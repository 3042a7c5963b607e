"""Finds when vehicles came into named places and when they left them."""

from __future__ import annotations

import numpy as np

from surefoot.ingestion.telemetry.derivations.columns import Texts, Whole
from surefoot.ingestion.telemetry.derivations.found import Found, texts
from surefoot.ingestion.telemetry.derivations.track import Track
from surefoot.ingestion.telemetry.derivations.zones import inside


def crossings(track: Track) -> tuple[Found, Texts]:
    """Events `entered` and `left`, and for each sample the name of the smallest place that it lies in, or ''.

    Each goes from the last sample with a position on the one side to the first on the other: the border was crossed in
    between. Where a vehicle is first heard of within a place, it is not said to have entered it.
    """
    places = track.facts.places
    name = texts("", len(track))
    good = np.flatnonzero(np.isfinite(track.latitude) & np.isfinite(track.longitude))
    vehicle = track.vehicle[good]
    parts = [_none()]
    for number, positions in inside(places, track.latitude[good], track.longitude[good]):
        place = places[number].name
        name[good[positions]] = place
        for kind, first, last in _borders(vehicle, positions):
            parts.append(_found(kind, place, good[first], good[last]))
    return Found.joined(parts), name


def _borders(vehicle: Whole, positions: Whole) -> list[tuple[str, Whole, Whole]]:
    """Of the positions that lie in a place those at which a vehicle came and went, with its position on either side."""
    if not len(positions):
        return []
    comes = positions[np.concatenate(([True], np.diff(positions) > 1))]
    goes = positions[np.concatenate((np.diff(positions) > 1, [True]))]
    comes = comes[(comes > 0) & (vehicle[comes - 1] == vehicle[comes])]
    goes = goes[goes + 1 < len(vehicle)]
    goes = goes[vehicle[goes + 1] == vehicle[goes]]
    return [("entered", comes - 1, comes), ("left", goes, goes + 1)]


def _found(kind: str, place: str, first: Whole, last: Whole) -> Found:
    count = len(first)
    none, nan = texts("", count), np.full(count, np.nan)
    return Found(texts(kind, count), first, last, last, none, none, none, nan, nan, texts(place, count))


def _none() -> Found:
    return _found("", "", np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
