"""Says what a vehicle did between each sample and its next one: how far it went, whether it drove, idled or stood."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from surefoot.ingestion.telemetry.derivations.columns import Mask
from surefoot.ingestion.telemetry.derivations.track import Track
from surefoot.retrieval.records.samples import OFF, ON, UNKNOWN, Floats


class Doing(IntEnum):
    """What a vehicle does around a sample."""

    DRIVING = 0
    IDLING = 1
    STANDING = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class Segments:
    """All columns are one shorter than the samples; across vehicles there is no segment and all times are 0.

    A segment is two halves: the first is what the vehicle did at the earlier sample, the second at the later one. So
    the moment at which it moved off or stopped, which nobody saw, is taken to be in the middle.
    """

    km: Floats
    """NaN where it cannot be told."""
    first: NDArray[np.int8]
    second: NDArray[np.int8]
    """What it did in either half; UNKNOWN in a gap."""
    driving_s: Floats
    idling_s: Floats
    standing_s: Floats
    unknown_s: Floats
    speeding_s: Floats
    off_s: Floats
    """Standing with the engine known to be off."""
    drives: Mask
    """Whether it drove in either half."""
    rests: Mask
    """Whether it did not, and was heard of."""
    moved: Mask
    """Whether a gap's ends are too far apart to have stood in between."""


def segments_of(track: Track) -> Segments:
    """The segments of a track."""
    speeds = _speeds(track)
    km = _distances(track, speeds)
    engine = track.samples.engine_on
    held = np.where(engine[:-1] == UNKNOWN, engine[1:], engine[:-1])
    first, second = _doing(track, speeds[0], held), _doing(track, speeds[1], held)
    half = track.seconds / 2
    drives = track.linked & ~track.gap & ((first == Doing.DRIVING) | (second == Doing.DRIVING))
    off = [half * ((doing == Doing.STANDING) & (on == OFF)) for doing, on in ((first, held), (second, held))]
    over = is_speeding(track) * 1.0
    times = [half * ((first == doing) * 1.0 + (second == doing)) for doing in Doing]
    return Segments(
        km,
        first,
        second,
        *times[:-1],
        unknown_s=np.minimum(times[Doing.UNKNOWN], track.definitions.gap_counted_s),
        speeding_s=np.where(track.gap, 0.0, half * (over[:-1] + over[1:])),
        off_s=off[0] + off[1],
        drives=drives,
        rests=track.linked & ~track.gap & ~drives,
        moved=_moved(track),
    )


def is_speeding(track: Track, limit: str = "speeding_low_kmh") -> Mask:
    """For each sample whether the vehicle is over the speed limit by its class's margin."""
    samples = track.samples
    margin = track.limits(limit)[track.vehicle] if len(track) else np.zeros(0)
    moving = samples.speed_kmh >= track.definitions.moving_kmh
    return moving & (samples.speed_kmh >= samples.speed_limit_kmh + margin)


def _odometer_km(track: Track) -> Floats:
    """What the odometer says of each segment; NaN where an end has none or it is not to be believed."""
    km = np.diff(track.samples.odometer_km)
    most = track.definitions.odometer_kmh / 3600 * track.seconds + track.definitions.odometer_slack_km
    return np.where(track.linked & (km >= 0) & (km <= most), km, np.nan)


def _straight_km(track: Track) -> Floats:
    """Between two positions that are both believed."""
    sound = ~track.jump & np.isfinite(track.latitude[:-1]) & np.isfinite(track.latitude[1:])
    return np.where(sound, track.straight_km, np.nan)


def _speeds(track: Track) -> tuple[Floats, Floats]:
    """The speed at either end of each segment: as said there, else as at the other end, else as the way demands."""
    said = track.samples.speed_kmh
    before, after = said[:-1], said[1:]
    if not np.isnan(said).any():
        return before, after
    way = np.where(np.isnan(_odometer_km(track)), _straight_km(track), _odometer_km(track))
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.where(track.gap | ~track.linked, np.nan, way / (track.seconds / 3600))
    ends = (np.where(np.isnan(one), other, one) for one, other in ((before, after), (after, before)))
    one, other = (np.where(np.isnan(speed), needed, speed) for speed in ends)
    return one, other


def _distances(track: Track, speeds: tuple[Floats, Floats]) -> Floats:
    """By the odometer, else by the positions if it moved, else by the speeds; in a gap by the odometer alone."""
    km = _odometer_km(track)
    before, after = speeds
    moving = (before >= track.definitions.moving_kmh) | (after >= track.definitions.moving_kmh)
    area = (before + after) / 2 / 3600 * track.seconds
    straight = _straight_km(track)
    driven = np.where(moving, np.where(np.isnan(straight), area, straight), np.where(np.isnan(area), np.nan, 0.0))
    return np.where(track.linked, np.where(np.isnan(km) & ~track.gap, driven, km), np.nan)


def _doing(track: Track, speed: Floats, engine: NDArray[np.int8]) -> NDArray[np.int8]:
    """Where the engine is not said, a vehicle without motion stands."""
    still = np.where(engine == ON, Doing.IDLING, Doing.STANDING)
    unsaid = np.where(engine == OFF, Doing.STANDING, Doing.UNKNOWN)
    doing = np.where(speed >= track.definitions.moving_kmh, Doing.DRIVING, still)
    doing = np.where(np.isnan(speed), unsaid, doing)
    return np.where(track.gap, Doing.UNKNOWN, doing).astype(np.int8)


def _moved(track: Track) -> Mask:
    speed = track.samples.speed_kmh >= track.definitions.moving_kmh
    far = (np.nan_to_num(_odometer_km(track)) > track.definitions.moved_km) | (
        np.nan_to_num(_straight_km(track)) > track.definitions.moved_km
    )
    return track.gap & (speed[:-1] | speed[1:] | far)
