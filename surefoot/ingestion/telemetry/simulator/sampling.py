"""What a unit in a vehicle sends of a day: when, and what it measures then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surefoot.ingestion.telemetry.simulator.chance import noise, whole
from surefoot.ingestion.telemetry.simulator.plan import DayPlan, Floats, Motion, Numbers
from surefoot.ingestion.telemetry.simulator.roads import DEGREE_M
from surefoot.retrieval.records.samples import Samples

PARKED_S: Final = 900.0
REPORTS_S: Final = {"van": 20.0, "truck": 10.0}
"""Seconds between two samples while the engine is on (section 1 of the fleet's telematics guide)."""
POSITION_NOISE_M: Final = 2.5
ACCELERATION_NOISE: Final = 0.1
"""m/s², at most; while the vehicle moves. All planned values keep clear of thresholds by more than this."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a unit reports: microseconds between samples, and its own offset, so that not all report at once."""

    running: int
    parked: int
    offset: float
    """Part of an interval, from 0 to below 1."""


def times(motion: Motion, rhythm: Rhythm) -> Numbers:
    """When samples of a day are taken, in order: in the unit's rhythm, and when the engine goes on and off."""
    track = motion.track
    switched = np.flatnonzero(np.diff(track.engine)) + 1
    edges = motion.start + np.ceil(np.append(track.begins_s[switched], motion.length_s) * 1e6).astype(np.int64)
    parts: list[Numbers] = []
    begins, running = motion.start, bool(track.engine[0])
    for ends in edges.tolist():
        interval = rhythm.running if running else rhythm.parked
        offset = int(rhythm.offset * interval)
        first = -((offset - begins) // interval) * interval + offset
        parts.append(np.arange(first, ends, interval, dtype=np.int64))
        begins, running = ends, not running
    return np.unique(np.concatenate([*parts, edges[:-1]]))


def sampled(name: str, plan: DayPlan, moments: Numbers, before: Numbers, *, noisy: bool) -> Samples:
    """The samples of a day at these moments; `before` is when the sample before each of them was taken.

    Both in microseconds since 1970 in UTC. Accelerations are the strongest of the phases since the sample before.
    """
    track, seconds = plan.motion.track, plan.motion.seconds(moments)
    phases = track.at(seconds)
    since = np.minimum(track.at(np.maximum(plan.motion.seconds(before), 0.0)), phases)
    speeds, metres = track.speeds(seconds, phases), track.metres(seconds, phases)
    latitude, longitude, heading = plan.motion.path.positions(metres)
    moving = speeds > 0
    shaken = _Noise(name, moments, on=noisy)
    return Samples(
        vehicle=_repeated(name, len(moments)),
        time=moments,
        latitude=latitude + shaken("north") * (POSITION_NOISE_M / DEGREE_M),
        longitude=longitude + shaken("east") * (POSITION_NOISE_M / DEGREE_M) / np.cos(np.radians(latitude)),
        speed_kmh=speeds * 3.6,
        heading_deg=heading,
        odometer_km=plan.odometer_km + metres / 1000,
        accel_long_ms2=_strongest(track.acceleration, since, phases) + moving * shaken("long") * ACCELERATION_NOISE,
        accel_lat_ms2=_strongest(_lateral(plan), since, phases) + moving * shaken("lat") * ACCELERATION_NOISE,
        yaw_rate_dps=np.degrees(speeds * track.curvature[phases]),
        engine_on=track.engine[phases].astype(np.int8),
        speed_limit_kmh=track.limit_kmh[phases],
        level_percent=plan.amount(seconds, phases) / plan.uses.capacity * 100,
        driver=track.driver[phases],
    )


def _lateral(plan: DayPlan) -> Floats:
    """The strongest lateral acceleration of each phase, m/s²: speed squared times curvature, where it is fastest."""
    track = plan.motion.track
    lasts = np.diff(track.begins_s, append=plan.motion.length_s)
    fastest = np.maximum(track.speed, track.speed + track.acceleration * lasts)
    return fastest**2 * track.curvature


def _strongest(values: Floats, first: Numbers, last: Numbers) -> Floats:
    """Of each range of phases, both ends included, the value that is farthest from 0."""
    if not len(first):
        return np.empty(0)
    ranges = np.column_stack((first, last + 1)).ravel()
    ended = np.append(values, 0.0)
    highest = np.maximum.reduceat(ended, ranges)[::2]
    lowest = np.minimum.reduceat(ended, ranges)[::2]
    return np.where(highest >= -lowest, highest, lowest)


def _repeated(text: str, times: int) -> NDArray[np.object_]:
    column = np.empty(times, dtype=object)
    column[:] = text
    return column


@dataclass(frozen=True, slots=True)
class _Noise:
    """Noise of a vehicle's samples by what is measured: from -1 to 1, the same for the same moment."""

    name: str
    moments: NDArray[Any]
    on: bool

    def __call__(self, what: str) -> Floats:
        if not self.on:
            return np.zeros(len(self.moments))
        return noise(whole("noise", self.name, what), self.moments)
