"""Estimates a vehicle's accelerations from its speed, heading and yaw rate, where it has no accelerometer."""

from __future__ import annotations

import numpy as np

from surefoot.ingestion.telemetry.derivations.columns import Mask, Whole
from surefoot.ingestion.telemetry.derivations.track import Track
from surefoot.retrieval.records.samples import Floats


def estimates(track: Track) -> tuple[Floats, Floats]:
    """Accelerations along and across the vehicle for each sample, m/s²; NaN where samples are too far apart.

    Along: the difference of speeds from the sample before to the second after, by the time between them (GPS speed
    lags the motion by a second, so that the stretch is not centred). Across: the speed, in the mean of the sample and
    its next one, times the yaw rate of the sample, or where that is not said the change of heading to the next one
    (circular motion: a = v · ω).
    """
    count = len(track)
    if count < 2:
        return np.full(count, np.nan), np.full(count, np.nan)
    close = track.linked & (track.seconds <= track.definitions.estimate_step_s)
    after = np.append(close, False)
    before = np.concatenate(([False], close))
    here = np.arange(count, dtype=np.int64)
    second = here + after + (after & np.append(after[1:], False))
    return _along(track, here - before, second), _across(track, after)


def _along(track: Track, one: Whole, other: Whole) -> Floats:
    speed, time = track.samples.speed_kmh / 3.6, track.samples.time
    with np.errstate(divide="ignore", invalid="ignore"):
        return (speed[other] - speed[one]) / ((time[other] - time[one]) * 1e-6)


def _across(track: Track, after: Mask) -> Floats:
    samples = track.samples
    speed = samples.speed_kmh / 3.6
    follows = np.append(speed[1:], np.nan)
    middle = np.where(after & np.isfinite(follows), (speed + follows) / 2, speed)
    turned = (np.append(np.diff(samples.heading_deg), np.nan) + 180) % 360 - 180
    with np.errstate(divide="ignore", invalid="ignore"):
        by_heading = np.where(after, turned / np.append(track.seconds, np.nan), np.nan)
    rate = np.where(np.isnan(samples.yaw_rate_dps), by_heading, samples.yaw_rate_dps)
    return np.where(after | np.isfinite(samples.yaw_rate_dps), middle * np.radians(rate), np.nan)
