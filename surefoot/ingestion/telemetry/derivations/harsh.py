"""Finds harsh braking, acceleration and cornering, by the accelerometer or, without one, by an estimate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from surefoot.ingestion.telemetry.derivations.columns import Mask, Texts, Whole, runs, strongest
from surefoot.ingestion.telemetry.derivations.estimates import estimates
from surefoot.ingestion.telemetry.derivations.found import Found, texts
from surefoot.ingestion.telemetry.derivations.track import Track
from surefoot.retrieval.records.samples import OFF, Floats

MEASURED, ESTIMATED = "m/s²", "m/s² (estimated)"
"""Units of peaks."""
ROUNDING = 1e-9
"""A value that equals its threshold counts, whatever its unit was converted from."""


@dataclass(frozen=True, slots=True)
class Forces:
    """What acts on a vehicle at each sample, and how near that is to being harsh."""

    along: Floats
    """m/s², forward positive; 0 where nothing is known."""
    across: Floats
    """m/s², to the right positive."""
    estimated: Mask
    along_threshold: Floats
    across_threshold: Floats
    score: Floats
    """The greater ratio of the two to their thresholds: harsh from 1."""


def forces_of(track: Track) -> Forces:
    """Measured where a sample has either acceleration, else estimated from speed, heading and yaw rate."""
    samples = track.samples
    measured = np.isfinite(samples.accel_long_ms2) | np.isfinite(samples.accel_lat_ms2)
    along, across = samples.accel_long_ms2, samples.accel_lat_ms2
    if not measured.all():
        guessed_along, guessed_across = estimates(track)
        along, across = np.where(measured, along, guessed_along), np.where(measured, across, guessed_across)
    along, across = np.nan_to_num(along), np.nan_to_num(across)
    share = np.where(measured, 1.0, track.definitions.estimate_share)
    braking, accelerating, cornering = (
        track.limits(name)[track.vehicle] * share for name in ("braking_ms2", "acceleration_ms2", "cornering_ms2")
    )
    threshold = np.where(along < 0, braking, accelerating)
    score = np.maximum(np.abs(along) / threshold, np.abs(across) / cornering)
    return Forces(along, across, ~measured, threshold, cornering, score)


def harsh_events(track: Track, forces: Forces, borders: Whole) -> Found:
    """Maximal runs of samples of one vehicle with either acceleration at or beyond its threshold.

    A run that is beyond on both axes is one event, named after the axis that is stronger at the peak. It does not go on
    over a pause of more than `together_s` nor over `borders` (samples at which trips begin). A parked vehicle with its
    engine off is not judged.
    """
    samples, limits = track.samples, track.definitions
    parked = (samples.engine_on == OFF) & ~(samples.speed_kmh >= limits.moving_kmh)
    joined = np.concatenate(([False], track.linked & (track.seconds <= limits.together_s)))[: len(track)]
    joined[borders] = False
    first, last = runs((forces.score >= 1 - ROUNDING) & ~parked, joined)
    at = strongest(forces.score, first, last)
    along, across = forces.along[at], forces.across[at]
    ahead = np.abs(along) / forces.along_threshold[at] >= np.abs(across) / forces.across_threshold[at]
    kind = np.where(ahead, np.where(along < 0, "harsh_braking", "harsh_acceleration"), "harsh_cornering")
    emergency = (track.limits("emergency_ms2") / track.limits("braking_ms2"))[track.vehicle[at]]
    return Found(
        kind=kind.astype(object),
        first=first,
        last=last,
        at=at,
        severity=severities(forces.score[at], limits.medium, np.where(kind == "harsh_braking", emergency, limits.high)),
        axis=np.where(ahead, "longitudinal", "lateral").astype(object),
        unit=np.where(forces.estimated[at], ESTIMATED, MEASURED).astype(object),
        peak=np.where(ahead, along, across),
        threshold=np.where(ahead, forces.along_threshold[at], forces.across_threshold[at]),
        place=texts("", len(at)),
    )


def severities(score: Floats, medium: float, high: float | Floats) -> Texts:
    """low, med or high by the ratio of the peak to its threshold."""
    rank = (score >= medium - ROUNDING) * 1 + (score >= high - ROUNDING)
    return np.array(["low", "med", "high"], dtype=object)[rank]
