"""Finds where vehicles drove and where they stopped: trips, and the stops between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from surefoot.ingestion.telemetry.derivations.columns import Mask, Whole, runs, slice_sums
from surefoot.ingestion.telemetry.derivations.segments import Segments
from surefoot.ingestion.telemetry.derivations.track import Track
from surefoot.retrieval.records.samples import Floats


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of a track, in its order; none crosses to another vehicle."""

    first: Whole
    """The sample at which each begins."""
    last: Whole
    """The sample at which it ends, or the vehicle's newest one if it is open."""
    open: Mask
    """Whether it still goes on at the vehicle's newest sample."""

    def __len__(self) -> int:
        return len(self.first)

    def sums(self, of_segments: Floats) -> Floats:
        """What a column of segments adds up to in each; NaN counts as 0."""
        return slice_sums(np.nan_to_num(of_segments), self.first, self.last)

    def holding(self, samples: Whole) -> Whole:
        """For each of these samples the stretch that holds it, or -1; of two that meet at a sample, the later."""
        if not len(self):
            return np.full(len(samples), -1, dtype=np.int64)
        found = np.searchsorted(self.first, samples, side="right") - 1
        return np.where((found >= 0) & (samples <= self.last[found]), found, -1)


def trips_of(track: Track, segments: Segments) -> Spans:
    """From moving off to standing for good.

    A trip is ended by standing for `rest_s`, by standing with the engine off for `engine_off_s`, and by a gap; it ends
    where the vehicle came to stand. What is shorter than `drift_km` and `drift_s` is the scatter of a position.
    """
    rests = _rests(track, segments)
    first, last = _drives(track, segments, rests)
    ends, newest = last + 1, _newest(track)[track.vehicle[first]]
    waits = np.zeros(len(track), dtype=np.bool_)
    waits[rests.first[~rests.long & rests.open]] = True
    is_open = (ends == newest) | waits[ends]
    found = Spans(first, ends, is_open)
    real = found.sums(segments.km) >= track.definitions.drift_km
    real |= found.sums(track.seconds) >= track.definitions.drift_s
    return Spans(first[real], np.where(is_open, newest, ends)[real], is_open[real])


def stops_of(track: Track, segments: Segments, trips: Spans) -> Spans:
    """What is between trips, gaps in which the vehicle did not move included."""
    driven = np.zeros(len(track), dtype=np.int64)
    np.add.at(driven, trips.first, 1)
    np.add.at(driven, trips.last, -1)
    inside = np.cumsum(driven)[:-1] > 0
    quiet = track.linked & ~inside & ~segments.moved
    first, last = runs(quiet, np.ones(len(quiet), dtype=np.bool_))
    ends = last + 1
    return Spans(first, ends, ends == _newest(track)[track.vehicle[first]])


@dataclass(frozen=True, slots=True)
class _Rests:
    """Stretches without motion."""

    first: Whole
    end: Whole
    """The sample at which each ends."""
    open: Mask
    """Whether that is the vehicle's newest."""
    long: Mask
    """Whether it ends a trip."""


def _rests(track: Track, segments: Segments) -> _Rests:
    first, last = runs(segments.rests, np.ones(len(segments.rests), dtype=np.bool_))
    end = last + 1
    long = slice_sums(track.seconds, first, end) >= track.definitions.rest_s
    long |= slice_sums(segments.off_s, first, end) >= track.definitions.engine_off_s
    return _Rests(first, end, end == _newest(track)[track.vehicle[first]], long)


def _drives(track: Track, segments: Segments, rests: _Rests) -> tuple[Whole, Whole]:
    """First and last segments of what is driven between two breaks: long rests, gaps and borders of vehicles."""
    first, last = runs(segments.drives, np.ones(len(segments.drives), dtype=np.bool_))
    if not len(first):
        return first, last
    broken = track.gap | ~track.linked
    broken[rests.first[rests.long]] = True
    group = np.cumsum(broken)[first]
    opens = np.concatenate(([True], group[1:] != group[:-1]))
    return first[opens], last[np.append(opens[1:], True)]


def _newest(track: Track) -> Whole:
    """For each vehicle its newest sample."""
    return np.append(np.flatnonzero(~track.linked), len(track) - 1)
