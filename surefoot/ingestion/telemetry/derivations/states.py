"""Says what each vehicle does at its newest sample, and where."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from surefoot.ingestion.telemetry.derivations.columns import Columns, Texts, Whole, picked
from surefoot.ingestion.telemetry.derivations.definitions import Definitions
from surefoot.ingestion.telemetry.derivations.segments import Doing, Segments
from surefoot.ingestion.telemetry.derivations.track import SECOND, Track
from surefoot.retrieval.records.samples import ON, Floats, microseconds

SILENT = "silent"
SAID = ("latitude", "longitude", "speed_kmh", "heading_deg", "odometer_km", "level_percent")


def state_rows(track: Track, segments: Segments, place: Texts) -> Columns:
    """Columns of the table `states`, without `silent`, which depends on the time of asking (see `state_at`).

    driving: the newest sample is in motion; idling: it stands with the engine on; parked: else. `since` is the sample
    from which on it was so at each one without a gap. A figure that the newest sample leaves out is the one before it,
    if no older than `current_s`, else none.
    """
    newest = np.append(np.flatnonzero(~track.linked), len(track) - 1) if len(track) else np.zeros(0, dtype=np.int64)
    doing = _doing(track, segments)
    said = {name: _latest(track, getattr(_positions(track, name), name), newest) for name in SAID}
    where = said["latitude"][1]
    return {
        "vehicle": picked(track.vehicles, track.vehicle[newest]),
        "driver": picked(track.drivers, track.driver[newest]),
        "state": picked(["driving", "idling", "parked"], doing[newest]),
        "place": np.append(place, "")[where].astype(object),
        "time": track.samples.time[newest],
        "since": track.samples.time[_since(track, doing)[newest]],
        **{name: values for name, (values, _) in said.items()},
        "version": np.full(len(newest), track.definitions.version, dtype=np.int64),
    }


def state_at(state: str, time: datetime, now: datetime, definitions: Definitions) -> str:
    """The state that a vehicle has now: `silent` where its newest sample is older than `silent_s`."""
    return SILENT if (now - time).total_seconds() > definitions.silent_s else state


def silenced(states: Columns, now: datetime, definitions: Definitions) -> Columns:
    """The states as they are now: `silent`, since the newest sample, where that is older than `silent_s`."""
    silent = states["time"] < microseconds(now) - int(definitions.silent_s * SECOND)
    return {
        **states,
        "state": np.where(silent, SILENT, states["state"]).astype(object),
        "since": np.where(silent, states["time"], states["since"]),
    }


def _doing(track: Track, segments: Segments) -> Whole:
    """At each sample; where it says no speed, what its segment was taken to be."""
    samples = track.samples
    standing = np.where(samples.engine_on == ON, Doing.IDLING, Doing.STANDING)
    doing = np.where(samples.speed_kmh >= track.definitions.moving_kmh, Doing.DRIVING, standing)
    unsaid = np.flatnonzero(np.isnan(samples.speed_kmh))
    unsaid = unsaid[(unsaid > 0) & np.append(False, track.linked)[unsaid]]
    taken = segments.second[unsaid - 1]
    doing[unsaid] = np.where(taken == Doing.UNKNOWN, doing[unsaid], taken)
    return doing.astype(np.int64)


def _since(track: Track, doing: Whole) -> Whole:
    """For each sample the first of the run of equal states without gaps that it is in."""
    here = np.arange(len(track), dtype=np.int64)
    changes = np.append(True, ~track.linked | track.gap | (doing[1:] != doing[:-1]))[: len(track)]
    return np.maximum.accumulate(np.where(changes, here, 0))


def _positions(track: Track, name: str) -> Track | object:
    """Where a column is read from: positions from those that are believed."""
    return track if name in {"latitude", "longitude"} else track.samples


def _latest(track: Track, values: Floats, newest: Whole) -> tuple[Floats, Whole]:
    """The newest value that each vehicle said, if it is current, and at which sample (one past the end for none)."""
    here = np.arange(len(track), dtype=np.int64)
    last = np.maximum.accumulate(np.where(np.isnan(values), -1, here))[newest]
    time = track.samples.time
    current = (last >= 0) & (track.vehicle[last] == track.vehicle[newest])
    current &= time[newest] - time[last] <= track.definitions.current_s * SECOND
    at = np.where(current, last, len(track))
    return np.append(values, np.nan)[at], at
