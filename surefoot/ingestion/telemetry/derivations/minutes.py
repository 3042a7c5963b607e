"""Adds up by minute what vehicles did in each."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surefoot.ingestion.telemetry.derivations.columns import Columns, Mask, Whole, picked, spread
from surefoot.ingestion.telemetry.derivations.energy import energy_of
from surefoot.ingestion.telemetry.derivations.segments import Segments
from surefoot.ingestion.telemetry.derivations.track import SECOND, Track
from surefoot.retrieval.records.samples import Floats

MINUTE = 60 * SECOND
TIMES = ("driving_s", "idling_s", "standing_s", "unknown_s", "speeding_s")


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Segments cut at the minutes."""

    segment: Whole
    vehicle: Whole
    minute: Whole
    """Since 1970."""
    driver: Whole
    share: Floats
    """Of its segment, by time."""
    top_kmh: Floats
    """The highest speed said in it."""

    def taken(self, chosen: NDArray[Any]) -> _Pieces:
        """Those at these positions, or where a mask is true."""
        return _Pieces(*(getattr(self, column.name)[chosen] for column in fields(self)))


def minutes_of(track: Track, segments: Segments, since: Whole) -> Columns:
    """Columns of the table `minutes`, by vehicle, minute and driver.

    A segment's way and times are shared between the minutes that it touches by how long it touches each. They belong
    to the driver of its earlier sample, in a gap to nobody. Only minutes that begin at or after `since` (for each
    vehicle, microseconds) are given.
    """
    pieces = _together(_pieces(track, since))
    starts = np.flatnonzero(_begins(pieces))
    vehicle = pieces.vehicle[starts]
    known = _sums(pieces, starts, np.isfinite(segments.km) * 1.0) > 0
    km = np.where(known, _sums(pieces, starts, np.nan_to_num(segments.km)), np.nan)
    times = {name: _sums(pieces, starts, getattr(segments, name)) for name in TIMES}
    return {
        "vehicle": picked(track.vehicles, vehicle),
        "driver": picked(track.drivers, pieces.driver[starts]),
        "minute": pieces.minute[starts] * MINUTE,
        "distance_km": km,
        **times,
        "top_speed_kmh": np.fmax.reduceat(pieces.top_kmh, starts) if len(starts) else np.zeros(0),
        **energy_of(track, vehicle, km, times["idling_s"]),
        "version": np.full(len(starts), track.definitions.version, dtype=np.int64),
    }


def _sums(pieces: _Pieces, starts: Whole, of_segments: Floats) -> Floats:
    """What the pieces' shares of a column of segments add up to in each row."""
    return np.add.reduceat(of_segments[pieces.segment] * pieces.share, starts) if len(starts) else np.zeros(0)


def _pieces(track: Track, since: Whole) -> _Pieces:
    time, speed = track.samples.time, track.samples.speed_kmh
    chosen = np.flatnonzero(track.linked & (time[1:] > since[track.vehicle[1:]]))
    end = time[chosen + 1]
    start = np.maximum(time[chosen], end - int(track.definitions.gap_counted_s * SECOND))
    item, nth = spread((end - 1) // MINUTE - start // MINUTE + 1)
    segment, minute = chosen[item], (start // MINUTE)[item] + nth
    begins, ends = np.maximum(start[item], minute * MINUTE), np.minimum(end[item], (minute + 1) * MINUTE)
    heard = ~track.gap[segment]
    before = np.where(heard & (nth == 0), speed[segment], np.nan)
    after = np.where(heard & (ends == time[segment + 1]), speed[segment + 1], np.nan)
    found = _Pieces(
        segment,
        track.vehicle[segment],
        minute,
        driver=np.where(heard, track.driver[segment], -1),
        share=(ends - begins) / (end - start)[item],
        top_kmh=np.fmax(before, after),
    )
    kept = minute * MINUTE >= since[found.vehicle]
    return found if kept.all() else found.taken(kept)


def _begins(pieces: _Pieces) -> Mask:
    """Which pieces begin another row."""
    other = np.ones(len(pieces.segment), dtype=np.bool_)
    for name in ("vehicle", "minute", "driver"):
        column = getattr(pieces, name)
        changes = column[1:] != column[:-1]
        other[1:] = changes if name == "vehicle" else other[1:] | changes
    return other


def _together(pieces: _Pieces) -> _Pieces:
    """The pieces with those of one driver side by side, also where drivers alternate within a minute."""
    begins = np.flatnonzero(_begins(pieces))
    one, other = begins[:-1], begins[1:]
    again = (pieces.driver[other] < pieces.driver[one]) & (pieces.minute[other] == pieces.minute[one])
    return pieces.taken(np.lexsort((pieces.driver, pieces.minute, pieces.vehicle))) if again.any() else pieces
