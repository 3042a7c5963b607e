"""Finds events of a vehicle's way of going: speeding, idling, gaps in what was heard, jumps of the position."""

from __future__ import annotations

import numpy as np

from surefoot.ingestion.telemetry.derivations.columns import Texts, Whole, runs, strongest
from surefoot.ingestion.telemetry.derivations.found import Found, texts
from surefoot.ingestion.telemetry.derivations.segments import Doing, Segments, is_speeding
from surefoot.ingestion.telemetry.derivations.track import SECOND, Track, longest_silences
from surefoot.retrieval.records.samples import Floats


def speeding_events(track: Track) -> Found:
    """Runs of samples over the speed limit by the class's lower margin.

    Severity high where among them are samples in a row over the higher margin for `speeding_high_s`, else low where
    all last for `speeding_low_s`, else none. Durations are from the first to the last sample that is over.
    """
    limits = track.definitions
    joined = np.concatenate(([False], track.linked & (track.seconds <= limits.together_s)))[: len(track)]
    first, last = runs(is_speeding(track), joined)
    time = track.samples.time
    grave_first, grave_last = runs(is_speeding(track, "speeding_high_kmh"), joined)
    grave = time[grave_last] - time[grave_first] >= limits.speeding_high_s * SECOND
    high = np.zeros(len(first), dtype=np.bool_)
    high[np.searchsorted(first, grave_first[grave], side="right") - 1] = True
    kept = high | (time[last] - time[first] >= limits.speeding_low_s * SECOND)
    first, last, high = first[kept], last[kept], high[kept]
    excess = track.samples.speed_kmh - track.samples.speed_limit_kmh
    at = strongest(np.nan_to_num(excess), first, last)
    margins = [track.limits(f"speeding_{name}_kmh")[track.vehicle[first]] for name in ("high", "low")]
    severity = np.where(high, "high", "low").astype(object)
    return _found("speeding", (first, last, at), (excess[at], np.where(high, *margins), "km/h"), severity)


def idling_events(track: Track, segments: Segments) -> Found:
    """Phases of standing with the engine on, from the class's shortest duration on; peak in minutes."""
    idles = track.linked & (segments.first == Doing.IDLING) & (segments.second == Doing.IDLING)
    first, last = runs(idles, np.ones(len(idles), dtype=np.bool_))
    last = last + 1
    seconds = (track.samples.time[last] - track.samples.time[first]) / SECOND
    least = track.limits("idling_s")[track.vehicle[first]]
    kept = seconds >= least
    first, last = first[kept], last[kept]
    return _found("idling", (first, last, first), (seconds[kept] / 60, least[kept] / 60, "min"))


def gap_events(track: Track) -> Found:
    """Silences, each from the last sample before to the first after; peak in minutes."""
    first = np.flatnonzero(track.gap)
    least = longest_silences(track.samples, track.definitions)[first]
    return _found("gap", (first, first + 1, first), (track.seconds[first] / 60, least / 60, "min"))


def jump_events(track: Track) -> Found:
    """Neighbouring positions further apart than a vehicle gets; peak is the speed that this would take."""
    first = np.flatnonzero(track.jump)
    speed = track.straight_km[first] / (track.seconds[first] / 3600)
    least = np.full(len(first), track.definitions.jump_kmh)
    return _found("jump", (first, first + 1, first + 1), (speed, least, "km/h"))


def _found(
    kind: str,
    where: tuple[Whole, Whole, Whole],
    values: tuple[Floats, Floats, str],
    severity: Texts | None = None,
) -> Found:
    first, last, at = where
    peak, threshold, unit = values
    count = len(first)
    none = texts("", count)
    grade = none if severity is None else severity
    return Found(texts(kind, count), first, last, at, grade, none, texts(unit, count), peak, threshold, none)
