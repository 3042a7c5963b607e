"""Looks at samples one by one: of which vehicle and driver each is, and whether its position is to be believed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surefoot.ingestion.telemetry.derivations.columns import Mask, Texts, Whole, haversine_km, spread
from surefoot.ingestion.telemetry.derivations.definitions import ClassLimits, Definitions
from surefoot.ingestion.telemetry.derivations.facts import Facts
from surefoot.retrieval.records.samples import ON, Floats, Samples

SECOND = 1_000_000
"""In the unit of time columns."""


@dataclass(frozen=True, slots=True)
class Track:
    """Samples of many vehicles, each vehicle's in the order of time, and what is known of the vehicles."""

    samples: Samples
    vehicles: list[str]
    vehicle: Whole
    """For each sample the position of its vehicle in `vehicles`."""
    drivers: list[str]
    driver: Whole
    """For each sample the position of its driver in `drivers`, or -1."""
    facts: Facts
    definitions: Definitions
    linked: Mask
    """For each pair of neighbours whether they are of one vehicle; one shorter than the samples."""
    seconds: Floats
    """Between the neighbours; 0 across vehicles."""
    straight_km: Floats
    """Between the neighbours' positions, believed or not."""
    gap: Mask
    """Whether between the neighbours the vehicle was silent for too long."""
    jump: Mask
    """Whether the neighbours' positions are further apart than a vehicle gets in that time."""
    latitude: Floats
    longitude: Floats
    """Of each sample, if it is to be believed, else NaN."""

    def __len__(self) -> int:
        return len(self.samples)

    def limits(self, name: str) -> Floats:
        """A limit of the vehicle's class for each vehicle (not each sample); `name` is a field of ClassLimits."""
        return np.array([getattr(self.limits_of(vehicle), name) for vehicle in self.vehicles], dtype=np.float64)

    def limits_of(self, vehicle: str) -> ClassLimits:
        """All limits of one vehicle's class."""
        return self.definitions.of_class(self.facts.of(vehicle).vehicle_class)


def track_of(samples: Samples, facts: Facts, definitions: Definitions) -> Track:
    """Look at each sample and its neighbours.

    Raises ValueError where samples are not sorted by vehicle and time or where a vehicle has two of one time.
    """
    vehicles, vehicle = _named(samples.vehicle, once=True)
    drivers, driver = _named(samples.driver, once=False)
    time = samples.time
    linked = vehicle[1:] == vehicle[:-1]
    seconds = np.where(linked, np.diff(time) / SECOND, 0.0)
    if (linked & (seconds <= 0)).any():
        raise ValueError("A vehicle's samples are out of order or double: sort them and take each time once.")
    straight = haversine_km(samples.latitude[:-1], samples.longitude[:-1], samples.latitude[1:], samples.longitude[1:])
    gap = linked & (seconds > longest_silences(samples, definitions))
    most = definitions.jump_kmh / 3600 * seconds + definitions.jump_slack_km
    jump = linked & ~gap & (straight > most)
    ignored = _islands(samples, jump, definitions)
    latitude, longitude = (
        np.where(ignored, np.nan, values) if ignored.any() else values
        for values in (samples.latitude, samples.longitude)
    )
    return Track(
        samples, vehicles, vehicle, drivers, driver, facts, definitions, linked, seconds, straight, gap, jump,
        latitude, longitude,
    )  # fmt: skip


def _named(texts: Texts, *, once: bool) -> tuple[list[str], Whole]:
    """The different texts in the order of their first run, and for each item which it has; -1 for ''.

    Raises ValueError where a text must have one run (`once`) and has two.
    """
    if not len(texts):
        return [], np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate(([True], texts[1:] != texts[:-1])))
    names: dict[str, int] = {} if once else {"": -1}
    numbers = np.array([names.setdefault(text, len(names) - (not once)) for text in texts[starts]], dtype=np.int64)
    if once and len(names) < len(starts):
        raise ValueError("A vehicle's samples do not stand together: sort them by vehicle and time.")
    return [name for name in names if once or name], np.repeat(numbers, np.diff(np.append(starts, len(texts))))


def longest_silences(samples: Samples, definitions: Definitions) -> Floats:
    """For each pair of neighbours how many seconds they may be apart without a gap between them."""
    moving = samples.speed_kmh >= definitions.moving_kmh
    active = (samples.engine_on[:-1] == ON) | moving[:-1] | moving[1:]
    return np.where(active, definitions.gap_driving_s, definitions.gap_parked_s)


def _islands(samples: Samples, jump: Mask, definitions: Definitions) -> Mask:
    """Which positions lie between a jump there and a jump back, with a sound way past them.

    Looked at pair by pair of jumps, so that what is found depends on what is near in time alone.
    """
    ignored = np.zeros(len(samples), dtype=np.bool_)
    jumps = np.flatnonzero(jump)
    before, after = jumps[:-1], jumps[1:]
    time, past = samples.time, after + 1
    near = (samples.vehicle[before] == samples.vehicle[past]) if len(before) else np.zeros(0, dtype=np.bool_)
    near &= time[after] - time[before + 1] <= definitions.island_s * SECOND
    before, after, past = before[near], after[near], past[near]
    where: NDArray[np.float64] = haversine_km(
        samples.latitude[before], samples.longitude[before], samples.latitude[past], samples.longitude[past]
    )
    hours = (time[past] - time[before]) / SECOND / 3600
    sound = where <= definitions.jump_kmh * hours + definitions.jump_slack_km
    pair, nth = spread((after - before)[sound])
    ignored[before[sound][pair] + 1 + nth] = True
    return ignored
